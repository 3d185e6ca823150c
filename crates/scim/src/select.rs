//! `attributes` and `excludedAttributes` (RFC 7644 §3.9).

use crate::{
    AttrId, AttributePath, AttributeSet, Node, ResourceSchema, Returned, ScimError, ScimType,
};

/// Longest value of either parameter, in bytes.
pub const MAX_SELECTION: usize = 4096;
/// Most names in either parameter.
pub const MAX_NAMES: usize = 100;

/// Which attributes the caller wants in a response.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub enum Selection {
    /// What is returned by default.
    #[default]
    Default,
    /// `attributes`: these, and what is always returned.
    Only(Vec<AttributePath>),
    /// `excludedAttributes`: the default without these.
    Without(Vec<AttributePath>),
}

impl Selection {
    /// Reads the two query parameters, each a comma-separated list.
    ///
    /// An empty parameter counts as absent. Errors: 400 `invalidValue` if both are given (they are
    /// mutually exclusive) or too long, `invalidPath` for what is no attribute name.
    pub fn parse(attributes: Option<&str>, excluded: Option<&str>) -> Result<Self, ScimError> {
        Self::of_names(attributes.map(names), excluded.map(names))
    }

    /// As [`parse`](Self::parse), from the arrays of a search request (RFC 7644 §3.4.3).
    pub fn of_names<S: AsRef<str>>(
        attributes: Option<Vec<S>>,
        excluded: Option<Vec<S>>,
    ) -> Result<Self, ScimError> {
        let attributes = paths("attributes", attributes)?;
        let excluded = paths("excludedAttributes", excluded)?;
        match (attributes.is_empty(), excluded.is_empty()) {
            (true, true) => Ok(Self::Default),
            (false, true) => Ok(Self::Only(attributes)),
            (true, false) => Ok(Self::Without(excluded)),
            (false, false) => Err(ScimError::invalid_value(
                "give either `attributes` or `excludedAttributes`, not both (RFC 7644 §3.9)",
            )),
        }
    }

    /// What of `readable` is in a response: the attributes to [`project()`](crate::project()) by.
    ///
    /// Names that the schema doesn't have, and attributes that the caller may not read, are silently
    /// nothing. `returned` (RFC 7643 §7) decides the rest: `never` never, `request` only by its own
    /// name, `always` whatever was excluded. Of a sub-attribute, `always` means whenever its complex
    /// attribute is returned.
    pub fn visible(&self, schema: &ResourceSchema, readable: &AttributeSet) -> AttributeSet {
        let named: Vec<&Node> = self
            .paths()
            .iter()
            .filter_map(|path| schema.resolve(path))
            .collect();
        let mut visible = match self {
            Self::Default => schema.all_attributes().clone(),
            Self::Only(_) => only(schema, &named),
            Self::Without(_) => without(schema, &named),
        };
        visible.intersect_with(readable);
        let asked_for =
            |id: AttrId| matches!(self, Self::Only(_)) && named.iter().any(|n| n.id == id);
        visible
            .iter()
            .filter(|leaf| {
                schema
                    .with_ancestors(*leaf)
                    .all(|node| match node.attribute.returned {
                        Returned::Never => false,
                        // Naming a part of what is returned on request asks for it.
                        Returned::Request => schema
                            .with_ancestors(*leaf)
                            .any(|n| n.id >= node.id && asked_for(n.id)),
                        Returned::Always | Returned::Default => true,
                    })
            })
            .collect()
    }

    fn paths(&self) -> &[AttributePath] {
        match self {
            Self::Default => &[],
            Self::Only(paths) | Self::Without(paths) => paths,
        }
    }
}

fn names(list: &str) -> Vec<&str> {
    list.split(',').collect()
}

fn only(schema: &ResourceSchema, named: &[&Node]) -> AttributeSet {
    let mut set = AttributeSet::new();
    for node in schema
        .roots()
        .filter(|n| n.attribute.returned == Returned::Always)
        .chain(named.iter().copied())
    {
        set.union_with(&schema.leaves(node.id));
    }
    for node in schema
        .nodes()
        .iter()
        .filter(|n| n.attribute.returned == Returned::Always)
    {
        if node.parent.is_some_and(|parent| schema.any(&set, parent)) {
            set.union_with(&schema.leaves(node.id));
        }
    }
    set
}

fn without(schema: &ResourceSchema, named: &[&Node]) -> AttributeSet {
    let mut set = schema.all_attributes().clone();
    for node in named
        .iter()
        .filter(|n| n.attribute.returned != Returned::Always)
    {
        set.subtract(&schema.leaves(node.id));
    }
    set
}

fn paths<S: AsRef<str>>(
    parameter: &str,
    names: Option<Vec<S>>,
) -> Result<Vec<AttributePath>, ScimError> {
    let names = names.unwrap_or_default();
    let length: usize = names.iter().map(|n| n.as_ref().len() + 1).sum();
    if names.len() > MAX_NAMES || length > MAX_SELECTION + 1 {
        let detail =
            format!("`{parameter}` may have {MAX_NAMES} names and {MAX_SELECTION} bytes at most");
        return Err(ScimError::bad_request(ScimType::InvalidValue, detail));
    }
    let names = names
        .iter()
        .map(|name| name.as_ref().trim())
        .filter(|name| !name.is_empty());
    names
        .map(|name| {
            name.parse()
                .map_err(|e| ScimError::invalid_path(format!("`{parameter}`: {e}")))
        })
        .collect()
}
