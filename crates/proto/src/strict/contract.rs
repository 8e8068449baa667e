//! Which fields the messages of the contract have, and the walk over the bytes of a request that finds others.
//!
//! **Law.** Only keys and lengths are looked at: whoever asks has read the message, so that its bytes are known
//! to be well-formed. A field is found wherever it is, also in what prost lets a later field replace.

use std::collections::HashMap;
use std::sync::LazyLock;

use prost::encoding::{DecodeContext, WireType, decode_key, decode_varint, skip_field};
use prost::{DecodeError, Message};
use prost_types::field_descriptor_proto::Label;
use prost_types::{DescriptorProto, FileDescriptorSet};
use sosie_similarity::{Invalid, Rule};

static CONTRACT: LazyLock<Contract> = LazyLock::new(|| {
    let set = FileDescriptorSet::decode(crate::FILE_DESCRIPTOR_SET);
    Contract::of(set.expect("the build made the descriptor set"))
});

/// Refuses the first field, by its number, that the contract does not have in the message `name`, or in a
/// message within it. `bytes` is such a message.
pub(super) fn check(name: &str, bytes: &[u8]) -> Result<(), Invalid> {
    match CONTRACT.number_of.get(name) {
        Some(&message) => CONTRACT.check(message, bytes),
        None => Ok(()),
    }
}

/// Every message by its number.
struct Contract {
    messages: Vec<Fields>,
    /// By full name.
    number_of: HashMap<String, usize>,
}

/// The fields of a message by field number, ascending.
type Fields = Vec<(u32, Field)>;

struct Field {
    name: String,
    is_list: bool,
    /// The number of the message that it holds; a value that is no message has nothing to walk.
    message: Option<usize>,
}

impl Contract {
    fn of(set: FileDescriptorSet) -> Contract {
        let mut named = Vec::new();
        for file in set.file {
            let package = file.package().to_owned();
            name_all(&package, file.message_type, &mut named);
        }
        let numbered = (0..).zip(&named);
        let number_of: HashMap<_, _> = numbered.map(|(at, (name, _))| (name.clone(), at)).collect();
        let messages = named.into_iter();
        Contract {
            messages: messages
                .map(|(_, message)| fields_of(message, &number_of))
                .collect(),
            number_of,
        }
    }

    fn check(&self, message: usize, bytes: &[u8]) -> Result<(), Invalid> {
        let (mut rest, mut within) = (bytes, Ok(()));
        while !rest.is_empty() {
            let before = bytes.len() - rest.len();
            let (number, wire_type) = decode_key(&mut rest).map_err(malformed)?;
            let unknown = || Invalid::new(number.to_string(), Rule::UnknownField);
            // Told before one that is deeper, wherever that is.
            let field = self.field(message, number).ok_or_else(unknown)?;
            let Some(held) = field.message else {
                skip(wire_type, number, &mut rest)?;
                continue;
            };
            let inner = length_delimited(&mut rest)?;
            if within.is_ok() {
                let checked = self.check(held, inner);
                within = checked.or_else(|invalid| {
                    let at = count(number, &bytes[..before])?;
                    Err(field.place(at, invalid))
                });
            }
        }
        within
    }

    fn field(&self, message: usize, number: u32) -> Option<&Field> {
        let fields = &self.messages[message];
        let at = fields.binary_search_by_key(&number, |(number, _)| *number);
        Some(&fields[at.ok()?].1)
    }
}

impl Field {
    /// The violation in the value `at` of this field, seen from the message that holds it.
    fn place(&self, at: usize, inner: Invalid) -> Invalid {
        if self.is_list {
            inner.under(&format!("[{at}]")).under(&self.name)
        } else {
            inner.under(&self.name)
        }
    }
}

/// Adds messages and those declared within them, by full name.
fn name_all(
    owner: &str,
    messages: Vec<DescriptorProto>,
    named: &mut Vec<(String, DescriptorProto)>,
) {
    for mut message in messages {
        let name = format!("{owner}.{}", message.name());
        name_all(&name, std::mem::take(&mut message.nested_type), named);
        named.push((name, message));
    }
}

fn fields_of(message: DescriptorProto, number_of: &HashMap<String, usize>) -> Fields {
    let fields = message.field.into_iter().map(|field| {
        let name = field.type_name().trim_start_matches('.');
        let kept = Field {
            is_list: field.label() == Label::Repeated,
            // Enums are named too, and are no messages.
            message: number_of.get(name).copied(),
            name: field.name().to_owned(),
        };
        (field.number() as u32, kept)
    });
    let mut fields: Fields = fields.collect();
    fields.sort_unstable_by_key(|(number, _)| *number);
    fields
}

/// How often a field is in the bytes of a message.
fn count(field: u32, mut bytes: &[u8]) -> Result<usize, Invalid> {
    let mut count = 0;
    while !bytes.is_empty() {
        let (number, wire_type) = decode_key(&mut bytes).map_err(malformed)?;
        skip(wire_type, number, &mut bytes)?;
        count += usize::from(number == field);
    }
    Ok(count)
}

fn skip(wire_type: WireType, number: u32, rest: &mut &[u8]) -> Result<(), Invalid> {
    skip_field(wire_type, number, rest, DecodeContext::default()).map_err(malformed)
}

fn length_delimited<'a>(rest: &mut &'a [u8]) -> Result<&'a [u8], Invalid> {
    let length = decode_varint(rest).map_err(malformed)?;
    let length = usize::try_from(length).unwrap_or(usize::MAX);
    let (inner, after) = rest
        .split_at_checked(length)
        .ok_or_else(|| Invalid::new("", Rule::Malformed))?;
    *rest = after;
    Ok(inner)
}

fn malformed(_: DecodeError) -> Invalid {
    Invalid::new("", Rule::Malformed)
}

#[cfg(test)]
mod tests;
