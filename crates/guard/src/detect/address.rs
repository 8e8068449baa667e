//! Addresses on the net: e-mail, web, and names on social networks; by their signs and by their words.
//!
//! Codes and ids have neither `@` nor `/`, so there an address is written around: `jean.dupont-gmail.com`,
//! `jean-at-example-dot-org`, `insta-jdupont`.

use crate::lexicon::{Class, Coding, Word};
use crate::rule::{Rule, Rules};
use crate::text::segment::Segment;

/// Words of a host that is spelt out, its domain included.
const HOST_WORDS_MAX: usize = 4;

/// What signs and words say.
pub(super) fn scan(text: &[u8], segments: &[Segment], is_decoded: bool) -> Rules {
    let mut rules = Rules::NONE;
    if text.contains(&b'@') {
        rules.join(around_at(text, is_decoded));
    }
    for (at, run) in segments
        .iter()
        .enumerate()
        .filter(|(_, run)| run.word.is_known())
    {
        rules.add_if(
            run.word.is(Class::Platform) && is_handle(segments, at),
            Rule::SocialHandle,
        );
        for coding in Coding::ALL {
            rules.join(at_word(text, segments, (at, run.word), coding));
        }
    }
    rules
}

/// `name@host` is an address, `@name` a handle. Decodings have an `@` by chance: there a host has to have a point.
fn around_at(text: &[u8], is_decoded: bool) -> Rules {
    let mut rules = Rules::NONE;
    let is_name = |byte: Option<&u8>| byte.is_some_and(u8::is_ascii_alphanumeric);
    for (at, _) in text.iter().enumerate().filter(|(_, byte)| **byte == b'@') {
        let before = at > 0 && is_name(text.get(at - 1));
        let after = is_name(text.get(at + 1));
        let host = text[at + 1..]
            .iter()
            .position(|byte| *byte == b'.')
            .is_some_and(|point| {
                text[at + 1..][..point]
                    .iter()
                    .all(|byte| byte.is_ascii_alphanumeric() || *byte == b'-')
                    && is_name(text.get(at + point + 2))
            });
        rules.add_if(before && after && (host || !is_decoded), Rule::Email);
        let handle = !before
            && text[at + 1..]
                .iter()
                .take_while(|byte| is_name(Some(byte)))
                .count()
                >= 3;
        rules.add_if(handle && !is_decoded, Rule::SocialHandle);
    }
    rules
}

fn is_handle(segments: &[Segment], at: usize) -> bool {
    segments
        .get(at + 1)
        .is_some_and(|next| !next.word.is(Class::PlatformPage))
}

/// What a word says with its neighbours. Read backwards, they are on its other side.
fn at_word(text: &[u8], segments: &[Segment], (at, word): (usize, Word), coding: Coding) -> Rules {
    let step = |steps: usize| match coding {
        Coding::Plain | Coding::Rot13 => segments.get(at + steps),
        Coding::Reversed => at.checked_sub(steps).map(|before| &segments[before]),
    };
    let is = |steps: usize, class| step(steps).is_some_and(|run| run.word.reads(class, coding));
    let mut rules = Rules::NONE;
    let points = |steps: usize| {
        step(steps - 1)
            .zip(step(steps))
            .is_some_and(|(a, b)| gap(text, a, b) == b".")
    };
    let provided = word.reads(Class::Provider, coding)
        && (is(1, Class::Tld) || is(1, Class::Dot) && is(2, Class::Tld));
    // What is around it may be disguised and the word itself not.
    let says_at = word.reads(Class::At, coding) || word.is(Class::At);
    let spoken = says_at && spoken_host(&is, &points);
    rules.add_if(provided || spoken, Rule::Email);
    rules.add_if(word.reads(Class::Web, coding), Rule::Url);
    let domain = word.reads(Class::Tld, coding) && is_domain(text, segments, at, coding);
    rules.add_if(domain, Rule::Url);
    rules
}

/// After `at`: a provider, or a host and a domain, which a point or `dot` parts or no word is spelt like.
fn spoken_host(is: &impl Fn(usize, Class) -> bool, points: &impl Fn(usize) -> bool) -> bool {
    is(1, Class::Provider)
        || (2..=HOST_WORDS_MAX).any(|at| {
            is(at, Class::TldStrong)
                || is(at, Class::Tld) && points(at)
                || is(at, Class::Dot) && is(at + 1, Class::Tld)
        })
}

/// What stands between two runs, in the order of the text.
fn gap<'t>(text: &'t [u8], a: &Segment, b: &Segment) -> &'t [u8] {
    &text[a.end.min(b.end)..a.start.max(b.start)]
}

/// A top-level domain after a point, or one that is no word at the very end after any sign.
fn is_domain(text: &[u8], segments: &[Segment], at: usize, coding: Coding) -> bool {
    let run = &segments[at];
    let (host, is_last) = match coding {
        Coding::Plain | Coding::Rot13 => (
            at.checked_sub(1).map(|at| &segments[at]),
            at + 1 == segments.len(),
        ),
        Coding::Reversed => (segments.get(at + 1), at == 0),
    };
    let Some(host) = host.filter(|host| host.len() > 1) else {
        return false;
    };
    let strong = run.word.reads(Class::TldStrong, coding);
    match gap(text, host, run) {
        b"." => true,
        b"-" | b"_" => strong && is_last,
        _ => false,
    }
}
