//! Filters and sorting as RFC 7644 §3.4.2.2 and §3.4.2.3 tell them.
#![allow(missing_docs)]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

mod grammar;
mod meaning;
mod sorting;
mod visibility;

use scim::{
    AttributeSet, ResourceSchema, ScimError, ScimType, core,
    filter::{self, Filter},
};
use serde_json::Value;
use std::sync::LazyLock;

static USER: LazyLock<ResourceSchema> = LazyLock::new(|| compiled("User"));
static GROUP: LazyLock<ResourceSchema> = LazyLock::new(|| compiled("Group"));

fn compiled(name: &str) -> ResourceSchema {
    let schemas = core::schemas();
    let resource_type = core::resource_types()
        .into_iter()
        .find(|t| t.name == name)
        .unwrap();
    ResourceSchema::compile(resource_type, |urn| schemas.iter().find(|s| s.id == urn)).unwrap()
}

/// The leaves of the named attributes.
fn only(schema: &ResourceSchema, paths: &[&str]) -> AttributeSet {
    let mut set = AttributeSet::new();
    for path in paths {
        set.union_with(&schema.leaves(schema.lookup(path).expect(path).id));
    }
    set
}

/// Whether the user satisfies the filter, every attribute being visible.
fn matches(filter: &str, user: &Value) -> bool {
    let bound = filter::bind(&filter.parse().expect(filter), &USER, USER.all_attributes());
    filter::matches(&bound.expect(filter), &USER, user)
}

/// The error of a filter that does not parse or does not bind, every attribute being visible.
fn refusal(filter: &str) -> ScimError {
    let bound = filter
        .parse::<Filter>()
        .and_then(|filter| filter::bind(&filter, &USER, USER.all_attributes()));
    let error = bound.expect_err(filter);
    assert_eq!(
        (error.status, error.scim_type),
        (400, Some(ScimType::InvalidFilter)),
        "{filter}"
    );
    error
}
