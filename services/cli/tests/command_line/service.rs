//! A query service over the history of the demonstration, in the process of the tests: it ends with them.

use std::fs;
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::process::Output;
use std::sync::LazyLock;
use std::sync::mpsc;
use std::time::Duration;

use serde_json::Value;
use sosie_query::{Config, Server};

use super::{code, run, sosie, stderr, text_of};

/// A service that answers.
pub(crate) struct Service {
    endpoint: String,
    dir: PathBuf,
}

/// The one that all tests ask.
pub(crate) static SERVICE: LazyLock<Service> = LazyLock::new(Service::start);

impl Service {
    fn start() -> Service {
        let dir = Path::new(env!("CARGO_TARGET_TMPDIR")).join("command-line-demo");
        let made = run(&[
            "demo",
            "--once",
            "--listen",
            "127.0.0.1:0",
            "--dir",
            text_of(&dir),
        ]);
        assert_eq!(code(&made), 0, "{}", stderr(&made));
        let config = config(dir.join("generations"));
        let (bound, addr) = mpsc::channel();
        std::thread::spawn(move || {
            let runtime = tokio::runtime::Runtime::new().expect("threads can be had");
            runtime.block_on(async {
                let server = Server::bind(config).await.expect("a port is free");
                bound
                    .send(server.local_addr())
                    .expect("the tests wait for it");
                server.run(std::future::pending()).await.expect("it serves");
            });
        });
        let addr = addr.recv().expect("the service binds");
        let service = Service {
            endpoint: format!("http://{addr}"),
            dir,
        };
        service.wait_until_ready();
        service
    }

    fn wait_until_ready(&self) {
        let ready = (0..600).any(|_| {
            std::thread::sleep(Duration::from_millis(50));
            code(&self.run(&["health"])) == 0
        });
        assert!(ready, "the service loads the generation");
    }

    /// Where it is.
    pub(crate) fn endpoint(&self) -> &str {
        &self.endpoint
    }

    /// Runs `sosie` against it.
    pub(crate) fn run(&self, args: &[&str]) -> Output {
        let mut command = sosie();
        command.args(args).env("SOSIE_ENDPOINT", &self.endpoint);
        command.output().expect("sosie starts")
    }

    /// As `run`, with `--json`; the document.
    pub(crate) fn json(&self, args: &[&str]) -> Value {
        let output = self.run(&[args, &["--json"]].concat());
        assert_eq!(code(&output), 0, "{args:?}: {}", stderr(&output));
        serde_json::from_slice(&output.stdout).expect("--json writes JSON")
    }

    /// A file or a directory of the demonstration.
    pub(crate) fn path(&self, name: &str) -> String {
        text_of(&self.dir.join(name)).to_owned()
    }
}

/// A profile beside the shipped one, to which location means more.
pub(crate) const OTHER_PROFILE: &str = "tranquillity-nearby@1";

/// A directory with that profile.
fn profiles() -> PathBuf {
    let dir = Path::new(env!("CARGO_TARGET_TMPDIR")).join("command-line-profiles");
    let shipped = include_str!("../../../../crates/index/profiles/tranquillity-1.toml");
    let other = shipped
        .replacen(
            r#"name = "tranquillity""#,
            r#"name = "tranquillity-nearby""#,
            1,
        )
        .replacen("weight = 1.0", "weight = 5.0", 1);
    fs::create_dir_all(&dir).expect("a test can write its files");
    fs::write(dir.join("nearby.toml"), other).expect("a test can write its files");
    dir
}

fn config(generations_dir: PathBuf) -> Config {
    Config {
        listen_addr: "127.0.0.1:0".parse().expect("an address"),
        generations_dir,
        profiles_dir: Some(profiles()),
        callers: None,
        declared: Default::default(),
        receipts_dir: None,
        audit: None,
        in_flight_max: NonZeroUsize::new(32).expect("not 0"),
        searches_at_once: None,
        deadline: Duration::from_secs(60),
        drain_max: Duration::from_secs(1),
        poll_interval: Duration::from_millis(50),
        keep_loaded: Duration::from_secs(60),
        generations_loaded_max: NonZeroUsize::MIN,
        smallest_count: sosie_similarity::SmallestCount::ALL_TOLD,
        reflection: false,
    }
}
