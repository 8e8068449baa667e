//! A served directory of generations, and requests in few words.

use std::future::Future;
use std::net::SocketAddr;
use std::num::NonZeroUsize;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use sosie_index::record::{KnownTime, parse_event};
use sosie_index::{GenerationStore, IndexBuilder, Published};
use sosie_proto::error::{Described, describe};
use sosie_proto::pb::event_service_client::EventServiceClient;
use sosie_proto::pb::profile_service_client::ProfileServiceClient;
use sosie_proto::pb::similar_events_service_client::SimilarEventsServiceClient;
use sosie_proto::pb::{self, draft_event, probe};
use sosie_query::{Config, ServeError, Server, Serving};
use sosie_similarity::{Event, Timestamp};
use tempfile::TempDir;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use tonic::Status;
use tonic::transport::Channel;
use tonic_health::pb::HealthCheckRequest;
use tonic_health::pb::health_check_response::ServingStatus;
use tonic_health::pb::health_client::HealthClient;

/// Long enough for a busy machine, short enough for a test that hangs.
pub(crate) const PATIENCE: Duration = Duration::from_secs(30);

pub(crate) fn number(n: usize) -> NonZeroUsize {
    NonZeroUsize::new(n).unwrap()
}

pub(crate) fn config(generations_dir: &Path) -> Config {
    Config {
        listen_addr: "127.0.0.1:0".parse().unwrap(),
        generations_dir: generations_dir.to_owned(),
        profiles_dir: None,
        callers: None,
        declared: Default::default(),
        receipts_dir: None,
        audit: None,
        in_flight_max: number(16),
        searches_at_once: None,
        deadline: PATIENCE,
        drain_max: PATIENCE,
        poll_interval: Duration::from_millis(20),
        keep_loaded: PATIENCE,
        generations_loaded_max: number(2),
        smallest_count: sosie_similarity::SmallestCount::ALL_TOLD,
        reflection: true,
    }
}

/// A held event of one evening in the week `week` of 2023, `week` kilometres or so from the harbour.
pub(crate) fn event(week: u32) -> Event {
    let day = 1 + week;
    let nature = ["sport/football", "culture/concert/rock"][week as usize % 2];
    let series = if week < 3 {
        r#""series_id":"s-1","#
    } else {
        ""
    };
    let json = format!(
        r#"{{"event_id":"e-{week:02}",{series}"state":"HELD","nature":"{nature}",
        "sector":"marseille/13008","location":{{"latitude":43.{:02},"longitude":5.37}},
        "start_time":"2023-05-{day:02}T18:00:00Z","end_time":"2023-05-{day:02}T22:00:00Z",
        "time_zone":"Europe/Paris","time_precision":"EXACT","participants":{{"best":{}}},
        "footprint":{{"type":"LineString","coordinates":[[5.3,43.2],[5.4,43.3]],"width_m":12}},
        "outcomes":{{"officers":{}}},"known_time":"2023-06-01T00:00:00Z","source_id":"register"}}"#,
        20 + week,
        100 * (week + 1),
        10 + week,
    );
    parse_event(json.as_bytes(), KnownTime::EndTime).unwrap()
}

/// Announced, far in the future.
pub(crate) fn planned() -> Event {
    let json = r#"{"event_id":"p-1","state":"PLANNED","nature":"sport","start_time":"2090-01-01T18:00:00Z",
        "end_time":"2090-01-01T19:00:00Z","time_zone":"Europe/Paris","time_precision":"EXACT",
        "known_time":"2023-06-01T00:00:00Z","source_id":"register"}"#;
    parse_event(json.as_bytes(), KnownTime::EndTime).unwrap()
}

/// The events of [`event`] from `weeks`, and [`planned`].
pub(crate) fn events(weeks: std::ops::Range<u32>) -> Vec<Event> {
    weeks.map(event).chain([planned()]).collect()
}

pub(crate) fn publish(dir: &Path, events: &[Event]) -> Published {
    let mut store = GenerationStore::open(dir, number(5)).unwrap();
    let stage = store.stage().unwrap();
    let mut builder = IndexBuilder::create(stage.path()).unwrap();
    for event in events {
        builder.upsert(event).unwrap();
    }
    let built = builder.finish().unwrap();
    let parts = built.to_parts(Timestamp::from_micros(1_700_000_000_000_000).unwrap());
    store.publish(stage, parts).unwrap()
}

/// A running service.
pub(crate) struct Running {
    pub(crate) addr: SocketAddr,
    stop: Option<oneshot::Sender<()>>,
    ended: JoinHandle<Result<(), ServeError>>,
}

impl Running {
    pub(crate) async fn start(config: Config) -> Self {
        Running::run(Server::bind(config).await.unwrap())
    }

    pub(crate) async fn start_with(config: Config, serving: Arc<Serving>) -> Self {
        Running::run(Server::bind_with(config, serving).await.unwrap())
    }

    fn run(server: Server) -> Self {
        let addr = server.local_addr();
        let (stop, stopped) = oneshot::channel();
        let ended = tokio::spawn(server.run(async {
            let _ = stopped.await;
        }));
        Running {
            addr,
            stop: Some(stop),
            ended,
        }
    }

    pub(crate) fn stop(&mut self) {
        self.stop.take().unwrap().send(()).unwrap();
    }

    pub(crate) async fn ended(self) {
        within(self.ended).await.unwrap().unwrap();
    }

    pub(crate) async fn channel(&self) -> Channel {
        let uri = format!("http://{}", self.addr);
        Channel::from_shared(uri).unwrap().connect().await.unwrap()
    }

    pub(crate) async fn similar_events(&self) -> SimilarEventsServiceClient<Channel> {
        SimilarEventsServiceClient::new(self.channel().await)
    }

    pub(crate) async fn events(&self) -> EventServiceClient<Channel> {
        EventServiceClient::new(self.channel().await)
    }

    pub(crate) async fn profiles(&self) -> ProfileServiceClient<Channel> {
        ProfileServiceClient::new(self.channel().await)
    }

    pub(crate) async fn health(&self) -> HealthClient<Channel> {
        HealthClient::new(self.channel().await)
    }

    pub(crate) async fn serving(&self) {
        let mut health = self.health().await;
        let request = HealthCheckRequest::default();
        let mut watch = health.watch(request).await.unwrap().into_inner();
        let told = async {
            while let Some(told) = watch.message().await.unwrap() {
                if told.status() == ServingStatus::Serving {
                    return;
                }
            }
            panic!("the watch ended before SERVING");
        };
        within(told).await;
    }

    /// Until answers come from `generation`.
    pub(crate) async fn serving_generation(&self, generation: &str) {
        let mut client = self.events().await;
        let answered = async {
            loop {
                let listed = client.list_events(pb::ListEventsRequest::default()).await;
                let receipt = listed.ok().and_then(|listed| listed.into_inner().receipt);
                if receipt.is_some_and(|receipt| receipt.generation_id == generation) {
                    return;
                }
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
        };
        within(answered).await;
    }
}

/// A service on one generation of `events(0..weeks)`, SERVING.
pub(crate) async fn served(weeks: u32) -> (TempDir, Running) {
    let dir = tempfile::tempdir().unwrap();
    publish(dir.path(), &events(0..weeks));
    let running = Running::start(config(dir.path())).await;
    running.serving().await;
    (dir, running)
}

/// As [`served`], by a service with other settings.
pub(crate) async fn served_with(
    weeks: u32,
    change: impl FnOnce(&mut Config),
) -> (TempDir, Running) {
    let dir = tempfile::tempdir().unwrap();
    publish(dir.path(), &events(0..weeks));
    let mut config = config(dir.path());
    change(&mut config);
    let running = Running::start(config).await;
    running.serving().await;
    (dir, running)
}

pub(crate) async fn within<T>(future: impl Future<Output = T>) -> T {
    let ended = tokio::time::timeout(PATIENCE, future).await;
    ended.expect("it takes less than PATIENCE")
}

pub(crate) fn described<T>(answer: Result<T, Status>) -> Described {
    match answer {
        Ok(_) => panic!("expected a refusal"),
        Err(status) => describe(&status),
    }
}

/// A football match by the harbour.
pub(crate) fn draft() -> pb::DraftEvent {
    pb::DraftEvent {
        nature: Some("sport/football".to_owned()),
        location: Some(location(43.2, 5.37)),
        participants: Some(pb::Participants {
            best: Some(100),
            ..pb::Participants::default()
        }),
        when: Some(draft_event::When::Dates(pb::DateSpan {
            first_date: Some(pb::LocalDate {
                year: 2024,
                month: 5,
                day: 4,
            }),
            last_date: None,
        })),
        ..pb::DraftEvent::default()
    }
}

pub(crate) fn location(latitude: f64, longitude: f64) -> pb::Location {
    pb::Location {
        latitude_degrees: Some(latitude),
        longitude_degrees: Some(longitude),
    }
}

pub(crate) fn time(seconds: i64) -> prost_types::Timestamp {
    prost_types::Timestamp { seconds, nanos: 0 }
}

pub(crate) fn query_of(kind: probe::Kind) -> pb::SimilarityQuery {
    pb::SimilarityQuery {
        probe: Some(pb::Probe { kind: Some(kind) }),
        ..pb::SimilarityQuery::default()
    }
}

pub(crate) fn find_of(query: pb::SimilarityQuery) -> pb::FindSimilarEventsRequest {
    pb::FindSimilarEventsRequest {
        query: Some(query),
        ..pb::FindSimilarEventsRequest::default()
    }
}

/// What resembles [`draft`].
pub(crate) fn find() -> pb::FindSimilarEventsRequest {
    find_of(query_of(probe::Kind::Draft(draft())))
}

/// What resembles the stored event `event_id`.
pub(crate) fn find_stored(event_id: &str) -> pb::FindSimilarEventsRequest {
    find_of(query_of(probe::Kind::EventId(event_id.to_owned())))
}

pub(crate) fn hit_ids(answer: &pb::FindSimilarEventsResponse) -> Vec<&str> {
    let events = answer.hits.iter().flat_map(|hit| &hit.event);
    events.map(|event| event.event_id.as_str()).collect()
}
