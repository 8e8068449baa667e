use std::collections::BTreeSet;

use expect_test::expect;
use sosie_transparency::{
    Answer, Entry, Evidence, FieldList, InvalidFieldList, MappedField, Register, RegisterRecord,
    Violation,
};

use crate::given::{EXAMPLE, record};

fn mapped(register: Register, declared: &str) -> RegisterRecord {
    RegisterRecord::new(register, &record(declared))
}

fn value(register: Register, field: &str) -> Answer {
    let record = mapped(register, EXAMPLE);
    let found = record.fields().iter().find(|mapped| mapped.id == field);
    match &found.unwrap().entry {
        Entry::Value(answer) => answer.clone(),
        other @ (Entry::Missing { .. } | Entry::AssignedByRegister) => panic!("{other:?}"),
    }
}

#[test]
fn every_field_list_names_its_standard_and_what_was_not_verified() {
    for register in Register::ALL {
        let list = register.field_list();
        let standard = list.standard();
        assert_eq!(standard.id, register.name());
        assert!(standard.source_url.starts_with("https://") && !standard.read_from.is_empty());
        let recalled = list
            .fields()
            .iter()
            .any(|field| field.evidence == Evidence::Recalled);
        assert!(!recalled || !standard.unverified.is_empty());
    }
    let count = |register: Register| register.field_list().fields().len();
    assert_eq!(Register::ALL.map(count), [21, 54, 30]);
}

#[test]
fn every_mapping_validates_but_for_what_must_be_stated() {
    for register in Register::ALL {
        for declared in ["", EXAMPLE] {
            let violations = mapped(register, declared).violations();
            let unexpected = violations
                .iter()
                .filter(|(_, violation)| !matches!(violation, Violation::RequiredMissing { .. }));
            assert_eq!(unexpected.count(), 0, "{register}: {violations:?}");
        }
    }
}

#[test]
fn required_fields_that_nobody_stated_are_listed_with_their_keys() {
    let lines: String = Register::ALL
        .into_iter()
        .flat_map(|register| mapped(register, "").violations())
        .map(|(field, violation)| format!("{field} {violation}\n"))
        .collect();
    expect![[r#"
        organisation is required and can be stated at `owner.organisation`
        organisation_type is required and can be stated at `registers.atrs.organisation_type`
        phase is required and can be stated at `algorithm.phase`
        date_published is required and can be stated at `registers.atrs.date_published`
        contact_email is required and can be stated at `contact.email`
        organisation_or_department is required and can be stated at `owner.organisation`
        organization is required and can be stated at `owner.organisation`
        status is required and can be stated at `algorithm.phase`
        contact_email is required and can be stated at `contact.email`
        publication_category is required and can be stated at `registers.dutch.publication_category`
    "#]]
    .assert_eq(&lines);
}

#[test]
fn the_example_leaves_only_the_publication_date_to_state() {
    let left: Vec<_> = Register::ALL
        .into_iter()
        .flat_map(|register| mapped(register, EXAMPLE).violations())
        .map(|(field, _)| field)
        .collect();
    assert_eq!(left, ["date_published"]);
}

#[test]
fn every_rule_is_for_a_field_of_the_list_and_every_other_field_is_asked() {
    for register in Register::ALL {
        let record = mapped(register, "");
        for (field, key) in record.missing() {
            let own = format!("registers.{register}.{}", field.id);
            assert_eq!(key == own, register.asks(&field.id), "{register} {key}");
        }
        let told: BTreeSet<_> = record.fields().iter().map(|field| &field.id).collect();
        assert_eq!(told.len(), register.field_list().fields().len());
    }
}

#[test]
fn values_come_from_the_running_state() {
    let text = |register, field| match value(register, field) {
        Answer::Text(text) => text,
        other @ (Answer::Texts(_) | Answer::Links(_)) => panic!("{other:?}"),
    };
    assert_eq!(text(Register::Dutch, "status"), "In gebruik");
    assert_eq!(text(Register::Dutch, "lang"), "nld");
    assert_eq!(text(Register::Atrs, "phase"), "production");
    assert_eq!(text(Register::Atrs, "model_name"), "tranquillity@1");
    assert_eq!(text(Register::Etalab, "date_mise_a_jour"), "2025-10-09");
    let Answer::Texts(sources) = value(Register::Etalab, "source_donnees") else {
        panic!("a list");
    };
    assert_eq!(sources.len(), 2);
    assert!(sources[1].contains("licence non déclaré"));
    let methods = text(Register::Dutch, "methods_and_models");
    assert!(methods.contains("As locatie: gewicht 1, s = 2^(−d/2) (d: km)"));
    assert!(methods.chars().count() <= 5_000);
}

#[test]
fn a_validator_finds_what_a_mapping_could_get_wrong() {
    let list = Register::Dutch.field_list();
    let field = |id: &str, entry| MappedField {
        id: id.to_owned(),
        label: String::new(),
        required: false,
        entry,
    };
    let text = |text: &str| Entry::Value(Answer::Text(text.to_owned()));
    let mut fields: Vec<MappedField> = mapped(Register::Dutch, EXAMPLE).fields().to_vec();
    fields.retain(|field| field.id != "tags");
    fields.extend([
        field("gaol", text("x")),
        field("lang", text("fra")),
        field("begin_date", text("January")),
        field("website", text("ftp://x")),
        field("category", text("Recht")),
        field("goal", text(" ")),
    ]);
    let found: String = list
        .validate(&fields)
        .into_iter()
        .map(|(field, violation)| format!("{field} {violation}\n"))
        .collect();
    expect![[r#"
        gaol is not a field of the standard
        lang is told twice
        lang is not one of ["nld"]
        begin_date is told twice
        begin_date is not of the form Month
        website is told twice
        website is not of the form Url
        category is told twice
        category is not of the form List
        goal is told twice
        goal is empty
        tags is left out
    "#]]
    .assert_eq(&found);
}

#[test]
fn a_field_list_with_a_wrong_or_repeated_id_is_refused() {
    let head = "[standard]\nid='x'\nname='x'\nversion='1'\nlanguage='en'\nsource_url='x'\nread_from='x'\nunverified=[]\n";
    let list = |fields: &str| FieldList::new(&format!("{head}{fields}"));
    let one = "[[field]]\nid='a'\nlabel='A'\nsection='s'\n";
    assert!(list(one).is_ok());
    assert!(matches!(list(&one.repeat(2)), Err(InvalidFieldList::Twice(id)) if id == "a"));
    assert!(matches!(
        list(&one.replace("'a'", "'A b'")),
        Err(InvalidFieldList::Id(_))
    ));
    assert!(matches!(
        list(&format!("{one}requierd=true\n")),
        Err(InvalidFieldList::Toml(_))
    ));
}

#[test]
fn a_register_record_is_stable_json() {
    let json = mapped(Register::Dutch, "").to_json();
    let start: String = json
        .lines()
        .take(16)
        .map(|line| format!("{line}\n"))
        .collect();
    expect![[r#"
        {
          "register": "dutch",
          "standard_name": "Algoritmeregister Publicatiestandaard",
          "standard_version": "1.0",
          "language": "nl",
          "fields": [
            {
              "id": "name",
              "label": "Naam",
              "required": true,
              "entry": {
                "value": "Sosie"
              }
            },
            {
              "id": "description_short",
    "#]]
    .assert_eq(&start);
    assert!(json.contains("\"configure_at\": \"registers.dutch.goal\""));
    assert!(json.contains("\"entry\": \"assigned_by_register\""));
}
