//! The ways in: calls, and files of three kinds.

use std::collections::BTreeMap;

use anyhow::{Result, ensure};
use sosie_proto::pb;
use sosie_proto::pb::index_service_client::IndexServiceClient;
use sosie_proto::pb::ingest_service_client::IngestServiceClient;
use sosie_tests::{raw_call, until_async};
use tokio::sync::mpsc;
use tokio_stream::wrappers::ReceiverStream;
use tonic::Status;
use tonic::transport::Channel;

use super::plant::{self, Planted};
use super::told::Told;

const BATCH: &str = "/sosie.v1.IngestService/BatchIngestEvents";

/// How a record comes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) enum Way {
    /// `BatchIngestEvents`.
    Batch,
    /// The same, only to be checked.
    Validate,
    /// `IngestEvents`.
    Stream,
    /// A batch with a field that the contract lacks, beside the records or in one.
    Unknown,
    /// `DeleteEvents`, by its id.
    Delete,
    /// A watched directory.
    Spool,
    /// A file of a reindex job.
    Job,
    /// A city's own file of a reindex job, by a mapping.
    Mapped,
    /// A run of `sosie-indexer reindex`.
    Reindex,
}

impl Way {
    /// All: the first records come each by another.
    pub(super) const ALL: [Way; 9] = [
        Way::Batch,
        Way::Stream,
        Way::Validate,
        Way::Unknown,
        Way::Spool,
        Way::Job,
        Way::Mapped,
        Way::Reindex,
        Way::Delete,
    ];
    /// Those of the records after: over gRPC, as what is sent all day.
    const LATER: [Way; 8] = [
        Way::Batch,
        Way::Stream,
        Way::Batch,
        Way::Stream,
        Way::Validate,
        Way::Batch,
        Way::Stream,
        Way::Unknown,
    ];

    /// The way of a message of records.
    pub(super) fn of(message: usize) -> Way {
        match Way::ALL.get(message) {
            Some(way) => *way,
            None => Way::LATER[message % Way::LATER.len()],
        }
    }

    /// Whether it is a file.
    pub(super) fn is_file(self) -> bool {
        match self {
            Way::Spool | Way::Job | Way::Mapped | Way::Reindex => true,
            Way::Batch | Way::Validate | Way::Stream | Way::Unknown | Way::Delete => false,
        }
    }
}

/// A batch with a field that the contract lacks.
#[derive(Clone, PartialEq, prost::Message)]
struct NewerBatch {
    #[prost(message, repeated, tag = "1")]
    records: Vec<pb::IngestRecord>,
    #[prost(string, tag = "731")]
    organiser: String,
}

/// A batch with a record that has one.
#[derive(Clone, PartialEq, prost::Message)]
struct BatchOfNewer {
    #[prost(message, repeated, tag = "1")]
    records: Vec<NewerRecord>,
}

/// A record with a field that the contract lacks.
#[derive(Clone, PartialEq, prost::Message)]
struct NewerRecord {
    #[prost(message, optional, tag = "1")]
    event: Option<pb::EventInput>,
    #[prost(string, tag = "731")]
    organiser: String,
}

/// Sends a message of records by a call, and looks at what is told.
///
/// # Errors
/// If the call itself fails where it should not.
pub(super) async fn send(
    channel: &Channel,
    way: Way,
    planted: &[Planted],
    told: &mut Told<'_>,
) -> Result<()> {
    let records: Vec<_> = planted
        .iter()
        .map(|it| plant::message(&it.record))
        .collect();
    let of = format!("{way:?}");
    let mut client = IngestServiceClient::new(channel.clone());
    let results = match way {
        Way::Batch | Way::Validate => {
            let validate_only = way == Way::Validate;
            let request = pb::BatchIngestEventsRequest {
                records,
                validate_only,
            };
            let answer = client.batch_ingest_events(request).await;
            let answer = answer.map(tonic::Response::into_inner);
            told.look(&of, &answer);
            answer?.results
        }
        Way::Stream => {
            let answer = one_of_a_stream(&mut client, records).await;
            told.look(&of, &answer);
            answer?.results
        }
        Way::Delete => {
            let answer = client.delete_events(deletions(planted)).await;
            let answer = answer.map(tonic::Response::into_inner);
            told.look(&of, &answer);
            answer?.results
        }
        Way::Unknown => return unknown(channel, (records, planted), told).await,
        Way::Spool | Way::Job | Way::Mapped | Way::Reindex => return Ok(()),
    };
    told.results(&of, &results, planted.len());
    Ok(())
}

async fn one_of_a_stream(
    client: &mut IngestServiceClient<Channel>,
    records: Vec<pb::IngestRecord>,
) -> Result<pb::IngestEventsResponse, Status> {
    let (requests, sent) = mpsc::channel(1);
    let request = pb::IngestEventsRequest {
        records,
        validate_only: false,
    };
    // There is room for one.
    let _ = requests.send(request).await;
    drop(requests);
    let mut answers = client
        .ingest_events(ReceiverStream::new(sent))
        .await?
        .into_inner();
    answers.message().await.map(Option::unwrap_or_default)
}

fn deletions(planted: &[Planted]) -> pb::DeleteEventsRequest {
    let deletion = |planted: &Planted| pb::EventDeletion {
        event_id: planted.record.event_id.clone(),
        reason: pb::DeletionReason::PersonalData.into(),
        if_revision: None,
    };
    pb::DeleteEventsRequest {
        deletions: planted.iter().map(deletion).collect(),
    }
}

/// Both kinds, ten records at a time: the whole call is refused.
async fn unknown(
    channel: &Channel,
    (records, planted): (Vec<pb::IngestRecord>, &[Planted]),
    told: &mut Told<'_>,
) -> Result<()> {
    for (records, planted) in records.chunks(10).zip(planted.chunks(10)) {
        let organiser = planted[0].word.clone();
        let beside = NewerBatch {
            records: records.to_vec(),
            organiser: organiser.clone(),
        };
        let within = records.iter().map(|record| NewerRecord {
            event: record.event.clone(),
            organiser: organiser.clone(),
        });
        let within = BatchOfNewer {
            records: within.collect(),
        };
        for answer in [
            raw_call(channel, BATCH, &beside).await,
            raw_call(channel, BATCH, &within).await,
        ] {
            ensure!(answer.is_err(), "a field that nobody knows was taken");
            told.look("Unknown", &answer);
        }
        told.refused[1] += records.len();
    }
    Ok(())
}

/// Runs a job over sources, and looks at what is told; gives the counts of each source: read, refused.
///
/// # Errors
/// If it can't be started or does not end.
pub(super) async fn run_job(
    channel: &Channel,
    sources: &[&str],
    told: &mut Told<'_>,
) -> Result<BTreeMap<String, (i64, i64)>> {
    let mut client = IndexServiceClient::new(channel.clone());
    let request = pb::StartReindexRequest {
        source_names: sources.iter().map(ToString::to_string).collect(),
        request_id: String::new(),
    };
    let answer = client.start_reindex(request).await;
    let answer = answer.map(tonic::Response::into_inner);
    told.look("StartReindex", &answer);
    let job_id = answer?.job.unwrap_or_default().job_id;
    let ended = until_async("a job that ends", async || {
        let job_id = job_id.clone();
        let mut client = client.clone();
        let request = pb::GetReindexJobRequest { job_id };
        let job = client.get_reindex_job(request).await.ok()?.into_inner();
        let state = job.job.as_ref()?.state();
        (state != pb::ReindexJobState::Running).then_some(job)
    });
    let ended = Ok(ended.await);
    told.look("GetReindexJob", &ended);
    let job = ended?.job.unwrap_or_default();
    let counts = job.sources.into_iter();
    Ok(counts
        .map(|source| (source.name, (source.read_count, source.refused_count)))
        .collect())
}
