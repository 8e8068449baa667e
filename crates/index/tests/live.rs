//! An index that goes on: revisions, withdrawals, publications that share files, restarts.

#![allow(clippy::unwrap_used, reason = "a test that can't go on fails")]

use std::collections::BTreeMap;
use std::num::NonZeroUsize;
use std::path::Path;

use sosie_index::{
    Cancel, ContentDigest, Current, GenerationStore, LiveError, LiveFacts, LiveIndex, Manifest,
    Published, Revised, Snapshot, StoreId, StorePosition, VerifiedGeneration, record,
};
use sosie_similarity::{
    Digest, Event, EventId, Facet, FacetCounts, Filter, Page, Search, Timestamp, reference,
};
use sosie_synthetic::{Config, Generator, horizon};
use tempfile::TempDir;

const STORE: StoreId = StoreId(7);

fn generator() -> Generator {
    Generator::new(11, Config::default())
}

/// What a store of record holds, kept in memory: of each event its revisions, `None` where it was withdrawn.
#[derive(Default)]
struct World {
    events: BTreeMap<EventId, Vec<(Timestamp, Option<Event>)>>,
    position: u64,
}

impl World {
    /// Whatever is known from now on of an event: a correction, or that it is withdrawn.
    fn know(&mut self, id: &EventId, at: Timestamp, event: Option<Event>) {
        let event = event.map(|event| event.with_known_time(at));
        self.events.entry(id.clone()).or_default().push((at, event));
        self.position += 1;
    }

    fn revisions(&self, id: &EventId) -> Vec<Revised> {
        let known = &self.events[id];
        let next = known.iter().skip(1).map(|(at, _)| Some(*at)).chain([None]);
        let pairs = known.iter().zip(next);
        let revised = pairs.filter_map(|((_, event), superseded)| {
            let event = event.clone()?;
            Some(Revised { event, superseded })
        });
        revised.collect()
    }

    /// Every event as it was known at an instant.
    fn known_at(&self, as_of: Timestamp) -> Vec<Event> {
        let known = self.events.values().filter_map(|revisions| {
            let last = revisions.iter().rfind(|(at, _)| *at <= as_of)?;
            last.1.clone()
        });
        known.collect()
    }

    fn facts(&self) -> LiveFacts {
        let documents = self.events.keys().map(|id| self.revisions(id).len() as u64);
        let heads = self
            .events
            .values()
            .filter(|known| known.last().unwrap().1.is_some());
        LiveFacts {
            guards: Vec::new(),
            event_count: heads.count() as u64,
            document_count: documents.sum(),
            content_digest: Digest::of(b"of the store"),
            missing_by_axis: BTreeMap::new(),
            created_time: horizon(),
        }
    }
}

/// A directory of generations with a live index in it.
struct Site {
    dir: TempDir,
    live: LiveIndex,
    generations: GenerationStore,
}

impl Site {
    fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let generations = GenerationStore::open(dir.path(), NonZeroUsize::new(3).unwrap()).unwrap();
        let live = open(dir.path(), 0).unwrap();
        Site {
            dir,
            live,
            generations,
        }
    }

    fn replace(&mut self, world: &World, ids: impl IntoIterator<Item = EventId>) {
        for id in ids {
            self.live.replace(&id, &world.revisions(&id)).unwrap();
        }
    }

    fn publish(&mut self, world: &World) -> Published {
        self.live.commit(world.position).unwrap();
        self.live
            .publish(&mut self.generations, world.facts())
            .unwrap()
    }

    fn open(&self, before: Option<&Snapshot>) -> Snapshot {
        let current = Current::read(self.dir.path()).unwrap().unwrap();
        let before = before.map(Snapshot::verified);
        let verified = VerifiedGeneration::open_after(self.dir.path(), &current, before).unwrap();
        Snapshot::open(verified).unwrap()
    }
}

fn open(dir: &Path, position: u64) -> Result<LiveIndex, LiveError> {
    let store = StorePosition {
        store_id: STORE,
        position,
    };
    LiveIndex::open(&dir.join(".live"), store)
}

fn later(at: Timestamp, days: i64) -> Timestamp {
    Timestamp::from_micros(at.as_micros() + days * 86_400_000_000).unwrap()
}

/// Event `index`, with the values of another event.
fn corrected(generator: &Generator, index: u64, like: u64) -> Event {
    let own = generator.event(index);
    let mut parts = generator.event(like).parts().clone();
    parts.event_id = own.id().clone();
    Event::new(parts).unwrap()
}

/// Knows new events, then corrects and withdraws some of those known; gives what changed.
fn change(world: &mut World, generator: &Generator, news: std::ops::Range<u64>) -> Vec<EventId> {
    let mut changed = Vec::new();
    for index in news.clone() {
        let event = generator.event(index);
        world.know(event.id(), event.parts().known_time, Some(event.clone()));
        changed.push(event.id().clone());
    }
    for index in (0..news.end).step_by(7) {
        let id = generator.event(index).id().clone();
        let last = world.events[&id].last().unwrap().0;
        let event = (index % 3 > 0).then(|| corrected(generator, index, index + news.end * 3));
        world.know(
            &id,
            later(last, 40 + i64::try_from(index).unwrap() % 400),
            event,
        );
        changed.push(id);
    }
    changed
}

fn assert_agrees(snapshot: &Snapshot, world: &World, search: &Search, page: Page, about: &str) {
    let expected = reference::search(&world.known_at(search.as_of()), search, page);
    let found = snapshot.search(search, page, &Cancel::default()).unwrap();
    assert!(found.hits == expected.hits, "{about}: hits");
    assert_eq!(found.has_more, expected.has_more, "{about}");
    assert_eq!(
        found.counts.candidates, expected.counts.candidates,
        "{about}"
    );
}

#[test]
fn as_of_any_instant_the_answer_is_that_of_what_was_known_then() {
    let (generator, mut world, mut site) = (generator(), World::default(), Site::new());
    let mut before: Option<Snapshot> = None;
    for batch in 0..6 {
        let changed = change(&mut world, &generator, batch * 200..(batch + 1) * 200);
        site.replace(&world, changed);
        site.publish(&world);
        let snapshot = site.open(before.as_ref());
        for index in 0..40 {
            let (search, page) = generator.any_search(batch * 1_000 + index, 1_200);
            assert_agrees(
                &snapshot,
                &world,
                &search,
                page,
                &format!("batch {batch}, {index}"),
            );
        }
        before = Some(snapshot);
    }
}

#[test]
fn explanations_lists_and_facets_are_of_what_was_known_then() {
    let (generator, mut world, mut site) = (generator(), World::default(), Site::new());
    for batch in 0..3 {
        let changed = change(&mut world, &generator, batch * 150..(batch + 1) * 150);
        site.replace(&world, changed);
        site.publish(&world);
    }
    let snapshot = site.open(None);
    for index in 0..25 {
        let (search, _) = generator.any_search(index, 450);
        let known = world.known_at(search.as_of());
        for event in known.iter().step_by(40) {
            let expected = reference::explain(&known, &search, event.id());
            let found = snapshot
                .explain(&search, event.id(), &Cancel::default())
                .unwrap();
            assert_eq!(found, expected, "search {index}, {}", event.id());
        }
    }
    for as_of in [later(horizon(), -900), horizon(), later(horizon(), 900)] {
        let known = world.known_at(as_of);
        let mut counts = FacetCounts::default();
        let passing = |event: &&Event| {
            sosie_similarity::admits_time(as_of, &event.candidate())
                && Filter::default().passes(&event.candidate())
        };
        known
            .iter()
            .filter(passing)
            .for_each(|e| counts.add(Facet::Month, &e.candidate()));
        let query = sosie_index::FacetQuery {
            filter: Filter::default(),
            as_of,
            facets: vec![Facet::Month],
        };
        let found = snapshot.count_facets(&query, &Cancel::default()).unwrap();
        assert_eq!(found.counts, [counts]);
    }
}

#[test]
fn events_are_read_as_they_are_known_now_and_as_they_were_known() {
    let (generator, mut world, mut site) = (generator(), World::default(), Site::new());
    let first = generator.event(0);
    let (id, known) = (first.id().clone(), first.parts().known_time);
    world.know(&id, known, Some(first.clone()));
    world.know(&id, later(known, 10), Some(corrected(&generator, 0, 5)));
    world.know(&id, later(known, 20), None);
    world.know(&id, later(known, 30), Some(corrected(&generator, 0, 6)));
    site.replace(&world, [id.clone()]);
    site.publish(&world);
    let snapshot = site.open(None);
    let as_of = |days| {
        let event = snapshot.event_as_of(&id, later(known, days)).unwrap();
        event.map(|event| event.parts().known_time)
    };
    // Before anything was known it is taken as it was first known.
    assert_eq!(as_of(-1), Some(known));
    assert_eq!(as_of(9), Some(known));
    assert_eq!(as_of(10), Some(later(known, 10)));
    assert_eq!(as_of(25), None);
    assert_eq!(as_of(30), Some(later(known, 30)));
    let now = snapshot.event(&id).unwrap().unwrap();
    assert_eq!(now.parts().known_time, later(known, 30));
}

#[test]
fn only_what_is_new_is_written_and_read() {
    let (generator, mut world, mut site) = (generator(), World::default(), Site::new());
    let changed = change(&mut world, &generator, 0..300);
    site.replace(&world, changed);
    let first = site.publish(&world);
    let before = site.open(None);
    let event = generator.event(900);
    world.know(event.id(), event.parts().known_time, Some(event.clone()));
    site.replace(&world, [event.id().clone()]);
    let second = site.publish(&world);
    let path = |published: &Published, name: &str| {
        site.dir
            .path()
            .join(published.generation.to_string())
            .join(name)
    };
    let inode = |path| std::os::unix::fs::MetadataExt::ino(&std::fs::metadata(path).unwrap());
    let kept: Vec<_> = first
        .manifest
        .files
        .iter()
        .filter(|file| file.name != "meta.json")
        .collect();
    for file in &kept {
        assert_eq!(second.manifest.file(&file.name), Some(*file));
        assert_eq!(
            inode(path(&second, &file.name)),
            inode(path(&first, &file.name))
        );
    }
    assert!(kept.len() > 5);
    // What the first reader has checked, the second shares: nothing of it is read, so that it may even be damaged.
    for file in &kept {
        let bytes = vec![0; usize::try_from(file.size_bytes).unwrap()];
        std::fs::write(path(&second, &file.name), bytes).unwrap();
    }
    let after = site.open(Some(&before));
    assert_eq!(after.event(event.id()).unwrap().as_ref(), Some(&event));
}

#[test]
fn no_file_of_a_generation_holds_what_was_erased() {
    let (generator, mut world, mut site) = (generator(), World::default(), Site::new());
    let changed = change(&mut world, &generator, 0..50);
    site.replace(&world, changed);
    let event = generator.event(60);
    // Stands for what must not be there.
    let mut parts = event.parts().clone();
    parts.event_id = EventId::new("jean.dupont").unwrap();
    let planted = Event::new(parts).unwrap();
    world.know(
        planted.id(),
        planted.parts().known_time,
        Some(planted.clone()),
    );
    site.replace(&world, [planted.id().clone()]);
    let holds_dir = |dir: &Path| {
        let files = std::fs::read_dir(dir).unwrap().flatten();
        files.into_iter().any(|file| {
            let bytes = std::fs::read(file.path()).unwrap();
            bytes.windows(11).any(|bytes| bytes == b"jean.dupont")
        })
    };
    let holds = |site: &Site, published: &Published| {
        holds_dir(&site.dir.path().join(published.generation.to_string()))
    };
    let before = site.publish(&world);
    assert!(holds(&site, &before), "the text can be found where it is");
    world.events.remove(planted.id());
    site.live.erase(planted.id(), &[]).unwrap();
    let after = site.publish(&world);
    assert!(!holds(&site, &after));
    assert!(!holds_dir(&site.dir.path().join(".live")));
    let (search, page) = generator.any_search(3, 50);
    assert_agrees(&site.open(None), &world, &search, page, "after the erasure");
}

#[test]
fn a_restart_goes_on_from_the_last_commit() {
    let (generator, mut world, mut site) = (generator(), World::default(), Site::new());
    let changed = change(&mut world, &generator, 0..100);
    site.replace(&world, changed);
    site.publish(&world);
    let committed = world.position;
    let lost = change(&mut world, &generator, 100..200);
    site.replace(&world, lost.clone());
    let Site {
        dir,
        live,
        generations,
    } = site;
    drop(live);
    let live = open(dir.path(), world.position).unwrap();
    assert_eq!(live.store().position, committed);
    let mut site = Site {
        dir,
        live,
        generations,
    };
    site.replace(&world, lost);
    site.publish(&world);
    let snapshot = site.open(None);
    for index in 0..20 {
        let (search, page) = generator.any_search(index, 200);
        assert_agrees(&snapshot, &world, &search, page, "after the restart");
    }
}

#[test]
fn an_index_of_another_store_or_ahead_of_its_own_is_refused() {
    let (generator, mut world, mut site) = (generator(), World::default(), Site::new());
    let changed = change(&mut world, &generator, 0..10);
    site.replace(&world, changed);
    site.publish(&world);
    let Site { dir, live, .. } = site;
    drop(live);
    let stale = |store_id, position| {
        let store = StorePosition { store_id, position };
        let opened = LiveIndex::open(&dir.path().join(".live"), store);
        matches!(opened, Err(LiveError::Stale(_)))
    };
    assert!(stale(StoreId(8), world.position));
    assert!(stale(STORE, world.position - 1));
    assert!(!stale(STORE, world.position));
}

#[test]
fn an_index_that_lacks_a_revision_is_not_published() {
    let (generator, mut world, mut site) = (generator(), World::default(), Site::new());
    change(&mut world, &generator, 0..10);
    let ids: Vec<_> = world.events.keys().skip(1).cloned().collect();
    site.replace(&world, ids);
    site.live.commit(world.position).unwrap();
    let refused = site.live.publish(&mut site.generations, world.facts());
    assert!(matches!(refused, Err(LiveError::Disagrees { .. })));
    assert_eq!(Current::read(site.dir.path()).unwrap(), None);
}

#[test]
fn a_delta_that_has_grown_is_folded_into_the_next_base() {
    let (generator, mut world, mut site) = (generator(), World::default(), Site::new());
    let mut bases = std::collections::BTreeSet::new();
    for batch in 0..14 {
        let changed = change(&mut world, &generator, batch * 4_000..(batch + 1) * 4_000);
        site.replace(&world, changed);
        let published = site.publish(&world);
        bases.insert(published.manifest.file("similarity.blocks").unwrap().sha256);
    }
    assert!(bases.len() > 1, "the base stayed as it was");
    let snapshot = site.open(None);
    for index in 0..8 {
        let (search, page) = generator.any_search(index, 56_000);
        assert_agrees(&snapshot, &world, &search, page, &format!("search {index}"));
    }
}

fn content_of(world: &World) -> Digest {
    let mut content = ContentDigest::default();
    for id in world.events.keys() {
        for revised in world.revisions(id) {
            let known = revised.event.parts().known_time;
            content.add(Digest::of(&record::to_json(&revised.event, Some(known))));
        }
    }
    content.digest()
}

impl Site {
    fn candidate(&mut self, world: &World) -> Result<VerifiedGeneration, LiveError> {
        let stage = self.generations.stage().unwrap();
        let generation = self.generations.next_generation().unwrap();
        self.live.candidate((stage, generation), world.facts())
    }

    fn reopen(&mut self, world: &World, checked: Manifest) {
        let dir = self.dir.path().join(".live");
        let store = StorePosition {
            store_id: STORE,
            position: world.position,
        };
        let elsewhere = tempfile::tempdir().unwrap();
        let other = open(elsewhere.path(), 0).unwrap();
        std::mem::replace(&mut self.live, other).close().unwrap();
        self.live = LiveIndex::open_checked(&dir, store, checked).unwrap();
    }
}

#[test]
fn a_candidate_is_read_back_and_is_what_is_published_then() {
    let (generator, mut world, mut site) = (generator(), World::default(), Site::new());
    let changed = change(&mut world, &generator, 0..300);
    site.replace(&world, changed);
    site.live.commit(world.position).unwrap();
    let candidate = site.candidate(&world).unwrap();
    let checked = candidate.manifest().clone();
    let snapshot = Snapshot::open(candidate).unwrap();
    let content = snapshot.content_digest(&Cancel::default()).unwrap();
    assert_eq!(content, content_of(&world));
    for index in 0..40 {
        let (search, page) = generator.any_search(index, 300);
        assert_agrees(&snapshot, &world, &search, page, &format!("search {index}"));
    }
    let names = |path: &Path| std::fs::read_dir(path).unwrap().count();
    // The live index and the lock: neither a stage nor a generation.
    assert_eq!(names(site.dir.path()), 2);
    site.reopen(&world, checked.clone());
    let published = site.publish(&world).manifest;
    let without_meta = |manifest: &Manifest| {
        let files = manifest.files.iter();
        let files = files.filter(|file| file.name != "meta.json");
        files.cloned().collect::<Vec<_>>()
    };
    assert_eq!(without_meta(&published), without_meta(&checked));
}

#[test]
fn a_candidate_of_which_any_file_is_damaged_is_refused() {
    let (generator, mut world, mut site) = (generator(), World::default(), Site::new());
    let changed = change(&mut world, &generator, 0..100);
    site.replace(&world, changed);
    site.live.commit(world.position).unwrap();
    let mut damaged = 0;
    for entry in std::fs::read_dir(site.dir.path().join(".live")).unwrap() {
        let path = entry.unwrap().path();
        let is_of_segment = path.file_stem().is_some_and(|stem| stem.len() >= 32);
        if !is_of_segment {
            continue;
        }
        let whole = std::fs::read(&path).unwrap();
        let mut bytes = whole.clone();
        let middle = bytes.len() / 4;
        bytes[middle] ^= 0x10;
        std::fs::write(&path, &bytes).unwrap();
        let refused = site.candidate(&world).unwrap_err();
        let is_named = matches!(refused, LiveError::Damaged { .. } | LiveError::Stale(_));
        assert!(is_named, "{refused}");
        std::fs::write(&path, &whole).unwrap();
        damaged += 1;
    }
    assert!(damaged >= 6, "{damaged} files");
    site.candidate(&world).unwrap();
}
