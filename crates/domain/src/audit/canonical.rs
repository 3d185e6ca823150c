//! JSON as one may write it in one way only (RFC 8785, JCS): what is hashed.

use serde_json::{Map, Value};

/// The canonical text of an object (RFC 8785).
pub fn canonical(object: &Map<String, Value>) -> String {
    // It fails where a number is none that JSON can have, which no `Value` holds.
    serde_json_canonicalizer::to_string(object)
        .unwrap_or_else(|_| Value::Object(object.clone()).to_string())
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

    /// RFC 8785 §3.2.2.3, and some of Appendix B: numbers as ECMAScript writes them.
    #[test]
    fn numbers_are_written_in_one_way() {
        for (read, written) in [
            ("1.0", "1"),
            ("-0.0", "0"),
            ("1e21", "1e+21"),
            ("1E20", "100000000000000000000"),
            ("4.50", "4.5"),
            ("2e-3", "0.002"),
            ("0.000000000000000000000000001", "1e-27"),
            ("9007199254740991", "9007199254740991"),
        ] {
            let object: Map<String, Value> =
                serde_json::from_str(&format!("{{\"n\":{read}}}")).unwrap();
            assert_eq!(canonical(&object), format!("{{\"n\":{written}}}"), "{read}");
        }
    }
}
