//! An engine that does what a test asks for, behind the same seam as the real one.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use sosie_index::{Cancel, FacetAnswer, FacetQuery, GenerationId, ListAnswer, ListQuery};
use sosie_query::{DataSets, Engine, EngineError, GenerationFacts, Serving};
use sosie_similarity::{
    Answer, Counts, Digest, Event, EventId, Explanation, Page, Search, Timestamp,
};

use crate::fixture::{PATIENCE, number, within};

/// Searches last until they are let go or cancelled; reading an event panics; facets fail.
#[derive(Default)]
pub(crate) struct Stub {
    let_go: AtomicBool,
    pub(crate) searching: AtomicUsize,
    pub(crate) cancelled: AtomicUsize,
}

impl Stub {
    /// An engine, and the generations that it is the only one of.
    pub(crate) fn serving() -> (Arc<Stub>, Arc<Serving>) {
        let (stub, serving) = (Arc::new(Stub::default()), Serving::new(number(1), PATIENCE));
        serving.swap(stub.clone());
        (stub, serving)
    }

    pub(crate) fn let_go(&self) {
        self.let_go.store(true, Ordering::SeqCst);
    }

    /// Until a counter of this engine has reached `count`.
    pub(crate) async fn reaches(counter: &AtomicUsize, count: usize) {
        let reached = async {
            while counter.load(Ordering::SeqCst) != count {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        };
        within(reached).await;
    }
}

impl Engine for Stub {
    fn generation(&self) -> GenerationFacts {
        GenerationFacts {
            id: GenerationId::parse("gen-000042").unwrap(),
            digest: Digest::of(b"stub"),
        }
    }

    fn data_sets(&self, _: &Cancel) -> Result<DataSets, EngineError> {
        Err(EngineError::Failed("what only the log may say".into()))
    }

    fn search(&self, _: &Search, _: Page, cancel: &Cancel) -> Result<Answer, EngineError> {
        self.searching.fetch_add(1, Ordering::SeqCst);
        while !self.let_go.load(Ordering::SeqCst) {
            if cancel.is_cancelled() {
                self.cancelled.fetch_add(1, Ordering::SeqCst);
                return Err(EngineError::Cancelled);
            }
            std::thread::sleep(Duration::from_millis(2));
        }
        Ok(Answer {
            hits: vec![],
            has_more: false,
            counts: Counts::default(),
        })
    }

    fn explain(
        &self,
        _: &Search,
        _: &EventId,
        _: &Cancel,
    ) -> Result<Option<Explanation>, EngineError> {
        Ok(None)
    }

    fn count_facets(&self, _: &FacetQuery, _: &Cancel) -> Result<FacetAnswer, EngineError> {
        Err(EngineError::Failed("what only the log may say".into()))
    }

    fn event(&self, _: &EventId, _: Option<Timestamp>) -> Result<Option<Event>, EngineError> {
        panic!("what only the log may say");
    }

    fn list(&self, _: &ListQuery, _: Page, _: &Cancel) -> Result<ListAnswer, EngineError> {
        Ok(ListAnswer {
            events: vec![],
            has_more: false,
        })
    }
}
