use sosie_similarity::EventId;
use sosie_transparency::{InvalidLists, ListChange, Persistence, rank_biased_overlap};

fn list(letters: &str) -> Vec<EventId> {
    letters
        .chars()
        .map(|c| EventId::new(&c.to_string()).unwrap())
        .collect()
}

fn rbo_at(a: &str, b: &str, p: f64) -> f64 {
    let p = Persistence::new(p).unwrap();
    rank_biased_overlap(&list(a), &list(b), p).unwrap()
}

fn rbo(a: &str, b: &str) -> f64 {
    rbo_at(a, b, Persistence::PAGE.get())
}

/// The formula of the paper (equation 32), term by term.
fn as_in_the_paper(a: &str, b: &str, p: f64) -> f64 {
    let (short, long) = if a.len() <= b.len() { (a, b) } else { (b, a) };
    let (s, l) = (short.len(), long.len());
    let shared = |d: usize| {
        let head = &short[..d.min(s)];
        long[..d].chars().filter(|c| head.contains(*c)).count() as f64
    };
    let (x_s, x_l) = (shared(s), shared(l));
    let seen: f64 = (1..=l)
        .map(|d| shared(d) / d as f64 * p.powi(d as i32))
        .sum();
    let beyond: f64 = (s + 1..=l)
        .map(|d| x_s * (d - s) as f64 / (s * d) as f64 * p.powi(d as i32))
        .sum();
    (1.0 - p) / p * (seen + beyond) + ((x_l - x_s) / l as f64 + x_s / s as f64) * p.powi(l as i32)
}

/// Pairs of lists without ties, short and long, from a fixed sequence.
fn pairs() -> Vec<(String, String)> {
    let mut state = 1_u64;
    let mut next = |below: u64| {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) % below
    };
    let mut list = move || {
        let mut letters: Vec<char> = ('a'..='p').collect();
        for at in (1..letters.len()).rev() {
            letters.swap(at, next(at as u64 + 1) as usize);
        }
        letters.truncate(1 + next(16) as usize);
        letters.into_iter().collect::<String>()
    };
    (0..500).map(|_| (list(), list())).collect()
}

#[test]
fn overlap_agrees_with_values_by_hand() {
    let near = |a: f64, b: f64| (a - b).abs() < 1e-15;
    // Agreements 0, 1, 1.
    assert!(near(rbo("abc", "bac"), 0.9));
    // Agreements 1, 1/2, 2/3.
    assert!(near(
        rbo("abc", "acd"),
        1.0 - 0.9 * 0.5 + 0.81 * (2.0 / 3.0 - 0.5)
    ));
    // Agreement 0, then 1 of 2 by the longer list alone.
    assert!(near(rbo("a", "ba"), 0.45));
    // Nothing follows that disagrees.
    assert_eq!(rbo("a", "abc"), 1.0);
}

#[test]
fn overlap_is_the_formula_of_the_paper() {
    for (a, b) in pairs() {
        for p in [0.1, 0.5, 0.9, 0.99] {
            assert!(
                (rbo_at(&a, &b, p) - as_in_the_paper(&a, &b, p)).abs() < 1e-12,
                "{a} {b} {p}"
            );
        }
    }
}

#[test]
fn equal_lists_overlap_wholly_and_disjoint_ones_not_at_all() {
    for (a, b) in pairs() {
        assert_eq!(rbo(&a, &a), 1.0);
        let disjoint: String = b.chars().map(|c| c.to_ascii_uppercase()).collect();
        assert_eq!(rbo(&a, &disjoint), 0.0);
    }
    assert_eq!(rbo("", ""), 1.0);
    assert_eq!(rbo("", "a"), 0.0);
}

#[test]
fn overlap_is_symmetric_to_the_last_bit_and_in_range() {
    for (a, b) in pairs() {
        let overlap = rbo(&a, &b);
        assert_eq!(overlap.to_bits(), rbo(&b, &a).to_bits());
        assert!((0.0..=1.0).contains(&overlap));
    }
}

#[test]
fn overlap_grows_with_the_common_beginning() {
    let (a, b) = ("abcdefgh", "ABCDEFGH");
    let overlaps: Vec<f64> = (0..=8)
        .map(|m| rbo(a, &format!("{}{}", &a[..m], &b[m..])))
        .collect();
    assert!(
        overlaps.windows(2).all(|pair| pair[0] < pair[1]),
        "{overlaps:?}"
    );
    assert_eq!((overlaps[0], overlaps[8]), (0.0, 1.0));
}

#[test]
fn a_deeper_look_raises_the_overlap_exactly_if_it_raises_the_agreement() {
    for (a, b) in pairs() {
        let depth = a.len().min(b.len());
        let agreement =
            |d: usize| a[..d].chars().filter(|c| b[..d].contains(*c)).count() as f64 / d as f64;
        for d in 1..depth {
            let step = rbo(&a[..d + 1], &b[..d + 1]) - rbo(&a[..d], &b[..d]);
            let change = agreement(d + 1) - agreement(d);
            assert!(step.abs() < 1e-15 || step.signum() == change.signum());
        }
    }
}

#[test]
fn a_change_tells_who_entered_and_who_left_in_order() {
    let change = ListChange::new(&list("abcd"), &list("xbya"), Persistence::PAGE).unwrap();
    assert_eq!((change.entered, change.left), (list("xy"), list("cd")));
    assert!(change.rbo > 0.0 && change.rbo < 1.0);
}

#[test]
fn a_list_with_an_event_twice_and_a_persistence_out_of_range_are_refused() {
    let twice = ListChange::new(&list("aba"), &list("ab"), Persistence::PAGE);
    assert!(matches!(twice, Err(InvalidLists::Twice(id)) if id.as_str() == "a"));
    for p in [0.0, 1.0, -0.1, f64::NAN] {
        assert_eq!(Persistence::new(p), Err(InvalidLists::Persistence));
    }
}
