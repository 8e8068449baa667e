//! Connections to the service, and the call that is sent on them.

use std::hint::black_box;
use std::net::SocketAddr;
use std::num::NonZeroUsize;
use std::time::{Duration, Instant};

use anyhow::{Context, ensure};
use http::uri::PathAndQuery;
use prost::bytes::{Buf, BufMut, Bytes};
use prost::{DecodeError, Message};
use sosie_proto::pb;
use tonic::client::Grpc;
use tonic::codec::{Codec, DecodeBuf, Decoder, EncodeBuf, Encoder};
use tonic::transport::{Channel, Endpoint};
use tonic::{Request, Status};
use tonic_health::pb::HealthCheckRequest;
use tonic_health::pb::health_check_response::ServingStatus;
use tonic_health::pb::health_client::HealthClient;

use super::question::Questions;

const FIND: &str = "/sosie.v1.SimilarEventsService/FindSimilarEvents";
/// Longest wait for a service that loads its generation: 100 million events take minutes.
const SERVING_MAX: Duration = Duration::from_secs(900);
const SERVING_POLL: Duration = Duration::from_millis(100);
/// What the service may send on a connection before it is told that we have read: more than many answers.
const WINDOW_BYTES: u32 = 4 << 20;
/// Answers that are looked at before the clock starts.
const CHECKED: usize = 30;

/// Connections that searches take in turn.
pub(super) struct Fleet {
    channels: Vec<Channel>,
    /// Whether answers are read into messages, as a client does.
    reads_answers: bool,
}

impl Fleet {
    /// Connects.
    pub(super) async fn connect(
        addr: SocketAddr,
        connections: NonZeroUsize,
        reads_answers: bool,
    ) -> anyhow::Result<Fleet> {
        let mut channels = Vec::new();
        for _ in 0..connections.get() {
            channels.push(endpoint(addr)?.connect().await.context("connecting")?);
        }
        Ok(Fleet {
            channels,
            reads_answers,
        })
    }

    /// The number of connections.
    pub(super) fn len(&self) -> usize {
        self.channels.len()
    }

    /// The call of number `at`.
    pub(super) fn find(
        &self,
        at: usize,
        question: Bytes,
    ) -> impl Future<Output = Result<Bytes, Status>> + Send + 'static {
        let channel = self.channels[at % self.channels.len()].clone();
        let reads_answers = self.reads_answers;
        async move {
            let mut grpc = Grpc::new(channel);
            let unready = |error| Status::unavailable(format!("not connected: {error}"));
            grpc.ready().await.map_err(unready)?;
            let path = PathAndQuery::from_static(FIND);
            let answer = grpc.unary(Request::new(question), path, RawCodec).await?;
            let answer = answer.into_inner();
            if reads_answers {
                let unreadable = |error| Status::internal(format!("unreadable: {error}"));
                black_box(read(answer.clone()).map_err(unreadable)?);
            }
            Ok(answer)
        }
    }

    /// Refuses to measure a service that answers nothing.
    pub(super) async fn check(&self, questions: &Questions) -> anyhow::Result<()> {
        for at in 0..CHECKED {
            let answer = self
                .find(at, questions.get(at))
                .await
                .context("a search failed")?;
            let hits = read(answer).context("an answer can't be read")?.hits;
            ensure!(
                !hits.is_empty(),
                "a search has no hits: was the index made of synthetic events?"
            );
        }
        Ok(())
    }
}

fn read(answer: Bytes) -> Result<pb::FindSimilarEventsResponse, DecodeError> {
    pb::FindSimilarEventsResponse::decode(answer)
}

fn endpoint(addr: SocketAddr) -> anyhow::Result<Endpoint> {
    let endpoint = Endpoint::from_shared(format!("http://{addr}"))?;
    // As clients do that measure their connection: answers are not to wait for room.
    let endpoint = endpoint.initial_connection_window_size(WINDOW_BYTES);
    Ok(endpoint.tcp_nodelay(true))
}

/// Returns once the service tells that it is SERVING.
pub(super) async fn until_serving(addr: SocketAddr) -> anyhow::Result<()> {
    let begun = Instant::now();
    let mut health = HealthClient::new(endpoint(addr)?.connect_lazy());
    loop {
        let told = health.check(HealthCheckRequest::default()).await;
        if told.is_ok_and(|told| told.get_ref().status() == ServingStatus::Serving) {
            return Ok(());
        }
        ensure!(
            begun.elapsed() < SERVING_MAX,
            "the service at {addr} is not serving"
        );
        tokio::time::sleep(SERVING_POLL).await;
    }
}

/// Bytes as they are, in both directions.
struct RawCodec;

impl Codec for RawCodec {
    type Encode = Bytes;
    type Decode = Bytes;
    type Encoder = RawCodec;
    type Decoder = RawCodec;

    fn encoder(&mut self) -> RawCodec {
        RawCodec
    }

    fn decoder(&mut self) -> RawCodec {
        RawCodec
    }
}

impl Encoder for RawCodec {
    type Item = Bytes;
    type Error = Status;

    fn encode(&mut self, message: Bytes, target: &mut EncodeBuf<'_>) -> Result<(), Status> {
        target.put(message);
        Ok(())
    }
}

impl Decoder for RawCodec {
    type Item = Bytes;
    type Error = Status;

    fn decode(&mut self, source: &mut DecodeBuf<'_>) -> Result<Option<Bytes>, Status> {
        Ok(Some(source.copy_to_bytes(source.remaining())))
    }
}
