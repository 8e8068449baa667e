//! The codec of the generated services: a request with a field that the contract does not have is refused.
//!
//! prost drops such a field without a word, and what was dropped may have been a condition of the filter:
//! the answer would be to another question (SPEC section 2: an unknown field is an error). Answers are read
//! leniently, so that an older client can talk to a newer service.

mod contract;

use std::marker::PhantomData;

use prost::bytes::Buf;
use prost::{Message, Name};
use sosie_similarity::{Invalid, Rule};
use tonic::Status;
use tonic::codec::{BufferSettings, Codec, DecodeBuf, Decoder, EncodeBuf, Encoder};

use crate::error;

/// Room for a page of ten hits with their ledgers, so that it is written without growing.
const ANSWER_BYTES: usize = 16 << 10;
/// From this size on a message of a stream is sent without waiting for the next: tonic's own default.
const YIELD_BYTES: usize = 32 << 10;

/// Writes `T`, reads `U`; a `U` that is a request is read strictly.
#[derive(Clone, Debug)]
pub struct StrictCodec<T, U>(PhantomData<(T, U)>);

impl<T, U> Default for StrictCodec<T, U> {
    fn default() -> Self {
        StrictCodec(PhantomData)
    }
}

impl<T, U> Codec for StrictCodec<T, U>
where
    T: Message + Send + 'static,
    U: Message + Name + Default + Send + 'static,
{
    type Encode = T;
    type Decode = U;
    type Encoder = PhasedEncoder<T>;
    type Decoder = StrictDecoder<U>;

    fn encoder(&mut self) -> Self::Encoder {
        PhasedEncoder(PhantomData)
    }

    fn decoder(&mut self) -> Self::Decoder {
        StrictDecoder(PhantomData)
    }
}

/// Reads `U`.
#[derive(Clone, Debug)]
pub struct StrictDecoder<U>(PhantomData<U>);

impl<U: Message + Name + Default> Decoder for StrictDecoder<U> {
    type Item = U;
    type Error = Status;

    fn decode(&mut self, source: &mut DecodeBuf<'_>) -> Result<Option<U>, Status> {
        let _phase = tracing::trace_span!(target: "sosie::phase", "decode").entered();
        let bytes = source.copy_to_bytes(source.remaining());
        // What is no message at all is the caller's to mend; tonic would call it INTERNAL.
        let message = U::decode(bytes.clone())
            .map_err(|_| error::invalid(&Invalid::new("", Rule::Malformed)))?;
        check::<U>(&bytes).map_err(|unknown| error::invalid(&unknown))?;
        Ok(Some(message))
    }
}

/// Writes `T`, and tells how long that takes.
#[derive(Clone, Debug)]
pub struct PhasedEncoder<T>(PhantomData<T>);

impl<T: Message> Encoder for PhasedEncoder<T> {
    type Item = T;
    type Error = Status;

    fn buffer_settings(&self) -> BufferSettings {
        BufferSettings::new(ANSWER_BYTES, YIELD_BYTES)
    }

    fn encode(&mut self, message: T, target: &mut EncodeBuf<'_>) -> Result<(), Status> {
        let _phase = tracing::trace_span!(target: "sosie::phase", "encode").entered();
        // What it needs is reserved: only a bug makes a buffer that can grow too small.
        message.encode(target).map_err(|_| error::internal())
    }
}

/// Refuses a request with a field that the contract does not have.
fn check<U: Name>(bytes: &[u8]) -> Result<(), Invalid> {
    // `buf lint` keeps the names of requests, and of nothing else, ending so.
    if U::NAME.ends_with("Request") {
        contract::check(&U::full_name(), bytes)
    } else {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{pb, sample};

    /// `message` with a field that no message has after its own.
    fn with_unknown(message: &impl Message) -> Vec<u8> {
        let mut bytes = message.encode_to_vec();
        prost::encoding::encode_key(9_999, prost::encoding::WireType::Varint, &mut bytes);
        bytes.push(1);
        bytes
    }

    fn unknown(bytes: Vec<u8>) -> Option<String> {
        let refused = check::<pb::FindSimilarEventsRequest>(&bytes).err()?;
        assert_eq!(refused.rule, Rule::UnknownField);
        Some(refused.field)
    }

    /// A request whose field `number` is the message `bytes`.
    fn holding(number: u32, bytes: &[u8]) -> Vec<u8> {
        let mut outer = Vec::new();
        prost::encoding::bytes::encode(number, &bytes.to_vec(), &mut outer);
        outer
    }

    #[test]
    fn a_request_of_the_contract_passes() {
        let request = pb::FindSimilarEventsRequest {
            query: Some(sample::query(sample::draft())),
            page_size: Some(7),
            ..Default::default()
        };
        assert_eq!(unknown(request.encode_to_vec()), None);
    }

    #[test]
    fn an_unknown_field_is_found_at_every_depth() {
        let request = pb::FindSimilarEventsRequest::default();
        assert_eq!(unknown(with_unknown(&request)).as_deref(), Some("9999"));
        // query = 1, probe = 1, draft = 1.
        let draft = with_unknown(&pb::DraftEvent::default());
        let deep = holding(1, &holding(1, &holding(1, &draft)));
        assert_eq!(unknown(deep).as_deref(), Some("query.probe.draft.9999"));
        // query = 1, weight_overrides = 3.
        let weight = with_unknown(&pb::AxisWeight::default());
        let listed = holding(1, &holding(3, &weight));
        assert_eq!(
            unknown(listed).as_deref(),
            Some("query.weight_overrides[0].9999")
        );
    }

    #[test]
    fn an_answer_may_have_fields_that_are_newer_than_its_reader() {
        let bytes = with_unknown(&pb::FindSimilarEventsResponse::default());
        assert_eq!(check::<pb::FindSimilarEventsResponse>(&bytes), Ok(()));
    }
}
