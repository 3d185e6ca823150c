//! Roles of people, as kept (product §2.4).

use crate::{Timestamp, store::ResourceId};
use scope::{ManagementRights, RoleId, RoleRights};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// A role. Who is in it is configuration, so that whoever is taken out has its rights no more, on
/// every node and with every live token, from the moment that it is acknowledged.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RoleRecord {
    /// Its id, never used again (T7).
    pub id: RoleId,
    /// Unique in the realm, ignoring ASCII case.
    pub name: String,
    /// What it is for.
    pub description: Option<String>,
    /// Whether Ambit brought it; it can't be deleted then, nor what it allows be changed.
    pub built_in: bool,
    /// The rights of the management API that its members hold.
    #[serde(with = "rights")]
    pub holds: ManagementRights,
    /// Those that its members may give to others besides.
    #[serde(with = "rights")]
    pub may_delegate: ManagementRights,
    /// Whether its members may give every capability but management ones.
    pub delegates_capabilities: bool,
    /// People.
    #[serde(with = "members")]
    pub members: BTreeSet<ResourceId>,
    /// When it was made.
    pub created: Timestamp,
    /// When it was last changed.
    pub updated: Timestamp,
}

impl RoleRecord {
    /// What it allows each of its members.
    pub fn rights(&self) -> RoleRights {
        RoleRights {
            holds: self.holds,
            may_delegate: self.may_delegate,
            delegates_capabilities: self.delegates_capabilities,
        }
    }
}

/// Rights by name, as scopes are called.
mod rights {
    use scope::{ManagementRight, ManagementRights};
    use serde::{Deserialize, Deserializer, Serializer, de::Error as _};

    pub(super) fn serialize<S: Serializer>(
        rights: &ManagementRights,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(rights.iter().map(|right| right.to_string()))
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<ManagementRights, D::Error> {
        let names = Vec::<String>::deserialize(deserializer)?;
        let rights = names.iter().map(|name| name.parse::<ManagementRight>());
        rights.collect::<Result<_, _>>().map_err(D::Error::custom)
    }
}

/// People by id.
mod members {
    use crate::store::ResourceId;
    use serde::{Deserialize, Deserializer, Serializer};
    use std::collections::BTreeSet;

    pub(super) fn serialize<S: Serializer>(
        members: &BTreeSet<ResourceId>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(members.iter().map(|member| &*member.0))
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<BTreeSet<ResourceId>, D::Error> {
        let ids = Vec::<String>::deserialize(deserializer)?;
        Ok(ids.into_iter().map(|id| ResourceId(id.into())).collect())
    }
}
