//! Whatever is appended is read as it was.

use proptest::prelude::*;
use sosie_audit::{
    Act, Body, Call, Code, Count, Entry, Name, Outcome, Pinned, Reason, Receipt, Reindex, Who,
};
use sosie_similarity::{Digest, Timestamp};

use crate::made::Place;

fn digest() -> impl Strategy<Value = Digest> {
    any::<[u8; 32]>().prop_map(Digest::from_bytes)
}

fn instant() -> impl Strategy<Value = Timestamp> {
    let micros = Timestamp::MIN.as_micros()..=Timestamp::MAX.as_micros();
    micros.prop_map(|micros| Timestamp::from_micros(micros).unwrap())
}

fn name() -> impl Strategy<Value = Name> {
    "[A-Za-z0-9._@-]{1,128}".prop_map(|text| Name::new(&text).unwrap())
}

fn pinned() -> impl Strategy<Value = Pinned> {
    (name(), digest()).prop_map(|(name, digest)| Pinned { name, digest })
}

fn reason() -> impl Strategy<Value = Reason> {
    "[A-Z0-9_]{1,128}".prop_map(|text| Reason::new(&text).unwrap())
}

fn change() -> impl Strategy<Value = (Pinned, Option<Reason>)> {
    (pinned(), prop::option::of(reason()))
}

fn act() -> impl Strategy<Value = Act> {
    prop_oneof![
        "[A-Za-z0-9._]{1,60}/[A-Za-z0-9_]{1,60}"
            .prop_map(|text| Act::Call(Call::new(&text).unwrap())),
        "[A-Za-z0-9._]{1,60}/[A-Za-z0-9_]{1,60}"
            .prop_map(|text| Act::StreamEnded(Call::new(&text).unwrap())),
        (name(), prop::option::of(name()))
            .prop_map(|(job, generation)| Act::ReindexEnded(Reindex { job, generation })),
        change().prop_map(|(profile, reason)| Act::ProfileActivated(profile, reason)),
        change().prop_map(|(profile, reason)| Act::ProfileRetired(profile, reason)),
        pinned().prop_map(Act::GenerationPublished),
        pinned().prop_map(Act::GenerationActivated),
    ]
}

fn outcome() -> impl Strategy<Value = Outcome> {
    let code = prop::sample::select(&Code::ALL[..]);
    prop_oneof![
        Just(Outcome::Ok),
        (code, reason()).prop_map(|(code, reason)| Outcome::Refused { code, reason }),
    ]
}

fn receipt() -> impl Strategy<Value = Receipt> {
    let parts = (
        pinned(),
        prop::option::of(pinned()),
        prop::option::of(instant()),
    );
    parts.prop_map(|(generation, profile, as_of)| Receipt {
        generation,
        profile,
        as_of,
    })
}

prop_compose! {
    fn any_entry()(
        act in act(),
        who in "[A-Za-z0-9._:@/-]{1,128}",
        what in prop::option::of(digest()),
        receipt in prop::option::of(receipt()),
        receipts in prop::option::of(digest()),
        outcome in outcome(),
        count in prop::option::of(any::<(u64, u64)>()),
    ) -> Entry {
        let who = Who::new(&who).unwrap();
        let count = count.map(|(accepted, refused)| Count { accepted, refused });
        Entry { act, who, what, receipt, receipts, outcome, count }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn entries_are_read_as_they_were_appended(
        batches in prop::collection::vec(prop::collection::vec(any_entry(), 1..6), 1..6),
    ) {
        let place = Place::new();
        let mut writer = place.writer();
        for batch in &batches {
            writer.append(batch).unwrap();
        }
        let head = writer.close().unwrap();
        let entries: Vec<Entry> = place.records().into_iter().filter_map(|record| match record.body {
            Body::Entry(entry) => Some(entry),
            Body::Mark(_) => None,
        }).collect();
        prop_assert_eq!(entries, batches.concat());
        prop_assert_eq!(place.verify().unwrap().head, head);
    }
}
