//! What stands in the way of a deletion within the configuration (product §2.2, §2.4). Live tokens
//! and grants, the other guard, are the store's to count.

use crate::{
    catalogue::Catalogue,
    definition::{ScopeKind, TypeSelector},
    id::{ClientId, ResourceServerId, ScopeId, ServiceId},
};
use oauth::ScopeToken;

/// How many users of a thing are named.
pub const NAMED_USERS: usize = 5;

/// What uses a thing: how many, and the first few.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Uses<T> {
    /// How many there are.
    pub count: usize,
    /// The first [`NAMED_USERS`], in ascending order.
    pub first: Vec<T>,
}

impl<T> Uses<T> {
    /// Whether nothing uses the thing.
    pub fn is_empty(&self) -> bool {
        self.count == 0
    }
}

impl<T: Ord> FromIterator<T> for Uses<T> {
    fn from_iter<I: IntoIterator<Item = T>>(users: I) -> Self {
        let mut first: Vec<T> = users.into_iter().collect();
        let count = first.len();
        first.sort_unstable();
        first.truncate(NAMED_USERS);
        Self { count, first }
    }
}

impl Catalogue {
    /// The clients, active or not, that a scope is assigned to.
    pub fn clients_assigned(&self, scope: ScopeId) -> Uses<ClientId> {
        self.clients()
            .filter(|c| c.assignment(scope).is_some())
            .map(|c| c.id)
            .collect()
    }

    /// The scopes that name a resource type, ignoring ASCII case.
    pub fn scopes_naming_type(&self, name: &str) -> Uses<ScopeToken> {
        self.scopes_where(|kind| {
            matches!(kind, ScopeKind::Resource(resource)
                if matches!(&resource.resource_type, TypeSelector::Named(named)
                    if named.eq_ignore_ascii_case(name)))
        })
    }

    /// The scopes that have a service.
    pub fn scopes_naming_service(&self, id: ServiceId) -> Uses<ScopeToken> {
        self.scopes_where(
            |kind| matches!(kind, ScopeKind::Service(services) if services.contains(&id)),
        )
    }

    /// The scopes that are tied to a resource server.
    pub fn scopes_naming_resource_server(&self, id: ResourceServerId) -> Uses<ScopeToken> {
        self.scopes_where(|kind| matches!(kind, ScopeKind::Generic(server) if *server == Some(id)))
    }

    fn scopes_where(&self, uses: impl Fn(&ScopeKind) -> bool) -> Uses<ScopeToken> {
        let scopes = self.scopes().map(|scope| scope.definition());
        scopes
            .filter(|d| uses(&d.kind))
            .map(|d| d.name.clone())
            .collect()
    }
}
