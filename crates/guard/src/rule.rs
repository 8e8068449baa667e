//! What a record can be refused for, under names that are stable on the wire.

use std::fmt;

use serde::{Deserialize, Serialize};

/// What was found, or what was broken. The name is UPPER_SNAKE and stable; programs read it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Deserialize, Serialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[repr(u8)]
pub enum Rule {
    /// An e-mail address, or one written around: `at`, `dot`, a mail provider and its domain.
    Email,
    /// A telephone number, international or of a national plan, or digits after a word for telephone.
    Phone,
    /// A licence plate.
    LicencePlate,
    /// An IBAN of its country's length whose check digits are right (ISO 13616).
    Iban,
    /// A French social security number, with its key, or its 13 digits alone.
    Nir,
    /// A day of the past that is not one of the event's own: 1900 or later.
    DateOfBirth,
    /// An IPv4 address.
    Ipv4,
    /// An IPv6 address.
    Ipv6,
    /// A hardware address.
    MacAddress,
    /// A web address or a domain name.
    Url,
    /// A given name beside a surname, of the lists of ten languages.
    PersonName,
    /// A text that only a machine makes: a token, a key, a long hash.
    HighEntropy,
    /// A UUID.
    Uuid,
    /// A payment card number whose check digit is right (Luhn).
    Card,
    /// The number of a mobile device, with its check digit.
    Imei,
    /// The number of a passport, an identity card or a driving licence.
    Passport,
    /// A name on a social network.
    SocialHandle,
    /// The address of a crypto currency's wallet.
    CryptoAddress,
    /// A position in degrees.
    Coordinates,
    /// A number in a street.
    PostalAddress,
    /// A Spanish DNI or NIE with its letter.
    Dni,
    /// An Italian tax code with its check letter.
    CodiceFiscale,
    /// A British national insurance number.
    Nino,
    /// A British health service number with its check digit.
    NhsNumber,
    /// A German tax number with its check digit.
    SteuerId,
    /// A Dutch citizen service number that passes the proof of eleven.
    Bsn,
    /// A Belgian national register number with its check digits.
    BelgianNationalNumber,
    /// A Polish PESEL with its check digit.
    Pesel,
    /// A Portuguese tax number of a person with its check digit.
    Nif,
    /// A social security number of the United States, as it is grouped.
    Ssn,
    /// A Swiss AHV number with its check digit.
    Ahv,
    /// A Turkish identity number with its check digits.
    Tckn,
    /// Nine digits or more that may number a person and that no declared form explains.
    LongNumber,
    /// A number too large or too exact to be the count, area or time that its field is for.
    ImplausibleNumber,
    /// An id that is not of the form that its source declares.
    IdForm,
    /// A code or path that the vocabulary of its list does not have.
    NotInVocabulary,
    /// An outcome count below `k`: the record is stored with "fewer than k" in its place, where the policy says so. It keeps no
    /// record out.
    SmallCount,
}

impl Rule {
    /// All rules, in the order of their numbers.
    pub const ALL: [Rule; 37] = [
        Rule::Email,
        Rule::Phone,
        Rule::LicencePlate,
        Rule::Iban,
        Rule::Nir,
        Rule::DateOfBirth,
        Rule::Ipv4,
        Rule::Ipv6,
        Rule::MacAddress,
        Rule::Url,
        Rule::PersonName,
        Rule::HighEntropy,
        Rule::Uuid,
        Rule::Card,
        Rule::Imei,
        Rule::Passport,
        Rule::SocialHandle,
        Rule::CryptoAddress,
        Rule::Coordinates,
        Rule::PostalAddress,
        Rule::Dni,
        Rule::CodiceFiscale,
        Rule::Nino,
        Rule::NhsNumber,
        Rule::SteuerId,
        Rule::Bsn,
        Rule::BelgianNationalNumber,
        Rule::Pesel,
        Rule::Nif,
        Rule::Ssn,
        Rule::Ahv,
        Rule::Tckn,
        Rule::LongNumber,
        Rule::ImplausibleNumber,
        Rule::IdForm,
        Rule::NotInVocabulary,
        Rule::SmallCount,
    ];

    /// The stable name, UPPER_SNAKE.
    pub fn name(self) -> &'static str {
        match self {
            Rule::Email => "EMAIL",
            Rule::Phone => "PHONE",
            Rule::LicencePlate => "LICENCE_PLATE",
            Rule::Iban => "IBAN",
            Rule::Nir => "NIR",
            Rule::DateOfBirth => "DATE_OF_BIRTH",
            Rule::Ipv4 => "IPV4",
            Rule::Ipv6 => "IPV6",
            Rule::MacAddress => "MAC_ADDRESS",
            Rule::Url => "URL",
            Rule::PersonName => "PERSON_NAME",
            Rule::HighEntropy => "HIGH_ENTROPY",
            Rule::Uuid => "UUID",
            Rule::Card => "CARD",
            Rule::Imei => "IMEI",
            Rule::Passport => "PASSPORT",
            Rule::SocialHandle => "SOCIAL_HANDLE",
            Rule::CryptoAddress => "CRYPTO_ADDRESS",
            Rule::Coordinates => "COORDINATES",
            Rule::PostalAddress => "POSTAL_ADDRESS",
            Rule::Dni => "DNI",
            Rule::CodiceFiscale => "CODICE_FISCALE",
            Rule::Nino => "NINO",
            Rule::NhsNumber => "NHS_NUMBER",
            Rule::SteuerId => "STEUER_ID",
            Rule::Bsn => "BSN",
            Rule::BelgianNationalNumber => "BELGIAN_NATIONAL_NUMBER",
            Rule::Pesel => "PESEL",
            Rule::Nif => "NIF",
            Rule::Ssn => "SSN",
            Rule::Ahv => "AHV",
            Rule::Tckn => "TCKN",
            Rule::LongNumber => "LONG_NUMBER",
            Rule::ImplausibleNumber => "IMPLAUSIBLE_NUMBER",
            Rule::IdForm => "ID_FORM",
            Rule::NotInVocabulary => "NOT_IN_VOCABULARY",
            Rule::SmallCount => "SMALL_COUNT",
        }
    }

    /// The rule of a stable name.
    pub fn of_name(name: &str) -> Option<Rule> {
        Rule::ALL.into_iter().find(|rule| rule.name() == name)
    }

    /// What the law calls it: whether a finding of this rule is one of personal data, which is always refused.
    pub fn is_personal(self) -> bool {
        !matches!(self, Rule::NotInVocabulary | Rule::SmallCount)
    }
}

impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// Some of the rules.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Rules(u64);

impl Rules {
    /// None of them.
    pub const NONE: Rules = Rules(0);

    /// Adds one.
    pub(crate) fn add(&mut self, rule: Rule) {
        self.0 |= 1 << rule as u8;
    }

    /// Adds one if `found`.
    pub(crate) fn add_if(&mut self, found: bool, rule: Rule) {
        if found {
            self.add(rule);
        }
    }

    /// Adds those of `other`.
    pub(crate) fn join(&mut self, other: Rules) {
        self.0 |= other.0;
    }

    /// Those that are not of `other`.
    #[must_use]
    pub(crate) fn without(self, other: Rules) -> Rules {
        Rules(self.0 & !other.0)
    }

    /// Whether there is none.
    pub fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// Whether `rule` is one of them.
    pub fn contains(self, rule: Rule) -> bool {
        self.0 & 1 << rule as u8 != 0
    }

    /// Each, in the order of [`Rule::ALL`].
    pub fn iter(self) -> impl Iterator<Item = Rule> {
        Rule::ALL
            .into_iter()
            .filter(move |rule| self.contains(*rule))
    }
}

impl FromIterator<Rule> for Rules {
    fn from_iter<I: IntoIterator<Item = Rule>>(rules: I) -> Self {
        let mut all = Rules::NONE;
        rules.into_iter().for_each(|rule| all.add(rule));
        all
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_rule_is_listed_under_its_number_and_found_by_its_name() {
        for (number, rule) in Rule::ALL.into_iter().enumerate() {
            assert_eq!(rule as usize, number);
            assert_eq!(Rule::of_name(rule.name()), Some(rule));
        }
    }

    #[test]
    fn serde_knows_a_rule_by_its_stable_name() {
        for rule in Rule::ALL {
            let json = format!("\"{}\"", rule.name());
            assert_eq!(serde_json::to_string(&rule).unwrap(), json);
            assert_eq!(serde_json::from_str::<Rule>(&json).unwrap(), rule);
        }
    }
}
