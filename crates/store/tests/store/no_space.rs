//! A disk that is full, as a limit on the size of files plays it: writes past it fail, and go on once it is lifted.

use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};

use sosie_store::DeleteReason;

use crate::support::{at, batch, checked_log, delete, open, put};

const DIR: &str = "SOSIE_STORE_TEST_SMALL_DISK";
/// The limit, in blocks of 512 bytes as `ulimit -f` of sh counts.
const BLOCKS: &str = "6000";

#[test]
fn a_full_disk_loses_nothing_that_was_told_and_the_store_goes_on_when_there_is_space() {
    let dir = tempfile::tempdir().unwrap();
    let test = std::env::current_exe().unwrap();
    // The signal of the limit is ignored, so that writes fail as they do on a full disk.
    let script = format!("trap '' XFSZ; ulimit -S -f {BLOCKS}; exec \"$0\" \"$@\"");
    let child = Command::new("sh")
        .args(["-c", &script])
        .arg(test)
        .args([
            "--exact",
            "no_space::a_process_with_little_space",
            "--nocapture",
        ])
        .env(DIR, dir.path())
        .stdout(Stdio::piped())
        .stderr(Stdio::inherit())
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&child.stdout);
    assert!(child.status.success(), "{said}");
    let told = said.lines().find_map(|line| line.strip_prefix("told "));
    let told: usize = told.expect("it tells how far it came").parse().unwrap();
    let log = checked_log(&open(dir.path()).view().unwrap());
    assert_eq!(log.len(), told);
}

/// The process with the limit: this test again, told so by its environment.
#[test]
fn a_process_with_little_space() {
    let Ok(dir) = std::env::var(DIR) else {
        return;
    };
    let store = open(Path::new(&dir));
    let mut changes = 0;
    let mut failures = 0;
    // Full over and over: each time several calls fail, then there is space again.
    for round in 1..=3 {
        let mut failures_in_round = 0;
        for number in 0.. {
            let writes = (0..100)
                .map(|n| put(&format!("{round}.{number}.{n}"), n))
                .collect();
            match store.apply(&[batch(writes)], at(100)) {
                Ok(_) => changes += 100,
                Err(_) => failures_in_round += 1,
            }
            if failures_in_round == 5 {
                break;
            }
        }
        failures += failures_in_round;
        // What could not be written is not there; what was told is, and can be read meanwhile.
        assert_eq!(checked_log(&store.view().unwrap()).len(), changes);
        give_space(round + 1);
        store
            .apply(&[batch(vec![put("after", round)])], at(100))
            .unwrap();
        changes += 1;
    }
    assert_eq!(failures, 15);
    let erase = delete("1.0.0", DeleteReason::PersonalData);
    store.apply(&[batch(vec![erase])], at(100)).unwrap();
    changes += 1;
    let mut out = std::io::stdout().lock();
    writeln!(out, "\ntold {changes}").unwrap();
}

/// Lifts the limit of this process to a multiple of what it was.
fn give_space(times: u64) {
    let bytes = times * 512 * BLOCKS.parse::<u64>().unwrap();
    let pid = std::process::id().to_string();
    let limit = format!("--fsize={bytes}:");
    let lifted = Command::new("prlimit")
        .args(["--pid", &pid, &limit])
        .status();
    assert!(lifted.unwrap().success());
}
