//! What the objects of a realm are made of: the very definitions by which the server validates.

use domain::management::reference::definitions;
pub(super) use domain::management::reference::{Access, Definition, Field, FieldKind};

/// The definition of the objects of a resource of the management API.
pub(super) fn of(resource: &str) -> Option<&'static Definition> {
    definitions()
        .into_iter()
        .find(|definition| definition.resource == resource)
}
