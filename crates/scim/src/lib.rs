//! SCIM 2.0 (RFC 7643, RFC 7644, RFC 9865) as types and pure functions.
//!
//! Nothing here knows a clock, a store, HTTP or any other crate of ours.

mod error;
mod path;
mod resource_schema;
mod schema;
mod set;
pub mod urn;

pub use error::{ScimError, ScimType};
pub use path::{AttributePath, InvalidPath, MAX_PATH, is_name};
pub use resource_schema::{AttrId, MAX_ATTRIBUTES, Node, Part, ResourceSchema, SchemaError};
pub use schema::{
    Attribute, AttributeType, Mutability, ResourceType, Returned, Schema, SchemaExtension,
    Uniqueness,
};
pub use set::AttributeSet;
