//! What the objects of a realm are made of: the very definitions by which the server validates.

use domain::management::reference::definitions;
pub(super) use domain::management::reference::{Access, Definition, Field, FieldKind};

/// Fields in which people are named: they are no configuration, and other realms have others.
const PEOPLE: &[(&str, &str)] = &[("roles", "members")];

/// Whether a field of a resource names people.
pub(super) fn names_people(resource: &str, field: &str) -> bool {
    PEOPLE.contains(&(resource, field))
}

/// The definition of the objects of a resource of the management API.
pub(super) fn of(resource: &str) -> Option<&'static Definition> {
    definitions()
        .into_iter()
        .find(|definition| definition.resource == resource)
}
