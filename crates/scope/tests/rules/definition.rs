//! Definitions as written (product §2.1, §2.2; the management API's JSON, §7).

use crate::fixture::{definition, object};
use scope::{DefinitionRule, ScopeDefinition, ScopeType};
use serde_json::{Value, json};

fn refusal(value: Value) -> String {
    ScopeDefinition::from_request(&object(value))
        .unwrap_err()
        .to_string()
}

fn resource() -> Value {
    json!({"name": "hr:read", "type": "resource", "scim_resource_type": "User",
        "resource_operations": ["retrieve", "search"], "resource_attributes": ["userName", "name"]})
}

fn with(mut base: Value, field: &str, value: Value) -> Value {
    base[field] = value;
    base
}

fn without(base: Value, field: &str) -> Value {
    let mut map = object(base);
    map.remove(field);
    Value::Object(map)
}

#[test]
fn every_type_is_written_as_it_was_read() {
    let service = "00000000-0000-0000-0000-0000000001f4";
    for value in [
        resource(),
        json!({"name": "me", "type": "authenticated-identity", "description": "d",
            "tags": ["sensitive", "hr"], "consent_prompt_text": "Your name",
            "resource_operations": ["retrieve", "modify"], "resource_attributes": ["*"],
            "consent_operations": ["retrieve-consent", "revoke-consent"],
            "external_identity_operations": ["unlink-external-identity"],
            "account_operations": ["reset-password", "replace-account-state"]}),
        json!({"name": "orders", "type": "service", "services": [service]}),
        json!({"name": "api", "type": "generic", "resource_server": service}),
        json!({"name": "urn:example:plain", "type": "generic"}),
    ] {
        let read = ScopeDefinition::from_request(&object(value.clone())).unwrap();
        let written = read.to_json();
        assert_eq!(ScopeDefinition::from_json(&written), Ok(read), "{value}");
        for (field, given) in object(value) {
            assert_eq!(written[&field], given, "{field}");
        }
    }
}

#[test]
fn a_tag_is_at_most_two_hundred_characters_long() {
    let tagged = |length: usize| with(resource(), "tags", json!(["é".repeat(length)]));
    assert!(ScopeDefinition::from_request(&object(tagged(200))).is_ok());
    assert_eq!(
        refusal(tagged(201)),
        "`tags` has a tag of more than 200 characters"
    );
}

#[test]
fn the_longest_text_and_list_are_accepted_and_one_more_is_too_many() {
    let texts = |length: usize| with(resource(), "description", json!("é".repeat(length)));
    let lists = |length: usize| {
        let tags: Vec<_> = (0..length).map(|n| n.to_string()).collect();
        with(resource(), "tags", json!(tags))
    };
    for longest in [texts(4096), lists(1000)] {
        assert!(ScopeDefinition::from_request(&object(longest)).is_ok());
    }
    assert_eq!(
        refusal(texts(4097)),
        "`description` has more than 4096 characters"
    );
    assert_eq!(refusal(lists(1001)), "`tags` has more than 1000 values");
}

/// The only required property of an authenticated-identity scope is its prompt.
#[test]
fn an_identity_scope_that_grants_nothing_is_valid() {
    let value = json!({"name": "a", "type": "authenticated-identity", "consent_prompt_text": "x"});
    assert!(ScopeDefinition::from_request(&object(value.clone())).is_ok());
    assert_eq!(
        refusal(without(value, "consent_prompt_text")),
        "`consent_prompt_text` is required"
    );
}

#[test]
fn required_properties_are_missed_by_name() {
    for field in [
        "name",
        "type",
        "scim_resource_type",
        "resource_operations",
        "resource_attributes",
    ] {
        assert_eq!(
            refusal(without(resource(), field)),
            format!("`{field}` is required")
        );
        assert_eq!(
            refusal(with(resource(), field, Value::Null)),
            format!("`{field}` is required")
        );
    }
    for field in ["resource_operations", "resource_attributes"] {
        assert_eq!(
            refusal(with(resource(), field, json!([]))),
            format!("`{field}` is required")
        );
    }
    assert_eq!(
        refusal(json!({"name": "s", "type": "service"})),
        "`services` is required"
    );
}

#[test]
fn an_unknown_property_is_refused_with_the_nearest_one() {
    assert_eq!(
        refusal(with(resource(), "resource_operation", json!(["modify"]))),
        "`resource_operation` is no property of a scope; did you mean `resource_operations`?"
    );
    assert_eq!(
        refusal(with(resource(), "scim-resource-type", json!("User"))),
        "`scim-resource-type` is no property of a scope; did you mean `scim_resource_type`?"
    );
    assert_eq!(
        refusal(with(resource(), "zzz", json!(1))),
        "`zzz` is no property of a scope"
    );
}

#[test]
fn a_property_of_another_type_names_that_type() {
    assert_eq!(
        refusal(with(resource(), "services", json!([]))),
        "`services` is a property of scopes of type `service`, and this scope is of type `resource`"
    );
    assert_eq!(
        refusal(json!({"name": "g", "type": "generic", "consent_prompt_text": "x"})),
        "`consent_prompt_text` is a property of scopes of type `authenticated-identity` and \
         `resource`, and this scope is of type `generic`"
    );
}

#[test]
fn values_outside_their_grammar_are_refused() {
    let cases = [
        ("name", json!("two words"), "`name` is invalid: "),
        ("name", json!("a+b"), "`name` is invalid: "),
        ("name", json!(7), "`name` must be a string"),
        (
            "type",
            json!("resources"),
            "`type` is invalid: `resources` is none of ",
        ),
        ("type", json!({}), "`type` must be a string"),
        ("description", json!(" "), "`description` must not be empty"),
        (
            "description",
            json!("a\u{0}b"),
            "`description` has a control character",
        ),
        (
            "description",
            json!("x".repeat(4097)),
            "`description` has more than 4096 characters",
        ),
        ("tags", json!("hr"), "`tags` must be an array of strings"),
        ("tags", json!(["hr", "HR"]), "`tags` has `HR` twice"),
        (
            "tags",
            json!(["x".repeat(201)]),
            "`tags` has a tag of more than 200 characters",
        ),
        (
            "scim_resource_type",
            json!("*"),
            "`scim_resource_type` must name one resource type",
        ),
        (
            "resource_operations",
            json!(["Retrieve"]),
            "`resource_operations` is invalid: ",
        ),
        (
            "resource_operations",
            json!(["search", "search"]),
            "`resource_operations` has `search` twice",
        ),
        (
            "resource_attributes",
            json!(["na me"]),
            "`resource_attributes` is invalid: ",
        ),
        (
            "resource_attributes",
            json!(["a.b.c"]),
            "`resource_attributes` is invalid: ",
        ),
        (
            "resource_attributes",
            json!(["*", "name"]),
            "`resource_attributes` has `*`, which is all",
        ),
        (
            "consent_operations",
            json!(["revoke"]),
            "`consent_operations` is invalid: ",
        ),
    ];
    for (field, value, expected) in cases {
        let said = refusal(with(resource(), field, value));
        assert!(said.starts_with(expected), "{said}");
    }
    let many: Vec<_> = (0..1001).map(|n| format!("a{n}")).collect();
    let said = refusal(with(resource(), "resource_attributes", json!(many)));
    assert_eq!(said, "`resource_attributes` has more than 1000 values");
}

/// With its own identity a client can't create, delete or search.
#[test]
fn an_identity_scope_retrieves_and_modifies_only() {
    for operation in ["create", "delete", "search"] {
        let value = json!({"name": "a", "type": "authenticated-identity",
            "consent_prompt_text": "x", "resource_operations": [operation]});
        assert!(refusal(value).starts_with("`resource_operations` can't have"));
    }
}

#[test]
fn administrators_make_no_built_in_or_management_scopes() {
    assert_eq!(
        refusal(with(resource(), "built_in", json!(true))),
        "`built_in` is set by the server"
    );
    let value =
        json!({"name": "m", "type": "management", "management_operations": ["scopes:read"]});
    assert!(refusal(value.clone()).starts_with("`type` can't be `management`"));
    assert!(ScopeDefinition::from_json(&object(value)).is_err());
}

#[test]
fn a_merge_patch_edits_and_null_takes_off() {
    let before = definition(with(resource(), "description", json!("before")));
    let patch = json!({"description": null, "tags": ["a"], "resource_attributes": ["*"]});
    let after = before.updated(&object(patch)).unwrap();
    let expected = with(
        with(resource(), "tags", json!(["a"])),
        "resource_attributes",
        json!(["*"]),
    );
    assert_eq!(after, definition(expected));
    let error = before
        .updated(&object(json!({"scim_resource_type": null})))
        .unwrap_err();
    assert_eq!(error.rule, DefinitionRule::Missing);
    assert_eq!(before.updated(&object(json!({}))), Ok(before));
}

#[test]
fn what_never_changes_is_refused_by_name() {
    let before = definition(resource());
    for (field, value, rule) in [
        ("name", json!("hr:write"), DefinitionRule::Immutable),
        ("type", json!("generic"), DefinitionRule::Immutable),
        ("built_in", json!(true), DefinitionRule::ServerSet),
    ] {
        let error = before.updated(&object(json!({field: value}))).unwrap_err();
        assert_eq!((error.field.as_str(), error.rule), (field, rule));
    }
    let error = before
        .updated(&object(json!({"services": []})))
        .unwrap_err();
    let this = ScopeType::Resource;
    assert_eq!(
        error.rule,
        DefinitionRule::OtherType {
            this,
            owners: vec![ScopeType::Service]
        }
    );
}

/// Built-ins: what they allow never changes; description and tags do (product §2.1).
#[test]
fn of_a_built_in_scope_only_description_and_tags_change() {
    for scope in scope::built_in_scopes() {
        let patch = json!({"description": "ours", "tags": ["x"]});
        let after = scope.updated(&object(patch)).unwrap();
        assert_eq!(
            (after.tags.as_slice(), &after.kind),
            (&["x".to_owned()][..], &scope.kind)
        );
        for (field, value) in scope.to_json() {
            let allowed = ["description", "tags"].contains(&field.as_str());
            let result = scope.updated(&object(json!({field: value})));
            assert_eq!(result.is_ok(), allowed, "{}", scope.name);
        }
    }
}
