//! The wire of Sosie: the messages and services of `proto/sosie/v1`, generated at build time, and their
//! conversion to and from the domain.
//!
//! **Law.** Nothing past this crate sees a message: what leaves it is a valid value of the domain, and what
//! enters it is one. Errors name fields as the `.proto` files do and never quote a value. The contract itself,
//! units and defaults included, is told once, in the `.proto` files; the documentation of [`pb`] is theirs.
//!
//! Start reading at `proto/sosie/v1/similar_events_service.proto`, then [`from_pb`], then [`to_pb`]; what is
//! refused is told by [`error`], and a list goes on by a [`PageToken`].

pub mod error;
pub mod from_pb;
mod page_token;
mod receipt;
pub mod request_digest;
#[cfg(test)]
mod sample;
mod strict;
pub mod to_pb;

pub use page_token::{GenerationPin, PageToken, PagedList};
pub use receipt::{Receipt, ReceiptsDigest};
pub use strict::{PhasedEncoder, StrictCodec, StrictDecoder};

#[allow(
    missing_docs,
    clippy::all,
    clippy::too_many_lines,
    clippy::allow_attributes_without_reason,
    reason = "generated code; buf lint checks that the contract it comes from is documented"
)]
pub mod pb {
    //! The messages, clients and servers of package `sosie.v1`, as generated.
    tonic::include_proto!("sosie.v1");
}

/// Package `sosie.v1` and the well-known types it imports, comments included, as an encoded
/// `google.protobuf.FileDescriptorSet`: what server reflection answers from.
pub const FILE_DESCRIPTOR_SET: &[u8] = tonic::include_file_descriptor_set!("sosie_descriptor");
