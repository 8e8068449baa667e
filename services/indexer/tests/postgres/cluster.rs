//! A PostgreSQL server of a test.

use std::fs::File;
use std::os::unix::fs::{MetadataExt, PermissionsExt, chown};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use tempfile::TempDir;
use tokio_postgres::{Client, NoTls};

/// What the platform sets up.
pub(crate) const OUTBOX_SQL: &str = include_str!("../../../../deploy/postgres-outbox.sql");

const PATIENCE: Duration = Duration::from_secs(60);
/// `nobody`: the server refuses to be run by root.
const NOBODY: u32 = 65_534;

/// A server on a socket in a directory of its own. Ends when dropped.
pub(crate) struct Cluster {
    bin: PathBuf,
    dir: TempDir,
    options: Vec<String>,
    port: u16,
    server: Option<Child>,
}

impl Cluster {
    /// Starts a server with an outbox; none where there are no programs of PostgreSQL.
    pub(crate) async fn start() -> Option<Cluster> {
        let cluster = Cluster::made()?.running().await;
        cluster
            .client()
            .await
            .batch_execute(OUTBOX_SQL)
            .await
            .unwrap();
        Some(cluster)
    }

    /// A cluster that was made and is not running.
    pub(crate) fn made() -> Option<Cluster> {
        let Some(bin) = programs() else {
            eprintln!(
                "no PostgreSQL found: `cargo xtask postgres` fetches one. This test has tested nothing."
            );
            return None;
        };
        let cluster = Cluster::empty(bin);
        let mut initdb = cluster.command("initdb");
        initdb.args([
            "--username",
            "sosie",
            "--auth",
            "trust",
            "--no-sync",
            "--encoding",
            "UTF8",
        ]);
        initdb
            .args(["--locale", "C", "--pgdata"])
            .arg(cluster.data());
        let made = initdb.output().unwrap();
        assert!(
            made.status.success(),
            "{}",
            String::from_utf8_lossy(&made.stderr)
        );
        Some(cluster)
    }

    fn empty(bin: PathBuf) -> Cluster {
        let dir = tempfile::tempdir().unwrap();
        if is_root() {
            chown(dir.path(), Some(NOBODY), Some(NOBODY)).unwrap();
        }
        Cluster {
            bin,
            dir,
            options: Vec::new(),
            port: 5_432,
            server: None,
        }
    }

    /// A running standby of this one; none where there is no program to make it.
    pub(crate) async fn standby(&self) -> Option<Cluster> {
        if !self.bin.join("pg_basebackup").is_file() {
            eprintln!("no pg_basebackup found. This test has tested nothing.");
            return None;
        }
        let standby = Cluster::empty(self.bin.clone());
        let mut copy = standby.command("pg_basebackup");
        copy.args([
            "--write-recovery-conf",
            "--checkpoint",
            "fast",
            "--no-sync",
            "--pgdata",
        ]);
        copy.arg(standby.data()).arg("--dbname").arg(self.url());
        let copied = copy.output().unwrap();
        assert!(
            copied.status.success(),
            "{}",
            String::from_utf8_lossy(&copied.stderr)
        );
        Some(standby.running().await)
    }

    /// Makes a standby a server that can be written to.
    pub(crate) fn promote(&self) {
        let mut promote = self.command("pg_ctl");
        promote
            .args(["promote", "--wait", "--pgdata"])
            .arg(self.data());
        assert!(promote.output().unwrap().status.success());
    }

    /// Adds a setting, to be in force from the next start on.
    pub(crate) fn set(&mut self, setting: impl Into<String>) {
        self.options.extend(["-c".to_owned(), setting.into()]);
    }

    /// Names the port, and the socket, which has the port in its name.
    pub(crate) fn set_port(&mut self, port: u16) {
        self.port = port;
    }

    /// A file that the server can read and nobody else.
    pub(crate) fn file(&self, name: &str, content: &str) -> PathBuf {
        let path = self.dir.path().join(name);
        std::fs::write(&path, content).unwrap();
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600)).unwrap();
        if is_root() {
            chown(&path, Some(NOBODY), Some(NOBODY)).unwrap();
        }
        path
    }

    pub(crate) async fn running(mut self) -> Cluster {
        self.up().await;
        self
    }

    /// Starts the server and waits until it answers.
    pub(crate) async fn up(&mut self) {
        let log = File::options()
            .create(true)
            .append(true)
            .open(self.dir.path().join("log"));
        let mut command = self.command("postgres");
        command
            .arg("-D")
            .arg(self.data())
            .arg("-k")
            .arg(self.dir.path());
        command.args(["-c", "listen_addresses=", "-c", "max_connections=50"]);
        command.args(["-p", &self.port.to_string()]);
        command
            .args(&self.options)
            .stderr(log.unwrap())
            .stdout(Stdio::null());
        self.server = Some(command.spawn().unwrap());
        let deadline = Instant::now() + PATIENCE;
        while self.try_client().await.is_none() {
            assert!(Instant::now() < deadline, "the server did not start");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    /// Stops the server as a crash would.
    pub(crate) fn crash(&mut self) {
        let Some(mut server) = self.server.take() else {
            return;
        };
        let mut stop = self.command("pg_ctl");
        stop.args(["stop", "--mode", "immediate", "--pgdata"])
            .arg(self.data());
        let stopped = stop.output().unwrap();
        if !stopped.status.success() {
            server.kill().unwrap();
        }
        server.wait().unwrap();
    }

    /// Where clients find it.
    pub(crate) fn url(&self) -> String {
        let dir = self.dir.path().display();
        format!("host={dir} port={} user=sosie dbname=postgres", self.port)
    }

    pub(crate) async fn client(&self) -> Client {
        self.try_client().await.unwrap()
    }

    pub(crate) async fn try_client(&self) -> Option<Client> {
        connect(&self.url()).await
    }

    fn data(&self) -> PathBuf {
        self.dir.path().join("data")
    }

    fn command(&self, program: &str) -> Command {
        let mut command = Command::new(self.bin.join(program));
        command
            .current_dir(self.dir.path())
            .env("LC_ALL", "C")
            .stdin(Stdio::null());
        if is_root() {
            command.uid(NOBODY).gid(NOBODY);
        }
        command
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        self.crash();
    }
}

pub(crate) async fn connect(url: &str) -> Option<Client> {
    let (client, connection) = tokio_postgres::connect(url, NoTls).await.ok()?;
    tokio::spawn(connection);
    Some(client)
}

fn is_root() -> bool {
    std::fs::metadata("/proc/self").unwrap().uid() == 0
}

/// The folder of the programs.
fn programs() -> Option<PathBuf> {
    let given = std::env::var_os("SOSIE_POSTGRES_BIN").map(PathBuf::from);
    let path = std::env::var_os("PATH").unwrap_or_default();
    let fetched = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target/postgres/bin");
    let mut places: Vec<_> = given
        .into_iter()
        .chain(std::env::split_paths(&path))
        .collect();
    places.extend(debian());
    places.push(fetched);
    let has_all = |dir: &PathBuf| {
        let programs = ["postgres", "initdb", "pg_ctl"];
        programs.iter().all(|program| dir.join(program).is_file()) && is_open_to_all(dir)
    };
    let found = places.into_iter().find(has_all)?;
    // Where they are links, all the others are beside what they lead to.
    let postgres = found.join("postgres").canonicalize().ok()?;
    postgres.parent().map(Path::to_owned)
}

/// Whether the server, which is not run by root, can be run from there.
fn is_open_to_all(dir: &Path) -> bool {
    let Ok(dir) = dir.canonicalize() else {
        return false;
    };
    let mode = |dir: &Path| dir.metadata().map_or(0, |found| found.mode());
    !is_root() || dir.ancestors().all(|dir| mode(dir) & 1 == 1)
}

/// Those of Debian's packages, the newest first.
fn debian() -> Vec<PathBuf> {
    let versions = std::fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten();
    let mut bins: Vec<_> = versions
        .flatten()
        .map(|version| version.path().join("bin"))
        .collect();
    bins.sort();
    bins.reverse();
    bins
}
