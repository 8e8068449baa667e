use sosie_index::record::{KnownTime, parse_event};
use sosie_store::{Change, Options, Put};

use super::*;

/// Events that lie in memory; its position is the number of those that are imported.
struct Listed(Vec<Write>);

impl Listed {
    fn import(&self, into: &mut Importer, at_most: usize) -> Result<(), ImportError> {
        into.expect(self.0.len() as u64);
        let begun = into.position().map_or(0, |position| position[0] as usize);
        for at in (begun..self.0.len()).step_by(2).take(at_most) {
            let end = (at + 2).min(self.0.len());
            into.write(ImportBatch {
                writes: self.0[at..end].to_vec(),
                refused: 1,
                position: vec![end as u8],
            })?;
        }
        Ok(())
    }
}

fn put(number: usize) -> Write {
    let json = format!(
        r#"{{"event_id":"e-{number}","state":"HELD","start_time":"2024-06-21T18:00:00Z",
            "end_time":"2024-06-21T20:00:00Z","time_zone":"Europe/Paris","time_precision":"EXACT","source_id":"trial"}}"#
    );
    let event = parse_event(json.as_bytes(), KnownTime::EndTime).unwrap();
    Write {
        change: Change::Put(Put::new(event, None)),
        if_revision: None,
    }
}

fn store() -> (tempfile::TempDir, Arc<Store>) {
    let dir = tempfile::tempdir().unwrap();
    let options = Options {
        cache_bytes: 1 << 20,
        verify: false,
    };
    let store = Store::open(dir.path(), options).unwrap();
    (dir, Arc::new(store))
}

fn importer(store: &Arc<Store>, job: JobId, stop: &Stop) -> Importer {
    let source = Code::new("listed").unwrap();
    Importer::into_store(store.clone(), (&source, job), stop.clone()).unwrap()
}

#[test]
fn an_import_that_was_broken_off_goes_on_where_it_was_and_another_job_begins_anew() {
    let (_dir, store) = store();
    let (job, stop) = (JobId::random(), Stop::default());
    let listed = Listed((0..9).map(put).collect());
    let mut first = importer(&store, job, &stop);
    listed.import(&mut first, 2).unwrap();
    assert_eq!(first.counts().accepted, 4);
    let mut second = importer(&store, job, &stop);
    assert_eq!(second.position(), Some(&[4][..]));
    listed.import(&mut second, 9).unwrap();
    let view = store.view().unwrap();
    assert_eq!(
        (view.summary().event_count, view.summary().record_count),
        (9, 9)
    );
    // The records of the batch before the break are not counted.
    let counts = second.counts();
    assert_eq!((counts.accepted, counts.refused), (7, 4));
    assert_eq!(counts.read, counts.accepted + counts.refused);
    let mut another = importer(&store, JobId::random(), &stop);
    assert_eq!(another.position(), None);
    listed.import(&mut another, 9).unwrap();
    assert_eq!(another.counts().unchanged, 9);
}

#[test]
fn an_import_that_is_to_stop_writes_no_more() {
    let (_dir, store) = store();
    let stop = Stop::default();
    let mut into = importer(&store, JobId::random(), &stop);
    let listed = Listed((0..9).map(put).collect());
    listed.import(&mut into, 1).unwrap();
    stop.cancel();
    let stopped = listed.import(&mut into, 9).unwrap_err();
    assert!(matches!(stopped, ImportError::Stopped), "{stopped}");
    assert_eq!(store.view().unwrap().summary().event_count, 2);
}
