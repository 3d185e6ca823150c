//! SCIM 2.0 (RFC 7643, RFC 7644, RFC 9865) as types and pure functions.
//!
//! Nothing here knows a clock, a store, HTTP or any other crate of ours.

mod attribute;
pub mod bulk;
mod characteristics;
pub mod core;
pub mod discovery;
mod element;
mod error;
pub mod etag;
pub mod excerpt;
pub mod filter;
mod fold;
pub mod index;
pub mod json;
pub mod json_text;
#[cfg(feature = "leaks")]
pub mod leaks;
mod messages;
pub mod patch;
mod path;
mod project;
mod projection;
pub mod query;
pub mod replace;
mod resource_schema;
mod schema;
mod select;
mod set;
pub mod sort;
#[cfg(any(test, feature = "testing"))]
pub mod testing;
mod tree;
pub mod urn;
pub mod validate;
mod value;

pub use error::{ScimError, ScimType};
pub use fold::fold;
pub use messages::ListResponse;
pub use path::{AttributePath, InvalidPath, MAX_PATH, is_name};
pub use project::project;
pub use projection::{Derived, Projection};
pub use resource_schema::{AttrId, MAX_ATTRIBUTES, Node, Part, ResourceSchema, SchemaError};
pub use schema::{
    Attribute, AttributeType, Mutability, ResourceType, Returned, Schema, SchemaExtension,
    Uniqueness,
};
pub use select::{MAX_NAMES, MAX_SELECTION, Selection};
pub use set::AttributeSet;
pub use value::{Typed, is_exact, parse_date_time};
