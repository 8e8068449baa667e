use super::*;

const DEPLOYED: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../deploy/canaries.toml");

fn read(text: &str) -> Result<Canaries, CanariesError> {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("canaries.toml");
    fs::write(&path, text).unwrap();
    Canaries::read(&path)
}

fn canary(change: impl Fn(&str) -> String) -> String {
    change(
        r#"[[canary]]
name = "concert"
event_id = "mrs-001273"
profile = "tranquillity@1"
as_of = "2026-01-01T00:00:00Z"
hits = [{ event_id = "mrs-001813", score = 0.5 }, { event_id = "mrs-000827" }]
"#,
    )
}

#[test]
fn the_example_of_deploy_is_read() {
    assert_eq!(Canaries::read(Path::new(DEPLOYED)).unwrap().len(), 2);
}

#[test]
fn a_file_without_canaries_has_none() {
    assert!(read("").unwrap().is_empty());
    assert_eq!(read(&canary(str::to_owned)).unwrap().len(), 1);
}

#[test]
fn what_breaks_a_rule_is_refused_by_its_field() {
    let twice = canary(|text| format!("{text}{text}"));
    let many =
        (0..=CANARIES_MAX).map(|at| canary(|text| text.replace("concert", &format!("c-{at}"))));
    for (text, about) in [
        (canary(|text| text.replace("profile", "profil")), "profil"),
        (
            canary(|text| text.replace("concert", "A concert")),
            "canary[0].name",
        ),
        (
            canary(|text| text.replace("mrs-001273", "")),
            "canary[0].event_id",
        ),
        (canary(|text| text.replace("@1", "@x")), "canary[0].profile"),
        (
            canary(|text| text.replace("T00:", "T99:")),
            "canary[0].as_of",
        ),
        (
            canary(|text| text.replace("0.5", "1.5")),
            "canary[0].hits[0].score",
        ),
        (
            canary(|text| text.replace("mrs-000827", "é")),
            "canary[0].hits[1].event_id",
        ),
        (
            "[[canary]]\nname = \"a\"\nevent_id = \"b\"\nhits = []\n".to_owned(),
            "canary[0].hits",
        ),
        (twice, "canary[1].name"),
        (many.collect(), "canary"),
        ("x".repeat(3 << 20), "longer"),
    ] {
        let error = read(&text).unwrap_err().to_string();
        assert!(error.contains(about), "{about}: {error}");
    }
}
