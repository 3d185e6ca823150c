//! What the roles of a person allow (product §2.4, §3): by them, and as far as they go, clients act for that person.

use crate::{
    catalogue::CompiledScope,
    definition::{ScopeDefinition, ScopeKind},
    management::{ManagementRight, ManagementRights},
    rights::Rights,
};
use std::borrow::Cow;

/// What one role, or several of a person together, allow.
///
/// Whatever acts on a person's own identity, services and generic scopes need no role.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct RoleRights {
    /// The rights of the management API that a client may have for the person.
    pub holds: ManagementRights,
    /// Those that the person may give to others besides.
    pub may_delegate: ManagementRights,
    /// Whether clients may act on any resource for the person, and the person may give every
    /// capability but management ones to others.
    pub delegates_capabilities: bool,
}

impl RoleRights {
    /// What no role goes beyond.
    pub fn everything() -> Self {
        let all: ManagementRights = ManagementRight::all().collect();
        Self {
            holds: all,
            may_delegate: all,
            delegates_capabilities: true,
        }
    }

    /// What both allow.
    #[must_use]
    pub fn union(self, other: Self) -> Self {
        Self {
            holds: self.holds.union(other.holds),
            may_delegate: self.may_delegate.union(other.may_delegate),
            delegates_capabilities: self.delegates_capabilities || other.delegates_capabilities,
        }
    }

    /// Whether a scope that the person gave in this version is in effect for them.
    pub fn allow(self, scope: &CompiledScope, version: u32) -> bool {
        let rights = scope.rights(version);
        rights.is_some_and(|rights| self.leave(scope.definition(), rights).is_some())
    }

    /// Whether the person may let a client have the scope: all that it allows.
    pub(crate) fn may_give(self, definition: &ScopeDefinition) -> bool {
        match &definition.kind {
            ScopeKind::Resource(_) => self.delegates_capabilities,
            ScopeKind::Management(rights) => rights.is_subset(self.holds),
            ScopeKind::AuthenticatedIdentity(_) | ScopeKind::Service(_) | ScopeKind::Generic(_) => {
                true
            }
        }
    }

    /// What is left of the rights of a scope that the person gave; none if the scope is not in
    /// effect.
    pub(crate) fn leave<'r>(
        self,
        definition: &ScopeDefinition,
        rights: &'r Rights,
    ) -> Option<Cow<'r, Rights>> {
        match &definition.kind {
            ScopeKind::Resource(_) => self.delegates_capabilities.then_some(Cow::Borrowed(rights)),
            ScopeKind::Management(_) => {
                let management = rights.management.intersection(self.holds);
                match management {
                    none if none.is_empty() => None,
                    all if all == rights.management => Some(Cow::Borrowed(rights)),
                    management => Some(Cow::Owned(Rights {
                        management,
                        ..rights.clone()
                    })),
                }
            }
            ScopeKind::AuthenticatedIdentity(_) | ScopeKind::Service(_) | ScopeKind::Generic(_) => {
                Some(Cow::Borrowed(rights))
            }
        }
    }
}
