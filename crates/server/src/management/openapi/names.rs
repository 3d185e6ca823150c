//! What things are called in the document.

use crate::respond::capitalised;
use domain::management::{
    reference::Definition,
    table::{Operation, Verb},
};

/// `identity-providers` as the beginning of a schema's name: `IdentityProvider`.
pub(super) fn schema(definition: &Definition) -> String {
    let words = definition.singular.split([' ', '-']);
    words.map(capitalised).collect()
}

/// A reference to a schema.
pub(super) fn reference(name: &str) -> String {
    format!("#/components/schemas/{name}")
}

/// The id of an operation: `list-identity-providers`, `read-identity-provider`.
pub(super) fn operation(operation: &Operation) -> String {
    summary(operation).to_ascii_lowercase().replace(' ', "-")
}

/// What an operation does, in a few words: `List identity providers`.
pub(super) fn summary(operation: &Operation) -> String {
    let Definition {
        resource, singular, ..
    } = operation.definition;
    match operation.verb {
        Verb::Create => format!("Create {singular}"),
        Verb::List => format!("List {}", resource.replace('-', " ")),
        Verb::Read => format!("Read {singular}"),
        Verb::Update => format!("Update {singular}"),
        Verb::Delete => format!("Delete {singular}"),
        Verb::Report => format!("Report {singular}"),
    }
}

/// What a scope of the management API allows.
pub(super) fn of_scope(scope: &str) -> String {
    match scope.rsplit_once(':') {
        Some((resource, action)) => format!(
            "{} {}",
            capitalised(action),
            resource.replace(['-', ':'], " ")
        ),
        None => scope.to_owned(),
    }
}
