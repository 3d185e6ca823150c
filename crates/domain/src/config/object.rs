//! Any configuration object, to and from its row.

use super::{
    Application, ClaimRecord, Connector, IdentityProvider, KeyRecord, Policy, Realm,
    ResourceServer, ResourceTypeRecord, RoleRecord, SchemaRecord, ScopeRecord, ScopeVersion,
    Service, SyncProfile, Tenant,
};
use crate::{
    RealmKey,
    store::{ConfigRow, Kind, StoreError},
};
use serde::{Serialize, de::DeserializeOwned};
use std::sync::Arc;

/// A configuration object of any kind.
#[derive(Debug, Clone)]
#[allow(missing_docs)]
pub enum ConfigObject {
    Tenant(Arc<Tenant>),
    Realm(Arc<Realm>),
    Scope(Arc<ScopeRecord>),
    ScopeVersion(Arc<ScopeVersion>),
    Application(Arc<Application>),
    ResourceServer(Arc<ResourceServer>),
    Schema(Arc<SchemaRecord>),
    ResourceType(Arc<ResourceTypeRecord>),
    Key(Arc<KeyRecord>),
    IdentityProvider(Arc<IdentityProvider>),
    Claim(Arc<ClaimRecord>),
    Service(Arc<Service>),
    Policy(Arc<Policy>),
    SyncProfile(Arc<SyncProfile>),
    Connector(Arc<Connector>),
    Role(Arc<RoleRecord>),
    /// The name of a tenant or realm that is gone.
    Retired(String),
}

impl ConfigObject {
    /// What it is.
    pub fn kind(&self) -> Kind {
        match self {
            Self::Tenant(_) => Kind::Tenant,
            Self::Realm(_) => Kind::Realm,
            Self::Scope(_) => Kind::Scope,
            Self::ScopeVersion(_) => Kind::ScopeVersion,
            Self::Application(_) => Kind::Application,
            Self::ResourceServer(_) => Kind::ResourceServer,
            Self::Schema(_) => Kind::Schema,
            Self::ResourceType(_) => Kind::ResourceType,
            Self::Key(_) => Kind::Key,
            Self::IdentityProvider(_) => Kind::IdentityProvider,
            Self::Claim(_) => Kind::Claim,
            Self::Service(_) => Kind::Service,
            Self::Policy(_) => Kind::Policy,
            Self::SyncProfile(_) => Kind::SyncProfile,
            Self::Connector(_) => Kind::Connector,
            Self::Role(_) => Kind::Role,
            Self::Retired(_) => Kind::Retired,
        }
    }

    /// Its id within the place and kind.
    pub fn id(&self) -> String {
        match self {
            Self::Tenant(tenant) => tenant.name.to_string(),
            Self::Realm(realm) => realm.name.to_string(),
            Self::Scope(scope) => scope.id.to_string(),
            Self::ScopeVersion(version) => scope_version_id(version),
            Self::Application(application) => application.id.to_string(),
            Self::ResourceServer(server) => server.id.to_string(),
            Self::Schema(schema) => schema.id.to_string(),
            Self::ResourceType(resource_type) => resource_type.id.to_string(),
            Self::Key(key) => key.kid.clone(),
            Self::IdentityProvider(provider) => provider.id.to_string(),
            Self::Claim(claim) => claim.id.to_string(),
            Self::Service(service) => service.id.to_string(),
            Self::Policy(policy) => policy.id.to_string(),
            Self::SyncProfile(profile) => profile.id.to_string(),
            Self::Connector(connector) => connector.id.to_string(),
            Self::Role(role) => role.id.to_string(),
            Self::Retired(name) => name.clone(),
        }
    }

    /// The other key that is unique within the place and kind.
    pub fn unique_key(&self) -> Option<String> {
        match self {
            Self::Scope(scope) => Some(scope.definition.name.fold()),
            Self::Application(application) => Some(application.unique_key()),
            Self::ResourceServer(server) => Some(server.identifier.clone()),
            Self::Schema(schema) => Some(schema.schema.id.to_ascii_lowercase()),
            Self::ResourceType(r) => Some(r.resource_type.name.to_ascii_lowercase()),
            Self::IdentityProvider(provider) => Some(provider.name.to_ascii_lowercase()),
            Self::Claim(claim) => Some(claim.name.clone()),
            Self::Service(service) => Some(service.name.to_ascii_lowercase()),
            Self::Policy(policy) => Some(policy.name.to_ascii_lowercase()),
            Self::SyncProfile(profile) => Some(profile.name.to_ascii_lowercase()),
            Self::Connector(connector) => Some(connector.name.to_ascii_lowercase()),
            Self::Role(role) => Some(role.name.to_ascii_lowercase()),
            _ => None,
        }
    }

    /// The row that keeps it.
    pub fn to_row(&self, realm: RealmKey) -> Result<ConfigRow, StoreError> {
        let body = match self {
            Self::Tenant(o) => text(o),
            Self::Realm(o) => text(o),
            Self::Scope(o) => text(o),
            Self::ScopeVersion(o) => text(o),
            Self::Application(o) => text(o),
            Self::ResourceServer(o) => text(o),
            Self::Schema(o) => text(o),
            Self::ResourceType(o) => text(o),
            Self::Key(o) => text(o),
            Self::IdentityProvider(o) => text(o),
            Self::Claim(o) => text(o),
            Self::Service(o) => text(o),
            Self::Policy(o) => text(o),
            Self::SyncProfile(o) => text(o),
            Self::Connector(o) => text(o),
            Self::Role(o) => text(o),
            Self::Retired(o) => text(o),
        }?;
        let (kind, id, unique_key) = (self.kind(), self.id(), self.unique_key());
        Ok(ConfigRow {
            realm,
            kind,
            id,
            unique_key,
            body,
        })
    }

    /// The object that a row keeps.
    pub fn from_row(row: &ConfigRow) -> Result<Self, StoreError> {
        Ok(match row.kind {
            Kind::Tenant => Self::Tenant(object(row)?),
            Kind::Realm => Self::Realm(object(row)?),
            Kind::Scope => Self::Scope(object(row)?),
            Kind::ScopeVersion => Self::ScopeVersion(object(row)?),
            Kind::Application => Self::Application(object(row)?),
            Kind::ResourceServer => Self::ResourceServer(object(row)?),
            Kind::Schema => Self::Schema(object(row)?),
            Kind::ResourceType => Self::ResourceType(object(row)?),
            Kind::Key => Self::Key(object(row)?),
            Kind::IdentityProvider => Self::IdentityProvider(object(row)?),
            Kind::Claim => Self::Claim(object(row)?),
            Kind::Service => Self::Service(object(row)?),
            Kind::Policy => Self::Policy(object(row)?),
            Kind::SyncProfile => Self::SyncProfile(object(row)?),
            Kind::Connector => Self::Connector(object(row)?),
            Kind::Role => Self::Role(object(row)?),
            Kind::Retired => Self::Retired(row.id.clone()),
        })
    }
}

/// The id of an earlier definition of a scope.
fn scope_version_id(version: &ScopeVersion) -> String {
    format!("{}.{}", version.scope, version.version)
}

fn text<T: Serialize>(object: &T) -> Result<String, StoreError> {
    serde_json::to_string(object).map_err(|e| StoreError::Corrupt(e.to_string()))
}

fn object<T: DeserializeOwned>(row: &ConfigRow) -> Result<Arc<T>, StoreError> {
    serde_json::from_str(&row.body).map(Arc::new).map_err(|e| {
        StoreError::Corrupt(format!(
            "{} {} in {}: {e}",
            row.kind.as_str(),
            row.id,
            row.realm
        ))
    })
}
