//! Questions to the algorithm about itself.

use sosie_similarity::limits::{
    DIFF_DEPTH_DEFAULT, DIFF_DEPTH_MAX, DIFF_QUERIES_MAX, SENSITIVITY_SHARE_DEFAULT,
    SENSITIVITY_SIZE_DEFAULT, SENSITIVITY_SIZE_MAX,
};
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

/// `MeasureSensitivity`.
#[derive(Clone, Debug, PartialEq)]
pub struct SensitivityOf {
    /// The question.
    pub query: Query,
    /// How many hits are asked about.
    pub size: usize,
    /// By which share all weights move at once, in [0, 1].
    pub share: f64,
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
    let depth = count(depth, DIFF_DEPTH_DEFAULT, DIFF_DEPTH_MAX);
    Ok(Diff {
        before: named(&before).at("before")?,
        after: named(&after).at("after")?,
        queries: each(queries, without_profile).at("queries")?,
        depth: depth.at("depth")?,
        language: self::language(language)?,
    })
}

/// A call of `MeasureSensitivity`.
///
/// # Errors
/// On the field that breaks a rule.
pub fn sensitivity(request: pb::MeasureSensitivityRequest) -> Result<SensitivityOf, Invalid> {
    let pb::MeasureSensitivityRequest { query, size, share } = request;
    let query = required(query).at("query")?;
    let share = share.unwrap_or(SENSITIVITY_SHARE_DEFAULT);
    if !(0.0..=1.0).contains(&share) {
        return Err(Invalid::new("share", Rule::OutOfRange(0.0, 1.0)));
    }
    Ok(SensitivityOf {
        query: query::similarity_query(query).at("query")?,
        size: count(size, SENSITIVITY_SIZE_DEFAULT, SENSITIVITY_SIZE_MAX).at("size")?,
        share,
    })
}

/// A number from 1 to `max`; `default` if it is left out.
fn count(asked: Option<i32>, default: usize, max: usize) -> Result<usize, Rule> {
    let Some(asked) = asked else {
        return Ok(default);
    };
    let number = usize::try_from(asked).unwrap_or_default();
    let is_in = (1..=max).contains(&number);
    is_in
        .then_some(number)
        .ok_or(Rule::OutOfRange(1.0, max as f64))
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
