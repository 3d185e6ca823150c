//! A resource type with its schemas resolved into one flat, indexed table of attributes.

use crate::{
    Attribute, AttributePath, AttributeSet, AttributeType, ResourceType, Returned, Schema,
    Uniqueness, path::is_name,
};
use foldhash::fast::RandomState;
use std::{collections::HashMap, ops::Range};

/// Most attributes, sub-attributes and extensions of one resource type.
pub const MAX_ATTRIBUTES: usize = 4096;

/// An attribute of one [`ResourceSchema`]: an index into its table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct AttrId(u16);

impl AttrId {
    /// The index of the attribute in its schema's table.
    pub fn index(self) -> usize {
        usize::from(self.0)
    }

    pub(crate) fn from_index(index: usize) -> Self {
        Self(u16::try_from(index).unwrap_or(u16::MAX))
    }
}

/// What part of a resource an attribute belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Part {
    /// `schemas`, `id`, `externalId`, `meta` (RFC 7643 §3.1).
    Common,
    /// An attribute of the base schema.
    Core,
    /// An extension as a whole, or an attribute of it.
    Extension,
}

/// One attribute, sub-attribute or whole extension of a resource type.
#[derive(Debug, Clone)]
pub struct Node {
    /// Its place in the table.
    pub id: AttrId,
    /// The complex attribute or extension that it is part of.
    pub parent: Option<AttrId>,
    /// Its sub-attributes, or the attributes of the extension.
    pub children: Vec<AttrId>,
    /// One past its last descendant; the table is in depth-first order.
    end: u16,
    /// Its definition; the sub-attributes are in the table instead.
    pub attribute: Attribute,
    /// What part of a resource it belongs to.
    pub part: Part,
    /// The path that is always understood: `name.familyName`, or
    /// `urn:…:enterprise:2.0:User:manager.value`. An extension's path is its URN.
    pub path: String,
}

impl Node {
    /// The member name in JSON: the attribute's name, or the extension's URN.
    pub fn key(&self) -> &str {
        &self.attribute.name
    }

    /// Whether it has no sub-attributes.
    pub fn is_leaf(&self) -> bool {
        self.children.is_empty()
    }
}

/// A resource type with its base schema and extensions, compiled: every attribute has an index.
#[derive(Debug, Clone)]
pub struct ResourceSchema {
    resource_type: ResourceType,
    nodes: Vec<Node>,
    /// Top-level nodes: common and core attributes, then extensions.
    roots: Vec<AttrId>,
    /// ASCII-lowercased paths, all spellings.
    lookup: HashMap<String, AttrId, RandomState>,
    all: AttributeSet,
    always: AttributeSet,
    never: AttributeSet,
}

/// Why a resource type can't be compiled.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[allow(missing_docs)]
pub enum SchemaError {
    #[error("schema `{0}`, which resource type `{1}` names, does not exist")]
    UnknownSchema(String, String),
    #[error("`{0}` is not an attribute name: a letter, then letters, digits, `-` or `_`")]
    InvalidName(String),
    #[error("attribute `{0}` is defined twice (names differ in more than letter case)")]
    Duplicate(String),
    #[error("attribute `{0}` has the name of a common attribute (RFC 7643 §3.1)")]
    Reserved(String),
    #[error("attribute `{0}` is complex and must have sub-attributes")]
    EmptyComplex(String),
    #[error("attribute `{0}` has sub-attributes but its type is not complex")]
    NotComplex(String),
    #[error("sub-attribute `{0}` is complex, which RFC 7643 §2.3.8 forbids")]
    NestedComplex(String),
    #[error("attribute `{0}` is one more than the {MAX_ATTRIBUTES} that a resource type may have")]
    TooMany(String),
}

impl ResourceSchema {
    /// Compiles `resource_type` from the schemas it names.
    pub fn compile<'a>(
        resource_type: ResourceType,
        find: impl Fn(&str) -> Option<&'a Schema>,
    ) -> Result<Self, SchemaError> {
        let unknown =
            |urn: &str| SchemaError::UnknownSchema(urn.into(), resource_type.name.clone());
        let base = find(&resource_type.schema).ok_or_else(|| unknown(&resource_type.schema))?;
        let mut table = Table::default();
        for attribute in common_attributes() {
            table.add_root(&attribute, Part::Common, &base.id)?;
        }
        for attribute in &base.attributes {
            if is_common(&attribute.name) {
                // RFC 7643 §7's own User and Group schemas list `id`, `externalId` or `meta` at times.
                if attribute.name.eq_ignore_ascii_case("externalId")
                    || attribute.name.eq_ignore_ascii_case("id")
                    || attribute.name.eq_ignore_ascii_case("meta")
                {
                    continue;
                }
                return Err(SchemaError::Reserved(attribute.name.clone()));
            }
            table.add_root(attribute, Part::Core, &base.id)?;
        }
        for extension in &resource_type.schema_extensions {
            let schema = find(&extension.schema).ok_or_else(|| unknown(&extension.schema))?;
            table.add_extension(schema, extension.required)?;
        }
        let all: AttributeSet = table
            .nodes
            .iter()
            .filter(|n| n.is_leaf())
            .map(|n| n.id)
            .collect();
        let mut schema = Self {
            resource_type,
            nodes: table.nodes,
            roots: table.roots,
            lookup: table.lookup,
            all,
            always: AttributeSet::new(),
            never: AttributeSet::new(),
        };
        let never = |leaf: &AttrId| schema.is_never_returned(*leaf);
        schema.never = schema.all.iter().filter(never).collect();
        for name in ["schemas", "id", "meta"] {
            if let Some(id) = schema.find(name).map(|n| n.id) {
                let leaves = schema.leaves(id);
                schema.always.union_with(&leaves);
            }
        }
        Ok(schema)
    }

    /// The resource type itself.
    pub fn resource_type(&self) -> &ResourceType {
        &self.resource_type
    }

    /// The URN of the base schema.
    pub fn base_urn(&self) -> &str {
        &self.resource_type.schema
    }

    /// Every node, in depth-first order.
    pub fn nodes(&self) -> &[Node] {
        &self.nodes
    }

    /// Common and core attributes, then extensions.
    pub fn roots(&self) -> impl Iterator<Item = &Node> {
        self.roots.iter().map(|id| self.node(*id))
    }

    /// The same by their numbers.
    pub fn root_ids(&self) -> &[AttrId] {
        &self.roots
    }

    /// The extensions, as nodes.
    pub fn extensions(&self) -> impl Iterator<Item = &Node> {
        self.roots().filter(|n| n.part == Part::Extension)
    }

    /// The node of `id`.
    ///
    /// `id` must come from this schema; another's answers with some node of this one.
    pub fn node(&self, id: AttrId) -> &Node {
        let last = self.nodes.len().saturating_sub(1);
        #[allow(clippy::indexing_slicing)] // A compiled schema has the common attributes at least.
        &self.nodes[id.index().min(last)]
    }

    /// The children of `id` as nodes.
    pub fn children(&self, id: AttrId) -> impl Iterator<Item = &Node> {
        self.node(id).children.iter().map(|c| self.node(*c))
    }

    /// What `path` names, if anything; the URN of the base schema may precede what is no extension's.
    pub fn resolve(&self, path: &AttributePath) -> Option<&Node> {
        self.find(path.as_str())
    }

    /// The node that a path in text names, in any of its spellings.
    pub fn lookup(&self, path: &str) -> Option<&Node> {
        self.find(path)
    }

    /// The child of `parent` with the given name, ignoring case.
    pub fn child(&self, parent: AttrId, name: &str) -> Option<&Node> {
        self.children(parent)
            .find(|n| n.attribute.name.eq_ignore_ascii_case(name))
    }

    /// The top-level attribute or extension with the given JSON member name, ignoring case.
    pub fn root(&self, key: &str) -> Option<&Node> {
        self.find(key).filter(|node| node.parent.is_none())
    }

    /// Every leaf attribute.
    pub fn all_attributes(&self) -> &AttributeSet {
        &self.all
    }

    /// `schemas`, `id` and `meta`: what any right to retrieve gives.
    pub fn always_readable(&self) -> &AttributeSet {
        &self.always
    }

    /// What no right lets be seen (RFC 7643 §7, `returned` is `never`; S5).
    pub(crate) fn never_returned(&self) -> &AttributeSet {
        &self.never
    }

    /// The leaves of a node: itself, if it is one.
    pub fn leaves(&self, id: AttrId) -> AttributeSet {
        self.leaf_ids(id).collect()
    }

    /// Whether the set has any leaf of the node.
    pub fn any(&self, set: &AttributeSet, id: AttrId) -> bool {
        self.leaf_ids(id).any(|leaf| set.contains(leaf))
    }

    /// Whether the set has every leaf of the node.
    pub fn all(&self, set: &AttributeSet, id: AttrId) -> bool {
        self.leaf_ids(id).all(|leaf| set.contains(leaf))
    }

    /// The multi-valued complex attribute that a sub-attribute belongs to, if any.
    pub fn multi_valued_parent(&self, id: AttrId) -> Option<&Node> {
        let parent = self.node(self.node(id).parent?);
        parent.attribute.multi_valued.then_some(parent)
    }

    fn find(&self, path: &str) -> Option<&Node> {
        let as_spelt = self.lookup.get(path);
        let found = as_spelt.or_else(|| self.lookup.get(&path.to_ascii_lowercase()));
        found.map(|id| self.node(*id))
    }

    /// A node and all below it.
    pub(crate) fn subtree(&self, id: AttrId) -> &[Node] {
        let range: Range<usize> = id.index()..usize::from(self.node(id).end);
        self.nodes.get(range).unwrap_or_default()
    }

    fn leaf_ids(&self, id: AttrId) -> impl Iterator<Item = AttrId> + '_ {
        let leaves = self.subtree(id).iter().filter(|n| n.is_leaf());
        leaves.map(|n| n.id)
    }
}

#[derive(Default)]
struct Table {
    nodes: Vec<Node>,
    roots: Vec<AttrId>,
    lookup: HashMap<String, AttrId, RandomState>,
}

impl Table {
    fn add_root(
        &mut self,
        attribute: &Attribute,
        part: Part,
        urn: &str,
    ) -> Result<(), SchemaError> {
        let id = self.add(attribute, part, None, attribute.name.clone(), true)?;
        self.roots.push(id);
        for index in id.index()..self.nodes.len() {
            if let Some(node) = self.nodes.get(index) {
                let spelling = format!("{urn}:{}", node.path).to_ascii_lowercase();
                self.lookup.insert(spelling, node.id);
            }
        }
        Ok(())
    }

    fn add_extension(&mut self, schema: &Schema, required: bool) -> Result<(), SchemaError> {
        let description = schema.description.as_deref().unwrap_or_default();
        let whole = Attribute {
            required,
            ..Attribute::new(&schema.id, AttributeType::Complex, description)
        };
        let id = self.push(&whole, Part::Extension, None, schema.id.clone())?;
        for attribute in &schema.attributes {
            let path = format!("{}:{}", schema.id, attribute.name);
            let child = self.add(attribute, Part::Extension, Some(id), path, true)?;
            self.adopt(id, child);
        }
        self.close(id);
        self.roots.push(id);
        Ok(())
    }

    fn add(
        &mut self,
        attribute: &Attribute,
        part: Part,
        parent: Option<AttrId>,
        path: String,
        may_be_complex: bool,
    ) -> Result<AttrId, SchemaError> {
        let complex = attribute.kind == AttributeType::Complex;
        if !is_name(&attribute.name) {
            return Err(SchemaError::InvalidName(attribute.name.clone()));
        }
        if complex && !may_be_complex {
            return Err(SchemaError::NestedComplex(path));
        }
        if complex && attribute.sub_attributes.is_empty() {
            return Err(SchemaError::EmptyComplex(path));
        }
        if !complex && !attribute.sub_attributes.is_empty() {
            return Err(SchemaError::NotComplex(path));
        }
        let id = self.push(attribute, part, parent, path.clone())?;
        for sub in &attribute.sub_attributes {
            let child = self.add(sub, part, Some(id), format!("{path}.{}", sub.name), false)?;
            self.adopt(id, child);
        }
        self.close(id);
        Ok(id)
    }

    fn push(
        &mut self,
        attribute: &Attribute,
        part: Part,
        parent: Option<AttrId>,
        path: String,
    ) -> Result<AttrId, SchemaError> {
        if self.nodes.len() >= MAX_ATTRIBUTES {
            return Err(SchemaError::TooMany(path));
        }
        let id = AttrId::from_index(self.nodes.len());
        if self.lookup.insert(path.to_ascii_lowercase(), id).is_some() {
            return Err(SchemaError::Duplicate(path));
        }
        // As it is spelt here it is asked for mostly.
        self.lookup.insert(path.clone(), id);
        let attribute = Attribute {
            sub_attributes: Vec::new(),
            ..attribute.clone()
        };
        self.nodes.push(Node {
            id,
            parent,
            children: Vec::new(),
            end: id.0 + 1,
            attribute,
            part,
            path,
        });
        Ok(id)
    }

    fn adopt(&mut self, parent: AttrId, child: AttrId) {
        if let Some(node) = self.nodes.get_mut(parent.index()) {
            node.children.push(child);
        }
    }

    fn close(&mut self, id: AttrId) {
        let end = AttrId::from_index(self.nodes.len()).0;
        if let Some(node) = self.nodes.get_mut(id.index()) {
            node.end = end;
        }
    }
}

fn is_common(name: &str) -> bool {
    ["schemas", "id", "externalId", "meta"]
        .iter()
        .any(|c| c.eq_ignore_ascii_case(name))
}

/// `schemas` and the common attributes of RFC 7643 §3.1, which no schema lists.
fn common_attributes() -> [Attribute; 4] {
    let exact = |name, kind| Attribute::new(name, kind, "").case_exact();
    let read_only = |name, kind| exact(name, kind).read_only();
    let meta = vec![
        read_only("resourceType", AttributeType::String),
        read_only("created", AttributeType::DateTime),
        read_only("lastModified", AttributeType::DateTime),
        read_only("location", AttributeType::Reference),
        read_only("version", AttributeType::String),
    ];
    [
        exact("schemas", AttributeType::Reference)
            .multi_valued()
            .required()
            .returned(Returned::Always),
        read_only("id", AttributeType::String)
            .returned(Returned::Always)
            .uniqueness(Uniqueness::Global),
        exact("externalId", AttributeType::String),
        Attribute {
            sub_attributes: meta,
            ..read_only("meta", AttributeType::Complex)
        },
    ]
}
