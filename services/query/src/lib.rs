//! The read process of Sosie: a gRPC service over immutable generations.
//!
//! **Law.** A call is answered from one generation, first byte to last; the same request on the same
//! generation, under the same revision of a profile, gives the same bytes. The service writes nothing but its logs and
//! its pins.
//!
//! Start reading at [`Server`], then [`Engine`], then `handlers`, then `work`.

mod acts;
mod archive;
mod config;
mod engine;
mod handlers;
mod pins;
mod profiles;
mod server;
mod serving;
mod status;
mod watch;
mod work;

pub use config::Config;
pub use engine::{DataSets, Engine, EngineError, GenerationFacts};
pub use server::{ServeError, Server};
pub use serving::Serving;
