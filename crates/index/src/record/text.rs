//! Texts of a record, borrowed from its JSON where that writes them without escapes: a record has a dozen, and most
//! are looked at once.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;
use std::marker::PhantomData;

use serde::de::{Deserialize, Deserializer, Error, MapAccess, Visitor};

/// Counts by code, as JSON states them.
pub type Counts<'a> = BTreeMap<Cow<'a, str>, f64>;

/// By code, the numbers that counts are fewer than.
pub type Bounds<'a> = BTreeMap<Cow<'a, str>, u32>;

/// For a field that is a text, `null` or absent: `#[serde(borrow, default, deserialize_with = …)]`.
pub(super) fn optional<'de: 'a, 'a, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<Cow<'a, str>>, D::Error> {
    let text = Option::<Text<'a>>::deserialize(deserializer)?;
    Ok(text.map(|text| text.0))
}

/// For a field of counts by code, `null` or absent. Of two counts of one code the later is taken.
pub(super) fn counts<'de: 'a, 'a, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<Counts<'a>>, D::Error> {
    let map = Option::<NumberMap<'a, f64>>::deserialize(deserializer)?;
    Ok(map.map(|map| map.0))
}

/// As [`counts`], for a field of whole numbers.
pub(super) fn bounds<'de: 'a, 'a, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<Bounds<'a>>, D::Error> {
    let map = Option::<NumberMap<'a, u32>>::deserialize(deserializer)?;
    Ok(map.map(|map| map.0))
}

/// serde itself borrows a bare `Cow` only, not one in an `Option` or as a key.
struct Text<'a>(Cow<'a, str>);

struct NumberMap<'a, N>(BTreeMap<Cow<'a, str>, N>);

impl<'de: 'a, 'a> Deserialize<'de> for Text<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_str(TextVisitor)
    }
}

struct TextVisitor;

impl<'de> Visitor<'de> for TextVisitor {
    type Value = Text<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a string")
    }

    fn visit_borrowed_str<E: Error>(self, text: &'de str) -> Result<Self::Value, E> {
        Ok(Text(Cow::Borrowed(text)))
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Self::Value, E> {
        Ok(Text(Cow::Owned(text.to_owned())))
    }
}

impl<'de: 'a, 'a, N: Deserialize<'de>> Deserialize<'de> for NumberMap<'a, N> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(NumberVisitor(PhantomData))
    }
}

struct NumberVisitor<N>(PhantomData<N>);

impl<'de, N: Deserialize<'de>> Visitor<'de> for NumberVisitor<N> {
    type Value = NumberMap<'de, N>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a map")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut numbers = BTreeMap::new();
        while let Some(Text(code)) = map.next_key()? {
            numbers.insert(code, map.next_value()?);
        }
        Ok(NumberMap(numbers))
    }
}
