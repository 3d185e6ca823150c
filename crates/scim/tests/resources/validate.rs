//! Bodies of POST and PUT (RFC 7643 §2, §3; RFC 7644 §3.3).

use super::fixture::{code, groups, object, things, users};
use scim::{urn, validate};
use serde_json::{Value, json};

/// `canonical` of a user with the given further members, without `schemas` and `userName`.
fn user(members: Value) -> Result<Value, String> {
    let mut body = object(json!({ "schemas": [urn::USER], "userName": "u" }));
    body.extend(object(members));
    let mut user = validate::canonical(&users(), body).map_err(|e| code(&e))?;
    user.shift_remove("userName");
    user.shift_remove("schemas");
    Ok(Value::Object(user))
}

#[test]
fn names_and_values_get_the_schema_s_form() {
    for (sent, canonical) in [
        (
            json!({"USERNAME": null, "NickName": "N"}),
            Err("400 invalidSyntax"),
        ),
        (json!({"NICKNAME": "N"}), Ok(json!({"nickName": "N"}))),
        (
            json!({"title": "t", "name": {"GIVENNAME": "g"}}),
            Ok(json!({"name": {"givenName": "g"}, "title": "t"})),
        ),
        (
            json!({"urn:ietf:params:scim:schemas:EXTENSION:enterprise:2.0:User": {"Department": "d"}}),
            Ok(json!({urn::ENTERPRISE_USER: {"department": "d"}})),
        ),
        // RFC 7643 §2.5: null and empty arrays are no value.
        (
            json!({"title": null, "emails": [], "name": {}, "photos": [{}, null], "ims": [{"value": null}]}),
            Ok(json!({})),
        ),
        // RFC 7643 §2.3.2; a common client sends booleans as strings.
        (json!({"active": "True"}), Ok(json!({"active": true}))),
        (json!({"active": "false"}), Ok(json!({"active": false}))),
        (json!({"active": "yes"}), Err("400 invalidValue")),
        (json!({"active": 1}), Err("400 invalidValue")),
        // readOnly is ignored, whatever it is (RFC 7644 §3.3).
        (json!({"id": 7, "meta": "x", "groups": {}}), Ok(json!({}))),
        (
            json!({urn::ENTERPRISE_USER: {"manager": {"value": "m", "displayName": "x"}}}),
            Ok(json!({urn::ENTERPRISE_USER: {"manager": {"value": "m"}}})),
        ),
        // Wrong types.
        (json!({"title": 5}), Err("400 invalidValue")),
        (json!({"title": ["t"]}), Err("400 invalidValue")),
        (json!({"name": "n"}), Err("400 invalidValue")),
        (json!({"emails": {"value": "a@x"}}), Err("400 invalidValue")),
        (json!({"emails": ["a@x"]}), Err("400 invalidValue")),
        (
            json!({"title": "x".repeat(validate::MAX_STRING + 1)}),
            Err("400 invalidValue"),
        ),
        (
            json!({"emails": vec![json!({"value": "a"}); validate::MAX_ELEMENTS + 1]}),
            Err("400 invalidValue"),
        ),
        // Unknown names do not conform to the schema.
        (json!({"shoeSize": 43}), Err("400 invalidSyntax")),
        (json!({"name": {"nick": "n"}}), Err("400 invalidSyntax")),
        (json!({"urn:example:unknown": {}}), Err("400 invalidSyntax")),
        // One spelling only.
        (
            json!({"title": "a", "TITLE": "b"}),
            Err("400 invalidSyntax"),
        ),
        (
            json!({"name": {"givenName": "a", "givenname": "b"}}),
            Err("400 invalidSyntax"),
        ),
        // RFC 7643 §2.3.6, §2.3.7.
        (
            json!({"x509Certificates": [{"value": "AQID"}, {"value": "AQI"}]}),
            Ok(json!({"x509Certificates": [{"value": "AQID"}, {"value": "AQI"}]})),
        ),
        (
            json!({"x509Certificates": [{"value": "A*ID"}]}),
            Err("400 invalidValue"),
        ),
        (
            json!({"x509Certificates": [{"value": "A"}]}),
            Err("400 invalidValue"),
        ),
        (
            json!({"profileUrl": "https://example.com/~u"}),
            Ok(json!({"profileUrl": "https://example.com/~u"})),
        ),
        (json!({"profileUrl": "not a url"}), Err("400 invalidValue")),
        (json!({"profileUrl": "relative"}), Err("400 invalidValue")),
        // RFC 7643 §2.4: one primary, no duplicates; types are suggestions (§7).
        (
            json!({"emails": [{"value": "a", "primary": true}, {"value": "b", "primary": true}]}),
            Err("400 invalidValue"),
        ),
        (
            json!({"emails": [{"value": "a", "type": "den"}, {"value": "b"}, {"type": "DEN", "value": "A"}]}),
            Ok(json!({"emails": [{"value": "a", "type": "den"}, {"value": "b"}]})),
        ),
    ] {
        assert_eq!(
            user(sent.clone()),
            canonical.map_err(str::to_owned),
            "{sent}"
        );
    }
}

#[test]
fn types_of_numbers_and_dates() {
    let schema = things();
    for (name, value, fits) in [
        ("size", json!(5), true),
        ("size", json!(5.0), false),
        ("size", json!("5"), false),
        ("weight", json!(5), true),
        ("weight", json!(0.1), true),
        ("weight", json!(i64::MAX), false),
        ("weight", json!("0.1"), false),
        ("made", json!("2008-01-23T04:56:22Z"), true),
        ("made", json!("2008-01-23"), false),
        ("made", json!(1201064182), false),
        ("tags", json!(["a"]), true),
        ("tags", json!("a"), false),
        ("tags", json!([["a"]]), false),
    ] {
        let body = object(json!({ "schemas": ["urn:example:Thing"], name: value }));
        let outcome = validate::canonical(&schema, body);
        assert_eq!(
            outcome.as_ref().map(|_| ()).map_err(code),
            if fits {
                Ok(())
            } else {
                Err("400 invalidValue".into())
            },
            "{name} {value}"
        );
    }
    let body = object(json!({ "schemas": ["urn:example:Thing"], "weight": 5 }));
    assert_eq!(
        validate::canonical(&schema, body).unwrap()["weight"].to_string(),
        "5.0",
        "one form of a decimal"
    );
}

#[test]
fn schemas_tell_the_base_and_the_extensions_with_data() {
    // RFC 7643 §3.
    for (schemas, extension, expected) in [
        (json!([urn::USER]), false, Ok(json!([urn::USER]))),
        (
            json!([urn::USER, urn::ENTERPRISE_USER]),
            false,
            Ok(json!([urn::USER])),
        ),
        (
            json!([urn::USER]),
            true,
            Ok(json!([urn::USER, urn::ENTERPRISE_USER])),
        ),
        (
            json!([urn::USER.to_uppercase()]),
            false,
            Ok(json!([urn::USER])),
        ),
        (
            json!([urn::ENTERPRISE_USER]),
            true,
            Err("400 invalidSyntax"),
        ),
        (
            json!([urn::USER, urn::GROUP]),
            false,
            Err("400 invalidSyntax"),
        ),
        (json!([]), false, Err("400 invalidSyntax")),
        (json!(urn::USER), false, Err("400 invalidValue")),
        (Value::Null, false, Err("400 invalidSyntax")),
    ] {
        let mut body = object(json!({ "userName": "u", "schemas": schemas }));
        if extension {
            body.insert(
                urn::ENTERPRISE_USER.to_owned(),
                json!({ "department": "d" }),
            );
        }
        let outcome = validate::canonical(&users(), body);
        let outcome = outcome
            .map(|user| user["schemas"].clone())
            .map_err(|e| code(&e));
        assert_eq!(outcome, expected.map_err(str::to_owned), "{schemas}");
    }
    let error = validate::canonical(&users(), object(json!({ "userName": "u" }))).unwrap_err();
    assert_eq!(code(&error), "400 invalidSyntax");
}

#[test]
fn members_are_a_set_of_values() {
    let sent = json!({
        "schemas": [urn::GROUP],
        "displayName": "g",
        "members": [{"value": "1", "type": "User"}, {"value": "2"}, {"value": "1", "display": "x"}],
    });
    let group = validate::canonical(&groups(), object(sent)).unwrap();
    assert_eq!(
        group["members"],
        json!([{"value": "1", "type": "User"}, {"value": "2"}])
    );
}

#[test]
fn required_attributes_must_have_a_value() {
    let schema = things();
    let whole = json!({ "title": "t", "info": {"a": "1"}, "must": [{"value": "v"}] });
    assert_eq!(
        validate::check_required(&schema, &object(whole.clone())),
        Ok(())
    );
    for (name, value, says) in [
        ("title", Value::Null, "`title`"),
        ("title", json!(""), "`title`"),
        ("info", Value::Null, "`info`"),
        ("must", json!([]), "`must`"),
        (
            "must",
            json!([{"value": "v"}, {"note": "n"}]),
            "`must.value`",
        ),
    ] {
        let mut resource = object(whole.clone());
        resource.insert(name.to_owned(), value);
        let error = validate::check_required(&schema, &resource).unwrap_err();
        assert_eq!(code(&error), "400 invalidValue");
        assert!(error.detail.contains(says), "{}", error.detail);
    }
}

#[test]
fn a_resource_can_t_grow_without_bound() {
    let note = |length: usize| object(json!({ "note": "x".repeat(length) }));
    let size = |visible, written, whole| {
        validate::check_size(|| note(visible), written, &note(whole)).map_err(|e| code(&e))
    };
    let too_large = Err("413 -".to_owned());
    assert_eq!(size(1, 0, 1), Ok(()));
    assert_eq!(size(1, 1, validate::MAX_VISIBLE), Ok(()));
    assert_eq!(
        size(validate::MAX_VISIBLE, 0, validate::MAX_VISIBLE),
        too_large
    );
    assert_eq!(size(1, validate::MAX_VISIBLE, 1), too_large);
    assert_eq!(size(1, 1, validate::MAX_RESOURCE), too_large);
}

#[test]
fn an_empty_reference_is_no_value() {
    let sent = json!({ "schemas": [urn::USER], "userName": "u", "profileUrl": "", "photos": [{"value": "", "type": "photo"}] });
    let user = validate::canonical(&users(), object(sent)).unwrap();
    assert_eq!(user.get("profileUrl"), None);
    assert_eq!(user["photos"], json!([{"type": "photo"}]));
}
