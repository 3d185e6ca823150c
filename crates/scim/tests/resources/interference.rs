//! Non-interference (S2, REG-19): two worlds that differ only in what the caller can't see give the
//! same answers; and nothing that the caller may not modify changes (S4).

use super::{
    excerpt::assert_same_in_excerpt,
    fixture::{EXTENSION, object, things},
    model::stored,
    patch::request,
    samples::{Sample, dice, keys, lookup},
};
use proptest::{
    prelude::*,
    sample::Index,
    test_runner::{Config, RngAlgorithm, TestRng, TestRunner},
};
use scim::{
    AttributeSet, Node, Part, ResourceSchema, patch, project, replace, testing::arb_resource,
    validate,
};
use serde_json::{Map, Value};
use std::cell::{Cell, RefCell};

type Resource = Map<String, Value>;

pub(crate) fn run<S: Strategy>(
    cases: u32,
    inputs: S,
    test: impl Fn(S::Value) -> Result<(), TestCaseError>,
) {
    let config = Config {
        cases,
        failure_persistence: None,
        ..Config::default()
    };
    let rng = TestRng::deterministic_rng(RngAlgorithm::ChaCha);
    TestRunner::new_with_rng(config, rng)
        .run(&inputs, test)
        .unwrap();
}

/// Some of the leaves: each root whole, not at all, or leaf by leaf.
pub(crate) fn arb_leaves(schema: &ResourceSchema) -> impl Strategy<Value = AttributeSet> + use<> {
    let nodes = schema.nodes().len();
    let schema = schema.clone();
    (
        prop::collection::vec(0u8..4, nodes),
        prop::collection::vec(any::<bool>(), nodes),
    )
        .prop_map(move |(roots, leaves)| {
            let chosen = |node: &Node| match roots[keys_root(&schema, node).id.index()] {
                0 => true,
                1 => false,
                _ => leaves[node.id.index()],
            };
            schema
                .nodes()
                .iter()
                .filter(|n| n.is_leaf() && chosen(n))
                .map(|n| n.id)
                .collect()
        })
}

fn keys_root<'a>(schema: &'a ResourceSchema, node: &'a Node) -> &'a Node {
    match node.parent {
        Some(parent) if schema.node(parent).part != Part::Extension => schema.node(parent),
        _ => node,
    }
}

/// The world that shows `a` and hides `b`.
fn mixed(
    schema: &ResourceSchema,
    nodes: &[&Node],
    a: &Resource,
    b: &Resource,
    visible: &AttributeSet,
) -> Resource {
    let mut world = Resource::new();
    for node in nodes {
        let (a, b) = (a.get(node.key()), b.get(node.key()));
        let children: Vec<&Node> = schema.children(node.id).collect();
        let value = if node.is_leaf() {
            if visible.contains(node.id) {
                a.cloned()
            } else {
                b.cloned()
            }
        } else if node.is_list() {
            Some(Value::Array(mixed_list(schema, &children, a, b, visible)))
        } else {
            let object = |value: Option<&Value>| {
                value
                    .and_then(Value::as_object)
                    .cloned()
                    .unwrap_or_default()
            };
            Some(Value::Object(mixed(
                schema,
                &children,
                &object(a),
                &object(b),
                visible,
            )))
        };
        let is_empty = |v: &Value| {
            v.as_array().is_some_and(Vec::is_empty) || v.as_object().is_some_and(Map::is_empty)
        };
        if let Some(value) = value.filter(|v| !is_empty(v)) {
            world.insert(node.key().to_owned(), value);
        }
    }
    world
}

fn mixed_list(
    schema: &ResourceSchema,
    children: &[&Node],
    a: Option<&Value>,
    b: Option<&Value>,
    visible: &AttributeSet,
) -> Vec<Value> {
    let elements =
        |list: Option<&Value>| list.and_then(Value::as_array).cloned().unwrap_or_default();
    let (a, b) = (elements(a), elements(b));
    let nothing = Value::Object(Resource::new());
    let mut list = Vec::new();
    for index in 0..a.len().max(b.len()) {
        let shown = a.get(index).unwrap_or(&nothing);
        let hidden = b.get(index).unwrap_or(&nothing);
        let has_visible = children
            .iter()
            .any(|c| visible.contains(c.id) && shown.get(c.key()).is_some());
        let shown = if has_visible { shown } else { &nothing };
        let (shown, hidden) = (shown.as_object().unwrap(), hidden.as_object().unwrap());
        let element = Value::Object(mixed(schema, children, shown, hidden, visible));
        if element == nothing {
            continue;
        }
        // Elements of which nothing is visible lie anywhere between the others.
        let at = if has_visible {
            list.len()
        } else {
            list.len() / 2
        };
        list.insert(at, element);
    }
    list
}

fn roots(schema: &ResourceSchema) -> Vec<&Node> {
    schema
        .roots()
        .filter(|root| root.key() != "schemas")
        .collect()
}

/// A resource as it is stored, shown to somebody who sees `visible`.
fn shown(schema: &ResourceSchema, resource: &Resource, visible: &AttributeSet) -> Resource {
    project(schema, resource, visible)
}

/// A resource with its arrays in one order, for comparing what is in them.
fn sorted(resource: &Resource) -> Value {
    fn sort(value: &Value) -> Value {
        match value {
            Value::Array(elements) => {
                let mut elements: Vec<Value> = elements.iter().map(sort).collect();
                elements.sort_by_key(Value::to_string);
                Value::Array(elements)
            }
            Value::Object(members) => {
                let mut members: Map<String, Value> =
                    members.iter().map(|(k, v)| (k.clone(), sort(v))).collect();
                // Else the order of members would decide the order of elements.
                members.sort_keys();
                Value::Object(members)
            }
            other => other.clone(),
        }
    }
    sort(&Value::Object(resource.clone()))
}

/// All that `modify` leaves out, but `schemas`, which follows the data, and `items.origin`, which
/// is readOnly and goes with its element.
fn unmodifiable(schema: &ResourceSchema, modify: &AttributeSet) -> AttributeSet {
    let mut rest = schema.all_attributes().clone();
    rest.subtract(modify);
    for derived in ["schemas", "items.origin"] {
        rest.remove(schema.lookup(derived).unwrap().id);
    }
    rest
}

#[derive(Default, Debug)]
struct Tally {
    /// The worlds differ.
    differ: u32,
    accepted: u32,
    refused: u32,
    unchanged: u32,
    forbidden: u32,
}

#[test]
fn patch_does_not_tell_worlds_apart() {
    let schema = things();
    let targets: Vec<&Node> = schema
        .nodes()
        .iter()
        .filter(|n| !schema.is_read_only(n.id) && n.key() != "schemas")
        .collect();
    let leaves = (arb_leaves(&schema), arb_leaves(&schema));
    let inputs = (
        arb_resource(&schema),
        arb_resource(&schema),
        arb_resource(&schema),
        leaves,
        dice(),
    );
    let tally = RefCell::new(Tally::default());
    run(
        2500,
        inputs,
        |(a, hidden, source, (mut visible, modify), dice)| {
            let mut tally = tally.borrow_mut();
            visible.union_with(schema.always_readable());
            let roots = roots(&schema);
            let (base, hidden, source) = (object(a), object(hidden), object(source));
            let a = mixed(&schema, &roots, &base, &base, &visible);
            let b = mixed(&schema, &roots, &base, &hidden, &visible);
            assert_eq!(shown(&schema, &a, &visible), shown(&schema, &b, &visible));
            tally.differ += u32::from(a != b);
            let operations: Value = dice
                .into_iter()
                .map(|dice| {
                    Sample::roll(&schema, &targets, &visible, (&base, &source), dice).json()
                })
                .collect();
            let Ok(request) = request(operations.clone()) else {
                return Ok(());
            };
            let Ok(bound) = patch::bind(&request, &schema, &visible, "1") else {
                return Ok(());
            };
            assert_same_in_excerpt(&schema, &bound, &a);
            match (bound.apply(&a), bound.apply(&b)) {
                (Ok(in_a), Ok(in_b)) => {
                    prop_assert_eq!(in_a.unchanged, in_b.unchanged, "{}", operations);
                    let elsewhere = schema.roots().filter(|root| {
                        root.key() != "schemas" && !bound.roots().contains(&root.id)
                    });
                    for root in elsewhere {
                        prop_assert_eq!(a.get(root.key()), in_a.resource.get(root.key()));
                    }
                    let seen =
                        |patched: &patch::Patched| shown(&schema, &patched.resource, &visible);
                    prop_assert_eq!(seen(&in_a), seen(&in_b), "{}", operations);
                    prop_assert!(
                        !in_a.unchanged || sorted(&in_a.resource)["items"] == sorted(&a)["items"]
                    );
                    tally.accepted += 1;
                    tally.unchanged += u32::from(in_a.unchanged);
                    if bound.touched().is_subset(&modify) {
                        let rest = unmodifiable(&schema, &modify);
                        let kept = |r: &Resource| sorted(&shown(&schema, r, &rest));
                        prop_assert_eq!(kept(&in_a.resource), kept(&a), "{}", operations);
                    } else {
                        tally.forbidden += 1;
                    }
                }
                (Err(in_a), Err(in_b)) => {
                    prop_assert!(in_a == in_b, "{}: {:?} {:?}", operations, in_a, in_b);
                    tally.refused += 1;
                }
                (in_a, in_b) => prop_assert!(false, "{}: {:?} but {:?}", operations, in_a, in_b),
            }
            Ok(())
        },
    );
    let tally = tally.into_inner();
    assert!(
        tally.differ > 1500 && tally.accepted > 600 && tally.refused > 100 && tally.unchanged > 20,
        "{tally:?}"
    );
    assert!(tally.accepted - tally.forbidden > 80, "{tally:?}");
}

/// A body for PUT: what the caller sees, some of it changed, left out or added to from `source`.
fn edited(
    schema: &ResourceSchema,
    seen: &Resource,
    source: &Resource,
    edits: &[(u8, Index)],
) -> Resource {
    let mut body = seen.clone();
    body.insert(
        "schemas".to_owned(),
        serde_json::json!([schema.base_urn(), EXTENSION]),
    );
    let nodes: Vec<&Node> = schema
        .nodes()
        .iter()
        .filter(|n| n.is_leaf() || n.is_list())
        .collect();
    for (edit, node) in edits {
        let node = *node.get(&nodes);
        let keys = keys(schema, node);
        let root = keys[0].clone();
        match (edit, lookup(source, &keys)) {
            (0, _) => {
                body.shift_remove(&root);
            }
            (1, Some(_)) => {
                body.insert(root.clone(), source[&root].clone());
            }
            (2, Some(Value::Array(more))) if keys.len() == 1 => {
                let list = body.entry(root).or_insert_with(|| Value::Array(Vec::new()));
                list.as_array_mut().unwrap().extend(more.clone());
            }
            (3, Some(value)) if keys.len() == 2 => {
                if let Some(Value::Object(members)) = body.get_mut(&root) {
                    members.insert(keys[1].clone(), value.clone());
                }
            }
            _ => {}
        }
    }
    body
}

#[test]
fn put_does_not_tell_worlds_apart() {
    let schema = things();
    let edits = prop::collection::vec((0u8..4, any::<Index>()), 0..5);
    let leaves = (arb_leaves(&schema), arb_leaves(&schema), 0u8..3);
    let inputs = (
        arb_resource(&schema),
        arb_resource(&schema),
        arb_resource(&schema),
        leaves,
        edits,
    );
    let tally = RefCell::new(Tally::default());
    run(
        2500,
        inputs,
        |(a, hidden, source, (mut retrieve, mut modify, rights), edits)| {
            let mut tally = tally.borrow_mut();
            retrieve.union_with(schema.always_readable());
            if rights == 0 {
                modify = schema.all_attributes().clone();
            }
            let readable = schema.returnable(&retrieve);
            let roots = roots(&schema);
            let (base, hidden, source) = (object(a), object(hidden), object(source));
            let a = mixed(&schema, &roots, &base, &base, &readable);
            let b = mixed(&schema, &roots, &base, &hidden, &readable);
            tally.differ += u32::from(a != b);
            let body = edited(&schema, &shown(&schema, &a, &retrieve), &source, &edits);
            let Ok(incoming) = validate::replacement(&schema, body) else {
                return Ok(());
            };
            let plan = |world: &Resource| {
                replace::plan(&schema, world, incoming.clone(), &retrieve, &modify)
            };
            match (plan(&a), plan(&b)) {
                (Ok(in_a), Ok(in_b)) => {
                    prop_assert_eq!(&in_a.touched, &in_b.touched);
                    if !in_a.touched.is_subset(&modify) {
                        tally.forbidden += 1;
                        return Ok(());
                    }
                    tally.accepted += 1;
                    tally.unchanged += u32::from(in_a.unchanged);
                    prop_assert_eq!(in_a.unchanged, in_b.unchanged);
                    let seen = |plan: &replace::Plan| shown(&schema, &plan.resource, &readable);
                    prop_assert_eq!(seen(&in_a), seen(&in_b));
                    let rest = unmodifiable(&schema, &modify);
                    let kept = |r: &Resource| sorted(&shown(&schema, r, &rest));
                    prop_assert_eq!(kept(&in_a.resource), kept(&a));
                }
                (Err(in_a), Err(in_b)) => {
                    prop_assert!(in_a == in_b, "{:?} {:?}", in_a, in_b);
                    tally.refused += 1;
                }
                (in_a, in_b) => prop_assert!(false, "{:?} but {:?}", in_a, in_b),
            }
            Ok(())
        },
    );
    let tally = tally.into_inner();
    assert!(
        tally.differ > 1500 && tally.accepted > 300 && tally.refused > 100,
        "{tally:?}"
    );
    assert!(tally.unchanged > 20 && tally.forbidden > 150, "{tally:?}");
}

#[test]
fn what_get_shows_put_leaves_as_it_is() {
    let schema = things();
    let leaves = (arb_leaves(&schema), arb_leaves(&schema));
    let alike = Cell::new(0);
    run(
        1000,
        (arb_resource(&schema), leaves),
        |(resource, (mut retrieve, modify))| {
            let mut resource = object(resource);
            // Not the canonical zero.
            resource.shift_remove("weight");
            for (name, value) in [
                ("title", serde_json::json!("t")),
                ("info", serde_json::json!({"a": "1"})),
                ("must", serde_json::json!([{"value": "v"}])),
            ] {
                resource.insert(name.to_owned(), value);
            }
            // Elements that differ in the note alone.
            let items = resource.get_mut("items").and_then(Value::as_array_mut);
            if let Some(items) = items {
                let alike = items.iter().filter_map(Value::as_object).cloned();
                let alike: Vec<Value> = alike
                    .map(|mut item| {
                        item.shift_remove("primary");
                        item.insert("note".to_owned(), "another".into());
                        Value::Object(item)
                    })
                    .collect();
                items.extend(alike);
            }
            let resource = stored(resource);
            retrieve.union_with(schema.always_readable());
            let seen = shown(&schema, &resource, &schema.returnable(&retrieve));
            let incoming = validate::replacement(&schema, seen.clone()).unwrap();
            let plan = replace::plan(&schema, &resource, incoming, &retrieve, &modify).unwrap();
            prop_assert!(plan.touched.is_empty() && plan.unchanged, "{:?}", seen);
            prop_assert_eq!(sorted(&plan.resource), sorted(&resource));
            let items = seen.get("items").and_then(Value::as_array);
            alike.set(
                alike.get()
                    + u32::from(items.is_some_and(|items| {
                        (1..items.len()).any(|at| items[..at].contains(&items[at]))
                    })),
            );
            Ok(())
        },
    );
    assert!(alike.get() > 50, "{}", alike.get());
}

#[test]
fn with_all_rights_put_is_the_standard_s_replacement() {
    // RFC 7644 §3.5.1, naively: what was sent, and of what was there only what clients don't write.
    let schema = things();
    let accepted = RefCell::new(0);
    run(
        2000,
        (arb_resource(&schema), arb_resource(&schema)),
        |(current, sent)| {
            let (mut current, mut sent) = (object(current), object(sent));
            for fixed in ["serial", "badge", "keys", "parts", "origin"] {
                current.shift_remove(fixed);
            }
            let strip = |r: &mut Resource| {
                for element in r
                    .get_mut("items")
                    .and_then(Value::as_array_mut)
                    .into_iter()
                    .flatten()
                {
                    element.as_object_mut().unwrap().shift_remove("origin");
                }
            };
            strip(&mut current);
            strip(&mut sent);
            let Ok(incoming) = validate::canonical(&schema, sent) else {
                return Ok(());
            };
            let all = schema.all_attributes();
            match (
                validate::check_required(&schema, &incoming),
                replace::plan(&schema, &current, incoming.clone(), all, all),
            ) {
                (Ok(()), Ok(plan)) => {
                    let mut expected = incoming.clone();
                    for kept in ["id", "meta", "state"] {
                        expected.shift_remove(kept);
                        expected.extend(current.get(kept).map(|v| (kept.to_owned(), v.clone())));
                    }
                    prop_assert_eq!(sorted(&plan.resource), sorted(&expected));
                    *accepted.borrow_mut() += 1;
                }
                (Err(expected), Err(actual)) => {
                    prop_assert_eq!(expected.scim_type, actual.scim_type)
                }
                // A required element that was there before need not be complete.
                (Err(_), Ok(plan)) => prop_assert!(plan.resource.contains_key("must")),
                (Ok(()), Err(actual)) => prop_assert!(false, "{:?}", actual),
            }
            Ok(())
        },
    );
    assert!(accepted.into_inner() > 100);
}

#[test]
fn projection_shows_nothing_of_what_is_hidden() {
    let schema = things();
    let inputs = (
        arb_resource(&schema),
        arb_resource(&schema),
        arb_leaves(&schema),
    );
    run(1000, inputs, |(a, b, visible)| {
        let (a, b) = (object(a), object(b));
        let roots = roots(&schema);
        let world = mixed(&schema, &roots, &a, &b, &visible);
        let alone = mixed(&schema, &roots, &a, &Resource::new(), &visible);
        prop_assert_eq!(
            shown(&schema, &world, &visible),
            shown(&schema, &alone, &visible)
        );
        Ok(())
    });
}
