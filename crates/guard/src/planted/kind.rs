//! What is planted.

/// A kind of personal data.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[allow(missing_docs, reason = "each is named after the rule that refuses it")]
pub enum Kind {
    #[default]
    Email,
    Phone,
    LicencePlate,
    Iban,
    Nir,
    DateOfBirth,
    Ipv4,
    Ipv6,
    MacAddress,
    Url,
    PersonName,
    HighEntropy,
    Uuid,
    Card,
    Imei,
    Passport,
    SocialHandle,
    CryptoAddress,
    Coordinates,
    PostalAddress,
    Dni,
    CodiceFiscale,
    Nino,
    NhsNumber,
    SteuerId,
    Bsn,
    BelgianNationalNumber,
    Pesel,
    Nif,
    Ssn,
    Ahv,
    Tckn,
}

impl Kind {
    /// All 32.
    pub const ALL: [Kind; 32] = [
        Kind::Email,
        Kind::Phone,
        Kind::LicencePlate,
        Kind::Iban,
        Kind::Nir,
        Kind::DateOfBirth,
        Kind::Ipv4,
        Kind::Ipv6,
        Kind::MacAddress,
        Kind::Url,
        Kind::PersonName,
        Kind::HighEntropy,
        Kind::Uuid,
        Kind::Card,
        Kind::Imei,
        Kind::Passport,
        Kind::SocialHandle,
        Kind::CryptoAddress,
        Kind::Coordinates,
        Kind::PostalAddress,
        Kind::Dni,
        Kind::CodiceFiscale,
        Kind::Nino,
        Kind::NhsNumber,
        Kind::SteuerId,
        Kind::Bsn,
        Kind::BelgianNationalNumber,
        Kind::Pesel,
        Kind::Nif,
        Kind::Ssn,
        Kind::Ahv,
        Kind::Tckn,
    ];

    /// Whether it is of digits only, with signs between them.
    pub(super) fn is_digits(self) -> bool {
        matches!(
            self,
            Kind::Phone
                | Kind::Nir
                | Kind::Card
                | Kind::Imei
                | Kind::NhsNumber
                | Kind::SteuerId
                | Kind::Bsn
                | Kind::BelgianNationalNumber
                | Kind::Pesel
                | Kind::Nif
                | Kind::Ssn
                | Kind::Ahv
                | Kind::Tckn
        )
    }

    /// Whether it is of letters and digits with a check among them.
    pub(super) fn is_signs(self) -> bool {
        matches!(
            self,
            Kind::Dni | Kind::CodiceFiscale | Kind::Nino | Kind::Iban
        )
    }

    /// Whether it is of words.
    pub(super) fn is_words(self) -> bool {
        matches!(self, Kind::Email | Kind::Url | Kind::PersonName)
    }
}
