//! What policy, vocabularies and forms make of single records.

use sosie_guard::{Fields, Guard, Policy, Rule, Verdict, Vocabularies, Vocabulary};

const CLEAN: Fields<'_> = Fields {
    event_id: "sd-47552",
    series_id: None,
    nature: Some("market/farmers"),
    sector: Some("san-diego/downtown"),
    source_id: "san-diego-permits",
    outcomes: Vec::new(),
    outcomes_fewer_than: Vec::new(),
    participants: Some(800),
    participants_low: None,
    participants_high: None,
    footprint_area_m2: None,
    active_duration_s: None,
    days: Some((16_945, 16_946)),
};

fn guard(policy: &str, vocabularies: &[&str]) -> Guard {
    let parsed = vocabularies
        .iter()
        .map(|text| Vocabulary::parse(text).expect("a vocabulary"));
    let vocabularies = Vocabularies::new(parsed).expect("one of each list");
    Guard::new(Policy::parse(policy).expect("a policy"), vocabularies)
}

/// `field RULE`, one after the other.
fn said(verdict: &Verdict) -> String {
    let findings = verdict.findings().iter().map(ToString::to_string);
    findings.collect::<Vec<_>>().join(", ")
}

fn strict(fields: &Fields<'_>) -> String {
    said(&guard("", &[]).check(fields))
}

#[test]
fn a_clean_record_passes() {
    assert!(guard("", &[]).check(&CLEAN).is_clean());
}

#[test]
fn each_field_is_named_as_it_is_in_errors() {
    let cases = [
        (
            Fields {
                event_id: "ev-0612345678",
                ..CLEAN
            },
            "`event_id` PHONE",
        ),
        (
            Fields {
                series_id: Some("jean.dupont"),
                ..CLEAN
            },
            "`series_id` PERSON_NAME",
        ),
        (
            Fields {
                nature: Some("culture/jean-dupont"),
                ..CLEAN
            },
            "`nature[1]` PERSON_NAME",
        ),
        (
            Fields {
                sector: Some("jean/dupont"),
                ..CLEAN
            },
            "`sector` PERSON_NAME",
        ),
        (
            Fields {
                source_id: "www-dupont-fr",
                ..CLEAN
            },
            "`source_id` URL",
        ),
        (
            Fields {
                outcomes: vec![("officers", 3.0), ("1980-05-12", 1.0)],
                ..CLEAN
            },
            "`outcomes[1]` DATE_OF_BIRTH",
        ),
        (
            Fields {
                outcomes: vec![("officers", 612_345_678.0)],
                ..CLEAN
            },
            "`outcomes[0].count` IMPLAUSIBLE_NUMBER",
        ),
        (
            Fields {
                participants: Some(612_345_678),
                ..CLEAN
            },
            "`participants.best` IMPLAUSIBLE_NUMBER",
        ),
    ];
    for (fields, expected) in cases {
        assert_eq!(strict(&fields), expected);
    }
}

#[test]
fn what_several_fields_say_together_is_found() {
    let cases = [
        ("ev-0612", "345678", "`event_id+series_id` PHONE"),
        ("ab-123", "cd", "`event_id+series_id` LICENCE_PLATE"),
        ("de893704", "00440532013000", "PHONE"),
        ("jean", "dupont-2016", "`event_id+series_id` PERSON_NAME"),
        ("1980", "0512", "`event_id+series_id` DATE_OF_BIRTH"),
    ];
    for (event_id, series_id, expected) in cases {
        let said = strict(&Fields {
            event_id,
            series_id: Some(series_id),
            ..CLEAN
        });
        assert!(said.contains(expected), "{event_id} {said}");
    }
    let said = strict(&Fields {
        nature: Some("jean"),
        sector: Some("dupont"),
        ..CLEAN
    });
    assert_eq!(said, "`event_id+series_id+nature+sector` PERSON_NAME");
}

/// The events of a source are numbered by their days.
#[test]
fn a_day_near_the_event_is_its_own_and_an_earlier_one_is_a_birth() {
    for own in ["v-2016-05-24", "20160524001", "v-2016-0524", "24-may-2016"] {
        assert_eq!(
            strict(&Fields {
                event_id: own,
                ..CLEAN
            }),
            "",
            "{own}"
        );
    }
    for birth in [
        "v-1984-05-24",
        "v-24051984",
        "24.05.84",
        "24-may-1984",
        "born-1984",
    ] {
        assert_eq!(
            strict(&Fields {
                event_id: birth,
                ..CLEAN
            }),
            "`event_id` DATE_OF_BIRTH",
            "{birth}"
        );
    }
}

#[test]
fn an_id_has_the_form_that_its_source_declares() {
    let policy = r#"
        [sources.san-diego-permits]
        event_id = ["sd-{digits:1..7}", "old-{digits:9}"]
    "#;
    let guard = guard(policy, &[]);
    let id = |event_id| said(&guard.check(&Fields { event_id, ..CLEAN }));
    assert_eq!(id("sd-47552"), "");
    assert_eq!(id("sd-jean"), "`event_id` ID_FORM");
    // Nine digits may be declared, and are still a telephone number if they read as one.
    assert_eq!(id("old-123456780"), "");
    assert_eq!(id("old-612345678"), "`event_id` PHONE");
}

/// What a source is exempt from hides nothing else.
#[test]
fn an_exemption_or_an_unknown_code_does_not_keep_fields_from_being_looked_at_together() {
    let fields = Fields {
        event_id: "ev-0612",
        series_id: Some("345678"),
        sector: Some("san-diego/jean-dupont"),
        ..CLEAN
    };
    let policy = format!(
        "[[sources.{}.exempt]]\nrule = \"PERSON_NAME\"\nreason = \"streets\"\n",
        CLEAN.source_id
    );
    let told = said(&guard(&policy, &[]).check(&fields));
    assert!(told.contains("PHONE"), "{told}");
    assert!(!told.contains("PERSON_NAME"), "{told}");
    let sectors = "list = \"sector\"\nname = \"s\"\nversion = \"1\"\ncodes = [\"san-diego\"]\n";
    let quarantining = guard("on_unknown_code = \"quarantine\"", &[sectors]);
    let other = Fields {
        sector: Some("san-diego/la-jolla"),
        ..fields
    };
    assert!(matches!(quarantining.check(&other), Verdict::Refused(_)));
}

#[test]
fn a_vocabulary_lets_its_codes_pass_and_no_others() {
    let sectors = r#"
        list = "sector"
        name = "Sectors"
        version = "1"
        codes = ["san-diego", "san-diego/maria-lopez"]
    "#;
    let listed = Fields {
        sector: Some("san-diego/maria-lopez"),
        ..CLEAN
    };
    let other = Fields {
        sector: Some("san-diego/la-jolla"),
        ..CLEAN
    };
    let name = Fields {
        sector: Some("san-diego/jean-dupont"),
        ..CLEAN
    };
    let refusing = guard("", &[sectors]);
    assert!(refusing.check(&listed).is_clean());
    assert!(matches!(refusing.check(&other), Verdict::Refused(_)));
    let quarantining = guard("on_unknown_code = \"quarantine\"", &[sectors]);
    let verdict = quarantining.check(&other);
    assert!(matches!(verdict, Verdict::Quarantined(_)));
    assert_eq!(said(&verdict), "`sector[1]` NOT_IN_VOCABULARY");
    // Personal data is refused, whatever becomes of unknown codes.
    let verdict = quarantining.check(&name);
    assert!(matches!(verdict, Verdict::Refused(_)));
    assert_eq!(
        said(&verdict),
        "`sector[1]` PERSON_NAME, `sector[1]` NOT_IN_VOCABULARY"
    );
}

#[test]
fn an_exemption_is_of_one_rule_and_one_source() {
    let policy = r#"
        [[sources.san-diego-permits.exempt]]
        rule = "PERSON_NAME"
        reason = "parks bear names"
    "#;
    let guard = guard(policy, &[]);
    let park = Fields {
        sector: Some("san-diego/jean-dupont"),
        ..CLEAN
    };
    assert!(guard.check(&park).is_clean());
    assert!(
        !guard
            .check(&Fields {
                source_id: "other",
                ..park
            })
            .is_clean()
    );
    assert!(
        !guard
            .check(&Fields {
                sector: Some("san-diego/www-dupont-fr"),
                ..CLEAN
            })
            .is_clean()
    );
}

#[test]
fn raw_text_is_looked_at_in_every_disguise() {
    let guard = guard("", &[]);
    let cases = [
        ("jean.dupont@example.org", Rule::Email),
        ("{\"jеan.duроnt\": 1}", Rule::PersonName),
        ("nom=Jean%20Dupont", Rule::PersonName),
        ("Zm9vOiBqZWFuLmR1cG9udEBleGFtcGxlLm9yZw==", Rule::Email),
        ("&#106;ean dupont", Rule::PersonName),
        ("+33 6 12 34 56 78", Rule::Phone),
        ("０６ １２ ３４ ５６ ７８", Rule::Phone),
        ("zero six un deux trois quatre cinq six", Rule::Phone),
        ("j-e-a-n-d-u-p-o-n-t", Rule::PersonName),
        ("https://example.org/x", Rule::Url),
        ("xn--dupont-jrme-zbb.fr", Rule::Url),
        ("@jdupont", Rule::SocialHandle),
        ("48.85837, 2.29448", Rule::Coordinates),
    ];
    for (text, rule) in cases {
        let rules: Vec<Rule> = guard.inspect(text).iter().collect();
        assert!(rules.contains(&rule), "{text} {rules:?}");
    }
}

/// The demonstration's: neither id is a plate's second half because the other ends in digits.
#[test]
fn ids_that_stand_beside_each_other_by_chance_are_no_number() {
    let demo = Fields {
        event_id: "mrs-000123",
        series_id: Some("mrs-s-0001"),
        nature: Some("sport/running/road/20-km"),
        sector: Some("marseille/13006/notre-dame-du-mont"),
        ..CLEAN
    };
    assert_eq!(strict(&demo), "");
    let street = Fields {
        sector: Some("seattle/northeast-60th-street-park"),
        ..CLEAN
    };
    assert_eq!(strict(&street), "");
}

/// The ids that documents and demonstrations of the project show.
#[test]
fn ids_of_the_documents_pass() {
    for event_id in [
        "v-2016-0524",
        "mrs-000123",
        "syn-000012345",
        "pan-0000",
        "oa-2268331",
        "scad-400001-0",
        "fest-FEST_03002_20-0",
    ] {
        assert_eq!(strict(&Fields { event_id, ..CLEAN }), "", "{event_id}");
    }
    for series_id in [
        "mrs-s-0001",
        "fete-de-la-musique",
        "4d0617c46e",
        "8a57638593e1f2a0b4c6",
        "series-000000001",
    ] {
        assert_eq!(
            strict(&Fields {
                series_id: Some(series_id),
                ..CLEAN
            }),
            "",
            "{series_id}"
        );
    }
}
