//! JSON as one may write it in one way only (RFC 8785, JCS): what is hashed.

use serde_json::{Map, Value};

/// The canonical text of an object (RFC 8785). Numbers are whole, as all of the management API's are.
pub fn canonical(object: &Map<String, Value>) -> String {
    let mut text = String::new();
    write_object(object, &mut text);
    text
}

fn write(value: &Value, text: &mut String) {
    match value {
        Value::Object(object) => write_object(object, text),
        Value::Array(items) => {
            text.push('[');
            for (place, item) in items.iter().enumerate() {
                if place > 0 {
                    text.push(',');
                }
                write(item, text);
            }
            text.push(']');
        }
        // §3.2.2: literals, and strings with the shortest escapes.
        scalar => text.push_str(&scalar.to_string()),
    }
}

/// §3.2.3: members are sorted by their names' UTF-16 code units.
fn write_object(object: &Map<String, Value>, text: &mut String) {
    let mut members: Vec<(&String, &Value)> = object.iter().collect();
    members.sort_by(|(a, _), (b, _)| a.encode_utf16().cmp(b.encode_utf16()));
    text.push('{');
    for (place, (name, value)) in members.into_iter().enumerate() {
        if place > 0 {
            text.push(',');
        }
        text.push_str(&Value::from(name.as_str()).to_string());
        text.push(':');
        write(value, text);
    }
    text.push('}');
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use serde_json::json;

    /// RFC 8785 §3.2.3, the example of the order of members.
    #[test]
    fn members_are_sorted_by_code_units() {
        let object = json!({
            "\u{20ac}": "Euro Sign", "\r": "Carriage Return", "\u{fb33}": "Hebrew",
            "1": "One", "\u{1f600}": "Emoji", "\u{80}": "Control", "\u{f6}": "o",
        });
        let text = canonical(object.as_object().unwrap());
        let order = [
            "\\r",
            "1",
            "\u{80}",
            "\u{f6}",
            "\u{20ac}",
            "\u{1f600}",
            "\u{fb33}",
        ];
        let places: Vec<usize> = order
            .iter()
            .map(|name| text.find(&format!("\"{name}\":")).unwrap())
            .collect();
        assert!(places.is_sorted(), "{text}");
    }

    #[test]
    fn nothing_is_left_open() {
        let object =
            json!({"b": [1, {"d": null, "c": true}], "a": "\u{7}\u{8}\"\\/ \u{20ac}\u{7f}"});
        let text = canonical(object.as_object().unwrap());
        assert_eq!(
            text,
            "{\"a\":\"\\u0007\\b\\\"\\\\/ \u{20ac}\u{7f}\",\"b\":[1,{\"c\":true,\"d\":null}]}"
        );
        let again: Value = serde_json::from_str(&text).unwrap();
        assert_eq!(canonical(again.as_object().unwrap()), text);
    }
}
