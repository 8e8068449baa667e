//! GeoJSON features taken apart: members, properties, geometry.

use std::fmt;

use serde::Deserialize;
use serde::de::{DeserializeOwned, MapAccess, Visitor};
use serde_json::value::RawValue;
use sosie_index::record::object::Object;
use sosie_similarity::{Invalid, Rule};

use super::geometry::Geometry;

/// A feature of a collection.
#[derive(Debug)]
pub(crate) struct Feature {
    /// Its `id`, if that is a text or a number.
    pub(crate) id: Option<String>,
    /// Its `properties`.
    pub(crate) properties: Members,
    /// Its `geometry`.
    pub(crate) geometry: Option<Geometry>,
}

/// The members of a JSON object in their order, doubles and all.
#[derive(Debug, Default)]
pub(crate) struct Members(pub(crate) Vec<(String, Box<RawValue>)>);

impl Feature {
    /// Takes a feature apart. Unknown members are refused; their names are input, and not repeated.
    pub(crate) fn parse(raw: &RawValue) -> Result<Self, Invalid> {
        let members: Members = parse("", raw)?;
        members.check_once()?;
        let (mut is_feature, mut id, mut geometry) = (false, None, None);
        let mut properties = Members::default();
        for (name, value) in members.0 {
            match name.as_str() {
                "type" => is_feature = parse::<String>("type", &value)? == "Feature",
                "id" => id = Some(id_text(&value)?),
                "properties" => {
                    properties = parse::<Option<_>>("properties", &value)?.unwrap_or_default();
                }
                "geometry" => {
                    let object: Option<Object<Geometry>> = parse("geometry", &value)?;
                    geometry = object.map(|object| object.0);
                }
                "bbox" => {}
                _ => return Err(Invalid::new("?", Rule::UnknownField)),
            }
        }
        if is_feature {
            Ok(Feature {
                id,
                properties,
                geometry,
            })
        } else {
            Err(Invalid::new("type", Rule::Malformed))
        }
    }
}

impl Members {
    /// Takes a member out.
    pub(crate) fn take(&mut self, name: &str) -> Option<Box<RawValue>> {
        let at = self.0.iter().position(|(key, _)| key == name)?;
        Some(self.0.remove(at).1)
    }

    /// The members as a JSON object again.
    pub(crate) fn to_json(&self) -> String {
        let member = |(name, value): &(String, Box<RawValue>)| {
            format!("{}:{}", serde_json::Value::from(name.as_str()), value.get())
        };
        let members: Vec<_> = self.0.iter().map(member).collect();
        format!("{{{}}}", members.join(","))
    }

    /// The members as texts, without those that are `null`; `None` if one is an object or a list.
    pub(crate) fn texts(&self) -> Option<Vec<(String, String)>> {
        let present = self.0.iter().filter(|(_, value)| value.get() != "null");
        present
            .map(|(name, value)| Some((name.clone(), text(value)?)))
            .collect()
    }

    /// No name is there twice.
    pub(crate) fn check_once(&self) -> Result<(), Invalid> {
        let mut names: Vec<_> = self.0.iter().map(|(name, _)| name).collect();
        names.sort_unstable();
        let is_double = names.windows(2).any(|pair| pair[0] == pair[1]);
        if is_double {
            Err(Invalid::new("", Rule::Duplicate))
        } else {
            Ok(())
        }
    }
}

/// A text, number or truth value as text; `None` of an object or a list.
pub(super) fn text(value: &RawValue) -> Option<String> {
    match value.get().as_bytes().first() {
        Some(b'"') => serde_json::from_str(value.get()).ok(),
        Some(b'{' | b'[') => None,
        Some(_) | None => Some(value.get().to_owned()),
    }
}

fn id_text(value: &RawValue) -> Result<String, Invalid> {
    let is_id = !matches!(value.get(), "true" | "false" | "null");
    text(value)
        .filter(|_| is_id)
        .ok_or(Invalid::new("id", Rule::Malformed))
}

fn parse<T: DeserializeOwned>(field: &str, raw: &RawValue) -> Result<T, Invalid> {
    serde_json::from_str(raw.get()).map_err(|_| Invalid::new(field, Rule::Malformed))
}

impl<'de> Deserialize<'de> for Members {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Object;
        impl<'de> Visitor<'de> for Object {
            type Value = Members;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Members, A::Error> {
                let mut members = Vec::new();
                while let Some(member) = map.next_entry()? {
                    members.push(member);
                }
                Ok(Members(members))
            }
        }
        deserializer.deserialize_map(Object)
    }
}
