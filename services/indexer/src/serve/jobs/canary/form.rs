//! The file of canaries as TOML states it.

use serde::Deserialize;
use sosie_index::record::parse_instant;
use sosie_proto::from_pb::DEFAULT_PROFILE;
use sosie_similarity::{Code, EventId, Invalid, ProfileRef, Rule};

use super::{CANARIES_MAX, CANARY_HITS_MAX, Canaries, Canary, ExpectedHit};

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct File {
    #[serde(default)]
    canary: Vec<CanaryForm>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct CanaryForm {
    name: String,
    event_id: String,
    profile: Option<String>,
    as_of: Option<String>,
    hits: Vec<HitForm>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct HitForm {
    event_id: String,
    score: Option<f64>,
}

impl File {
    /// Checks every canary; an error has the path of the field.
    pub(super) fn canaries(self) -> Result<Canaries, Invalid> {
        if self.canary.len() > CANARIES_MAX {
            return Err(Invalid::new("canary", Rule::TooMany(CANARIES_MAX)));
        }
        let mut canaries: Vec<Canary> = Vec::new();
        for (at, form) in self.canary.into_iter().enumerate() {
            let canary = form.canary().and_then(|canary| {
                if canaries.iter().any(|other| other.name == canary.name) {
                    Err(Invalid::new("name", Rule::Duplicate))
                } else {
                    Ok(canary)
                }
            });
            canaries.push(canary.map_err(|invalid| invalid.under(&format!("canary[{at}]")))?);
        }
        Ok(Canaries(canaries))
    }
}

impl CanaryForm {
    fn canary(self) -> Result<Canary, Invalid> {
        let field = |field: &'static str| move |rule| Invalid::new(field, rule);
        let profile = self.profile.as_deref().unwrap_or(DEFAULT_PROFILE);
        let as_of = self.as_of.as_deref().map(parse_instant).transpose();
        match self.hits.len() {
            0 => Err(Rule::Required),
            1..=CANARY_HITS_MAX => Ok(()),
            _ => Err(Rule::TooMany(CANARY_HITS_MAX)),
        }
        .map_err(field("hits"))?;
        let hits = self.hits.into_iter().enumerate();
        let hits = hits.map(|(at, hit)| {
            hit.expected()
                .map_err(|invalid| invalid.under(&format!("hits[{at}]")))
        });
        Ok(Canary {
            name: Code::new(&self.name).map_err(field("name"))?,
            event_id: EventId::new(&self.event_id).map_err(field("event_id"))?,
            profile: ProfileRef::parse(profile).map_err(field("profile"))?,
            as_of: as_of.map_err(field("as_of"))?,
            hits: hits.collect::<Result<_, _>>()?,
        })
    }
}

impl HitForm {
    fn expected(self) -> Result<ExpectedHit, Invalid> {
        let event_id = EventId::new(&self.event_id);
        if self
            .score
            .is_some_and(|score| !(0.0..=1.0).contains(&score))
        {
            return Err(Invalid::new("score", Rule::OutOfRange(0.0, 1.0)));
        }
        Ok(ExpectedHit {
            event_id: event_id.map_err(|rule| Invalid::new("event_id", rule))?,
            score: self.score,
        })
    }
}
