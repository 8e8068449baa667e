//! Reindex jobs: made anew while events come, validated, switched; refused, cancelled, failed.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use sosie_index::{Cancel, Current, Snapshot, VerifiedGeneration, list_generations};
use sosie_indexer::serve::{
    Follower, ImportBatch, ImportError, Importer, IndexerServer, JobSource, ServeConfig, Sources,
    Stores,
};
use sosie_proto::pb::index_service_client::IndexServiceClient;
use sosie_proto::pb::ingest_service_client::IngestServiceClient;
use sosie_proto::pb::{self, ErrorReason, ReindexFailureReason, ReindexJobPhase, ReindexJobState};
use sosie_similarity::Code;
use sosie_store::{Change, Put, Write};
use tempfile::TempDir;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use tonic::transport::Channel;

use crate::fixture::{changed, config, described, records, within};

/// An indexer that follows its store, and is started again as often as one likes.
struct Site {
    dir: TempDir,
    config: ServeConfig,
    sources: Sources,
    up: Option<Up>,
}

struct Up {
    uri: String,
    stores: Stores,
    follower: Follower,
    stop: oneshot::Sender<()>,
    ended: JoinHandle<()>,
}

impl Site {
    async fn new() -> Site {
        Site::with_sources(Sources::default()).await
    }

    async fn with_sources(sources: Sources) -> Site {
        let dir = tempfile::tempdir().unwrap();
        let config = config(dir.path());
        let mut site = Site {
            dir,
            config,
            sources,
            up: None,
        };
        site.start().await;
        site
    }

    async fn start(&mut self) {
        let stores = Stores::open(&self.config).unwrap();
        let follower = Follower::start(stores.clone(), false).unwrap();
        let server = IndexerServer::bind(self.config.clone(), stores.clone(), follower.feed());
        let server = server.await.unwrap().with_sources(self.sources.clone());
        let uri = format!("http://{}", server.local_addr());
        let (stop, stopped) = oneshot::channel::<()>();
        let ended = tokio::spawn(async move {
            let told = async {
                let _ = stopped.await;
            };
            server.run(told).await.unwrap();
        });
        self.up = Some(Up {
            uri,
            stores,
            follower,
            stop,
            ended,
        });
    }

    async fn end(&mut self) {
        let up = self.up.take().unwrap();
        up.stop.send(()).unwrap();
        within(up.ended).await.unwrap();
        tokio::task::spawn_blocking(move || drop((up.follower, up.stores)))
            .await
            .unwrap();
    }

    fn up(&self) -> &Up {
        self.up.as_ref().unwrap()
    }

    async fn index(&self) -> IndexServiceClient<Channel> {
        IndexServiceClient::connect(self.up().uri.clone())
            .await
            .unwrap()
    }

    async fn put(&self, records: Vec<pb::IngestRecord>) {
        let client = IngestServiceClient::connect(self.up().uri.clone()).await;
        put(&mut client.unwrap(), records).await;
    }

    /// Waits until what the store holds is served; gives what is.
    async fn served(&self) -> Snapshot {
        let position = self.up().stores.store.view().unwrap().summary().position;
        let dir = &self.config.generations_dir;
        let asked = async {
            loop {
                let found = list_generations(dir).unwrap().into_iter();
                let served = found.filter(|found| found.is_current);
                let manifest = served.filter_map(|found| found.manifest.ok()).next();
                let store = manifest.and_then(|manifest| manifest.store);
                if store.is_some_and(|store| store.position == position.get()) {
                    let current = Current::read(dir).unwrap().unwrap();
                    let verified = VerifiedGeneration::open(dir, &current).unwrap();
                    return Snapshot::open(verified).unwrap();
                }
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        };
        within(asked).await
    }

    async fn start_job(&self, request: pb::StartReindexRequest) -> pb::ReindexJob {
        let started = self.index().await.start_reindex(request).await.unwrap();
        started.into_inner().job.unwrap()
    }

    /// All that a watcher of a job is told.
    async fn watch(&self, job_id: &str) -> Vec<pb::ReindexJob> {
        let job_id = job_id.to_owned();
        let request = pb::WatchReindexJobRequest { job_id };
        let watched = self.index().await.watch_reindex_job(request).await;
        let mut watched = watched.unwrap().into_inner();
        let mut told = Vec::new();
        while let Some(message) = within(watched.message()).await.unwrap() {
            told.push(message.job.unwrap());
        }
        told
    }

    async fn ended_job(&self, job_id: &str) -> pb::ReindexJob {
        self.watch(job_id).await.pop().unwrap()
    }

    /// Files of a generation that have a text in them.
    fn files_with(&self, generation: &str, text: &str) -> usize {
        let entries = std::fs::read_dir(self.config.generations_dir.join(generation));
        let has = |path: std::path::PathBuf| {
            let bytes = std::fs::read(path).unwrap();
            let mut windows = bytes.windows(text.len());
            windows.any(|window| window == text.as_bytes())
        };
        let paths = entries.unwrap().map(|entry| entry.unwrap().path());
        paths.filter(|path| has(path.clone())).count()
    }

    fn left(&self) -> Vec<String> {
        let entries = std::fs::read_dir(&self.config.generations_dir).unwrap();
        let names = entries.map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned());
        let mut left: Vec<_> = names.filter(|name| name.starts_with(".live")).collect();
        left.sort();
        left
    }
}

async fn put(client: &mut IngestServiceClient<Channel>, records: Vec<pb::IngestRecord>) {
    let request = pb::BatchIngestEventsRequest {
        records,
        validate_only: false,
    };
    client.batch_ingest_events(request).await.unwrap();
}

fn from(sources: &[&str]) -> pb::StartReindexRequest {
    pb::StartReindexRequest {
        source_names: sources.iter().map(|&name| name.to_owned()).collect(),
        ..pb::StartReindexRequest::default()
    }
}

fn failure(job: &pb::ReindexJob) -> (ReindexFailureReason, &str) {
    assert_eq!(job.state(), ReindexJobState::Failed, "{job:?}");
    let failure = job.failure.as_ref().unwrap();
    (failure.reason(), &failure.subject)
}

fn content(snapshot: &Snapshot) -> sosie_similarity::Digest {
    let content = snapshot.content_digest(&Cancel::default()).unwrap();
    assert_eq!(content, snapshot.manifest().content_digest);
    content
}

/// A source of some events; it waits before the last one until it is let.
struct Listed {
    numbers: std::ops::Range<usize>,
    is_let: AtomicBool,
    refused: u64,
}

impl Listed {
    fn of(numbers: std::ops::Range<usize>) -> Arc<Listed> {
        Arc::new(Listed {
            numbers,
            is_let: AtomicBool::new(true),
            refused: 0,
        })
    }

    fn waiting(numbers: std::ops::Range<usize>) -> Arc<Listed> {
        let listed = Listed::of(numbers);
        listed.is_let.store(false, Ordering::SeqCst);
        listed
    }
}

impl JobSource for Listed {
    fn import(&self, into: &mut Importer) -> Result<(), ImportError> {
        into.expect(self.numbers.len() as u64);
        let done = into.position().map_or(0, |position| position[0] as usize);
        for (at, number) in self.numbers.clone().enumerate().skip(done) {
            while at + 1 == self.numbers.len() && !self.is_let.load(Ordering::SeqCst) {
                if into.stop().is_set() {
                    return Err(ImportError::Stopped);
                }
                into.stop().pause(Duration::from_millis(10));
            }
            into.write(ImportBatch {
                writes: vec![write(number)],
                refused: self.refused,
                position: vec![at as u8 + 1],
            })?;
        }
        Ok(())
    }
}

pub(crate) fn write(number: usize) -> Write {
    let put = sosie_proto::from_pb::ingest_record(records(number..number + 1).remove(0)).unwrap();
    Write {
        change: Change::Put(Put::new(put.event, put.stated_known_time)),
        if_revision: None,
    }
}

fn sources(all: &[(&str, &Arc<Listed>)]) -> Sources {
    let named = all.iter().map(|(name, source)| {
        let source: Arc<dyn JobSource> = (*source).clone();
        (Code::new(name).unwrap(), source)
    });
    named.collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_index_made_anew_holds_what_came_meanwhile_and_answers_as_before() {
    let mut site = Site::new().await;
    site.put(records(0..800)).await;
    let other = |event: &mut pb::EventInput| event.nature = Some("culture/concert".to_owned());
    site.put(
        (0..50)
            .map(|at| changed(&format!("e-{at}"), other))
            .collect(),
    )
    .await;
    let before = site.served().await;
    let client = IngestServiceClient::connect(site.up().uri.clone()).await;
    let ingesting = Arc::new(AtomicBool::new(true));
    let (going_on, mut client) = (ingesting.clone(), client.unwrap());
    let live = tokio::spawn(async move {
        let mut sent = 0;
        while going_on.load(Ordering::SeqCst) {
            put(&mut client, records(10_000 + sent..10_020 + sent)).await;
            sent += 20;
        }
        sent
    });
    let job = site.start_job(from(&[])).await;
    assert_eq!(job.state(), ReindexJobState::Running);
    let told = site.watch(&job.job_id).await;
    ingesting.store(false, Ordering::SeqCst);
    let sent = live.await.unwrap();
    let last = told.last().unwrap();
    assert_eq!(last.state(), ReindexJobState::Succeeded, "{last:?}");
    assert!(last.end_time.is_some() && !last.generation_id.is_empty());
    let phases: Vec<_> = told.iter().map(pb::ReindexJob::phase).collect();
    assert!(phases.is_sorted(), "{phases:?}");
    let after = site.served().await;
    assert!(sent > 0);
    assert_eq!(after.manifest().event_count, 800 + sent as u64);
    assert_eq!(after.manifest().document_count, 850 + sent as u64);
    content(&after);
    assert!(after.generation() > before.generation());
    assert_eq!(site.left(), [".live"]);
    // Nothing changes any more: made anew, it is the same.
    let again = site.start_job(from(&[])).await;
    let again = site.ended_job(&again.job_id).await;
    assert_eq!(again.state(), ReindexJobState::Succeeded);
    let made = site.served().await;
    assert_eq!(made.generation().to_string(), again.generation_id);
    assert_eq!(content(&made), content(&after));
    assert_eq!(
        made.manifest().nature_digest,
        after.manifest().nature_digest
    );
    site.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_job_runs_at_a_time_and_a_request_that_is_sent_twice_starts_one() {
    let waiting = Listed::waiting(0..3);
    let mut site = Site::with_sources(sources(&[("waiting", &waiting)])).await;
    let named = pb::StartReindexRequest {
        request_id: "r-1".to_owned(),
        ..from(&["waiting"])
    };
    let job = site.start_job(named.clone()).await;
    assert_eq!(job.phase(), ReindexJobPhase::Importing);
    assert_eq!(site.start_job(named).await.job_id, job.job_id);
    let mut index = site.index().await;
    let refused = index.start_reindex(from(&[])).await.unwrap_err();
    assert!(refused.message().contains(&job.job_id), "{refused}");
    let reason = described::<()>(Err(refused)).reason;
    assert_eq!(reason, Some(ErrorReason::ReindexRunning));
    waiting.is_let.store(true, Ordering::SeqCst);
    let ended = site.ended_job(&job.job_id).await;
    assert_eq!(ended.state(), ReindexJobState::Succeeded, "{ended:?}");
    assert_eq!(ended.sources[0].accepted_count, 3);
    let unknown = described(index.start_reindex(from(&["other"])).await);
    assert_eq!(unknown.reason, Some(ErrorReason::SourceNotFound));
    assert_eq!(unknown.violations[0].field, "source_names[0]");
    let job_id = "job-0000000000000000".to_owned();
    let absent = described(
        index
            .get_reindex_job(pb::GetReindexJobRequest { job_id })
            .await,
    );
    assert_eq!(absent.reason, Some(ErrorReason::ReindexJobNotFound));
    let malformed = pb::CancelReindexJobRequest {
        job_id: "job".to_owned(),
    };
    let malformed = described(index.cancel_reindex_job(malformed).await);
    assert_eq!(malformed.reason, Some(ErrorReason::InvalidRequest));
    site.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_import_goes_on_after_a_restart_and_counts_what_became_of_each_record() {
    let (first, second) = (Listed::of(0..5), Listed::waiting(3..9));
    let mut site = Site::with_sources(sources(&[("first", &first), ("second", &second)])).await;
    let job = site.start_job(from(&["first", "second"])).await;
    let job_id = job.job_id;
    // The second source waits before its last record.
    let at_last = async {
        loop {
            let view = site.up().stores.store.view().unwrap();
            if view.summary().event_count == 8 {
                return;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    within(at_last).await;
    site.end().await;
    site.start().await;
    second.is_let.store(true, Ordering::SeqCst);
    let ended = site.ended_job(&job_id).await;
    assert_eq!(ended.state(), ReindexJobState::Succeeded, "{ended:?}");
    let view = site.up().stores.store.view().unwrap();
    let summary = view.summary().clone();
    drop(view);
    assert_eq!((summary.event_count, summary.record_count), (9, 9));
    let [first, second] = &ended.sources[..] else {
        panic!("{ended:?}");
    };
    assert_eq!((first.read_count, first.accepted_count), (5, 5));
    assert_eq!(second.unchanged_count, 2);
    assert!(second.read_count >= 5 && second.is_imported, "{second:?}");
    let mut index = site.index().await;
    let listed = index.list_reindex_jobs(pb::ListReindexJobsRequest {});
    assert_eq!(listed.await.unwrap().into_inner().jobs, [ended]);
    drop(index);
    site.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_job_that_is_cancelled_leaves_what_is_served_also_over_a_restart() {
    let waiting = Listed::waiting(100..103);
    let mut site = Site::with_sources(sources(&[("waiting", &waiting)])).await;
    site.put(records(0..20)).await;
    let before = site.served().await.generation();
    let job = site.start_job(from(&["waiting"])).await;
    let request = pb::CancelReindexJobRequest {
        job_id: job.job_id.clone(),
    };
    let mut index = site.index().await;
    index.cancel_reindex_job(request.clone()).await.unwrap();
    let ended = site.ended_job(&job.job_id).await;
    assert_eq!(ended.state(), ReindexJobState::Cancelled, "{ended:?}");
    // It stays cancelled however often that is asked for.
    let again = index.cancel_reindex_job(request).await.unwrap();
    assert_eq!(again.into_inner().job.unwrap(), ended);
    assert_eq!(site.left(), [".live"]);
    drop(index);
    site.end().await;
    site.start().await;
    assert_eq!(site.ended_job(&job.job_id).await, ended);
    assert!(site.served().await.generation() >= before);
    site.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_canary_that_is_wrong_fails_the_job_by_its_name_and_the_old_index_serves() {
    let mut site = Site::new().await;
    site.put(records(0..30)).await;
    let before = site.served().await.generation();
    let path = site.dir.path().join("canaries.toml");
    let canary = |name: &str, hit: &str| {
        format!(
            "[[canary]]\nname = \"{name}\"\nevent_id = \"e-3\"\nhits = [{{ event_id = \"{hit}\", score = 1.0 }}]\n"
        )
    };
    std::fs::write(&path, canary("right", "e-0")).unwrap();
    site.config.canaries = Some(path.clone());
    site.end().await;
    site.start().await;
    let right = site.start_job(from(&[])).await;
    let right = site.ended_job(&right.job_id).await;
    assert_eq!(right.state(), ReindexJobState::Succeeded, "{right:?}");
    let served = site.served().await.generation();
    assert!(served > before);
    std::fs::write(&path, canary("right", "e-0") + &canary("wrong", "e-1")).unwrap();
    let wrong = site.start_job(from(&[])).await;
    let wrong = site.ended_job(&wrong.job_id).await;
    let expected = (ReindexFailureReason::CanaryMismatch, "wrong");
    assert_eq!(failure(&wrong), expected);
    assert_eq!(wrong.phase(), ReindexJobPhase::Validating);
    std::fs::write(&path, "[[canary]]\n").unwrap();
    let unreadable = site.start_job(from(&[])).await;
    let unreadable = site.ended_job(&unreadable.job_id).await;
    let expected = (ReindexFailureReason::CanariesUnreadable, "");
    assert_eq!(failure(&unreadable), expected);
    assert_eq!(site.served().await.generation(), served);
    assert_eq!(site.left(), [".live"]);
    site.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_served_by_choice_keeps_a_job_from_starting_and_an_empty_store_from_succeeding() {
    let mut site = Site::new().await;
    let empty = site.start_job(from(&[])).await;
    let empty = site.ended_job(&empty.job_id).await;
    assert_eq!(failure(&empty), (ReindexFailureReason::StoreEmpty, ""));
    site.put(records(0..5)).await;
    let old = site.served().await.generation().to_string();
    site.put(records(5..9)).await;
    let newest = site.served().await.generation().to_string();
    let mut index = site.index().await;
    let activate = |generation_id: &str| pb::ActivateGenerationRequest {
        generation_id: generation_id.to_owned(),
        reason: pb::ActivationReason::Exercise.into(),
        expected_active_generation_id: None,
    };
    index.activate_generation(activate(&old)).await.unwrap();
    let held = described(index.start_reindex(from(&[])).await);
    assert_eq!(held.reason, Some(ErrorReason::GenerationHeld));
    assert!(held.message.contains(&old), "{}", held.message);
    index.activate_generation(activate(&newest)).await.unwrap();
    let job = site.start_job(from(&[])).await;
    let ended = site.ended_job(&job.job_id).await;
    assert_eq!(ended.state(), ReindexJobState::Succeeded, "{ended:?}");
    drop(index);
    site.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_erased_while_a_job_runs_is_in_no_file_afterwards() {
    const SECRET: &str = "tree-of-secrets";
    let waiting = Listed::waiting(0..2);
    let mut site = Site::with_sources(sources(&[("waiting", &waiting)])).await;
    let secret = |event: &mut pb::EventInput| event.nature = Some(SECRET.to_owned());
    site.put(records(10..40)).await;
    site.put(vec![changed("secret", secret)]).await;
    let before = site.served().await.generation().to_string();
    assert!(site.files_with(&before, SECRET) > 0);
    let job = site.start_job(from(&["waiting"])).await;
    let client = IngestServiceClient::connect(site.up().uri.clone()).await;
    let deletion = pb::EventDeletion {
        event_id: "secret".to_owned(),
        reason: pb::DeletionReason::PersonalData.into(),
        if_revision: None,
    };
    let request = pb::DeleteEventsRequest {
        deletions: vec![deletion],
    };
    client.unwrap().delete_events(request).await.unwrap();
    waiting.is_let.store(true, Ordering::SeqCst);
    let ended = site.ended_job(&job.job_id).await;
    assert_eq!(ended.state(), ReindexJobState::Succeeded, "{ended:?}");
    let served = site.served().await;
    content(&served);
    assert_eq!(served.manifest().event_count, 32);
    assert_eq!(site.files_with(&ended.generation_id, SECRET), 0);
    site.end().await;
}
