//! Policies (product §8), which are kept and not evaluated yet.

use crate::Timestamp;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// A policy as an administrator wrote it. None is ever in force: nothing here evaluates it, and so
/// there is no state in which it is active.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Policy {
    /// Its id.
    pub id: Uuid,
    /// Its name, unique in the realm ignoring ASCII case.
    pub name: String,
    /// Free text.
    pub description: Option<String>,
    /// What it is written in.
    pub language: PolicyLanguage,
    /// The policy itself, exactly as it was given.
    pub text: String,
    /// When it was made.
    pub created: Timestamp,
    /// When it was last changed.
    pub updated: Timestamp,
}

/// What policies are written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs)]
pub enum PolicyLanguage {
    Cedar,
    Xacml,
}
