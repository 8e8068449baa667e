//! A directory with both processes, every log that they can keep, and the files that come in.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Result, ensure};
use rustix::process::{Pid, Signal, kill_process};
use sosie_similarity::Digest;
use sosie_tests::{IndexerProcess, ServerProcess, program, until};

use super::plant::MAPPING;
use super::scan::{Form, Scanner};

/// Where all of it is.
pub(super) struct Place {
    dir: PathBuf,
    /// What came in: a process may move such a file, and is not to write one like it.
    inputs: BTreeSet<Digest>,
}

/// What was looked at in files.
#[derive(Debug, Default)]
pub(super) struct Looked {
    /// Files that a process wrote.
    pub(super) files: usize,
    /// Their bytes.
    pub(super) bytes: usize,
    /// Input files as they came.
    pub(super) inputs: usize,
    /// Files that have a text, and its form.
    pub(super) found: Vec<(PathBuf, Form)>,
}

impl Place {
    /// Makes the directories, configuration and mapping.
    ///
    /// # Errors
    /// Those of the file system.
    pub(super) fn new(dir: &Path) -> Result<Place> {
        let place = Place {
            dir: dir.to_owned(),
            inputs: BTreeSet::new(),
        };
        for made in ["spool/incoming", "files", "run"] {
            fs::create_dir_all(dir.join(made))?;
        }
        fs::write(place.path("files/mapping.toml"), MAPPING)?;
        fs::write(place.path("files/guard.toml"), "")?;
        let path = |name: &str| format!("{:?}", place.path(name));
        let config = format!(
            "[[source]]\nname = \"watched\"\nkind = \"spool\"\ndirectory = {}\npoll_interval_ms = 20\nformat = \"ndjson\"\n\
             max_rejects = \"100%\"\n\
             [[source]]\nname = \"plain\"\nkind = \"files\"\nurl = {}\nformat = \"ndjson\"\nmax_rejects = \"100%\"\n\
             [[source]]\nname = \"mapped\"\nkind = \"files\"\nurl = {}\nformat = \"mapped\"\nmapping = {}\nmax_rejects = \"100%\"\n",
            path("spool"),
            path("files/plain.ndjson"),
            path("files/mapped.csv"),
            path("files/mapping.toml"),
        );
        fs::write(place.path("files/sosie-indexer.toml"), config)?;
        Ok(place)
    }

    /// A file of it.
    pub(super) fn path(&self, name: &str) -> PathBuf {
        self.dir.join(name)
    }

    /// Writes a file that comes in.
    ///
    /// # Errors
    /// Those of the file system.
    pub(super) fn put(&mut self, name: &str, text: &str) -> Result<()> {
        self.inputs.insert(Digest::of(text.as_bytes()));
        Ok(fs::write(self.path(name), text)?)
    }

    /// Has a file taken up by the watched directory.
    ///
    /// # Errors
    /// Those of the file system.
    pub(super) fn drop_in(&mut self, text: &str) -> Result<()> {
        self.put("spool/incoming/.events", text)?;
        let to = self.path("spool/incoming/events.ndjson");
        fs::rename(self.path("spool/incoming/.events"), &to)?;
        until("a file that is taken up", || (!to.exists()).then_some(()));
        Ok(())
    }

    /// The indexer, guarded, with all of its logs.
    pub(super) fn indexer(&self) -> IndexerProcess {
        let mut command = Command::new(program("sosie-indexer"));
        command
            .env("RUST_LOG", "trace")
            .env(
                "SOSIE_INDEXER_CONFIG",
                self.path("files/sosie-indexer.toml"),
            )
            .env("SOSIE_INDEXER_GUARD", self.path("files/guard.toml"))
            .env("SOSIE_INDEXER_AUDIT", self.path("indexer-audit"))
            .env("SOSIE_INDEXER_AUDIT_READS", "true")
            .env("SOSIE_INDEXER_SNAPSHOTS", self.path("snapshots"));
        IndexerProcess::start_as(&mut command, &self.dir)
    }

    /// The query service, with all of its logs.
    pub(super) fn query(&self) -> ServerProcess {
        let mut command = Command::new(program("sosie-query"));
        command.env("RUST_LOG", "trace").arg("serve");
        command.arg("--phase-log").arg(self.path("phases.ndjson"));
        command.arg("--audit").arg(self.path("query-audit"));
        command.args(["--audit-reads", "true"]);
        ServerProcess::start_as(command, &self.path("generations"), &self.path("query.log"))
    }

    /// A run of `sosie-indexer reindex` over a file, whose outputs are kept in files too.
    ///
    /// # Errors
    /// If it fails.
    pub(super) fn reindex(&mut self, text: &str) -> Result<()> {
        self.put("run/events.ndjson", text)?;
        for form in [None, Some("--json")] {
            let mut command = Command::new(program("sosie-indexer"));
            command.env("RUST_LOG", "trace").arg("reindex").args(form);
            command
                .arg("--generations")
                .arg(self.path("run/generations"));
            command.arg("--ndjson").arg(self.path("run/events.ndjson"));
            command.arg("--guard").arg(self.path("files/guard.toml"));
            let output = command.args(["--max-rejects", "100%"]).output()?;
            let name = form.map_or("run/plain", |_| "run/json");
            fs::write(self.path(&format!("{name}.out")), &output.stdout)?;
            fs::write(self.path(&format!("{name}.err")), &output.stderr)?;
            ensure!(
                output.status.success(),
                "the run failed: {:?}",
                output.status
            );
        }
        Ok(())
    }

    /// Looks for texts in every file but those that came in, in the names of files too.
    ///
    /// # Errors
    /// Those of the file system.
    pub(super) fn look(&self, scanner: &Scanner) -> Result<Looked> {
        let mut looked = Looked::default();
        self.look_in(&self.dir, scanner, &mut looked)?;
        Ok(looked)
    }

    fn look_in(&self, dir: &Path, scanner: &Scanner, looked: &mut Looked) -> Result<()> {
        for entry in fs::read_dir(dir)? {
            let path = entry?.path();
            let name = path.to_string_lossy().into_owned();
            let found = scanner.find(name.as_bytes());
            looked
                .found
                .extend(found.map(|(form, _)| (path.clone(), form)));
            if path.is_dir() {
                self.look_in(&path, scanner, looked)?;
                continue;
            }
            let bytes = fs::read(&path)?;
            if self.inputs.contains(&Digest::of(&bytes)) {
                looked.inputs += 1;
                continue;
            }
            looked.files += 1;
            looked.bytes += bytes.len();
            let found = scanner.find(&bytes);
            looked
                .found
                .extend(found.map(|(form, _)| (path.clone(), form)));
        }
        Ok(())
    }
}

/// Tells a process to end, and waits until it has.
///
/// # Errors
/// If it can't be told.
pub(super) fn end(pid: u32) -> Result<()> {
    let process = Pid::from_raw(pid.cast_signed());
    let process = process.ok_or_else(|| anyhow::anyhow!("no process"))?;
    kill_process(process, Signal::TERM)?;
    until("a process that ends", || {
        let status = fs::read_to_string(format!("/proc/{pid}/status"));
        let has_ended = status.map_or(true, |status| status.contains("State:\tZ"));
        has_ended.then_some(())
    });
    Ok(())
}
