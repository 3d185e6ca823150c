//! What may stand in the way of an operation, each named for the rule broken.

use crate::{
    EditError,
    access::Refusal,
    snapshot::ConfigError,
    store::{CommitError, Conflict, StoreError},
    tokens::{AuthenticateError, InvalidToken},
};
use scope::{DefinitionError, DefinitionRule, Uses};
use std::fmt::Display;

/// Why an operation was not done. Nothing of it was.
#[derive(Debug, thiserror::Error)]
pub enum ManagementError {
    /// A field of the body or of the query breaks a rule.
    #[error(transparent)]
    Invalid(#[from] FieldError),
    /// There is no such thing here: it never was, or it is another realm's.
    #[error("there is no such thing")]
    NotFound,
    /// The thing is not as the caller expects (`If-Match`): somebody else changed it.
    #[error("it was changed meanwhile: read it again")]
    Stale,
    /// Something that exists stands in the way.
    #[error(transparent)]
    Blocked(#[from] Blocked),
    /// The caller would give, or take over, more than it has (product §2.4).
    #[error(transparent)]
    Beyond(#[from] Beyond),
    /// The caller's token is no longer good.
    #[error(transparent)]
    Unauthenticated(#[from] InvalidToken),
    /// The caller's right is gone since it was asked for.
    #[error("the caller may not do this any more")]
    Refused(Box<Refusal>),
    /// The store failed, or the configuration would not come to rest.
    #[error("the store failed: {0}")]
    Unavailable(String),
}

/// A field and the rule that it breaks.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{field}` {detail}")]
pub struct FieldError {
    /// The field, as in JSON or in the query.
    pub field: String,
    /// A machine-readable word for the rule.
    pub rule: &'static str,
    /// The rule, as the end of a sentence that begins with the field.
    pub detail: String,
}

/// What stands in the way of an operation.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{detail}")]
pub struct Blocked {
    /// A machine-readable word for the rule.
    pub code: &'static str,
    /// A sentence that says what to do about it.
    pub detail: String,
    /// What uses the thing, by kind.
    pub used_by: Vec<UsedBy>,
}

/// Users of a thing, of one kind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UsedBy {
    /// The resource of the management API that they are.
    pub kind: &'static str,
    /// How many there are, where that is known.
    pub count: Option<u64>,
    /// The ids of the first few.
    pub first: Vec<String>,
}

/// What the caller would give and may not.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Beyond(pub String);

impl FieldError {
    /// A field that breaks a rule.
    pub(super) fn new(field: &str, rule: &'static str, detail: impl Into<String>) -> Self {
        // A field's name may come from the request: it is not echoed at any length.
        Self {
            field: field.chars().take(80).collect(),
            rule,
            detail: detail.into(),
        }
    }

    /// A header that is not in its form; `detail` says why.
    pub fn of_header(name: &str, detail: &str) -> Self {
        Self::invalid(name, format!("is invalid: {detail}"))
    }

    /// The same, of a field within `outer`.
    pub(super) fn within(self, outer: &str) -> Self {
        Self {
            field: format!("{outer}.{}", self.field),
            ..self
        }
    }

    /// A value that a field can't have.
    pub(super) fn invalid(field: &str, detail: impl Into<String>) -> Self {
        Self::new(field, "invalid", detail)
    }

    /// A field that must be there.
    pub(super) fn required(field: &str) -> Self {
        Self::new(field, "required", "is required")
    }
}

impl Blocked {
    /// Something that is simply so.
    pub(super) fn because(code: &'static str, detail: impl Into<String>) -> Self {
        Self {
            code,
            detail: detail.into(),
            used_by: Vec::new(),
        }
    }

    /// Something is used; `what` says what, and is the beginning of the sentence.
    pub(super) fn in_use(what: &str, used_by: Vec<UsedBy>) -> Self {
        let users: Vec<String> = used_by.iter().map(ToString::to_string).collect();
        let detail = format!("{what} is in use by {}.", users.join(" and "));
        Self {
            code: "in_use",
            detail,
            used_by,
        }
    }
}

impl UsedBy {
    /// Resources of a type: nobody needs to know how many.
    pub(super) fn resources() -> Self {
        Self {
            kind: "resources",
            count: None,
            first: Vec::new(),
        }
    }

    /// Users within the configuration; none if there are none.
    pub(super) fn of<T: Display>(kind: &'static str, uses: &Uses<T>) -> Option<Self> {
        (!uses.is_empty()).then(|| Self {
            kind,
            count: u64::try_from(uses.count).ok(),
            first: uses.first.iter().map(ToString::to_string).collect(),
        })
    }
}

impl Display for UsedBy {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.count {
            Some(count) => write!(f, "{count} {}", self.kind)?,
            None => f.write_str(self.kind)?,
        }
        match self.first.as_slice() {
            [] => Ok(()),
            some => write!(
                f,
                " ({}{})",
                some.join(", "),
                if self.more() { ", …" } else { "" }
            ),
        }
    }
}

impl UsedBy {
    fn more(&self) -> bool {
        self.count
            .is_none_or(|count| count > self.first.len() as u64)
    }
}

impl From<DefinitionError> for FieldError {
    fn from(error: DefinitionError) -> Self {
        let rule = match &error.rule {
            DefinitionRule::Unknown(_) => "unknown",
            DefinitionRule::OtherType { .. } => "other_type",
            DefinitionRule::Missing => "required",
            DefinitionRule::Invalid(_) => "invalid",
            DefinitionRule::Immutable => "immutable",
            DefinitionRule::ServerSet => "server_set",
            DefinitionRule::BuiltIn => "built_in",
        };
        Self::new(&error.field, rule, error.rule.to_string())
    }
}

impl From<DefinitionError> for ManagementError {
    fn from(error: DefinitionError) -> Self {
        Self::Invalid(error.into())
    }
}

impl From<StoreError> for ManagementError {
    fn from(error: StoreError) -> Self {
        Self::Unavailable(error.to_string())
    }
}

impl From<CommitError> for ManagementError {
    fn from(error: CommitError) -> Self {
        match error {
            CommitError::Conflict(conflict) => conflict.into(),
            CommitError::Store(error) => error.into(),
        }
    }
}

impl From<AuthenticateError> for ManagementError {
    fn from(error: AuthenticateError) -> Self {
        match error {
            AuthenticateError::Invalid(reason) => reason.into(),
            AuthenticateError::Store(error) => error.into(),
        }
    }
}

impl From<jose::JoseError> for ManagementError {
    fn from(error: jose::JoseError) -> Self {
        Self::Unavailable(error.to_string())
    }
}

impl From<EditError<ManagementError>> for ManagementError {
    fn from(error: EditError<ManagementError>) -> Self {
        match error {
            EditError::Refused(error) => error,
            EditError::NoSuchRealm => Self::NotFound,
            EditError::Invalid(error) => error.into(),
            EditError::Conflict(conflict) => conflict.into(),
            EditError::Store(error) => error.into(),
        }
    }
}

/// What use cases did not foresee in their own words.
impl From<ConfigError> for ManagementError {
    fn from(error: ConfigError) -> Self {
        match error {
            ConfigError::Types(detail)
            | ConfigError::Scopes(detail)
            | ConfigError::Address(detail) => {
                Blocked::because("invalid_configuration", detail).into()
            }
            ConfigError::Keys(_) => Self::Unavailable(error.to_string()),
        }
    }
}

impl From<Conflict> for ManagementError {
    fn from(conflict: Conflict) -> Self {
        match conflict {
            Conflict::Duplicate { kind } => {
                let what = kind.as_str().replace('-', " ");
                let detail = format!("There is another {what} of this name.");
                Blocked::because("duplicate", detail).into()
            }
            Conflict::InUse => {
                let live = UsedBy {
                    kind: "tokens",
                    count: None,
                    first: Vec::new(),
                };
                Blocked::in_use("This", vec![live]).into()
            }
            Conflict::HasResources { resource_type } => {
                let users = vec![UsedBy::resources()];
                Blocked::in_use(&format!("The type `{resource_type}`"), users).into()
            }
            Conflict::Unknown { id, .. } => {
                let id: String = id.0.chars().take(80).collect();
                let detail = format!("names `{id}`, which is no person of this realm");
                FieldError::invalid("members", detail).into()
            }
            other => Self::Unavailable(other.to_string()),
        }
    }
}
