//! The walk, compared with what prost-reflect makes of the same bytes.

use prost::encoding::{WireType, encode_key};
use prost_reflect::{DescriptorPool, DynamicMessage, Kind, MessageDescriptor, Value};

use super::*;

fn requests() -> Vec<MessageDescriptor> {
    let pool = DescriptorPool::decode(crate::FILE_DESCRIPTOR_SET).unwrap();
    let is_request = |message: &MessageDescriptor| message.name().ends_with("Request");
    let requests: Vec<_> = pool.all_messages().filter(is_request).collect();
    assert!(requests.len() >= 8);
    requests
}

/// What prost-reflect says of the same bytes.
fn reflected(message: &MessageDescriptor, bytes: &[u8]) -> Option<String> {
    let message = DynamicMessage::decode(message.clone(), bytes).unwrap();
    first_unknown(&message).map(|invalid| invalid.field)
}

fn first_unknown(message: &DynamicMessage) -> Option<Invalid> {
    if let Some(unknown) = message.unknown_fields().next() {
        let number = unknown.number().to_string();
        return Some(Invalid::new(number, Rule::UnknownField));
    }
    let mut fields = message.fields();
    fields.find_map(|(field, value)| Some(unknown_in(value)?.under(field.name())))
}

fn unknown_in(value: &Value) -> Option<Invalid> {
    if let Some(message) = value.as_message() {
        return first_unknown(message);
    }
    let mut items = value.as_list()?.iter().enumerate();
    items.find_map(|(at, item)| Some(unknown_in(item)?.under(&format!("[{at}]"))))
}

/// The refused field of `bytes`, the same by the walk and by reflection.
fn refused(message: &MessageDescriptor, bytes: &[u8]) -> Option<String> {
    let walked = check(message.full_name(), bytes).err();
    let walked = walked.map(|invalid| {
        assert_eq!(invalid.rule, Rule::UnknownField);
        invalid.field
    });
    let name = message.full_name();
    assert_eq!(walked, reflected(message, bytes), "{name}: {bytes:?}");
    walked
}

/// Field `number` holding `inner`.
fn holding(number: u32, inner: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::new();
    prost::encoding::bytes::encode(number, &inner.to_vec(), &mut bytes);
    bytes
}

/// `inner` in the fields of `numbers`, outermost first.
fn wrapped(inner: Vec<u8>, numbers: &[u32]) -> Vec<u8> {
    let outward = numbers.iter().rev();
    outward.fold(inner, |bytes, number| holding(*number, &bytes))
}

fn varint(number: u32) -> Vec<u8> {
    let mut bytes = Vec::new();
    encode_key(number, WireType::Varint, &mut bytes);
    bytes.push(1);
    bytes
}

/// Every message that can be in `message`, itself first: how its bytes are wrapped, where it is, what it is.
fn within(message: &MessageDescriptor) -> Vec<(Vec<u32>, String, MessageDescriptor)> {
    let mut found = vec![(vec![], String::new(), message.clone())];
    for field in message.fields() {
        let Kind::Message(held) = field.kind() else {
            continue;
        };
        // prost-reflect drops what an entry of a map does not have; it has a test of its own.
        if field.is_map() {
            continue;
        }
        let place = if field.is_list() { "[0]" } else { "" };
        for (numbers, path, inner) in within(&held) {
            let numbers = [vec![field.number()], numbers].concat();
            let dot = if path.is_empty() || path.starts_with('[') {
                ""
            } else {
                "."
            };
            found.push((
                numbers,
                format!("{}{place}{dot}{path}", field.name()),
                inner,
            ));
        }
    }
    found
}

#[test]
fn an_unknown_field_of_an_entry_of_a_map_is_refused() {
    // records = 1, event = 1, outcomes = 15, whose entries have a key = 1 and a value = 2.
    let refused = |entry| {
        let bytes = wrapped(entry, &[1, 1, 15]);
        check("sosie.v1.IngestEventsRequest", &bytes).err()
    };
    let unknown = Invalid::new("records[0].event.outcomes[0].3", Rule::UnknownField);
    assert_eq!(refused(varint(3)), Some(unknown));
    assert_eq!(refused(holding(1, b"officers")), None);
}

#[test]
fn an_unknown_field_is_refused_in_every_message_of_every_request() {
    let mut count = 0;
    for request in requests() {
        for (numbers, path, _) in within(&request) {
            let bytes = wrapped(varint(9_999), &numbers);
            let dot = if path.is_empty() { "" } else { "." };
            let expected = format!("{path}{dot}9999");
            assert_eq!(refused(&request, &bytes), Some(expected));
            count += 1;
        }
    }
    assert!(count > 100, "{count}");
}

#[test]
fn every_field_of_every_message_of_every_request_passes() {
    for request in requests() {
        for (numbers, _, inner) in within(&request) {
            for field in inner.fields() {
                let mut message = DynamicMessage::new(inner.clone());
                let value = Value::default_value_for_field(&field);
                let value = if field.is_list() {
                    Value::List(vec![Value::default_value(&field.kind()); 2])
                } else {
                    value
                };
                message.set_field(&field, value);
                let bytes = wrapped(message.encode_to_vec(), &numbers);
                assert_eq!(refused(&request, &bytes), None, "{}", field.full_name());
            }
        }
    }
}

#[test]
fn a_field_of_the_message_is_told_before_a_deeper_one_and_lists_are_counted() {
    let find = |request: &MessageDescriptor| request.name() == "BatchFindSimilarEventsRequest";
    let batch = requests().into_iter().find(find).unwrap();
    let (clean, unknown) = (holding(1, &[]), holding(1, &varint(77)));
    let third = [clean.clone(), clean, unknown.clone(), unknown].concat();
    assert_eq!(refused(&batch, &third).as_deref(), Some("requests[2].77"));
    let both = [third, varint(2)].concat();
    assert_eq!(refused(&batch, &both).as_deref(), Some("2"));
}

#[test]
fn what_a_later_field_replaces_is_checked_too() {
    // Of a probe only its last kind counts: a draft, then an id.
    let probe = [holding(1, &varint(77)), holding(2, b"e-1")].concat();
    let refused = check("sosie.v1.Probe", &probe).unwrap_err();
    assert_eq!(refused.field, "draft.77");
}

#[test]
fn bytes_that_are_no_message_are_malformed() {
    for bytes in [&[0x0a, 0x05, 0x00][..], &[0x0a], &[0x80]] {
        let refused = check("sosie.v1.FindSimilarEventsRequest", bytes).unwrap_err();
        assert_eq!(refused, Invalid::new("", Rule::Malformed));
    }
}
