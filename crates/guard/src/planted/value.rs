//! Values of every kind, as people write them in ten languages.

use super::LANGUAGES;
use super::disguise::Disguise;
use super::draw::Draw;
use super::kind::Kind;
use super::numbers;
use crate::lexicon::names;

/// One of `kind`.
pub(super) fn value(kind: Kind, language: usize, disguise: Disguise, draw: &mut Draw) -> String {
    match kind {
        Kind::Email => email(language, draw),
        Kind::Phone => phone(language, draw),
        Kind::LicencePlate => plate(language, draw),
        Kind::Iban => in_fours(numbers::iban(draw), draw),
        Kind::Nir => nir(draw),
        Kind::DateOfBirth => date_of_birth(language, disguise, draw),
        Kind::Ipv4 => [0; 4].map(|_| draw.between(10, 256).to_string()).join("."),
        Kind::Ipv6 => [0; 8]
            .map(|_| draw.digits(2) + &draw.signs("abcdef", 2))
            .join(":"),
        Kind::MacAddress => {
            let sign = draw.one_of(&[":", "-", "."]);
            [0; 6]
                .map(|_| draw.signs("0123456789", 1) + &draw.signs("abcdef", 1))
                .join(sign)
        }
        Kind::Url => url(language, draw),
        Kind::PersonName => name(language, draw),
        Kind::HighEntropy => token(draw),
        Kind::Uuid => [8, 4, 4, 4, 12]
            .map(|count| draw.signs("0123456789abcdef", count))
            .join("-"),
        Kind::Card => in_fours(numbers::card(draw), draw),
        Kind::Imei => numbers::imei(draw),
        Kind::Passport => passport(draw),
        Kind::SocialHandle => handle(language, draw),
        Kind::CryptoAddress => wallet(draw),
        Kind::Coordinates => {
            let [north, east] = [(35, 60), (0, 30)].map(|(from, to)| draw.between(from, to));
            format!("{north}.{} {east}.{}", draw.digits(5), draw.digits(5))
        }
        Kind::PostalAddress => address(language, draw),
        Kind::Dni => numbers::dni(draw),
        Kind::CodiceFiscale => numbers::codice_fiscale(draw),
        Kind::Nino => numbers::nino(draw),
        Kind::NhsNumber => grouped(&numbers::nhs(draw), &[3, 3, 4], draw),
        Kind::SteuerId => grouped(&numbers::steuer_id(draw), &[2, 3, 3, 3], draw),
        Kind::Bsn => grouped(&numbers::bsn(draw), &[4, 2, 3], draw),
        Kind::BelgianNationalNumber => grouped(&numbers::belgian(draw), &[6, 3, 2], draw),
        Kind::Pesel => numbers::pesel(draw),
        Kind::Nif => grouped(&numbers::nif(draw), &[3, 3, 3], draw),
        Kind::Ssn => {
            let (area, group, serial) = (
                draw.between(1, 666),
                draw.between(1, 100),
                draw.between(1, 10_000),
            );
            format!("{area:03}-{group:02}-{serial:04}")
        }
        Kind::Ahv => grouped(&numbers::ahv(draw), &[3, 4, 4, 2], draw),
        Kind::Tckn => numbers::tckn(draw),
    }
}

/// In one run, or in these groups.
fn grouped(digits: &str, sizes: &[usize], draw: &mut Draw) -> String {
    if draw.below(2) == 0 {
        return digits.to_owned();
    }
    let sign = draw.one_of(&[" ", "-", "."]);
    let mut rest = digits;
    let groups = sizes.iter().map(|size| {
        let (group, after) = rest.split_at(*size);
        rest = after;
        group
    });
    groups.collect::<Vec<_>>().join(sign)
}

fn in_fours(text: String, draw: &mut Draw) -> String {
    let sizes: Vec<usize> = text.as_bytes().chunks(4).map(<[u8]>::len).collect();
    grouped(&text, &sizes, draw)
}

fn nir(draw: &mut Draw) -> String {
    let nir = numbers::nir(draw);
    grouped(&nir, &[1, 2, 2, 2, 3, 3, 2], draw)
}

/// A given name and a surname, not the same.
pub(super) fn parts_of_name(language: usize, draw: &mut Draw) -> (&'static str, &'static str) {
    let (given, surnames) = (names(language, "given"), names(language, "surname"));
    loop {
        let pair = (*draw.one_of(&given), *draw.one_of(&surnames));
        if pair.0 != pair.1 {
            return pair;
        }
    }
}

fn name(language: usize, draw: &mut Draw) -> String {
    let (given, surname) = parts_of_name(language, draw);
    let capital = |word: &str| word[..1].to_uppercase() + &word[1..];
    match draw.below(7) {
        0 => format!("{given}.{surname}"),
        1 => format!("{} {}", capital(given), capital(surname)),
        2 => format!("{surname}-{given}"),
        3 => format!("{}_{}", surname.to_uppercase(), capital(given)),
        // Short ones are no names to a reader either.
        4 if given.len() > 3 && surname.len() > 4 => {
            format!("{}{}", capital(given), capital(surname))
        }
        5 => format!("{given}-{surname}-{}", draw.between(1, 100)),
        _ => format!("{given}-{surname}"),
    }
}

fn email(language: usize, draw: &mut Draw) -> String {
    let (given, surname) = parts_of_name(language, draw);
    let host = draw.one_of(&[
        "gmail.com",
        "hotmail.fr",
        "yahoo.es",
        "gmx.de",
        "libero.it",
        "outlook.com",
        "example.org",
        "stadt.example.com",
    ]);
    match draw.below(3) {
        0 => format!("{given}.{surname}@{host}"),
        1 => format!("{}{surname}@{host}", &given[..1]),
        _ => format!("{surname}{}@{host}", draw.between(10, 100)),
    }
}

fn url(language: usize, draw: &mut Draw) -> String {
    let (given, surname) = parts_of_name(language, draw);
    let tld = draw.one_of(&[
        "com", "fr", "de", "es", "it", "nl", "pl", "pt", "ma", "tr", "org",
    ]);
    match draw.below(3) {
        0 => format!("https://www.{surname}.{tld}/{given}"),
        1 => format!("www.{given}{surname}.{tld}"),
        _ => format!("http://blog.{surname}.{tld}"),
    }
}

fn handle(language: usize, draw: &mut Draw) -> String {
    let (given, surname) = parts_of_name(language, draw);
    let platform = draw.one_of(&[
        "twitter",
        "instagram",
        "facebook",
        "tiktok",
        "linkedin",
        "telegram",
    ]);
    format!(
        "{platform}:{}{surname}{}",
        &given[..1],
        draw.between(1, 100)
    )
}

/// As the country of the language dials, or with its code.
fn phone(language: usize, draw: &mut Draw) -> String {
    let (code, trunk, head, sizes): (_, _, _, &[usize]) = match LANGUAGES[language] {
        "fr" => ("33", "0", "6", &[2, 2, 2, 2, 2]),
        "en" => ("44", "0", "77", &[5, 6]),
        "es" => ("34", "", "6", &[3, 3, 3]),
        "it" => ("39", "", "33", &[3, 3, 4]),
        "de" => ("49", "0", "15", &[4, 7]),
        "pt" => ("351", "", "91", &[3, 3, 3]),
        "nl" => ("31", "0", "6", &[2, 4, 4]),
        "pl" => ("48", "", "5", &[3, 3, 3]),
        "ar" => ("212", "0", "6", &[2, 2, 2, 2, 2]),
        _ => ("90", "0", "53", &[4, 3, 2, 2]),
    };
    let length: usize = sizes.iter().sum();
    let line = head.to_owned() + &draw.digits(length - trunk.len() - head.len());
    match draw.below(4) {
        0 => format!("+{code} {line}"),
        1 => format!("00{code}{line}"),
        _ => grouped(&format!("{trunk}{line}"), sizes, draw),
    }
}

fn plate(language: usize, draw: &mut Draw) -> String {
    let letters = |draw: &mut Draw, count| draw.signs("BCDFGHJKLMNPRSTVWXYZ", count);
    let (a, b) = (letters(draw, 2), letters(draw, 2));
    match LANGUAGES[language] {
        "fr" | "it" => format!("{a}-{}-{b}", draw.digits(3)),
        "en" => format!("{a}{} {}", draw.digits(2), letters(draw, 3)),
        "es" => format!("{}-{}", draw.digits(4), letters(draw, 3)),
        "de" => format!(
            "{}-{a} {}",
            draw.one_of(&["M", "HH", "KA", "B", "DO", "TUE"]),
            draw.digits(3)
        ),
        "pt" => format!("{a}-{}-{b}", draw.digits(2)),
        "nl" => format!("{}-{}-{}", draw.digits(2), letters(draw, 3), draw.digits(1)),
        "pl" => format!("W{} {}", letters(draw, 1), draw.digits(5)),
        "ar" => format!(
            "{}-{}-{}",
            draw.digits(5),
            draw.one_of(&["A", "B", "D"]),
            draw.digits(1)
        ),
        _ => format!("34 {} {}", letters(draw, 3), draw.digits(3)),
    }
}

fn date_of_birth(language: usize, disguise: Disguise, draw: &mut Draw) -> String {
    const MONTHS: [&str; 10] = [
        "mai", "october", "agosto", "luglio", "dezember", "abril", "maart", "sierpnia", "yanayir",
        "eylul",
    ];
    let (year, month, day) = numbers::birthday(draw);
    let words = disguise.keeps_words();
    match draw.below(if words { 7 } else { 5 }) {
        0 => format!("{year}-{month:02}-{day:02}"),
        1 => format!("{day:02}.{month:02}.{year}"),
        2 => format!("{year}{month:02}{day:02}"),
        3 => format!("{day:02}{month:02}{year}"),
        4 => format!("{day:02}/{month:02}/{year}"),
        5 => format!("{day}-{}-{year}", MONTHS[language]),
        _ => format!(
            "{}-{day:02}{month:02}{:02}",
            draw.one_of(&["ne", "born", "nacido", "geboren", "nato", "urodzony"]),
            year % 100
        ),
    }
}

fn token(draw: &mut Draw) -> String {
    match draw.below(3) {
        0 => draw.signs(
            "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789",
            32,
        ),
        1 => "a1".to_owned() + &draw.signs("0123456789abcdef", 30),
        _ => format!(
            "sk_live_{}",
            draw.signs(
                "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789",
                40
            )
        ),
    }
}

fn passport(draw: &mut Draw) -> String {
    let upper = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
    match draw.below(4) {
        0 => draw.digits(2) + &draw.signs(upper, 2) + &draw.digits(5),
        1 => draw.signs(upper, 2) + &draw.digits(7),
        2 => draw.signs(upper, 3) + &draw.digits(6),
        _ => "U".to_owned() + &draw.digits(8),
    }
}

fn wallet(draw: &mut Draw) -> String {
    let base58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
    match draw.below(2) {
        0 => "1A1a".to_owned() + &draw.signs(base58, 29),
        _ => "0x".to_owned() + &draw.signs("0123456789abcdef", 40),
    }
}

fn address(language: usize, draw: &mut Draw) -> String {
    let (_, surname) = parts_of_name(language, draw);
    let number = draw.between(1, 300);
    match LANGUAGES[language] {
        "fr" => format!("{number} rue {surname}"),
        "en" => format!("{number} {surname} street"),
        "es" => format!("calle {surname} {number}"),
        "it" => format!("via {surname} {number}"),
        "de" => format!("{surname}strasse {number}"),
        "pt" => format!("rua {surname} {number}"),
        "nl" => format!("{surname}straat {number}"),
        "pl" => format!("ulica {surname} {number}"),
        "ar" => format!("{number} avenue {surname}"),
        _ => format!("{surname} sokak {number}"),
    }
}
