//! The codec of the generated services: a request with a field that the contract does not have is refused.
//!
//! prost drops such a field without a word, and what was dropped may have been a condition of the filter:
//! the answer would be to another question (SPEC section 2: an unknown field is an error). Answers are read
//! leniently, so that an older client can talk to a newer service.

use std::marker::PhantomData;
use std::sync::LazyLock;

use prost::bytes::{Buf, Bytes};
use prost::{Message, Name};
use prost_reflect::{DescriptorPool, DynamicMessage, Value};
use sosie_similarity::{Invalid, Rule};
use tonic::Status;
use tonic::codec::{Codec, DecodeBuf, Decoder};
use tonic_prost::ProstEncoder;

use crate::error;

static CONTRACT: LazyLock<DescriptorPool> = LazyLock::new(|| {
    DescriptorPool::decode(crate::FILE_DESCRIPTOR_SET).expect("the build made the descriptor set")
});

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
    type Encoder = ProstEncoder<T>;
    type Decoder = StrictDecoder<U>;

    fn encoder(&mut self) -> Self::Encoder {
        ProstEncoder::default()
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
        let bytes = source.copy_to_bytes(source.remaining());
        // What is no message at all is the caller's to mend; tonic would call it INTERNAL.
        let message = U::decode(bytes.clone())
            .map_err(|_| error::invalid(&Invalid::new("", Rule::Malformed)))?;
        match unknown_field::<U>(bytes) {
            Some(field) => Err(error::invalid(&Invalid::new(field, Rule::UnknownField))),
            None => Ok(Some(message)),
        }
    }
}

/// The path of the first field of a request that the contract does not have, by its number.
fn unknown_field<U: Name>(bytes: Bytes) -> Option<String> {
    // `buf lint` keeps the names of requests, and of nothing else, ending so.
    if !U::NAME.ends_with("Request") {
        return None;
    }
    let descriptor = CONTRACT.get_message_by_name(&U::full_name())?;
    let message = DynamicMessage::decode(descriptor, bytes).ok()?;
    first_unknown(&message).map(|invalid| invalid.field)
}

fn first_unknown(message: &DynamicMessage) -> Option<Invalid> {
    if let Some(unknown) = message.unknown_fields().next() {
        return Some(Invalid::new(
            unknown.number().to_string(),
            Rule::UnknownField,
        ));
    }
    let mut fields = message.fields();
    fields.find_map(|(field, value)| Some(unknown_in(value)?.under(field.name())))
}

fn unknown_in(value: &Value) -> Option<Invalid> {
    if let Some(message) = value.as_message() {
        return first_unknown(message);
    }
    let mut items = value.as_list()?.iter().enumerate();
    items.find_map(|(at, item)| Some(unknown_in(item)?.under(&format!("[{at}]"))))
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
        unknown_field::<pb::FindSimilarEventsRequest>(bytes.into())
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
        assert_eq!(
            unknown_field::<pb::FindSimilarEventsResponse>(bytes.into()),
            None
        );
    }
}
