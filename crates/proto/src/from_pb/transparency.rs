//! Questions to the algorithm about itself.

use sosie_similarity::limits::{DIFF_DEPTH_DEFAULT, DIFF_DEPTH_MAX, DIFF_QUERIES_MAX};
use sosie_similarity::{EventId, Invalid, ProfileRef, Query, Rule};

use super::{At, choice, each, probe, query, replay, required, required_text};
use crate::{Receipt, pb};

/// `GetAlgorithmRecord`.
#[derive(Clone, Debug, PartialEq)]
pub struct Record {
    /// The profile that is described.
    pub profile: ProfileRef,
    /// In which form; never unspecified.
    pub form: pb::RecordForm,
    /// In which language; unspecified only where the form has its own.
    pub language: pb::Language,
}

/// `GetStatement`.
#[derive(Clone, Debug, PartialEq)]
pub struct StatementOf {
    /// The question.
    pub query: Query,
    /// The event that is compared.
    pub event_id: EventId,
    /// In which language; never unspecified.
    pub language: pb::Language,
    /// What pins an answer to the question.
    pub receipt: Option<Receipt>,
}

/// `DiffProfiles`.
#[derive(Clone, Debug, PartialEq)]
pub struct Diff {
    /// The profile before.
    pub before: ProfileRef,
    /// The profile after.
    pub after: ProfileRef,
    /// What both are tried on.
    pub queries: Vec<Query>,
    /// How deep lists are compared.
    pub depth: usize,
    /// The language of the document; never unspecified.
    pub language: pb::Language,
}

/// A call of `GetAlgorithmRecord`.
///
/// # Errors
/// On the field that breaks a rule.
pub fn algorithm_record(request: pb::GetAlgorithmRecordRequest) -> Result<Record, Invalid> {
    let pb::GetAlgorithmRecordRequest {
        profile,
        form,
        language,
    } = request;
    let form = match choice::known(form).at("form")? {
        pb::RecordForm::Unspecified => return Err(Invalid::new("form", Rule::Required)),
        form @ (pb::RecordForm::Markdown
        | pb::RecordForm::Json
        | pb::RecordForm::Etalab
        | pb::RecordForm::Atrs
        | pb::RecordForm::DutchRegister) => form,
    };
    let language = if form == pb::RecordForm::Markdown {
        self::language(language)?
    } else {
        choice::known(language).at("language")?
    };
    Ok(Record {
        profile: query::profile_named(&profile).at("profile")?,
        form,
        language,
    })
}

/// A call of `GetStatement`.
///
/// # Errors
/// On the field that breaks a rule.
pub fn statement(request: pb::GetStatementRequest) -> Result<StatementOf, Invalid> {
    let pb::GetStatementRequest {
        query,
        event_id,
        language,
        receipt,
    } = request;
    let query = required(query).at("query")?;
    Ok(StatementOf {
        query: query::similarity_query(query).at("query")?,
        event_id: probe::id_of_event(&event_id).at("event_id")?,
        language: self::language(language)?,
        receipt: receipt.map(replay::receipt).transpose().at("receipt")?,
    })
}

/// A call of `DiffProfiles`.
///
/// # Errors
/// On the field that breaks a rule.
pub fn diff_profiles(request: pb::DiffProfilesRequest) -> Result<Diff, Invalid> {
    let pb::DiffProfilesRequest {
        before,
        after,
        queries,
        depth,
        language,
    } = request;
    let named = |text: &str| ProfileRef::parse(required_text(text)?);
    if queries.len() > DIFF_QUERIES_MAX {
        return Err(Invalid::new("queries", Rule::TooMany(DIFF_QUERIES_MAX)));
    }
    let depth = depth.map_or(Ok(DIFF_DEPTH_DEFAULT), |depth| {
        let depth = usize::try_from(depth).unwrap_or_default();
        let is_in = (1..=DIFF_DEPTH_MAX).contains(&depth);
        let rule = Rule::OutOfRange(1.0, DIFF_DEPTH_MAX as f64);
        is_in.then_some(depth).ok_or(rule)
    });
    Ok(Diff {
        before: named(&before).at("before")?,
        after: named(&after).at("after")?,
        queries: each(queries, without_profile).at("queries")?,
        depth: depth.at("depth")?,
        language: self::language(language)?,
    })
}

/// A query that says nothing of profiles: both are applied to it.
fn without_profile(asked: pb::SimilarityQuery) -> Result<Query, Invalid> {
    if !asked.profile.is_empty() {
        return Err(Invalid::new("profile", Rule::Malformed));
    }
    query::similarity_query(asked)
}

fn language(language: i32) -> Result<pb::Language, Invalid> {
    match choice::known(language).at("language")? {
        pb::Language::Unspecified => Err(Invalid::new("language", Rule::Required)),
        language @ (pb::Language::French | pb::Language::English) => Ok(language),
    }
}
