use sosie_transparency::{Declared, InvalidDeclared, Language, Register, Violation};

use crate::given::EXAMPLE;

fn refusal(toml: &str) -> String {
    Declared::from_toml(toml).unwrap_err().to_string()
}

#[test]
fn the_example_states_every_key() {
    let declared = Declared::from_toml(EXAMPLE).unwrap();
    assert_eq!(declared.organisation(), Some("Ville de Sosieville"));
    assert!(declared.department().is_some() && declared.email().is_some());
    assert!(declared.website().is_some() && declared.code_url().is_some());
    assert!(declared.phase().is_some() && declared.in_use_since().is_some());
    for language in Language::ALL {
        assert!(declared.purpose().get(language).is_some());
        assert!(declared.legal_basis().get(language).is_some());
    }
    assert!(declared.answer(Register::Dutch, "category").is_some());
}

#[test]
fn an_empty_file_is_valid_and_states_nothing() {
    assert_eq!(Declared::from_toml("").unwrap(), Declared::default());
}

#[test]
fn a_wrong_value_is_refused_by_its_key() {
    assert!(refusal("[owner]\nname = 'x'").contains("unknown field `name`"));
    assert_eq!(
        refusal("[owner]\norganisation = ' '"),
        "`owner.organisation` is empty"
    );
    let long = format!("[owner]\norganisation = '{}'", "x".repeat(101));
    assert_eq!(
        refusal(&long),
        "`owner.organisation` has 101 characters, more than 100"
    );
    assert!(Declared::from_toml(&long.replace("xx", "x")).is_ok());
    for email in ["nobody", "@host", "two@@host", "a b@host"] {
        let text = refusal(&format!("[contact]\nemail = '{email}'"));
        assert_eq!(text, "`contact.email` is not an e-mail address");
    }
    let insecure = refusal("[code]\nurl = 'http://x'");
    assert_eq!(
        insecure,
        "`code.url` is not a URL that begins with https://"
    );
    for month in ["2026", "2026-13", "26-01", "2026-1", "2026-01-01"] {
        let text = refusal(&format!("[algorithm]\nin_use_since = '{month}'"));
        assert_eq!(
            text,
            "`algorithm.in_use_since` is not a year and month such as 2026-01"
        );
    }
}

#[test]
fn a_wrong_evaluation_is_refused_by_its_key() {
    let stated = |profile: &str, figures: &str| {
        format!(
            "[[evaluation]]\nprofile = '{profile}'\nmethod = {{ fr = 'x', en = 'x' }}\nprobes = 5\n\
             measured_time = '2026-01-31T00:00:00Z'\nfigures = [{figures}]\n"
        )
    };
    let figure = "{ name = 'recall', value = 0.5, interval_95 = [0.4, 0.6] }";
    let whole = stated("tranquillity@1", figure);
    assert!(Declared::from_toml(&whole).is_ok());
    let refused = |toml: &str, expected: &str| {
        let text = refusal(toml);
        assert!(text.starts_with(&format!("`{expected}` ")), "{text}");
    };
    refused(&stated("tranquillity", figure), "evaluation[0].profile");
    refused(&stated("tranquillity@01", figure), "evaluation[0].profile");
    refused(&format!("{whole}{whole}"), "evaluation[1].profile");
    refused(&stated("tranquillity@1", ""), "evaluation[0].figures");
    let [twice, infinite, outside] = [
        format!("{figure}, {figure}"),
        figure.replace("0.5", "nan"),
        figure.replace("0.5", "0.7"),
    ];
    let figures = "evaluation[0].figures";
    refused(
        &stated("tranquillity@1", &twice),
        &format!("{figures}[1].name"),
    );
    refused(
        &stated("tranquillity@1", &infinite),
        &format!("{figures}[0].value"),
    );
    refused(
        &stated("tranquillity@1", &outside),
        &format!("{figures}[0].interval_95"),
    );
    let endless = figure.replace("0.6", "inf");
    refused(
        &stated("tranquillity@1", &endless),
        &format!("{figures}[0].interval_95"),
    );
    let time = whole.replace("T00:00:00Z", "");
    refused(&time, "evaluation[0].measured_time");
    let method = whole.replace("en = 'x'", "en = ' '");
    refused(&method, "evaluation[0].method.en");
}

#[test]
fn answers_for_registers_are_held_to_their_field_lists() {
    let violation = |toml: &str| match Declared::from_toml(toml) {
        Err(InvalidDeclared::Register { violation, .. }) => violation,
        other => panic!("{other:?}"),
    };
    assert_eq!(
        violation("[registers.dutch]\ngaol = 'x'"),
        Violation::Unknown
    );
    assert_eq!(
        violation("[registers.dutch]\nlars = 'x'"),
        Violation::Assigned
    );
    let category = violation("[registers.dutch]\npublication_category = 'x'");
    assert!(matches!(category, Violation::NotAllowed(allowed) if allowed.len() == 3));
    let provider = violation(&format!(
        "[registers.dutch]\nprovider = '{}'",
        "x".repeat(201)
    ));
    assert_eq!(
        provider,
        Violation::TooLong {
            found: 201,
            max: 200
        }
    );
    let themes = "category = ['Recht', 'Werk', 'Wonen', 'Verkeer']";
    let themes = violation(&format!("[registers.dutch]\n{themes}"));
    assert_eq!(themes, Violation::TooMany { found: 4, max: 3 });
    let link = violation("[registers.dutch]\nlawful_basis_grouping = [{ title = 'Wet' }]");
    assert_eq!(link, Violation::Empty);
    assert!(
        Declared::from_toml("[registers.dutch]\nimpacttoetsen_grouping = [{ title = 'DPIA' }]")
            .is_ok()
    );
}

#[test]
fn what_sosie_fills_itself_cannot_be_overwritten() {
    let text = refusal("[registers.dutch]\nsource_data = 'whatever'");
    assert!(text.starts_with("`registers.dutch.source_data` is filled"));
    assert!(refusal("[registers.atrs]\nname = 'whatever'").contains("registers.atrs.name"));
}
