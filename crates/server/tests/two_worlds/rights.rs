//! Random scopes, and what they let a caller see: computed from their definitions, not by the engine.

use crate::{
    rng::Rng,
    schemas::{ENTERPRISE, TYPES},
};
use domain::snapshot::RealmSnapshot;
use scim::{AttributeSet, Node, Part, ResourceSchema, Uniqueness};
use serde_json::{Value, json};
use std::{collections::BTreeMap, sync::Arc};

pub const RETRIEVE: &str = "retrieve";
pub const SEARCH: &str = "search";
pub const CREATE: &str = "create";
pub const MODIFY: &str = "modify";
pub const DELETE: &str = "delete";
const OPERATIONS: [(&str, usize); 5] = [
    (RETRIEVE, 75),
    (SEARCH, 75),
    (MODIFY, 55),
    (CREATE, 50),
    (DELETE, 25),
];

/// What the scopes of a caller allow on the resources of each type.
#[derive(Debug, Clone, Default)]
pub struct Rights {
    of: BTreeMap<(String, &'static str), AttributeSet>,
}

/// A resource type: its name, its endpoint and its attributes.
#[derive(Clone)]
pub struct Type {
    pub name: &'static str,
    pub endpoint: &'static str,
    pub schema: Arc<ResourceSchema>,
}

impl Type {
    /// The attribute of the type's own that must be unique, if it has one.
    pub fn unique(&self) -> Option<&Node> {
        self.schema
            .roots()
            .find(|n| n.attribute.uniqueness != Uniqueness::None && n.part == Part::Core)
    }
}

/// The types of a realm.
pub fn types(snapshot: &RealmSnapshot) -> Vec<Type> {
    TYPES
        .iter()
        .map(|(name, endpoint)| Type {
            name,
            endpoint,
            schema: snapshot.types().by_name(name).unwrap().schema.clone(),
        })
        .collect()
}

impl Rights {
    /// Every attribute, for every operation, of every type.
    pub fn all(types: &[Type]) -> Self {
        let mut rights = Self::default();
        for of in types {
            for (operation, _) in OPERATIONS {
                let all = of.schema.all_attributes().clone();
                rights.of.insert((of.name.to_owned(), operation), all);
            }
        }
        rights
    }

    /// The leaves that an operation may use; none if it may not be done.
    pub fn get(&self, name: &str, operation: &'static str) -> Option<&AttributeSet> {
        self.of.get(&(name.to_owned(), operation))
    }

    /// Whether anything may be done with resources of the type.
    pub fn know(&self, name: &str) -> bool {
        self.of.keys().any(|(known, _)| known == name)
    }

    /// What the caller can retrieve or search; `returned: never` is neither (S5).
    pub fn visible(&self, of: &Type) -> AttributeSet {
        let mut visible = AttributeSet::new();
        for operation in [RETRIEVE, SEARCH] {
            if let Some(leaves) = self.get(of.name, operation) {
                visible.union_with(leaves);
            }
        }
        of.schema.returnable(&visible)
    }

    /// What must be the same in two worlds: what is visible, and what visible values are made of.
    pub fn shared(&self, types: &[Type]) -> BTreeMap<&'static str, AttributeSet> {
        let mut shared: BTreeMap<_, _> = types.iter().map(|t| (t.name, self.visible(t))).collect();
        let schema = |name: &str| &types.iter().find(|t| t.name == name).unwrap().schema;
        let sees = |name: &str, path: &str| {
            let node = schema(name).lookup(path).unwrap();
            schema(name).any(&shared[name], node.id)
        };
        let mut told = Vec::new();
        if sees("User", "groups") || sees("Group", "members") {
            told.extend([("Group", "members.value"), ("Group", "members.type")]);
        }
        if sees("User", "groups.display") {
            told.push(("Group", "displayName"));
        }
        let manager = format!("{ENTERPRISE}:manager");
        let manager_value = format!("{manager}.value");
        if sees("User", &manager) {
            told.push(("User", &manager_value));
        }
        for (name, path) in told {
            let leaf = schema(name).lookup(path).unwrap().id;
            if let Some(leaves) = shared.get_mut(name) {
                leaves.insert(leaf);
            }
        }
        shared
    }

    /// A definition of type `resource` for `POST /scopes`, which is added to the rights.
    pub fn draw_scope(&mut self, name: &str, of: &Type, first: bool, rng: &mut Rng) -> Value {
        let mut operations: Vec<&str> = OPERATIONS
            .iter()
            .filter(|(_, percent)| rng.chance(*percent))
            .map(|(operation, _)| *operation)
            .collect();
        if operations.is_empty() || (first && !operations.contains(&RETRIEVE)) {
            operations = vec![RETRIEVE, SEARCH];
        }
        let mut paths = match rng.chance(8) {
            true => vec!["*".to_owned()],
            false => paths(&of.schema, rng),
        };
        // Without its required attribute nothing can be made.
        let required = of
            .schema
            .roots()
            .find(|n| n.attribute.required && n.part == Part::Core);
        if operations.contains(&CREATE)
            && paths[0] != "*"
            && let Some(required) = required.filter(|r| !paths.contains(&r.path))
        {
            paths.push(required.path.clone());
        }
        for operation in OPERATIONS.map(|(operation, _)| operation) {
            if operations.contains(&operation) {
                let key = (of.name.to_owned(), operation);
                let leaves = self.of.entry(key).or_default();
                for path in &paths {
                    match of.schema.lookup(path) {
                        Some(node) => leaves.union_with(&of.schema.leaves(node.id)),
                        None => leaves.union_with(of.schema.all_attributes()),
                    }
                }
            }
        }
        json!({
            "name": name,
            "type": "resource",
            "scim_resource_type": of.name,
            "resource_operations": operations,
            "resource_attributes": paths,
        })
    }
}

/// Some attributes whole, and some sub-attributes alone.
fn paths(schema: &ResourceSchema, rng: &mut Rng) -> Vec<String> {
    let percent = *rng.pick(&[15, 35, 60]);
    let candidates: Vec<&Node> = schema
        .roots()
        .filter(|n| n.key() != "schemas" && n.key() != "id" && n.key() != "meta")
        .collect();
    let mut paths = Vec::new();
    for node in candidates {
        if !rng.chance(percent) {
            continue;
        }
        let children: Vec<&Node> = schema.children(node.id).collect();
        if children.is_empty() || rng.chance(35) {
            paths.push(node.path.clone());
            continue;
        }
        for child in children {
            if rng.chance(45) {
                paths.push(child.path.clone());
            }
        }
    }
    if paths.is_empty() {
        let all: Vec<&Node> = schema.nodes().iter().filter(|n| n.is_leaf()).collect();
        paths.push(rng.pick(&all).path.clone());
    }
    paths
}
