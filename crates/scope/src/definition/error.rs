//! Why a definition is refused, always naming the field.

use super::ScopeType;

/// A definition that breaks a rule of product §2.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{field}` {rule}")]
pub struct DefinitionError {
    /// The property, as in JSON.
    pub field: String,
    /// The rule that it breaks.
    pub rule: DefinitionRule,
}

/// The rule that a definition breaks, as the end of a sentence that begins with the field.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DefinitionRule {
    /// No scope has such a property.
    #[error("is no property of a scope{}", suggestion(*.0))]
    Unknown(Option<&'static str>),
    /// The property belongs to scopes of other types.
    #[error("is a property of scopes of type {}, and this scope is of type `{this}`", types(.owners))]
    OtherType {
        /// The type of this scope.
        this: ScopeType,
        /// The types that have the property.
        owners: Vec<ScopeType>,
    },
    /// A scope of this type must have it.
    #[error("is required")]
    Missing,
    /// Its value is not one that it can have.
    #[error("{0}")]
    Invalid(String),
    /// It never changes after creation.
    #[error("can't be changed after creation")]
    Immutable,
    /// Only the server sets it.
    #[error("is set by the server")]
    ServerSet,
    /// What a built-in scope allows never changes.
    #[error("of a built-in scope can't be changed; only its description and tags can")]
    BuiltIn,
}

impl DefinitionError {
    pub(crate) fn new(field: &str, rule: DefinitionRule) -> Self {
        // A field's name may come from the request: it is not echoed at any length.
        Self {
            field: field.chars().take(80).collect(),
            rule,
        }
    }

    pub(crate) fn invalid(field: &str, problem: impl Into<String>) -> Self {
        Self::new(field, DefinitionRule::Invalid(problem.into()))
    }
}

fn suggestion(nearest: Option<&str>) -> String {
    nearest
        .map(|name| format!("; did you mean `{name}`?"))
        .unwrap_or_default()
}

fn types(owners: &[ScopeType]) -> String {
    owners
        .iter()
        .map(|t| format!("`{t}`"))
        .collect::<Vec<_>>()
        .join(" and ")
}
