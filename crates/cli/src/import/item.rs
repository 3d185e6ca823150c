//! One entry on its way to becoming a resource.

use crate::ldif::Dn;
use serde_json::{Map, Value};

/// What an entry becomes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Kind {
    /// A SCIM User.
    User,
    /// A SCIM Group.
    Group,
}

impl Kind {
    /// Where its resources are (RFC 7644 §3.2).
    pub(super) fn endpoint(self) -> &'static str {
        match self {
            Self::User => "Users",
            Self::Group => "Groups",
        }
    }
}

/// An entry, mapped. References are still names of entries; ids are known only later.
#[derive(Debug, Clone)]
pub(super) struct Item {
    /// What it becomes.
    pub(super) kind: Kind,
    /// The line on which the entry begins.
    pub(super) line: usize,
    /// The entry's name: the resource's `externalId`.
    pub(super) dn: Dn,
    /// The resource's body, but for what refers to others.
    pub(super) body: Map<String, Value>,
    /// The names of other entries.
    pub(super) references: Vec<Reference>,
}

/// A reference to another entry, as the file has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Reference {
    /// The LDAP attribute.
    pub(super) attribute: &'static str,
    /// Its value.
    pub(super) value: String,
    /// Whom it means.
    pub(super) to: Whom,
}

/// Whom a reference means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Whom {
    /// The entry of this name.
    Entry(Dn),
    /// The person with this `uid` (RFC 2307 `memberUid`).
    UserName(String),
    /// Nobody: the value is no distinguished name.
    Nobody,
}

impl Reference {
    /// A reference by distinguished name.
    pub(super) fn by_dn(attribute: &'static str, value: String) -> Self {
        // A `uniqueMember` may end in `#` and a bit string (RFC 4517 §3.3.21).
        let name = match value.rsplit_once('#') {
            Some((name, bits)) if bits.starts_with('\'') && bits.ends_with("'B") => name,
            _ => &value,
        };
        let to = Dn::parse(name).map_or(Whom::Nobody, Whom::Entry);
        Self {
            attribute,
            value,
            to,
        }
    }

    /// A reference by `uid`.
    pub(super) fn by_user_name(attribute: &'static str, value: String) -> Self {
        Self {
            attribute,
            to: Whom::UserName(value.clone()),
            value,
        }
    }
}

impl Item {
    /// The text of a top-level attribute.
    pub(super) fn text(&self, attribute: &str) -> Option<&str> {
        self.body.get(attribute).and_then(Value::as_str)
    }
}
