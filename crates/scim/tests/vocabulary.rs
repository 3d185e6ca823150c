//! Paths, attribute sets and compiled resource types.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

use proptest::prelude::*;
use scim::{
    AttrId, Attribute, AttributePath, AttributeSet, AttributeType, MAX_ATTRIBUTES, MAX_PATH, Part,
    ResourceSchema, Schema, SchemaError, core, urn,
};
use serde_json::json;
use std::{collections::BTreeSet, sync::LazyLock};

static USER: LazyLock<ResourceSchema> = LazyLock::new(|| {
    let schemas = core::schemas();
    let user = core::resource_types()
        .into_iter()
        .find(|t| t.name == "User")
        .unwrap();
    ResourceSchema::compile(user, |urn| schemas.iter().find(|s| s.id == urn)).unwrap()
});

#[test]
fn paths_come_apart_at_their_urn_and_dot() {
    for (text, urn, name, sub) in [
        ("userName", None, "userName", None),
        ("name.familyName", None, "name", Some("familyName")),
        ("manager.$ref", None, "manager", Some("$ref")),
        (
            "urn:x:2.0:User:userName",
            Some("urn:x:2.0:User"),
            "userName",
            None,
        ),
        (
            "URN:x:2.0:User:name.givenName",
            Some("URN:x:2.0:User"),
            "name",
            Some("givenName"),
        ),
        ("urn:x:ext:2.0", Some("urn:x:ext"), "2.0", None),
        ("x-custom_1", None, "x-custom_1", None),
    ] {
        let path: AttributePath = text.parse().unwrap();
        assert_eq!(
            (path.urn(), path.name(), path.sub()),
            (urn, name, sub),
            "{text}"
        );
        assert_eq!(path.to_string(), text);
    }
}

#[test]
fn what_is_no_path_is_refused() {
    let long = "a".repeat(MAX_PATH + 1);
    for text in [
        "",
        ".",
        "a.",
        ".a",
        "a.b.c",
        "a b",
        "1a",
        "a:b",
        "emails[0]",
        "émail",
        "urn:",
        "urn:x:",
        "urn:x:a[0]",
        "urn:x y:a",
        "a.$",
        "$",
        "_a",
        "-a",
        "a\0",
        &long,
    ] {
        let error = text.parse::<AttributePath>().expect_err(text);
        assert!(error.to_string().len() < 250, "{error}");
    }
    assert!("a".repeat(MAX_PATH).parse::<AttributePath>().is_ok());
}

#[test]
fn names_resolve_in_every_spelling() {
    let enterprise = format!("{}:manager.value", urn::ENTERPRISE_USER);
    for (path, expected) in [
        ("username", "userName"),
        ("NAME.FAMILYNAME", "name.familyName"),
        (
            "urn:ietf:params:scim:schemas:core:2.0:user:name.familyName",
            "name.familyName",
        ),
        (&enterprise.to_uppercase(), &enterprise),
        (urn::ENTERPRISE_USER, urn::ENTERPRISE_USER),
        ("meta.created", "meta.created"),
    ] {
        let path: AttributePath = path.parse().unwrap();
        assert_eq!(USER.resolve(&path).unwrap().path, expected);
    }
    for path in [
        "manager",
        "manager.value",
        "familyName",
        urn::USER,
        "urn:x:userName",
        "name.x",
    ] {
        assert!(USER.resolve(&path.parse().unwrap()).is_none(), "{path}");
    }
}

#[test]
fn an_extension_urn_need_not_end_in_a_name() {
    let base = schema("urn:x:1.0", json!([{ "name": "a" }]));
    let extension = schema("urn:x:more:1.0", json!([{ "name": "b" }]));
    let find = |urn: &str| [&base, &extension].into_iter().find(|s| s.id == urn);
    let compiled = ResourceSchema::compile(resource_type(&["urn:x:more:1.0"]), find).unwrap();
    for path in ["urn:x:more:1.0", "urn:x:more:1.0:b", "urn:x:1.0:a"] {
        assert!(compiled.resolve(&path.parse().unwrap()).is_some(), "{path}");
    }
}

#[test]
fn leaves_and_parts() {
    let emails = USER.lookup("emails").unwrap();
    let leaves: Vec<_> = USER
        .leaves(emails.id)
        .iter()
        .map(|id| USER.node(id).key())
        .collect();
    assert_eq!(leaves, ["value", "display", "type", "primary"]);
    let value = USER.lookup("emails.value").unwrap();
    assert_eq!(USER.multi_valued_parent(value.id).unwrap().id, emails.id);
    assert!(
        USER.multi_valued_parent(USER.lookup("name.formatted").unwrap().id)
            .is_none()
    );
    let one = AttributeSet::from_iter([value.id]);
    assert!(USER.any(&one, emails.id) && !USER.all(&one, emails.id));
    assert!(USER.all(USER.all_attributes(), emails.id));
    let parts = |part| {
        USER.roots()
            .filter(|n| n.part == part)
            .map(|n| n.key())
            .collect::<Vec<_>>()
    };
    assert_eq!(parts(Part::Common), ["schemas", "id", "externalId", "meta"]);
    assert_eq!(parts(Part::Extension), [urn::ENTERPRISE_USER]);
    let always: Vec<_> = USER
        .always_readable()
        .iter()
        .map(|id| &*USER.node(id).path)
        .collect();
    assert_eq!(always[..2], ["schemas", "id"]);
    assert!(always[2..].iter().all(|path| path.starts_with("meta.")));
}

fn schema(id: &str, attributes: serde_json::Value) -> Schema {
    serde_json::from_value(json!({ "id": id, "attributes": attributes })).unwrap()
}

fn resource_type(extensions: &[&str]) -> scim::ResourceType {
    let extensions: Vec<_> = extensions
        .iter()
        .map(|urn| json!({ "schema": urn, "required": false }))
        .collect();
    serde_json::from_value(json!({
        "id": "X", "name": "X", "endpoint": "/Xs", "schema": "urn:x:1.0", "schemaExtensions": extensions,
    }))
    .unwrap()
}

#[test]
fn what_does_not_compile_says_why() {
    let compile = |attributes| {
        let base = schema("urn:x:1.0", attributes);
        let compiled = ResourceSchema::compile(resource_type(&[]), |_| Some(&base));
        compiled.map(|_| ()).unwrap_err()
    };
    let sub = json!([{ "name": "v" }]);
    let nested = json!([{ "name": "w", "type": "complex", "subAttributes": sub }]);
    for (attributes, expected) in [
        (
            json!([{ "name": "a b" }]),
            SchemaError::InvalidName("a b".into()),
        ),
        (
            json!([{ "name": "a" }, { "name": "A" }]),
            SchemaError::Duplicate("A".into()),
        ),
        (
            json!([{ "name": "schemas" }]),
            SchemaError::Reserved("schemas".into()),
        ),
        (
            json!([{ "name": "c", "type": "complex" }]),
            SchemaError::EmptyComplex("c".into()),
        ),
        (
            json!([{ "name": "c", "subAttributes": sub }]),
            SchemaError::NotComplex("c".into()),
        ),
        (
            json!([{ "name": "c", "type": "complex", "subAttributes": nested }]),
            SchemaError::NestedComplex("c.w".into()),
        ),
    ] {
        assert_eq!(compile(attributes), expected);
    }
    let many: Vec<_> = (0..MAX_ATTRIBUTES)
        .map(|i| Attribute::new(&format!("a{i}"), AttributeType::String, ""))
        .collect();
    assert!(matches!(compile(json!(many)), SchemaError::TooMany(_)));
    let missing = ResourceSchema::compile(resource_type(&[]), |_| None).unwrap_err();
    assert_eq!(
        missing,
        SchemaError::UnknownSchema("urn:x:1.0".into(), "X".into())
    );
    let base = schema("urn:x:1.0", json!([{ "name": "a" }]));
    let twice = ResourceSchema::compile(resource_type(&["urn:x:1.0"]), |_| Some(&base));
    assert_eq!(
        twice.unwrap_err(),
        SchemaError::Duplicate("urn:x:1.0:a".into())
    );
}

/// A set of attributes of users, and the same as a `BTreeSet`.
fn sets() -> impl Strategy<Value = (AttributeSet, BTreeSet<AttrId>)> {
    let leaves: Vec<_> = USER.all_attributes().iter().collect();
    let picked = proptest::sample::subsequence(leaves.clone(), 0..=leaves.len());
    picked.prop_map(|ids| (ids.iter().copied().collect(), ids.into_iter().collect()))
}

proptest! {
    #[test]
    fn attribute_sets_are_sets(
        (a, model_a) in sets(),
        (b, model_b) in sets(),
        leaf in any::<prop::sample::Index>(),
    ) {
        let ids = |set: &AttributeSet| set.iter().collect::<BTreeSet<_>>();
        let apply = |change: fn(&mut AttributeSet, &AttributeSet)| {
            let mut set = a.clone();
            change(&mut set, &b);
            // Equal sets are equal values, however they came to be.
            assert_eq!(set, set.iter().collect::<AttributeSet>());
            ids(&set)
        };
        prop_assert_eq!(ids(&a), model_a.clone());
        prop_assert_eq!(apply(AttributeSet::union_with), &model_a | &model_b);
        prop_assert_eq!(apply(AttributeSet::intersect_with), &model_a & &model_b);
        prop_assert_eq!(apply(AttributeSet::subtract), &model_a - &model_b);
        prop_assert_eq!(a.is_subset(&b), model_a.is_subset(&model_b));
        prop_assert_eq!(a.len(), model_a.len());
        prop_assert_eq!(a.is_empty(), model_a.is_empty());
        let leaf = *leaf.get(&USER.all_attributes().iter().collect::<Vec<_>>());
        let (mut with, mut without) = (a.clone(), a.clone());
        with.insert(leaf);
        without.remove(leaf);
        prop_assert_eq!(a.contains(leaf), model_a.contains(&leaf));
        prop_assert!(with.contains(leaf) && !without.contains(leaf));
        prop_assert_eq!(with == a, model_a.contains(&leaf));
        prop_assert_eq!(without == a, !model_a.contains(&leaf));
    }
}
