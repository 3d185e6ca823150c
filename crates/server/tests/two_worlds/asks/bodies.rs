//! Bodies that a caller sends.

use super::leaves;
use crate::{
    case::Case,
    rights::{CREATE, MODIFY, RETRIEVE, Type},
    rng::Rng,
    values::{Documents, distinct},
};
use scim::{AttributeSet, Node, Uniqueness};
use serde_json::{Map, Value, json};

/// What unique values of the caller's begin with: nobody else's do, so that no conflict is about what
/// it can't see. A conflict with what it sees is drawn by itself.
const OWN_NAMES: &str = "c";

fn documents<'d>(of: &'d Type, ids: &'d [String]) -> Documents<'d> {
    Documents {
        schema: &of.schema,
        ids,
        unique: OWN_NAMES,
        renaming: false,
    }
}

/// A new resource of what the caller may create, now and then with something more.
pub fn new(case: &Case<'_>, of: &Type, rng: &mut Rng) -> Value {
    let mut drawn = leaves(case, of.name, CREATE);
    if rng.chance(8) {
        let all: Vec<&Node> = of.schema.nodes().iter().filter(|n| n.is_leaf()).collect();
        drawn.insert(rng.pick(&all).id);
    }
    let ids = case.ids();
    let mut body = documents(of, &ids).draw(&Map::new(), &drawn, rng);
    if let Some(members) = body.as_object_mut() {
        distinct(members);
    }
    body
}

/// What the caller saw of a resource, with something changed; or something made up.
pub fn replacement(case: &Case<'_>, of: &Type, id: &str, rng: &mut Rng) -> Value {
    let (modify, retrieve) = (
        leaves(case, of.name, MODIFY),
        leaves(case, of.name, RETRIEVE),
    );
    let ids = case.ids();
    let mut body = case.seen.get(id).cloned().unwrap_or_else(|| {
        let drawn = documents(of, &ids).draw(&Map::new(), &modify, rng);
        without_unique(of, drawn)
    });
    let mut both = modify.clone();
    both.intersect_with(&retrieve);
    for _ in 0..rng.below(3) {
        change(case, of, &both, &mut body, rng);
    }
    // A guess at what is hidden: it must not be told whether it is right.
    if rng.chance(25) {
        let mut hidden = of.schema.all_attributes().clone();
        hidden.subtract(&retrieve);
        change(case, of, &hidden, &mut body, rng);
    }
    body
}

fn without_unique(of: &Type, mut body: Value) -> Value {
    let unique = of
        .schema
        .roots()
        .filter(|n| n.attribute.uniqueness != Uniqueness::None);
    for node in unique {
        if let Some(members) = body.as_object_mut() {
            members.shift_remove(node.key());
        }
    }
    body
}

/// Sets or takes away one attribute of which `leaves` has something.
fn change(case: &Case<'_>, of: &Type, leaves: &AttributeSet, body: &mut Value, rng: &mut Rng) {
    let nodes: Vec<&Node> = of
        .schema
        .roots()
        .filter(|n| of.schema.any(leaves, n.id) && n.attribute.uniqueness == Uniqueness::None)
        .collect();
    let (Some(node), Some(members)) = (rng.maybe(&nodes), body.as_object_mut()) else {
        return;
    };
    if rng.chance(30) {
        members.shift_remove(node.key());
        return;
    }
    if let Some(value) = value_of(case, of, node, leaves, rng) {
        members.insert(node.key().to_owned(), value);
        let urn = json!(node.key());
        let listed = members.get_mut("schemas").and_then(Value::as_array_mut);
        if let Some(listed) = listed.filter(|l| node.key().contains(':') && !l.contains(&urn)) {
            listed.push(urn);
        }
    }
}

/// A random value of an attribute, of which only `leaves` are set.
pub fn value_of(
    case: &Case<'_>,
    of: &Type,
    node: &Node,
    leaves: &AttributeSet,
    rng: &mut Rng,
) -> Option<Value> {
    let ids = case.ids();
    for _ in 0..4 {
        let drawn = documents(of, &ids).draw(&Map::new(), leaves, rng);
        let root = match node.parent {
            None => drawn.get(node.key()).cloned(),
            Some(parent) => {
                let parent = of.schema.node(parent);
                let holder = match parent.parent {
                    None => drawn.get(parent.key()),
                    Some(outer) => drawn
                        .get(of.schema.node(outer).key())
                        .and_then(|outer| outer.get(parent.key())),
                };
                let holder = holder.map(|h| h.as_array().and_then(|a| a.first()).unwrap_or(h));
                holder.and_then(|holder| holder.get(node.key()).cloned())
            }
        };
        if root.is_some() {
            return root;
        }
    }
    None
}

/// Operations of a PATCH on what the caller may modify, most often.
pub fn operations(case: &Case<'_>, of: &Type, rng: &mut Rng) -> Vec<Value> {
    let modify = leaves(case, of.name, MODIFY);
    (0..1 + rng.below(3))
        .map(|_| operation(case, of, &modify, rng))
        .collect()
}

fn operation(case: &Case<'_>, of: &Type, modify: &AttributeSet, rng: &mut Rng) -> Value {
    let all: Vec<&Node> = of.schema.nodes().iter().collect();
    let within: Vec<&Node> = all
        .iter()
        .filter(|n| n.key() != "password" && n.attribute.uniqueness == Uniqueness::None)
        .filter(|n| {
            let leaves = of.schema.leaves(n.id);
            leaves.is_subset(modify) && !of.schema.is_read_only(n.id)
        })
        .copied()
        .collect();
    let node = match rng.maybe(&within).filter(|_| rng.chance(90)) {
        Some(node) => node,
        None => *rng.pick(&all),
    };
    if node.key() == "password" {
        return json!({ "op": "remove", "path": "userName" });
    }
    let op = *rng.pick(&["add", "replace", "replace", "remove", "Replace"]);
    if op == "remove" {
        return json!({ "op": op, "path": node.path });
    }
    let mut touched = modify.clone();
    if !of.schema.leaves(node.id).is_subset(modify) {
        touched.union_with(&of.schema.leaves(node.id));
    }
    let value = value_of(case, of, node, &touched, rng).unwrap_or(json!("x"));
    if node.parent.is_none() && rng.chance(25) {
        return json!({ "op": op, "value": { node.key(): value } });
    }
    json!({ "op": op, "path": node.path, "value": value })
}
