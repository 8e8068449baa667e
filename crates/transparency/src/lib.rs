//! What an algorithm says of itself: its record, the registers, a statement of one comparison, its changes.
//!
//! Pure: no I/O, clock, async or wire. All facts come in as values from what is running, so what is said cannot drift
//! from what is done.
//!
//! **Law.** Every exact number of a statement is one of its ledger, its search or its verdict, and reads back to the same
//! bits in every language. A field that nobody stated is told as missing, with the key where it can be stated.
//!
//! Start reading at [`AlgorithmRecord`], then [`Statement`], then [`RegisterRecord`], then [`ProfileDiff`].

mod change;
mod declared;
mod language;
mod number;
mod profile;
mod record;
mod registers;
mod source;
mod statement;
mod wording;

pub use change::{InvalidLists, ListChange, Persistence, rank_biased_overlap};
pub use declared::{
    Answer, Declared, DeclaredText, Evaluation, EvaluationFigure, InvalidDeclared, Link, Phase,
};
pub use language::{Bilingual, Language};
pub use number::exact;
pub use profile::{Difference, ProfileDiff};
pub use record::{
    AlgorithmPart, AlgorithmRecord, AxisPart, EnginePart, Facts, GenerationFacts, GenerationPart,
    GuardPart, InvalidFacts, Limit, OperationPart, ProfileChangePart, ProfilePart, RecordParts,
    SourcePart, VocabularyPart,
};
pub use registers::{
    Entry, Evidence, Field, FieldList, Form, InvalidFieldList, MappedField, Register,
    RegisterRecord, Standard, Violation,
};
pub use source::{InvalidFigures, Period, SourceDeclaration, SourceFacts, SourceFigures};
pub use statement::{
    Case, InvalidStatement, Line, Phrase, Receipt, Section, Statement, StatutoryHeading,
};
pub use wording::{Parameter, ParameterValue, Wording, axis_words, measure_wording, policy_words};
