//! Projection and selection (RFC 7643 §7 `returned`, RFC 7644 §3.9; S2, S5).

use super::fixture::{barbara, code, object, paths, set, things, users};
use scim::{Selection, project, urn};
use serde_json::{Value, json};

fn seen(readable: &str, attributes: Option<&str>, excluded: Option<&str>) -> Value {
    let schema = users();
    let mut user = barbara();
    user.insert("password".to_owned(), json!("t1meMa$heen"));
    user.insert(
        urn::ENTERPRISE_USER.to_owned(),
        json!({ "department": "Tours", "manager": { "value": "m" } }),
    );
    let mut readable = set(&schema, readable);
    readable.union_with(schema.always_readable());
    let visible = Selection::parse(attributes, excluded)
        .unwrap()
        .visible(&schema, &readable);
    Value::Object(project(&schema, &user, &visible))
}

fn keys(value: &Value) -> Vec<&str> {
    value
        .as_object()
        .unwrap()
        .keys()
        .map(String::as_str)
        .collect()
}

#[test]
fn shows_only_what_is_readable() {
    let user = seen("emails.value userName", None, None);
    assert_eq!(keys(&user), ["schemas", "id", "userName", "emails", "meta"]);
    assert_eq!(
        user["emails"],
        json!([{"value": "bjensen@example.com"}, {"value": "babs@jensen.org"}])
    );
    assert_eq!(
        user["schemas"],
        json!([urn::USER]),
        "an extension without visible content is not listed"
    );
    // Elements and objects without anything visible vanish.
    let user = seen("emails.primary name.middleName", None, None);
    assert_eq!(user["emails"], json!([{"primary": true}]));
    assert_eq!(keys(&user), ["schemas", "id", "emails", "meta"]);
    let user = seen(&format!("{}:department", urn::ENTERPRISE_USER), None, None);
    assert_eq!(user[urn::ENTERPRISE_USER], json!({"department": "Tours"}));
    assert_eq!(user["schemas"], json!([urn::USER, urn::ENTERPRISE_USER]));
}

#[test]
fn s5_what_is_never_returned_never_is() {
    for attributes in [None, Some("password"), Some("userName,PASSWORD")] {
        assert!(
            seen("*", attributes, None).get("password").is_none(),
            "{attributes:?}"
        );
    }
}

#[test]
fn attributes_and_excluded_attributes() {
    // RFC 7644 §3.9: the minimum set is what is returned "always".
    assert_eq!(
        keys(&seen("*", Some("userName"), None)),
        ["schemas", "id", "userName"]
    );
    assert_eq!(keys(&seen("*", Some("bogus"), None)), ["schemas", "id"]);
    assert_eq!(
        keys(&seen("*", Some("TITLE,meta.created,emails.type"), None)),
        ["schemas", "id", "emails", "meta"]
    );
    assert_eq!(
        seen("*", Some("emails.type"), None)["emails"],
        json!([{"type": "work"}, {"type": "home"}])
    );
    let urn = urn::ENTERPRISE_USER;
    assert_eq!(keys(&seen("*", Some(urn), None)), ["schemas", "id", urn]);
    assert_eq!(
        seen("*", Some(&format!("{urn}:manager")), None)[urn],
        json!({"manager": {"value": "m"}})
    );
    assert_eq!(
        keys(&seen(
            "*",
            Some("urn:ietf:params:scim:schemas:core:2.0:User:name"),
            None
        )),
        ["schemas", "id", "name"]
    );
    assert_eq!(seen("*", Some(""), None), seen("*", None, None));
    assert_eq!(
        seen("*", Some(" userName , "), None),
        seen("*", Some("userName"), None)
    );

    let without = seen("*", None, Some("id,schemas,meta,emails.value,name,bogus"));
    assert_eq!(
        keys(&without),
        [
            "schemas",
            "id",
            "externalId",
            "userName",
            "displayName",
            "emails",
            "addresses",
            "groups",
            "active",
            urn
        ]
    );
    assert_eq!(
        without["emails"],
        json!([{"type": "work", "primary": true}, {"type": "home"}])
    );
    // What may not be read stays hidden however it is asked for (S2).
    assert_eq!(
        seen("userName", Some("userName,title,emails"), None),
        seen("userName", Some("userName"), None)
    );
}

#[test]
fn refuses_bad_selections() {
    let long = "a,".repeat(101);
    let wide = "a".repeat(scim::MAX_SELECTION + 1);
    for (attributes, excluded, expected) in [
        (Some("userName"), Some("title"), "400 invalidValue"),
        (Some("emails[type eq \"work\"]"), None, "400 invalidPath"),
        (None, Some("a b"), "400 invalidPath"),
        (Some(long.as_str()), None, "400 invalidValue"),
        (None, Some(wide.as_str()), "400 invalidValue"),
    ] {
        assert_eq!(
            code(&Selection::parse(attributes, excluded).unwrap_err()),
            expected,
            "{attributes:?}"
        );
    }
}

#[test]
fn returned_on_request_only_by_its_name() {
    let schema = things();
    let visible = |attributes| {
        let all = schema.all_attributes();
        paths(
            &schema,
            &Selection::parse(attributes, None)
                .unwrap()
                .visible(&schema, all),
        )
    };
    assert!(
        !visible(None)
            .split(' ')
            .any(|path| path == "shy" || path == "secret")
    );
    assert_eq!(visible(Some("shy,secret,note")), "schemas id note shy");

    let groups = super::fixture::groups();
    let group = object(json!({
        "schemas": [urn::GROUP], "id": "g", "displayName": "G",
        "members": [{"value": "1", "display": "One"}],
    }));
    let seen = |attributes| {
        let visible = Selection::parse(attributes, None)
            .unwrap()
            .visible(&groups, groups.all_attributes());
        project(&groups, &group, &visible)["members"].clone()
    };
    assert_eq!(seen(None), json!([{"value": "1"}]));
    assert_eq!(seen(Some("members")), json!([{"value": "1"}]));
    assert_eq!(
        seen(Some("members.value,members.display")),
        json!([{"value": "1", "display": "One"}])
    );
}
