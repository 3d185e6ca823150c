//! Why something of one's own stays as it is.

use crate::store::{CommitError, Conflict, StoreError};

/// Why a change was not made. Nothing was changed.
#[derive(Debug, thiserror::Error)]
pub enum OwnError {
    /// It was changed at the same time, or the session is over: look again.
    #[error("it was changed at the same time")]
    Overtaken,
    /// There is no such thing, or not any more.
    #[error("there is no such thing")]
    Unknown,
    /// The code is wrong.
    #[error("the code is wrong")]
    WrongCode,
    /// The passkey was not accepted, or can't be used at this address.
    #[error("the passkey was not accepted")]
    Passkey,
    /// There would be no way left to sign in.
    #[error("it is the only way to sign in")]
    OnlyWayIn,
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<CommitError> for OwnError {
    fn from(error: CommitError) -> Self {
        match error {
            CommitError::Conflict(
                Conflict::Version | Conflict::Exists | Conflict::Missing | Conflict::Gone,
            ) => Self::Overtaken,
            CommitError::Conflict(other) => StoreError::Engine(other.to_string()).into(),
            CommitError::Store(error) => error.into(),
        }
    }
}

/// Why a profile stays as it is.
#[derive(Debug, thiserror::Error)]
pub enum ProfileError {
    /// It was changed at the same time: look again.
    #[error("it was changed at the same time")]
    Overtaken,
    /// Something that was typed does not do.
    #[error("the field {field} can't be that")]
    Field {
        /// The name of the field.
        field: String,
        /// What is wrong with it.
        problem: ProfileProblem,
    },
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// What is wrong with a field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ProfileProblem {
    /// It must not be empty.
    Required,
    /// It is not of the form that is wanted.
    Invalid,
    /// Somebody else has it.
    Taken,
    /// In the words of the schema's rules.
    Other(String),
}
