//! Searches: a bound filter, an order and a window as one statement over the attribute index.
//!
//! The text is put together from fixed fragments; every value of the caller's is a parameter (S9,
//! REG-21). The pure evaluator `scim::filter::matches` says what a filter means; the conformance
//! suite compares.

mod compare;
mod element;
mod filter;
mod page;
mod source;
mod yields;

pub(crate) use page::search;

use crate::{
    attributes::RealmAttributes,
    value::{Value, params},
};
use domain::RealmKey;
use scim::ResourceSchema;

/// The parameters of a statement as it is put together, and what it is about.
struct Composer<'a> {
    schema: &'a ResourceSchema,
    attributes: &'a RealmAttributes,
    params: Vec<Value>,
}

impl<'a> Composer<'a> {
    /// `?1` to `?3` are tenant, realm and resource type.
    fn new(realm: &RealmKey, schema: &'a ResourceSchema, attributes: &'a RealmAttributes) -> Self {
        let resource_type = schema.resource_type().name.as_str();
        Self {
            schema,
            attributes,
            params: params![realm.tenant(), realm.realm(), resource_type],
        }
    }

    /// Adds a parameter and answers its placeholder. Equal parameters share one.
    fn bind(&mut self, value: impl Into<Value>) -> String {
        let value = value.into();
        let place = self
            .params
            .iter()
            .position(|known| *known == value)
            .unwrap_or_else(|| {
                self.params.push(value);
                self.params.len() - 1
            });
        format!("?{}", place + 1)
    }
}

/// The condition that `FROM … WHERE …` has a row, looked up for each row that it is asked of.
///
/// `EXISTS` would leave it to the engine to turn the question round, which PostgreSQL does on
/// guesses of how many rows there are that are far off for an index of many attributes.
fn any_row(from: &str) -> String {
    format!("(SELECT 1 {from} LIMIT 1) IS NOT NULL")
}
