//! The attributes that a scope reaches: `resource-attribute` of product §2.2.

use super::{DefinitionError, fields::Fields};
use scim::{AttributePath, AttributeSet, ResourceSchema};
use serde_json::{Value, json};

/// Every attribute, or the listed ones.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AttributePatterns {
    /// `*`: all, those added to the schema later too.
    All,
    /// The attributes at these paths, each with all its sub-attributes; at most 1,000.
    Paths(Vec<AttributePath>),
}

impl AttributePatterns {
    /// Whether there is no attribute.
    pub fn is_empty(&self) -> bool {
        matches!(self, Self::Paths(paths) if paths.is_empty())
    }

    /// The leaves that the patterns name in today's schema, and the paths that name none.
    pub fn resolve(&self, schema: &ResourceSchema) -> (AttributeSet, Vec<&AttributePath>) {
        let paths = match self {
            Self::All => return (schema.all_attributes().clone(), Vec::new()),
            Self::Paths(paths) => paths,
        };
        let mut leaves = AttributeSet::new();
        let mut unknown = Vec::new();
        for path in paths {
            match schema.resolve(path) {
                Some(node) => leaves.union_with(&schema.leaves(node.id)),
                None => unknown.push(path),
            }
        }
        (leaves, unknown)
    }

    /// The leaves of those listed paths that name nothing outside `bound`; `*` is no such path.
    pub(crate) fn resolve_only(
        &self,
        schema: &ResourceSchema,
        bound: &AttributeSet,
    ) -> AttributeSet {
        let mut leaves = AttributeSet::new();
        if let Self::Paths(paths) = self {
            for node in paths.iter().filter_map(|path| schema.resolve(path)) {
                let named = schema.leaves(node.id);
                if named.is_subset(bound) {
                    leaves.union_with(&named);
                }
            }
        }
        leaves
    }

    pub(super) fn read(fields: &Fields<'_>, field: &str) -> Result<Self, DefinitionError> {
        match fields.texts(field)?.as_slice() {
            ["*"] => Ok(Self::All),
            texts if texts.contains(&"*") => Err(DefinitionError::invalid(
                field,
                "has `*`, which is all: leave the others out",
            )),
            _ => Ok(Self::Paths(fields.list(field)?)),
        }
    }

    pub(super) fn to_json(&self) -> Value {
        match self {
            Self::All => json!(["*"]),
            Self::Paths(paths) => paths.iter().map(AttributePath::as_str).collect(),
        }
    }
}

impl Default for AttributePatterns {
    fn default() -> Self {
        Self::Paths(Vec::new())
    }
}
