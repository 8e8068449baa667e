//! What single words say: names of persons in ten languages, and the words that stand beside numbers and addresses.
//!
//! The lists are files in `data/`. Words are also found reversed and in rot13, at the price of one look-up: the table has
//! each name three times, marked with its [`Coding`]. It keeps hashes of 64 bits and no words; that two of some ten thousand
//! share one is an accident of one in 10^11.

use std::sync::LazyLock;

const SHIFT: u32 = 8;

/// How a word is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Coding {
    Plain,
    Rot13,
    Reversed,
}

impl Coding {
    pub(crate) const ALL: [Coding; 3] = [Coding::Plain, Coding::Rot13, Coding::Reversed];
}

/// What a word can be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Class {
    /// A given name.
    Given,
    Surname,
    /// Mister and the like.
    Title,
    /// A provider of mailboxes.
    Provider,
    /// A top-level domain.
    Tld,
    /// One that is no word of a language.
    TldStrong,
    /// `www`, `https`.
    Web,
    /// The sign of e-mail as a word.
    At,
    /// `de`, `van`: may stand within a name.
    Particle,
    /// What follows is a place.
    Saint,
    /// One itself, though it reads as a name.
    Place,
    /// A social network.
    Platform,
    /// What may follow a network without being a name on it.
    PlatformPage,
    PhoneWord,
    BirthWord,
    DocumentWord,
    Street,
    /// The full stop as a word.
    Dot,
    Month,
    /// A digit as a word.
    Digit,
}

/// Those that are also found reversed and in rot13.
const CODED: usize = 8;
const NAMES: [(&str, Class); 20] = [
    ("given", Class::Given),
    ("surname", Class::Surname),
    ("title", Class::Title),
    ("provider", Class::Provider),
    ("tld", Class::Tld),
    ("tld-strong", Class::TldStrong),
    ("web", Class::Web),
    ("at", Class::At),
    ("particle", Class::Particle),
    ("saint", Class::Saint),
    ("place", Class::Place),
    ("platform", Class::Platform),
    ("platform-page", Class::PlatformPage),
    ("phone-word", Class::PhoneWord),
    ("birth-word", Class::BirthWord),
    ("document-word", Class::DocumentWord),
    ("street", Class::Street),
    ("dot", Class::Dot),
    ("month", Class::Month),
    ("digit", Class::Digit),
];

const FILES: [&str; 11] = [
    include_str!("../data/words.txt"),
    include_str!("../data/names-fr.txt"),
    include_str!("../data/names-en.txt"),
    include_str!("../data/names-es.txt"),
    include_str!("../data/names-it.txt"),
    include_str!("../data/names-de.txt"),
    include_str!("../data/names-pt.txt"),
    include_str!("../data/names-nl.txt"),
    include_str!("../data/names-pl.txt"),
    include_str!("../data/names-ar.txt"),
    include_str!("../data/names-tr.txt"),
];

/// What the lexicon says of a word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Word {
    classes: u64,
    value: u8,
}

impl Word {
    /// Of a word that is not in it.
    pub(crate) const NONE: Word = Word {
        classes: 0,
        value: 0,
    };

    /// Whether it is of `class`, written plainly.
    pub(crate) fn is(self, class: Class) -> bool {
        self.reads(class, Coding::Plain)
    }

    /// Whether it is of `class`, written as `coding` says.
    pub(crate) fn reads(self, class: Class, coding: Coding) -> bool {
        self.classes & bit(class, coding) != 0
    }

    /// Whether it is in the lexicon at all.
    pub(crate) fn is_known(self) -> bool {
        self.classes != 0
    }

    /// Which month, from 1, or which digit.
    pub(crate) fn value(self) -> u8 {
        self.value
    }
}

/// 0 for classes that the coding does not have.
fn bit(class: Class, coding: Coding) -> u64 {
    let class = class as u32;
    match coding {
        Coding::Plain if class < CODED as u32 => 1 << class,
        // Past the bits of the three codings.
        Coding::Plain => 1 << (class + 2 * SHIFT),
        Coding::Rot13 if class < CODED as u32 => 1 << (class + SHIFT),
        Coding::Reversed if class < CODED as u32 => 1 << (class + 2 * SHIFT),
        Coding::Rot13 | Coding::Reversed => 0,
    }
}

/// FNV-1a of the lower-case letters: made one letter at a time, so that all prefixes of a word cost one pass.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Hash(u64);

impl Hash {
    pub(crate) const EMPTY: Hash = Hash(0xcbf2_9ce4_8422_2325);

    /// Of the letters so far and one more.
    pub(crate) fn then(self, letter: u8) -> Hash {
        Hash((self.0 ^ u64::from(letter.to_ascii_lowercase())).wrapping_mul(0x100_0000_01b3))
    }

    pub(crate) fn of(letters: impl IntoIterator<Item = u8>) -> Hash {
        letters.into_iter().fold(Hash::EMPTY, Hash::then)
    }
}

/// All words, by open addressing in a table that is a quarter full at most.
#[derive(Debug)]
pub(crate) struct Lexicon {
    slots: Vec<(u64, Word)>,
    mask: usize,
}

/// The one lexicon; built on first use.
pub(crate) fn lexicon() -> &'static Lexicon {
    static LEXICON: LazyLock<Lexicon> = LazyLock::new(Lexicon::new);
    &LEXICON
}

impl Lexicon {
    fn new() -> Self {
        let lines = || FILES.iter().flat_map(|file| file.lines()).filter(is_entry);
        let words = lines().map(|line| line.split(' ').count()).sum::<usize>();
        let size = (words * Coding::ALL.len() * 4).next_power_of_two();
        let mut lexicon = Lexicon {
            slots: vec![(0, Word::NONE); size],
            mask: size - 1,
        };
        for line in lines() {
            let mut words = line.split(' ');
            let (class, value) = class(words.next().unwrap_or_default());
            words.for_each(|word| lexicon.add(word, class, value));
        }
        lexicon
    }

    fn add(&mut self, word: &str, class: Class, value: u8) {
        let bytes = || word.bytes();
        let rotated = bytes().map(rot13);
        self.mark(Hash::of(bytes()), bit(class, Coding::Plain), value);
        // Two letters say too little to be looked for in disguise.
        if word.len() > 2 {
            self.mark(Hash::of(rotated), bit(class, Coding::Rot13), value);
            self.mark(Hash::of(bytes().rev()), bit(class, Coding::Reversed), value);
        }
    }

    fn mark(&mut self, hash: Hash, bits: u64, value: u8) {
        if bits == 0 {
            return;
        }
        let at = self.slot(hash);
        let (key, word) = &mut self.slots[at];
        *key = hash.0;
        word.classes |= bits;
        word.value |= value;
    }

    /// Where `hash` is, or would be.
    fn slot(&self, Hash(hash): Hash) -> usize {
        // The low bits of FNV-1a mix worse than those above.
        let mut at = (hash ^ hash >> 29) as usize & self.mask;
        while self.slots[at].1.is_known() && self.slots[at].0 != hash {
            at = (at + 1) & self.mask;
        }
        at
    }

    /// What is known of the word with that hash.
    pub(crate) fn find(&self, hash: Hash) -> Word {
        self.slots[self.slot(hash)].1
    }

    /// What is known of `word`.
    #[cfg(test)]
    fn find_text(&self, word: &str) -> Word {
        self.find(Hash::of(word.bytes()))
    }
}

/// A letter 13 places on.
pub(crate) fn rot13(letter: u8) -> u8 {
    match letter {
        b'a'..=b'z' => (letter - b'a' + 13) % 26 + b'a',
        b'A'..=b'Z' => (letter - b'A' + 13) % 26 + b'A',
        _ => letter,
    }
}

fn is_entry(line: &&str) -> bool {
    !line.is_empty() && !line.starts_with('#')
}

/// A class and, of months and digits, which.
fn class(name: &str) -> (Class, u8) {
    let (stem, value) = match name.rsplit_once('-') {
        Some((stem, number)) if number.bytes().all(|byte| byte.is_ascii_digit()) => {
            (stem, number.parse().unwrap_or_default())
        }
        Some(_) | None => (name, 0),
    };
    let found = NAMES.iter().find(|(name, _)| *name == stem);
    let class = found.expect("the files name classes that there are").1;
    (class, value)
}

/// The words of a class in one language's file, for making up persons.
#[cfg(feature = "planted")]
pub(crate) fn names(language: usize, class: &str) -> Vec<&'static str> {
    let lines = FILES[language + 1].lines().filter(is_entry);
    lines
        .filter_map(|line| line.strip_prefix(class)?.strip_prefix(' '))
        .flat_map(|words| words.split(' '))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_the_files_are_folded_to_lower_case_letters() {
        for line in FILES.iter().flat_map(|file| file.lines()).filter(is_entry) {
            for word in line.split(' ').skip(1) {
                let folded = !word.is_empty() && word.bytes().all(|b| b.is_ascii_lowercase());
                assert!(folded, "{word:?} in {line:.20}");
            }
        }
    }

    #[test]
    fn a_name_is_found_in_any_case_reversed_and_in_rot13() {
        let lexicon = lexicon();
        assert!(lexicon.find_text("Jean").is(Class::Given));
        assert!(
            lexicon
                .find_text("tnopud")
                .reads(Class::Surname, Coding::Reversed)
        );
        assert!(
            lexicon
                .find_text("qhcbag")
                .reads(Class::Surname, Coding::Rot13)
        );
        assert!(!lexicon.find_text("protest").is_known());
    }

    #[test]
    fn months_and_digits_have_their_value() {
        let lexicon = lexicon();
        assert_eq!(lexicon.find_text("mayis").value(), 5);
        assert_eq!(lexicon.find_text("dezembro").value(), 12);
        assert_eq!(lexicon.find_text("cuatro").value(), 4);
    }
}
