//! Typed ids: an id of one kind can't be taken for another's, and none is ever used again (T7).

use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};
use uuid::Uuid;

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident;)+) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub Uuid);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.hyphenated().fmt(f)
            }
        }

        impl FromStr for $name {
            type Err = uuid::Error;

            /// Reads the hyphenated form only, so that an id has one spelling but for letter case.
            fn from_str(text: &str) -> Result<Self, uuid::Error> {
                text.parse::<uuid::fmt::Hyphenated>().map(|id| Self(id.into_uuid()))
            }
        }

        impl From<Uuid> for $name {
            fn from(id: Uuid) -> Self {
                Self(id)
            }
        }
    )+};
}

ids! {
    /// A scope. Tokens, grants and consents hold it, never the name.
    ScopeId;
    /// A client (RFC 6749 §2).
    ClientId;
    /// A service of the catalogue (product §6.4).
    ServiceId;
    /// A third-party resource server (RFC 8707).
    ResourceServerId;
    /// A role of people (product §2.4).
    RoleId;
}

/// A resource type or sub-resource type of one [`crate::Catalogue`]: its place in the catalogue's
/// table, and in [`crate::CatalogueInput::types`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct TypeId(u16);

impl TypeId {
    /// The index of the type in its catalogue's table.
    pub fn index(self) -> usize {
        usize::from(self.0)
    }

    /// The type at an index, if there may be that many ([`crate::MAX_TYPES`]).
    pub fn from_index(index: usize) -> Option<Self> {
        u16::try_from(index).ok().map(Self)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn an_id_is_written_and_read_in_one_form() {
        let text = "0193f1c0-0000-7000-8000-00000000002a";
        let id: ScopeId = text.parse().unwrap();
        assert_eq!(id.to_string(), text);
        assert_eq!(serde_json::to_string(&id).unwrap(), format!("\"{text}\""));
        assert!(
            "0193f1c000007000800000000000002a"
                .parse::<ScopeId>()
                .is_err()
        );
        assert!(format!("{{{text}}}").parse::<ScopeId>().is_err());
    }
}
