//! The searches that are sent, as bytes: made before the clock starts.

use std::num::NonZeroUsize;

use prost::Message;
use prost::bytes::Bytes;
use sosie_proto::{pb, to_pb};
use sosie_similarity::{Axis, CodePath, StatedValues};
use sosie_synthetic::{Config, Generator, QuerySet, SyntheticQuery, horizon};

/// The sets that are like what people ask.
const SETS: [QuerySet; 3] = [QuerySet::A, QuerySet::B, QuerySet::C];
/// A request weighs the axes itself; how fast similarity falls is the profile's.
const PROFILE: &str = "tranquillity@1";
const PAGE_SIZE: i32 = 10;

/// Requests of `FindSimilarEvents`.
pub(super) struct Questions(Vec<Bytes>);

impl Questions {
    /// The first `count` queries of the sets, in turn.
    pub(super) fn make(seed: u64, count: NonZeroUsize) -> Questions {
        let generator = Generator::new(seed, Config::default());
        let query = |at: u64| {
            let set = SETS[at as usize % SETS.len()];
            let query = generator.query(set, at / SETS.len() as u64);
            request(query).encode_to_vec().into()
        };
        Questions((0..count.get() as u64).map(query).collect())
    }

    /// The first comes again after the last.
    pub(super) fn get(&self, at: usize) -> Bytes {
        self.0[at % self.0.len()].clone()
    }
}

fn request(query: SyntheticQuery) -> pb::FindSimilarEventsRequest {
    let draft = draft(&query);
    let weights = Axis::ALL.into_iter().zip(query.kernels.weights);
    let weight = |(axis, weight)| pb::AxisWeight {
        axis: to_pb::axis(axis).into(),
        weight: Some(weight),
    };
    let query = pb::SimilarityQuery {
        probe: Some(pb::Probe {
            kind: Some(pb::probe::Kind::Draft(draft)),
        }),
        profile: PROFILE.to_owned(),
        weight_overrides: weights.map(weight).collect(),
        as_of: Some(to_pb::instant(horizon())),
        ..pb::SimilarityQuery::default()
    };
    pb::FindSimilarEventsRequest {
        query: Some(query),
        page_size: Some(PAGE_SIZE),
        ..pb::FindSimilarEventsRequest::default()
    }
}

fn draft(query: &SyntheticQuery) -> pb::DraftEvent {
    let StatedValues {
        nature,
        sector,
        location,
        participants,
        footprint_area_m2,
        footprint,
        active_duration_s,
    } = &query.stated;
    let times = pb::EventTimes {
        start_time: Some(to_pb::instant(query.times.start())),
        end_time: Some(to_pb::instant(query.times.end())),
        time_zone: query.times.zone().name().to_owned(),
        time_precision: to_pb::precision(query.times.precision()).into(),
    };
    pb::DraftEvent {
        location: location.map(to_pb::location),
        participants: participants.map(to_pb::participants),
        nature: nature.as_ref().map(CodePath::to_string),
        sector: sector.as_ref().map(CodePath::to_string),
        when: Some(pb::draft_event::When::Times(times)),
        active_duration_s: *active_duration_s,
        footprint_area_m2: *footprint_area_m2,
        footprint: footprint.as_ref().map(to_pb::footprint),
    }
}

#[cfg(test)]
mod tests {
    use sosie_proto::from_pb;
    use sosie_similarity::ProbeRef;
    use sosie_synthetic::AbsentAxes;

    use super::*;

    #[test]
    fn a_question_reads_back_as_the_query_it_was_made_of() {
        let generator = Generator::new(3, Config::default());
        for set in SETS {
            let query = generator.query(set, 11);
            let asked = from_pb::find(request(query.clone())).unwrap().query;
            let draft = ProbeRef::Draft(Box::new(query.draft(AbsentAxes::None)));
            assert_eq!(asked.probe, draft);
            let weights = Axis::ALL.into_iter().zip(query.kernels.weights);
            assert_eq!(asked.weight_overrides, weights.collect::<Vec<_>>());
            assert_eq!(asked.as_of, Some(horizon()));
        }
    }

    #[test]
    fn questions_begin_again_after_the_last() {
        let questions = Questions::make(1, NonZeroUsize::new(4).unwrap());
        assert_eq!(questions.get(4), questions.get(0));
        assert_ne!(questions.get(1), questions.get(0));
    }
}
