//! The resource types of a realm, and what scopes need to know of their schemas.

use super::CompileError;
use crate::id::TypeId;
use crate::operation::Operation;
use scim::{AttributeSet, Mutability, ResourceSchema, Returned};
use std::{collections::HashMap, sync::Arc};

/// A resource type or sub-resource type of a realm.
#[derive(Debug, Clone)]
pub struct TypeEntry {
    /// Its compiled schema.
    pub schema: Arc<ResourceSchema>,
    /// Whether its resources are parts of other resources (product §2.2): a type of its own, which
    /// no scope on the whole reaches.
    pub sub_resource: bool,
}

impl TypeEntry {
    /// A resource type of its own.
    pub fn resource(schema: Arc<ResourceSchema>) -> Self {
        Self {
            schema,
            sub_resource: false,
        }
    }

    /// Its name.
    pub fn name(&self) -> &str {
        &self.schema.resource_type().name
    }
}

/// An attribute whose value is resolved from another resource (S3).
#[derive(Debug, Clone)]
pub(crate) struct Reference {
    /// The type that has the attribute.
    pub(crate) resource_type: TypeId,
    /// The leaf that shows something of the other resource.
    pub(crate) display: Option<scim::AttrId>,
    /// The leaf that names the other resource.
    pub(crate) value: Option<scim::AttrId>,
    /// The types that the other resource may be of and the attribute shown; none if the realm has
    /// no such.
    pub(crate) targets: Vec<(TypeId, scim::AttrId)>,
}

/// The path that shows, the path that names, the types that the resource shown may be of.
const REFERENCES: [(&str, &str, &[&str]); 3] = [
    (
        "urn:ietf:params:scim:schemas:core:2.0:User:groups.display",
        "urn:ietf:params:scim:schemas:core:2.0:User:groups.value",
        &["group"],
    ),
    (
        "urn:ietf:params:scim:schemas:core:2.0:Group:members.display",
        "urn:ietf:params:scim:schemas:core:2.0:Group:members.value",
        &["user", "group"],
    ),
    (
        "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager.displayName",
        "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager.value",
        &["user"],
    ),
];

/// One type with the sets that its schema implies.
#[derive(Debug)]
struct CompiledType {
    entry: TypeEntry,
    /// `returned: never` and `writeOnly`: in no response, filter or sort (S5).
    secret: AttributeSet,
}

/// The types of a realm.
#[derive(Debug)]
pub(crate) struct TypeTable {
    types: Vec<CompiledType>,
    by_name: HashMap<String, TypeId>,
    references: Vec<Reference>,
    /// The type of a person's identity: `User`.
    identity: Option<TypeId>,
    /// Of the identity: what `*` leaves out in the `modify` of an authenticated-identity scope.
    guarded: AttributeSet,
    /// Of the identity: never writable at `/Me`.
    password: AttributeSet,
}

impl TypeTable {
    pub(crate) fn compile(entries: Vec<TypeEntry>, errors: &mut Vec<CompileError>) -> Self {
        let mut table = Self {
            types: Vec::new(),
            by_name: HashMap::new(),
            references: Vec::new(),
            identity: None,
            guarded: AttributeSet::new(),
            password: AttributeSet::new(),
        };
        for entry in entries {
            let Some(id) = TypeId::from_index(table.types.len()) else {
                errors.push(CompileError::TooManyTypes);
                break;
            };
            if table
                .by_name
                .insert(entry.name().to_ascii_lowercase(), id)
                .is_some()
            {
                errors.push(CompileError::DuplicateType(entry.name().to_owned()));
            }
            let secret = secret(&entry.schema);
            table.types.push(CompiledType { entry, secret });
        }
        table.identity = table.find("User");
        if let Some(schema) = table.identity.and_then(|id| table.schema(id)) {
            let (guarded, password) = (guarded(schema), named(schema, &["password"]));
            (table.guarded, table.password) = (guarded, password);
        }
        table.references = table.references();
        table
    }

    /// The type of this name, ignoring ASCII case.
    pub(crate) fn find(&self, name: &str) -> Option<TypeId> {
        self.by_name.get(&name.to_ascii_lowercase()).copied()
    }

    pub(crate) fn entry(&self, id: TypeId) -> Option<&TypeEntry> {
        self.types.get(id.index()).map(|t| &t.entry)
    }

    pub(crate) fn schema(&self, id: TypeId) -> Option<&Arc<ResourceSchema>> {
        self.entry(id).map(|entry| &entry.schema)
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = (TypeId, &TypeEntry)> {
        self.types
            .iter()
            .enumerate()
            .filter_map(|(i, t)| Some((TypeId::from_index(i)?, &t.entry)))
    }

    pub(crate) fn identity(&self) -> Option<TypeId> {
        self.identity
    }

    pub(crate) fn cross_references(&self) -> &[Reference] {
        &self.references
    }

    pub(crate) fn password(&self) -> &AttributeSet {
        &self.password
    }

    pub(crate) fn guarded(&self) -> &AttributeSet {
        &self.guarded
    }

    /// The attributes that an operation reaches, of those that a scope names (product §6.2).
    pub(crate) fn reach(
        &self,
        id: TypeId,
        operation: Operation,
        named: &AttributeSet,
    ) -> AttributeSet {
        let mut reached = named.clone();
        let Some(compiled) = self.types.get(id.index()) else {
            return AttributeSet::new();
        };
        match operation {
            Operation::Retrieve => {
                reached.subtract(&compiled.secret);
                reached.union_with(compiled.entry.schema.always_readable());
            }
            Operation::Search => reached.subtract(&compiled.secret),
            Operation::Modify | Operation::Create => {}
            Operation::Delete => reached = AttributeSet::new(),
        }
        reached
    }

    fn references(&self) -> Vec<Reference> {
        let mut references = Vec::new();
        for (resource_type, entry) in self.iter() {
            for (display, value, types) in REFERENCES {
                let leaf = |path| {
                    entry
                        .schema
                        .lookup(path)
                        .filter(|n| n.is_leaf())
                        .map(|n| n.id)
                };
                let (display, value) = (leaf(display), leaf(value));
                if display.is_none() && value.is_none() {
                    continue;
                }
                let target = |name: &&str| {
                    let id = self.find(name)?;
                    let name = self.schema(id)?.lookup("displayName")?;
                    name.is_leaf().then_some((id, name.id))
                };
                references.push(Reference {
                    resource_type,
                    display,
                    value,
                    targets: types.iter().filter_map(target).collect(),
                });
            }
        }
        references
    }
}

fn secret(schema: &ResourceSchema) -> AttributeSet {
    let mut set = AttributeSet::new();
    for node in schema.nodes() {
        let attribute = &node.attribute;
        if attribute.returned == Returned::Never || attribute.mutability == Mutability::WriteOnly {
            set.union_with(&schema.leaves(node.id));
        }
    }
    set
}

/// `password`, `active`, `roles`, `entitlements` and verified flags (product §2.2, U7).
fn guarded(schema: &ResourceSchema) -> AttributeSet {
    let mut set = named(schema, &["password", "active", "roles", "entitlements"]);
    for node in schema.nodes() {
        if node.key().to_ascii_lowercase().ends_with("verified") {
            set.union_with(&schema.leaves(node.id));
        }
    }
    set
}

fn named(schema: &ResourceSchema, paths: &[&str]) -> AttributeSet {
    let mut set = AttributeSet::new();
    for node in paths.iter().filter_map(|path| schema.lookup(path)) {
        set.union_with(&schema.leaves(node.id));
    }
    set
}
