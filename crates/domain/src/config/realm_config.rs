//! All of a realm's configuration, as one value that edits make a new one of.

use super::{
    Application, ClaimRecord, ConfigObject, Connector, IdentityProvider, KeyRecord, Policy, Realm,
    ResourceServer, ResourceTypeRecord, RoleRecord, SchemaRecord, ScopeRecord, ScopeVersion,
    Service, SyncProfile,
};
use crate::store::Kind;
use scope::{ClientId, ResourceServerId, RoleId, ScopeId, ServiceId};
use std::{collections::BTreeMap, str::FromStr, sync::Arc};
use uuid::Uuid;

/// The configuration objects of one realm.
#[derive(Debug, Clone)]
pub struct RealmConfig {
    /// The realm itself.
    pub realm: Arc<Realm>,
    /// Scopes, with their current definitions.
    pub scopes: BTreeMap<ScopeId, Arc<ScopeRecord>>,
    /// Earlier definitions of scopes.
    pub scope_versions: BTreeMap<(ScopeId, u32), Arc<ScopeVersion>>,
    /// Clients.
    pub applications: BTreeMap<ClientId, Arc<Application>>,
    /// Resource servers.
    pub resource_servers: BTreeMap<ResourceServerId, Arc<ResourceServer>>,
    /// SCIM schemas.
    pub schemas: BTreeMap<Uuid, Arc<SchemaRecord>>,
    /// SCIM resource types.
    pub resource_types: BTreeMap<Uuid, Arc<ResourceTypeRecord>>,
    /// Signing keys by `kid`.
    pub keys: BTreeMap<String, Arc<KeyRecord>>,
    /// OpenID providers at which people may sign in.
    pub identity_providers: BTreeMap<Uuid, Arc<IdentityProvider>>,
    /// Claims by id.
    pub claims: BTreeMap<Uuid, Arc<ClaimRecord>>,
    /// Services behind gateways.
    pub services: BTreeMap<ServiceId, Arc<Service>>,
    /// Policies, none of which is in force.
    pub policies: BTreeMap<Uuid, Arc<Policy>>,
    /// Directories that are read.
    pub sync_profiles: BTreeMap<Uuid, Arc<SyncProfile>>,
    /// Agents that read them.
    pub connectors: BTreeMap<Uuid, Arc<Connector>>,
    /// Roles of people.
    pub roles: BTreeMap<RoleId, Arc<RoleRecord>>,
}

impl RealmConfig {
    /// A realm without anything in it.
    pub fn new(realm: Arc<Realm>) -> Self {
        Self {
            realm,
            scopes: BTreeMap::new(),
            scope_versions: BTreeMap::new(),
            applications: BTreeMap::new(),
            resource_servers: BTreeMap::new(),
            schemas: BTreeMap::new(),
            resource_types: BTreeMap::new(),
            keys: BTreeMap::new(),
            identity_providers: BTreeMap::new(),
            claims: BTreeMap::new(),
            services: BTreeMap::new(),
            policies: BTreeMap::new(),
            sync_profiles: BTreeMap::new(),
            connectors: BTreeMap::new(),
            roles: BTreeMap::new(),
        }
    }

    /// Adds an object, or replaces the one with its id.
    pub fn put(&mut self, object: &ConfigObject) {
        match object {
            ConfigObject::Realm(o) => self.realm = o.clone(),
            ConfigObject::Scope(o) => drop(self.scopes.insert(o.id, o.clone())),
            ConfigObject::ScopeVersion(o) => {
                drop(self.scope_versions.insert((o.scope, o.version), o.clone()));
            }
            ConfigObject::Application(o) => drop(self.applications.insert(o.id, o.clone())),
            ConfigObject::ResourceServer(o) => drop(self.resource_servers.insert(o.id, o.clone())),
            ConfigObject::Schema(o) => drop(self.schemas.insert(o.id, o.clone())),
            ConfigObject::ResourceType(o) => drop(self.resource_types.insert(o.id, o.clone())),
            ConfigObject::Key(o) => drop(self.keys.insert(o.kid.clone(), o.clone())),
            ConfigObject::IdentityProvider(o) => {
                drop(self.identity_providers.insert(o.id, o.clone()));
            }
            ConfigObject::Claim(o) => drop(self.claims.insert(o.id, o.clone())),
            ConfigObject::Service(o) => drop(self.services.insert(o.id, o.clone())),
            ConfigObject::Policy(o) => drop(self.policies.insert(o.id, o.clone())),
            ConfigObject::SyncProfile(o) => drop(self.sync_profiles.insert(o.id, o.clone())),
            ConfigObject::Connector(o) => drop(self.connectors.insert(o.id, o.clone())),
            ConfigObject::Role(o) => drop(self.roles.insert(o.id, o.clone())),
            // What lives above realms is no part of one.
            ConfigObject::Tenant(_) | ConfigObject::Retired(_) => {}
        }
    }

    /// Every object of the realm, each as it is kept.
    pub fn objects(&self) -> impl Iterator<Item = ConfigObject> + '_ {
        let Self {
            realm,
            scopes,
            scope_versions,
            applications,
            resource_servers,
            schemas,
            resource_types,
            keys,
            identity_providers,
            claims,
            services,
            policies,
            sync_profiles,
            connectors,
            roles,
        } = self;
        std::iter::once(ConfigObject::Realm(realm.clone()))
            .chain(scopes.values().cloned().map(ConfigObject::Scope))
            .chain(
                scope_versions
                    .values()
                    .cloned()
                    .map(ConfigObject::ScopeVersion),
            )
            .chain(
                applications
                    .values()
                    .cloned()
                    .map(ConfigObject::Application),
            )
            .chain(
                resource_servers
                    .values()
                    .cloned()
                    .map(ConfigObject::ResourceServer),
            )
            .chain(schemas.values().cloned().map(ConfigObject::Schema))
            .chain(
                resource_types
                    .values()
                    .cloned()
                    .map(ConfigObject::ResourceType),
            )
            .chain(keys.values().cloned().map(ConfigObject::Key))
            .chain(
                identity_providers
                    .values()
                    .cloned()
                    .map(ConfigObject::IdentityProvider),
            )
            .chain(claims.values().cloned().map(ConfigObject::Claim))
            .chain(services.values().cloned().map(ConfigObject::Service))
            .chain(policies.values().cloned().map(ConfigObject::Policy))
            .chain(
                sync_profiles
                    .values()
                    .cloned()
                    .map(ConfigObject::SyncProfile),
            )
            .chain(connectors.values().cloned().map(ConfigObject::Connector))
            .chain(roles.values().cloned().map(ConfigObject::Role))
    }

    /// Takes an object out.
    pub fn remove(&mut self, kind: Kind, id: &str) {
        match kind {
            Kind::Scope => take(&mut self.scopes, id),
            Kind::ScopeVersion => {
                let parts = id.rsplit_once('.');
                let key = parts.and_then(|(scope, v)| Some((scope.parse().ok()?, v.parse().ok()?)));
                drop(key.and_then(|key| self.scope_versions.remove(&key)));
            }
            Kind::Application => take(&mut self.applications, id),
            Kind::ResourceServer => take(&mut self.resource_servers, id),
            Kind::Schema => take(&mut self.schemas, id),
            Kind::ResourceType => take(&mut self.resource_types, id),
            Kind::Key => drop(self.keys.remove(id)),
            Kind::IdentityProvider => take(&mut self.identity_providers, id),
            Kind::Claim => take(&mut self.claims, id),
            Kind::Service => take(&mut self.services, id),
            Kind::Policy => take(&mut self.policies, id),
            Kind::SyncProfile => take(&mut self.sync_profiles, id),
            Kind::Connector => take(&mut self.connectors, id),
            Kind::Role => take(&mut self.roles, id),
            Kind::Tenant | Kind::Realm | Kind::Retired => {}
        }
    }

    /// The schema with the given URN, ignoring ASCII case.
    pub fn schema_by_urn(&self, urn: &str) -> Option<&Arc<SchemaRecord>> {
        self.schemas
            .values()
            .find(|s| s.schema.id.eq_ignore_ascii_case(urn))
    }

    /// The resource type with the given name, ignoring ASCII case.
    pub fn resource_type_by_name(&self, name: &str) -> Option<&Arc<ResourceTypeRecord>> {
        self.resource_types
            .values()
            .find(|r| r.resource_type.name.eq_ignore_ascii_case(name))
    }

    /// The scope with the given name, ignoring ASCII case.
    pub fn scope_by_name(&self, name: &str) -> Option<&Arc<ScopeRecord>> {
        self.scopes
            .values()
            .find(|s| s.definition.name.as_str().eq_ignore_ascii_case(name))
    }
}

/// Takes out what is kept under an id, as the id is written in rows.
fn take<K: Ord + FromStr, V>(objects: &mut BTreeMap<K, V>, id: &str) {
    if let Ok(key) = id.parse() {
        objects.remove(&key);
    }
}
