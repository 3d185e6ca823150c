//! Signing keys of a realm.

use crate::Timestamp;
use jose::Algorithm;
use serde::{Deserialize, Serialize};

/// A signing key as kept: the private part sealed under the server's key.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct KeyRecord {
    /// RFC 7638 thumbprint.
    pub kid: String,
    /// What it signs with.
    pub algorithm: Algorithm,
    /// Where it is in its life.
    pub state: KeyState,
    /// PKCS #8, sealed, base64url.
    pub sealed_private: String,
    /// When it was made.
    pub created: Timestamp,
}

/// The life of a signing key: published before it is used, and as long as its signatures live.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum KeyState {
    /// Published, not yet used.
    Next,
    /// Signs; one per algorithm.
    Active {
        /// Since when.
        since: Timestamp,
    },
    /// Signs no more; published while tokens that it signed may live.
    Retired {
        /// Since when.
        at: Timestamp,
        /// Until when it is published.
        published_until: Timestamp,
    },
}

impl std::fmt::Debug for KeyRecord {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            f,
            "KeyRecord({}, {:?}, {:?})",
            self.kid, self.algorithm, self.state
        )
    }
}
