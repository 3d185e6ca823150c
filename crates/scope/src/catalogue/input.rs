//! A realm's configuration as it is handed to the compiler.

use super::{RoleEntry, TypeEntry};
use crate::{
    definition::ScopeDefinition,
    id::{ClientId, ResourceServerId, ScopeId, ServiceId},
    path::PathPattern,
};

/// Everything of a realm that decides.
#[derive(Debug, Clone, Default)]
pub struct CatalogueInput {
    /// The configuration version that this is; the caller counts.
    pub version: u64,
    /// Resource types and sub-resource types; [`crate::TypeId`]s are indices of this list.
    pub types: Vec<TypeEntry>,
    /// Scopes.
    pub scopes: Vec<ScopeEntry>,
    /// Clients.
    pub clients: Vec<ClientEntry>,
    /// Roles of people.
    pub roles: Vec<RoleEntry>,
    /// Third-party resource servers that generic scopes may name.
    pub resource_servers: Vec<ResourceServerId>,
    /// Services behind gateways.
    pub services: Vec<ServiceEntry>,
    /// What every service URL begins with; `/integration` if none is given (product §6.4).
    pub service_prefix: Option<String>,
}

/// A scope: its definition now, and earlier ones that live grants still hold.
#[derive(Debug, Clone)]
pub struct ScopeEntry {
    /// Its id.
    pub id: ScopeId,
    /// The version of the definition in force.
    pub version: u32,
    /// The definition in force.
    pub definition: ScopeDefinition,
    /// Earlier versions. A grant of a version that is not kept gives nothing.
    pub earlier: Vec<(u32, ScopeDefinition)>,
}

/// A client, as far as it decides (product §3).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClientEntry {
    /// Its id.
    pub id: ClientId,
    /// Whether it may do anything at all (B11).
    pub active: bool,
    /// Whether it may act for itself: client credentials (RFC 6749 §4.4).
    pub service_account: bool,
    /// What becomes of a scope that it asks for and is not assigned.
    pub unassigned: UnassignedScopes,
    /// The scopes that it may be granted.
    pub assigned: Vec<AssignedScope>,
}

impl ClientEntry {
    /// How the scope is assigned to the client, if it is.
    pub fn assignment(&self, scope: ScopeId) -> Option<&AssignedScope> {
        self.assigned
            .iter()
            .find(|assigned| assigned.scope == scope)
    }
}

/// What becomes of a requested scope that is not assigned to the client.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum UnassignedScopes {
    /// The request is refused, naming the scope.
    #[default]
    Reject,
    /// The scope is dropped, and the response's `scope` says so.
    Intersect,
}

/// A scope that a client may be granted, and how.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AssignedScope {
    /// The scope.
    pub scope: ScopeId,
    /// Whether a person may leave it out on the consent page.
    pub optional: bool,
    /// Whether it is granted when the request names no scope.
    pub default: bool,
    /// Whether a person must consent to it.
    pub consent_required: bool,
    /// The authentication context that it needs (RFC 9470).
    pub required_acr: Option<String>,
}

impl AssignedScope {
    /// An assignment as it is if nothing is said about it (product §3).
    pub fn new(scope: ScopeId) -> Self {
        Self {
            scope,
            optional: false,
            default: false,
            consent_required: true,
            required_acr: None,
        }
    }
}

/// A service of the catalogue, as far as it decides (product §6.4).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServiceEntry {
    /// Its id.
    pub id: ServiceId,
    /// Its name, unique in the realm ignoring ASCII case.
    pub name: String,
    /// Its URLs.
    pub url: PathPattern,
    /// The HTTP methods it takes (RFC 9110 §9.1, case-sensitive); empty for all.
    pub methods: Vec<String>,
    /// Whether lacking the scope denies.
    pub enforcement: Enforcement,
}

/// What lacking the scope of a service does.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Enforcement {
    /// It denies.
    #[default]
    Enforce,
    /// The request passes and is recorded.
    Report,
}
