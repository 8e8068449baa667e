//! The start of a reindex job. Names of jobs stay text: whether there is such a job is for those who keep them.

use sosie_similarity::limits::REINDEX_SOURCES_MAX;
use sosie_similarity::{Code, EventId, Invalid, Rule};

use super::{At, each};
use crate::pb;

/// A call of `StartReindex`.
#[derive(Clone, Debug, PartialEq)]
pub struct StartReindex {
    /// Sources to import from first, in this order, each once.
    pub sources: Vec<Code>,
    /// What makes the call idempotent.
    pub request_id: Option<String>,
}

/// A call of `StartReindex`.
///
/// # Errors
/// On the field that breaks a rule.
pub fn start_reindex(request: pb::StartReindexRequest) -> Result<StartReindex, Invalid> {
    let pb::StartReindexRequest {
        source_names,
        request_id,
    } = request;
    if source_names.len() > REINDEX_SOURCES_MAX {
        return Err(Invalid::new(
            "source_names",
            Rule::TooMany(REINDEX_SOURCES_MAX),
        ));
    }
    let sources = each(source_names, |name| Code::new(&name)).at("source_names")?;
    let mut named = sources.iter().enumerate();
    if let Some((at, _)) = named.find(|(at, name)| sources[..*at].contains(name)) {
        let field = format!("source_names[{at}]");
        return Err(Invalid::new(field, Rule::Duplicate));
    }
    if !request_id.is_empty() {
        // It has the form of the id of an event.
        EventId::new(&request_id).at("request_id")?;
    }
    Ok(StartReindex {
        sources,
        request_id: Some(request_id).filter(|id| !id.is_empty()),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request(source_names: &[&str], request_id: &str) -> pb::StartReindexRequest {
        pb::StartReindexRequest {
            source_names: source_names.iter().map(|&name| name.to_owned()).collect(),
            request_id: request_id.to_owned(),
        }
    }

    #[test]
    fn sources_are_codes_each_once_and_not_too_many() {
        let started = start_reindex(request(&["a", "b"], "r-1")).unwrap();
        assert_eq!(started.sources.len(), 2);
        assert_eq!(started.request_id.as_deref(), Some("r-1"));
        assert_eq!(start_reindex(request(&[], "")).unwrap().request_id, None);
        let refused = |names: &[&str], id: &str| start_reindex(request(names, id)).unwrap_err();
        let at = |field: &str, rule| Invalid::new(field, rule);
        assert_eq!(
            refused(&["a", "B"], ""),
            at("source_names[1]", Rule::Malformed)
        );
        assert_eq!(
            refused(&["a", "a"], ""),
            at("source_names[1]", Rule::Duplicate)
        );
        assert_eq!(refused(&[], "r 1"), at("request_id", Rule::Malformed));
        let many = vec!["a"; REINDEX_SOURCES_MAX + 1];
        let too_many = Rule::TooMany(REINDEX_SOURCES_MAX);
        assert_eq!(refused(&many, ""), at("source_names", too_many));
    }
}
