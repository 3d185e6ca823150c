#![allow(clippy::unwrap_used)]

use super::*;
use crate::ErrorCode;
use proptest::prelude::*;

fn refusal(form: impl AsRef<[u8]>) -> String {
    let error = Parameters::parse(form.as_ref()).unwrap_err();
    assert_eq!(error.code(), ErrorCode::InvalidRequest);
    error.description().to_owned()
}

#[test]
fn decodes_names_and_values() {
    let form = Parameters::parse(b"grant%5Ftype=a+b%2Bc%26d&x=%C3%A9=&&y").unwrap();
    assert_eq!(form.get("grant_type"), Some("a b+c&d"));
    assert_eq!(form.get("x"), Some("é="));
    assert_eq!(form.get("z"), None);
}

#[test]
fn rfc6749_3_2_a_parameter_without_value_is_omitted() {
    let form = Parameters::parse(b"scope=&state&a=1").unwrap();
    assert_eq!(form.get("scope"), None);
    assert_eq!(form.get("state"), None);
    assert_eq!(form.required("a").unwrap(), "1");
    let missing = form.required("scope").unwrap_err();
    assert_eq!(missing.description(), "parameter 'scope' is missing");
}

#[test]
fn a9_a_repeated_parameter_is_refused_and_named() {
    for form in ["a=1&a=2", "a=1&b=2&a=1", "a=&a=1", "a=1&%61=2", "a&a"] {
        assert_eq!(refusal(form), "parameter 'a' is repeated", "{form}");
    }
    let form = Parameters::parse(b"resource=a&resource=b&resource=").unwrap();
    assert_eq!(form.all("resource").collect::<Vec<_>>(), ["a", "b"]);
    assert!(Parameters::parse(b"a=1&A=2").is_ok());
}

#[test]
fn bad_encodings_are_refused_and_named() {
    for value in ["%", "%2", "%zz", "%-1", "% 1", "%ff", "%C3", "%00", "\u{0}"] {
        assert_eq!(
            refusal(format!("a={value}")),
            "parameter 'a' is not well encoded",
            "{value}"
        );
        assert!(
            refusal(format!("a{value}=1")).starts_with("a parameter name"),
            "{value}"
        );
    }
    assert_eq!(refusal(b"a=\xff"), "parameter 'a' is not well encoded");
}

#[test]
fn reg09_every_length_is_honoured_or_refused() {
    for (name, longest) in [
        ("scope", MAX_VALUE_BYTES),
        ("resource", MAX_VALUE_BYTES),
        ("unheard_of", MAX_VALUE_BYTES),
        ("token", MAX_TOKEN_BYTES),
        ("client_assertion", MAX_TOKEN_BYTES),
        ("subject_token", MAX_TOKEN_BYTES),
    ] {
        for length in [1, 255, 4_000, 4_096, longest - 1, longest] {
            let value = "x".repeat(length);
            let form = Parameters::parse(format!("{name}={value}").as_bytes()).unwrap();
            assert_eq!(form.get(name), Some(value.as_str()), "{name} {length}");
        }
        for length in [longest + 1, longest * 2] {
            let form = format!("{name}={}", "x".repeat(length));
            assert_eq!(
                refusal(form),
                format!("parameter '{name}' is too long"),
                "{length}"
            );
        }
    }
    assert_eq!(
        refusal("x".repeat(MAX_BODY_BYTES + 1)),
        "the request is too long"
    );
    assert!(Parameters::parse(format!("{}=1", "n".repeat(64)).as_bytes()).is_ok());
    assert!(refusal(format!("{}=1", "n".repeat(65))).starts_with("a parameter name"));
}

#[test]
fn at_most_64_parameters() {
    let form = |count: usize| {
        (0..count)
            .map(|i| format!("p{i}=1"))
            .collect::<Vec<_>>()
            .join("&")
    };
    assert!(Parameters::parse(form(64).as_bytes()).is_ok());
    assert_eq!(refusal(form(65)), "too many parameters");
}

#[test]
fn debug_prints_names_only() {
    let form = Parameters::parse(b"client_id=me&client_secret=hunter2").unwrap();
    assert_eq!(format!("{form:?}"), r#"["client_id", "client_secret"]"#);
}

#[test]
fn the_media_type_is_compared_without_parameters() {
    for (content_type, form) in [
        ("application/x-www-form-urlencoded", true),
        ("Application/X-WWW-Form-Urlencoded; charset=UTF-8", true),
        ("application/json", false),
        ("application/x-www-form-urlencodedx", false),
        ("", false),
    ] {
        assert_eq!(is_form(content_type), form, "{content_type}");
    }
}

proptest! {
    /// Against an independent encoder.
    #[test]
    fn what_is_encoded_is_decoded(
        pairs in proptest::collection::btree_map("[a-z]{1,8}", "[^\u{0}]{1,30}", 0..10)
    ) {
        let form = form_urlencoded::Serializer::new(String::new()).extend_pairs(&pairs).finish();
        let parsed = Parameters::parse(form.as_bytes()).unwrap();
        for (name, value) in &pairs {
            prop_assert_eq!(parsed.get(name), Some(value.as_str()));
        }
    }

    /// Where both accept, they agree with the independent decoder, which is lenient.
    #[test]
    fn what_is_accepted_means_the_same_elsewhere(form in "[ab&=%+0-9c]{0,30}") {
        if let Ok(parsed) = Parameters::parse(form.as_bytes()) {
            for (name, value) in form_urlencoded::parse(form.as_bytes()) {
                let value = Some(value.as_ref()).filter(|value| !value.is_empty());
                prop_assert_eq!(parsed.get(&name), value);
            }
        }
    }

    #[test]
    fn arbitrary_bytes_do_not_panic(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        let _ = Parameters::parse(&bytes);
    }
}
