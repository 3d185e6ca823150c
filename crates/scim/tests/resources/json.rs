//! The strict JSON reader (S8, J12, REG-20) and preconditions (RFC 7644 §3.14).

use super::fixture::code;
use proptest::prelude::*;
use scim::{etag::EntityTags, json};
use serde_json::json;

#[test]
fn refuses_what_could_be_read_in_two_ways() {
    for (body, says) in [
        (r#"{"a":1,"a":2}"#, "twice"),
        (r#"{"x":[{"a":1,"\u0061":2}]}"#, "`a` appears twice"),
        (r#"{"a":"b\u0000"}"#, "U+0000"),
        (r#"{"a\u0000":"b"}"#, "U+0000"),
        ("9223372036854775808", "out of range"),
        ("-9223372036854775809", "out of range"),
        ("1e400", "out of range"),
        ("100000000000000000000000", "out of range"),
        (r#"{"a":1} x"#, "trailing"),
        (r#"{"a":1,}"#, "trailing comma"),
        ("{'a':1}", "key must be a string"),
        ("", "EOF"),
        ("nul", "EOF"),
        ("nulL", "expected ident"),
        ("NaN", "expected value"),
        (r#""\ud800""#, "unexpected end of hex escape"),
    ] {
        let error = json::read(body.as_bytes()).expect_err(body);
        assert_eq!(code(&error), "400 invalidSyntax", "{body}");
        assert!(error.detail.contains(says), "{body}: {}", error.detail);
        assert!(
            error.detail.contains("line 1 column"),
            "says where: {}",
            error.detail
        );
    }
    assert!(
        json::read(b"{\"a\":\"\xff\"}").is_err(),
        "bytes that are not UTF-8"
    );
}

#[test]
fn keeps_numbers_exactly() {
    let body = "[9223372036854775807,-9223372036854775808,0.5,1e3,-0,1.5e-7]";
    let value = json::read(body.as_bytes()).unwrap();
    assert_eq!(value, json!([i64::MAX, i64::MIN, 0.5, 1e3, -0.0, 1.5e-7]));
}

#[test]
fn bounds_depth_and_size() {
    let nested = |levels: usize| format!("{}{}", "[".repeat(levels), "]".repeat(levels));
    assert!(json::read(nested(json::MAX_DEPTH).as_bytes()).is_ok());
    let error = json::read(nested(json::MAX_DEPTH + 1).as_bytes()).unwrap_err();
    assert!(
        error.detail.contains("nested too deeply"),
        "{}",
        error.detail
    );
    assert!(json::read(nested(500_000).as_bytes()).is_err());

    let text = |bytes: usize| format!("\"{}\"", "x".repeat(bytes - 2));
    assert!(json::read(text(json::MAX_BODY).as_bytes()).is_ok());
    assert_eq!(
        code(&json::read(text(json::MAX_BODY + 1).as_bytes()).unwrap_err()),
        "413 -"
    );
    assert_eq!(
        code(&json::read_object(b"[]").unwrap_err()),
        "400 invalidSyntax"
    );
}

proptest! {
    #[test]
    fn never_panics_and_agrees_with_serde(bytes in "[\\[\\]{}\",:0-9a-e.\\\\ u-]{0,40}") {
        if let Ok(value) = json::read(bytes.as_bytes()) {
            prop_assert_eq!(serde_json::from_slice::<serde_json::Value>(bytes.as_bytes()).unwrap(), value);
        }
    }
}

#[test]
fn entity_tags_compare_weakly() {
    let tags = EntityTags::parse(r#"W/"a", "b,c" ,, W/"d""#).unwrap();
    assert_eq!(
        tags,
        EntityTags::List(vec!["a".into(), "b,c".into(), "d".into()])
    );
    for (etag, matches) in [
        (r#"W/"a""#, true),
        (r#""a""#, true),
        (r#"W/"b,c""#, true),
        (r#"W/"b""#, false),
    ] {
        assert_eq!(tags.matches(etag), matches, "{etag}");
    }
    assert!(EntityTags::parse(" * ").unwrap().matches(r#"W/"whatever""#));
    let many = vec!["\"x\""; scim::etag::MAX_TAGS + 1].join(",");
    for bad in [
        "",
        ",",
        "a",
        "\"a",
        "W/a",
        "w/\"a\"",
        "\"a\" \"b\"",
        "\"a\"b",
        "*, \"a\"",
        "\"a b\"",
        many.as_str(),
    ] {
        assert_eq!(
            code(&EntityTags::parse(bad).expect_err(bad)),
            "400 invalidSyntax",
            "{bad}"
        );
    }
}

/// Found by fuzzing: read with an error in the last digit, a decimal changed each time its resource was written.
#[test]
fn decimals_are_read_exactly() {
    for text in [
        "31.245270191439438",
        "121.48791951161945",
        "100.78399658203125",
        "2.2250738585072014e-308",
    ] {
        let exact: f64 = text.parse().unwrap();
        let read = json::read(text.as_bytes()).unwrap();
        assert_eq!(read.as_f64(), Some(exact), "{text}");
        let written = read.to_string();
        assert_eq!(json::read(written.as_bytes()).unwrap(), read, "{text}");
    }
}
