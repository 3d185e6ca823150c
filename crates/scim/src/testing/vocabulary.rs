//! The values that random resources have and random filters ask for.

use crate::{Attribute, AttributeType};
use serde_json::{Value, json};

/// Values that the attribute may have, those given twice being likelier.
pub(super) fn values(attribute: &Attribute) -> Vec<Value> {
    match attribute.kind {
        AttributeType::String => texts(),
        AttributeType::Reference => [
            "https://example.com/Users/1",
            "https://example.com/users/1",
            "https://example.com/Users/2?a=%20&b=_",
            "urn:example:ß",
        ]
        .map(Value::from)
        .to_vec(),
        AttributeType::Boolean => vec![true.into(), false.into()],
        AttributeType::Integer => [i64::MIN, -256, -1, 0, 1, 42, 42, 255, i64::MAX]
            .map(Value::from)
            .to_vec(),
        AttributeType::Decimal => {
            vec![
                json!(-1.5e300),
                json!(-0.5),
                json!(-0.0),
                json!(0),
                json!(1e-9),
                json!(2.5),
                json!(42),
            ]
        }
        AttributeType::DateTime => [
            "1969-12-31T23:59:59.999999Z",
            "1970-01-01T00:00:00Z",
            "2011-05-13T04:42:34Z",
            "2011-05-13T06:42:34+02:00",
            "2011-05-13T04:42:34.000001Z",
            "2026-11-21T24:00:00",
        ]
        .map(Value::from)
        .to_vec(),
        AttributeType::Binary => ["AQID", "aqid", "AQIDBA==", "/+8="]
            .map(Value::from)
            .to_vec(),
        AttributeType::Complex => Vec::new(),
    }
}

/// Parts of the strings of [`values`], for `co`, `sw` and `ew`.
pub(super) fn parts() -> Vec<Value> {
    [
        "", "a", "DA", "ä", "ß", "s", "%", "_", "'", "\\", "🦀", "1", "https", "zzz",
    ]
    .map(Value::from)
    .into_iter()
    .chain([long("").into(), "Y".repeat(140).into()])
    .collect()
}

fn texts() -> Vec<Value> {
    let common = [
        "Ada",
        "ada",
        "Adam",
        "work",
        "work",
        "home",
        "Ärzte",
        "ärzte",
        "Zoe\u{308}",
        "zoë",
    ];
    let rare = [
        "",
        " ",
        "10%_off",
        "O'Brien\\\"",
        "STRASSE",
        "Straße",
        "zwei\u{200b}teilig",
        "\u{ad}",
        "\u{ffee}",
        "🦀",
        "你好",
    ];
    let common = common.into_iter().chain(common).chain(common);
    let long = [long("1"), long("2"), "Y".repeat(700)];
    common
        .chain(rare)
        .map(Value::from)
        .chain(long.map(Value::from))
        .collect()
}

/// A text whose first 400 characters are those of every other.
fn long(end: &str) -> String {
    format!("{}{end}", "Åb".repeat(200))
}
