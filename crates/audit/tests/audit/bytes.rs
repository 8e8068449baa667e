//! No byte of a log is free.

use std::fs::{self, File, OpenOptions};
use std::num::NonZeroUsize;
use std::os::unix::fs::FileExt as _;
use std::path::Path;

use rand::{RngExt as _, SeedableRng as _};
use rand_chacha::ChaCha8Rng;
use sosie_audit::{Check, Fault, Position, PublicKey, verify};

use crate::made::{Made, Place, segment_path};

/// Changes each byte of each segment in turn, and checks from the line on that it is in: what is before that line can't be
/// told from the log as it was.
#[test]
fn every_single_byte_change_of_a_segment_shows_and_its_place_is_told() {
    let made = Made::new();
    let positions = made.positions();
    let work = |thread: usize| {
        let copy = Place::new();
        copy_dir(&made.place.log(), copy.root());
        let mut rng = ChaCha8Rng::seed_from_u64(thread as u64);
        let mine = positions.iter().zip(made.lines()).skip(thread).step_by(2);
        for (position, place) in mine {
            let line = made.line(place);
            change_each_byte(copy.root(), &made.public, position, line, &mut rng);
        }
    };
    std::thread::scope(|scope| {
        let halves = [0, 1].map(|thread| scope.spawn(move || work(thread)));
        halves.into_iter().for_each(|half| half.join().unwrap());
    });
}

fn copy_dir(from: &Path, to: &Path) {
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        fs::copy(entry.path(), to.join(entry.file_name())).unwrap();
    }
}

fn change_each_byte(
    dir: &Path,
    key: &PublicKey,
    before: &Position,
    line: &[u8],
    rng: &mut ChaCha8Rng,
) {
    let path = segment_path(dir, before.segment);
    let file = OpenOptions::new().write(true).open(path).unwrap();
    let check = Check {
        since: Some(*before),
        faults_max: NonZeroUsize::MIN,
        ..Check::WHOLE
    };
    for (i, &byte) in line.iter().enumerate() {
        let changed = byte ^ rng.random_range(1..=255_u8);
        put(&file, before.bytes + i as u64, changed);
        let faults = verify(dir, key, &check).expect_err("a changed byte must show");
        assert_is_at(&faults[0], before);
        put(&file, before.bytes + i as u64, byte);
    }
}

fn put(file: &File, offset: u64, byte: u8) {
    file.write_all_at(&[byte], offset).unwrap();
}

fn assert_is_at(fault: &Fault, before: &Position) {
    let place = &fault.place;
    assert_eq!(place.file, format!("audit-{:06}.log", before.segment));
    assert_eq!(place.line, Some(before.line + 1), "{fault}");
    assert_eq!(place.seq, Some(before.seq + 1), "{fault}");
}

#[test]
fn a_check_of_all_finds_one_changed_byte_in_any_line() {
    let made = Made::new();
    let mut rng = ChaCha8Rng::seed_from_u64(1);
    for (before, place) in made.positions().iter().zip(made.lines()) {
        let line = made.line(place);
        let file = OpenOptions::new()
            .write(true)
            .open(made.path(place.0))
            .unwrap();
        let i = rng.random_range(0..line.len());
        put(
            &file,
            before.bytes + i as u64,
            line[i] ^ 1 << rng.random_range(0..8),
        );
        let faults = made.place.verify().unwrap_err();
        assert_is_at(&faults[0], before);
        assert_eq!(faults.len(), 1, "one change is told once: {faults:?}");
        put(&file, before.bytes + i as u64, line[i]);
    }
    made.place.verify().unwrap();
}

#[test]
fn every_single_bit_change_of_head_shows() {
    let made = Made::new();
    let path = made.place.log().join("HEAD");
    let head = fs::read(&path).unwrap();
    let check = Check {
        faults_max: NonZeroUsize::MIN,
        ..Check::WHOLE
    };
    for i in 0..head.len() {
        for bit in 0..8 {
            let mut changed = head.clone();
            changed[i] ^= 1 << bit;
            fs::write(&path, &changed).unwrap();
            let faults = verify(&made.place.log(), &made.public, &check).unwrap_err();
            assert_eq!(faults[0].place.file, "HEAD");
        }
    }
    for cut in 0..head.len() {
        fs::write(&path, &head[..cut]).unwrap();
        verify(&made.place.log(), &made.public, &check).unwrap_err();
    }
    fs::write(&path, [&head[..], b"\n"].concat()).unwrap();
    made.place.verify().unwrap_err();
}
