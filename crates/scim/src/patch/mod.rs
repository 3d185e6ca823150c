//! PATCH (RFC 7644 §3.5.2) by a caller who may see and write only a part of the resource.
//!
//! A [`PatchRequest`] is read, [bound](bind()) to a schema, which tells the attributes it
//! [touches](BoundPatch::touched), and then [applied](BoundPatch::apply) whole or not at all.
//!
//! Where the standard leaves room:
//! - `add` and `replace` with an object set the sub-attributes it has and keep the others; only of the
//!   elements that a value filter selects does `replace` leave nothing (RFC 7644 §3.5.2.3: "the values
//!   matched by the filter SHALL be replaced"). Without a filter, `emails.type` is that of every element.
//! - An element that is already there is not added again; `members` are told apart by `value` alone.
//! - `replace` with `null` or `[]` unassigns. A value filter that selects nothing is `noTarget`, for
//!   `remove` too (Table 9).
//! - The keys of an operation without path may be paths themselves; all spellings of a path are
//!   resolved before anything is checked (S8). A `schemas` among them is ignored: it follows the data;
//!   so is the resource's own `id`.
//! - readOnly sub-attributes in array elements are ignored, for clients echo them, and so is what is
//!   [derived](crate::ResourceSchema::is_derived); anything else readOnly is refused with `mutability`.
//!
//! What the caller can't see has no influence on any outcome that the caller can see (S2): elements of
//! which nothing is visible are neither selected, nor compared, nor counted.

mod apply;
mod bind;
mod parse;
mod path;

pub use apply::{MAX_WORK, Patched};
pub use bind::{BoundPatch, bind};
pub use parse::{MAX_OPERATIONS, Op, PatchOperation, PatchRequest};
pub use path::PatchPath;
