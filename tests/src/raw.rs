//! Calls whose answers are not decoded: the very bytes that the server sent.

use prost::Message;
use prost::bytes::{Buf, BufMut};
use sosie_similarity::limits::RESPONSE_BYTES_MAX;
use tonic::codec::{Codec, DecodeBuf, Decoder, EncodeBuf, Encoder};
use tonic::transport::Channel;
use tonic::{Request, Status};

/// Calls a method by its path, `/sosie.v1.EventService/GetEvent`; gives the bytes of the response message.
///
/// # Errors
/// The status of a call that is refused.
pub async fn raw_call(
    channel: &Channel,
    path: &'static str,
    request: &impl Message,
) -> Result<Vec<u8>, Status> {
    let client = tonic::client::Grpc::new(channel.clone());
    let mut client = client.max_decoding_message_size(RESPONSE_BYTES_MAX);
    client
        .ready()
        .await
        .map_err(|error| Status::unavailable(error.to_string()))?;
    let request = Request::new(request.encode_to_vec());
    let path = tonic::codegen::http::uri::PathAndQuery::from_static(path);
    Ok(client.unary(request, path, Raw).await?.into_inner())
}

#[derive(Clone, Copy)]
struct Raw;

impl Codec for Raw {
    type Encode = Vec<u8>;
    type Decode = Vec<u8>;
    type Encoder = Raw;
    type Decoder = Raw;

    fn encoder(&mut self) -> Raw {
        Raw
    }

    fn decoder(&mut self) -> Raw {
        Raw
    }
}

impl Encoder for Raw {
    type Item = Vec<u8>;
    type Error = Status;

    fn encode(&mut self, message: Vec<u8>, buffer: &mut EncodeBuf<'_>) -> Result<(), Status> {
        buffer.put_slice(&message);
        Ok(())
    }
}

impl Decoder for Raw {
    type Item = Vec<u8>;
    type Error = Status;

    fn decode(&mut self, buffer: &mut DecodeBuf<'_>) -> Result<Option<Vec<u8>>, Status> {
        let mut message = vec![0; buffer.remaining()];
        buffer.copy_to_slice(&mut message);
        Ok(Some(message))
    }
}
