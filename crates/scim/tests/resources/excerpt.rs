//! What is written to of a stored resource, taken out of its text and put back.

use super::{
    fixture::{object, things, users},
    interference::run,
};
use proptest::{collection::vec, prelude::*};
use scim::{
    AttrId, ResourceSchema, excerpt::Excerpt, json_text::Malformed, patch::BoundPatch,
    testing::arb_resource,
};
use serde_json::{Map, Value, json};

type Resource = Map<String, Value>;

/// The resource as it is stored: in the schema's order, with the `schemas` that follow from it.
fn stored(schema: &ResourceSchema, resource: &Resource) -> Resource {
    let extensions = schema.extensions().map(|extension| extension.key());
    let extensions = extensions.filter(|urn| resource.contains_key(*urn));
    let urns: Vec<&str> = std::iter::once(schema.base_urn())
        .chain(extensions)
        .collect();
    let mut stored = Resource::from_iter([("schemas".to_owned(), json!(urns))]);
    for root in schema.roots().filter(|root| root.key() != "schemas") {
        if let Some(value) = resource.get(root.key()) {
            stored.insert(root.key().to_owned(), value.clone());
        }
    }
    stored
}

fn text(resource: &Resource) -> String {
    serde_json::to_string(resource).unwrap()
}

/// A PATCH of an excerpt comes to what a PATCH of the whole comes to.
pub(super) fn assert_same_in_excerpt(
    schema: &ResourceSchema,
    bound: &BoundPatch<'_>,
    resource: &Resource,
) {
    let (document, roots) = (text(resource), bound.roots());
    let excerpt = Excerpt::of(schema, &document).unwrap();
    let part = excerpt.take(&roots).unwrap();
    let in_part = bound
        .apply_to_excerpt(&part, excerpt.size())
        .map(|patched| {
            let patched = patched.expect("it is small");
            (
                excerpt.put_back(&roots, &patched.resource),
                patched.unchanged,
            )
        });
    let in_all = bound.apply(resource);
    let in_all = in_all.map(|patched| (text(&patched.resource), patched.unchanged));
    assert_eq!(in_part, in_all, "{document}");
}

fn compare(schema: &ResourceSchema) {
    let taken = vec(any::<bool>(), schema.roots().count());
    let inputs = (arb_resource(schema), arb_resource(schema), taken);
    run(1_000, inputs, |(before, after, taken)| {
        let (before, after) = (stored(schema, &object(before)), object(after));
        let roots = schema.root_ids().iter().zip(taken);
        let taken: Vec<AttrId> = roots.filter_map(|(root, is)| is.then_some(*root)).collect();
        let is_taken = |root: AttrId| taken.contains(&root);
        let (mut part, mut whole) = (Resource::new(), Resource::new());
        for root in schema.roots() {
            let from = if is_taken(root.id) { &after } else { &before };
            if let Some(value) = from.get(root.key()) {
                whole.insert(root.key().to_owned(), value.clone());
            }
            if let Some(value) = before.get(root.key()).filter(|_| is_taken(root.id)) {
                part.insert(root.key().to_owned(), value.clone());
            }
        }
        let document = text(&before);
        let excerpt = Excerpt::of(schema, &document).unwrap();
        prop_assert_eq!(excerpt.take(&taken), Ok(part));
        prop_assert_eq!(
            excerpt.put_back(&taken, &after),
            text(&stored(schema, &whole))
        );
        let name = before.get("displayName").and_then(Value::as_str);
        prop_assert_eq!(excerpt.text_of("displayName"), name.map(str::to_owned));
        Ok(())
    });
}

#[test]
fn what_is_put_back_takes_the_place_of_what_was_there_and_nothing_else() {
    compare(&users());
    compare(&things());
}

/// As after an attribute was taken out of a schema.
#[test]
fn what_the_schema_does_not_know_stays() {
    let schema = users();
    let document = r#"{"schemas":[],"old \"name\"":[1,{"a":2}],"userName":"u","title":"t"}"#;
    let title = schema.root("title").unwrap().id;
    let excerpt = Excerpt::of(&schema, document).unwrap();
    let taken = excerpt.take(&[title]);
    assert_eq!(taken, Ok(object(json!({ "title": "t" }))));
    let after = object(json!({ "title": "\"new\"", "userName": "not this" }));
    let put_back = excerpt.put_back(&[title], &after);
    let urns = json!([schema.base_urn()]);
    assert_eq!(
        put_back,
        format!(
            r#"{{"schemas":{urns},"old \"name\"":[1,{{"a":2}}],"userName":"u","title":"\"new\""}}"#
        )
    );
}

#[test]
fn what_is_no_document_is_said_to_be_none() {
    let schema = users();
    let title = schema.root("title").unwrap().id;
    let taken = |text: &str| Excerpt::of(&schema, text)?.take(&[title]);
    for text in [
        "",
        "[]",
        "{\"title\":",
        "{\"title\":x}",
        "{\"a\\q\":1}",
        "{\"a\" 1}",
    ] {
        assert_eq!(taken(text), Err(Malformed), "{text}");
    }
}
