//! What may stand in the way of a SCIM request.

use super::requirement;
use crate::{
    access::Refusal,
    people::password::Checked,
    store::{CommitError, Conflict, StoreError},
    tokens::{AuthenticateError, InvalidToken},
};
use scim::{ScimError, ScimType};
use serde_json::Value;

/// Why a SCIM request was not served. Nothing was changed.
#[derive(Debug, thiserror::Error)]
pub enum ScimFailure {
    /// The token is no longer good: 401.
    #[error(transparent)]
    Unauthenticated(#[from] InvalidToken),
    /// The token's scopes do not allow it: 403.
    #[error("{}", .0.sentence)]
    Refused(Box<Refusal>),
    /// The request is wrong, or in the way of the resource's state: the error's own status.
    #[error("{}", .0.detail)]
    Error(#[from] ScimError),
    /// The new password does not do: 400, with each requirement and whether it is met.
    #[error("the password does not meet every requirement")]
    Password(Vec<Checked>),
    /// The resource, or its type, does not exist in this realm: 404.
    #[error("there is no such resource")]
    NotFound,
    /// The store failed: 503.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl ScimFailure {
    /// The error as JSON (RFC 7644 §3.12); of a password, each requirement too.
    pub fn body(&self) -> Value {
        let mut body = self.error().body();
        if let (Self::Password(checked), Some(members)) = (self, body.as_object_mut()) {
            let each = checked.iter().map(|check| {
                let mut requirement = requirement(&check.requirement);
                requirement.insert("satisfied".into(), check.satisfied.into());
                Value::Object(requirement)
            });
            members.insert("passwordRequirements".into(), each.collect());
        }
        body
    }

    /// The failure as SCIM words it (RFC 7644 §3.12). A failed store's cause is for the log only.
    pub fn error(&self) -> ScimError {
        match self {
            Self::Unauthenticated(reason) => ScimError::new(401, None, reason.to_string()),
            Self::Refused(refusal) => {
                ScimError::new(403, ScimType::InsufficientScope, explain(refusal))
            }
            Self::Error(error) => error.clone(),
            Self::Password(checked) => ScimError::invalid_value(unmet(checked)),
            Self::NotFound => ScimError::new(404, None, "there is no such resource"),
            Self::Store(error) => {
                tracing::error!(%error, "a SCIM request failed");
                let detail = "the service can't do this now; try again later";
                ScimError::new(503, None, detail)
            }
        }
    }
}

/// The requirements that a password does not meet.
fn unmet(checked: &[Checked]) -> String {
    let unmet = checked.iter().filter(|check| !check.satisfied);
    let sentences: Vec<&str> = unmet
        .map(|check| check.requirement.description.as_str())
        .collect();
    format!(
        "the password does not meet every requirement: {}",
        sentences.join(" ")
    )
}

/// What is missing, and which scopes would do.
fn explain(refusal: &Refusal) -> String {
    let names: Vec<_> = refusal
        .sufficient
        .iter()
        .map(|scope| format!("`{scope}`"))
        .collect();
    match names.as_slice() {
        [] => refusal.sentence.clone(),
        [one] => format!("{}; the scope {one} would allow it", refusal.sentence),
        several => {
            format!(
                "{}; the scopes {} together would",
                refusal.sentence,
                several.join(", ")
            )
        }
    }
}

impl From<Refusal> for ScimFailure {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(Box::new(refusal))
    }
}

impl From<AuthenticateError> for ScimFailure {
    fn from(error: AuthenticateError) -> Self {
        match error {
            AuthenticateError::Invalid(reason) => reason.into(),
            AuthenticateError::Store(error) => error.into(),
        }
    }
}

impl From<jose::JoseError> for ScimFailure {
    fn from(error: jose::JoseError) -> Self {
        Self::Store(StoreError::Engine(error.to_string()))
    }
}

/// Why a write must be decided again.
#[derive(Debug)]
pub(crate) enum CommitFailure {
    /// Another write came first: read again and decide again.
    Overtaken,
    /// Deciding again would not help.
    Failed(ScimFailure),
}

impl<E: Into<ScimFailure>> From<E> for CommitFailure {
    fn from(error: E) -> Self {
        Self::Failed(error.into())
    }
}

impl CommitFailure {
    /// What a commit that was not applied means.
    pub(super) fn of(error: CommitError) -> Self {
        Self::Failed(match error {
            CommitError::Conflict(
                Conflict::Version | Conflict::Missing | Conflict::Exists | Conflict::StaleRevision,
            ) => return Self::Overtaken,
            // S6: the attribute that the caller wrote is named, never who has the value.
            CommitError::Conflict(Conflict::Unique { path }) => ScimFailure::Error(ScimError::new(
                409,
                ScimType::Uniqueness,
                format!("`{path}` must be unique, and another resource has that value"),
            )),
            // The realm itself is gone.
            CommitError::Conflict(Conflict::Gone) => ScimFailure::NotFound,
            CommitError::Conflict(conflict) => StoreError::Engine(conflict.to_string()).into(),
            CommitError::Store(error) => error.into(),
        })
    }
}
