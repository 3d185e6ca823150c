//! Rights of the management API (product §7).

use crate::operation::{ManagementAction, Named, UnknownName, by_name, named};
use std::{fmt, str::FromStr};

named! {
    /// A resource of the management API, exactly as in its URL; nested ones by their last noun.
    ManagementResource {
        /// Owners of realms; system realm only.
        Tenants = "tenants",
        /// Realms.
        Realms = "realms",
        /// Clients.
        Applications = "applications",
        /// The scopes that a client may be granted: `applications/{id}/assigned-scopes`.
        AssignedScopes = "assigned-scopes",
        /// Third-party resource servers.
        ResourceServers = "resource-servers",
        /// Scopes.
        Scopes = "scopes",
        /// Services behind a gateway.
        Services = "services",
        /// Administrators' roles.
        Roles = "roles",
        /// Upstream identity providers.
        IdentityProviders = "identity-providers",
        /// OpenID claims.
        Claims = "claims",
        /// SCIM resource types.
        ResourceTypes = "resource-types",
        /// SCIM schemas.
        Schemas = "schemas",
        /// Directory-sync profiles.
        SyncProfiles = "sync-profiles",
        /// Directory-sync agents.
        Connectors = "connectors",
        /// Policies.
        Policies = "policies",
        /// Issued tokens.
        Tokens = "tokens",
        /// Grants.
        Grants = "grants",
        /// Consents.
        Consents = "consents",
        /// Signing keys.
        Keys = "keys",
        /// The audit trail.
        AuditEvents = "audit-events",
        /// What was used, how often.
        Usage = "usage",
    }
}

impl ManagementResource {
    /// What the API offers on it.
    pub fn actions(self) -> &'static [ManagementAction] {
        match self {
            Self::Tokens | Self::Grants | Self::Consents => {
                &[ManagementAction::Read, ManagementAction::Delete]
            }
            Self::AuditEvents | Self::Usage => &[ManagementAction::Read],
            _ => ManagementAction::ALL,
        }
    }
}

/// One action on one resource of the management API, written `resource:action`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ManagementRight {
    /// What is acted on.
    pub resource: ManagementResource,
    /// What is done.
    pub action: ManagementAction,
}

impl ManagementRight {
    /// Every right there is.
    pub fn all() -> impl Iterator<Item = Self> {
        ManagementResource::ALL.iter().flat_map(|&resource| {
            resource
                .actions()
                .iter()
                .map(move |&action| Self { resource, action })
        })
    }

    fn bit(self) -> u128 {
        let width = ManagementAction::ALL.len();
        1 << (usize::from(self.resource.ordinal()) * width + usize::from(self.action.ordinal()))
    }
}

impl fmt::Display for ManagementRight {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.resource, self.action)
    }
}

impl FromStr for ManagementRight {
    type Err = UnknownName;

    fn from_str(text: &str) -> Result<Self, UnknownName> {
        let (resource, action) = text.rsplit_once(':').unwrap_or((text, ""));
        let resource: ManagementResource = by_name(resource)?;
        match by_name(action) {
            Ok(action) if resource.actions().contains(&action) => Ok(Self { resource, action }),
            _ => Err(UnknownName {
                given: text.chars().take(80).collect(),
                allowed: resource.actions().iter().map(|a| a.as_str()).collect(),
            }),
        }
    }
}

/// A set of [`ManagementRight`]s.
#[derive(Clone, Copy, Default, PartialEq, Eq, Hash)]
pub struct ManagementRights(u128);

impl ManagementRights {
    /// Whether there is none.
    pub fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// How many there are.
    pub fn len(self) -> usize {
        self.0.count_ones() as usize
    }

    /// Whether the right is in the set.
    pub fn contains(self, right: ManagementRight) -> bool {
        self.0 & right.bit() != 0
    }

    /// The rights of both.
    #[must_use]
    pub fn union(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// The rights that both have.
    #[must_use]
    pub fn intersection(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    /// Whether `other` has every right of this set.
    pub fn is_subset(self, other: Self) -> bool {
        self.0 & !other.0 == 0
    }

    /// The rights, by resource.
    pub fn iter(self) -> impl Iterator<Item = ManagementRight> {
        ManagementRight::all().filter(move |right| self.contains(*right))
    }
}

impl FromIterator<ManagementRight> for ManagementRights {
    fn from_iter<I: IntoIterator<Item = ManagementRight>>(rights: I) -> Self {
        Self(rights.into_iter().fold(0, |bits, right| bits | right.bit()))
    }
}

impl fmt::Debug for ManagementRights {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set()
            .entries(self.iter().map(|r| r.to_string()))
            .finish()
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn every_right_is_written_and_read_alike_and_is_its_own_bit() {
        let all: Vec<_> = ManagementRight::all().collect();
        for right in &all {
            assert_eq!(right.to_string().parse(), Ok(*right));
        }
        let set: ManagementRights = all.iter().copied().collect();
        assert_eq!(set.len(), all.len());
        assert_eq!(set.iter().collect::<Vec<_>>(), all);
        // 16 resources of four actions, three of two, two of one.
        assert_eq!(all.len(), 16 * 4 + 3 * 2 + 2);
    }

    #[test]
    fn a_set_holds_each_right_once() {
        let all: Vec<_> = ManagementRight::all().collect();
        let twice: ManagementRights = all.iter().chain(&all).copied().collect();
        assert_eq!((twice.len(), twice.is_empty()), (all.len(), false));
        assert!(ManagementRights::default().is_empty());
    }

    #[test]
    fn what_the_api_does_not_offer_is_no_right() {
        assert!("audit-events:delete".parse::<ManagementRight>().is_err());
        assert!("tokens:create".parse::<ManagementRight>().is_err());
        assert!("scopes".parse::<ManagementRight>().is_err());
        assert!("Scopes:read".parse::<ManagementRight>().is_err());
    }

    /// T3: the right to read never implies the right to write.
    #[test]
    fn t3_read_implies_nothing_else() {
        let read: ManagementRights = ["scopes:read".parse().unwrap()].into_iter().collect();
        assert_eq!(read.iter().count(), 1);
    }
}
