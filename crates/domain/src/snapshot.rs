//! A realm's configuration, compiled: what hot paths read instead of a store.

mod keys;
mod types;

pub use keys::{KeyRing, PublishedKey};
pub use types::{TypeEntry, Types};

use crate::{
    RealmKey, Secrets,
    config::{Application, RealmConfig, ResourceServer},
    userinfo::Claims,
};
use oauth::Issuer;
use scope::{Catalogue, ClientId, ResourceServerId};
use std::sync::Arc;

/// One version of a realm's configuration, immutable.
#[derive(Debug)]
pub struct RealmSnapshot {
    key: RealmKey,
    issuer: Issuer,
    revision: u64,
    active: bool,
    config: RealmConfig,
    types: Types,
    keys: KeyRing,
    catalogue: Catalogue,
    claims: Claims,
    /// The audience of tokens for the service catalogue.
    service_audience: String,
}

/// Why a configuration can't be in force. Nothing of it was applied.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ConfigError {
    /// A resource type or schema does not compile.
    #[error("{0}")]
    Types(String),
    /// A scope does not compile.
    #[error("{0}")]
    Scopes(String),
    /// A signing key can't be opened; the master key is another one.
    #[error("a signing key of {0} can't be opened: is the master key the right one?")]
    Keys(RealmKey),
    /// An address can't be made.
    #[error("{0}")]
    Address(String),
}

/// What a snapshot is compiled in.
#[derive(Debug, Clone, Copy)]
pub struct Surroundings<'a> {
    /// The public base URL: the only source of absolute URLs.
    pub base_url: &'a str,
    /// What opens the signing keys.
    pub secrets: &'a Secrets,
    /// Whether the tenant is active.
    pub tenant_active: bool,
}

impl RealmSnapshot {
    /// Compiles `config`, the configuration of `key` at `revision`.
    ///
    /// `before` is the version that it follows; what did not change is taken over from it.
    pub fn compile(
        key: RealmKey,
        config: RealmConfig,
        revision: u64,
        around: Surroundings<'_>,
        before: Option<&Self>,
    ) -> Result<Self, ConfigError> {
        let issuer = format!("{}{}", around.base_url, key.path())
            .parse::<Issuer>()
            .map_err(|e| ConfigError::Address(e.to_string()))?;
        let types = Types::compile(&config, before.map(|b| (&b.config, &b.types)))?;
        let keys = KeyRing::open(&key, &config, around.secrets, before.map(|b| &b.keys))?;
        let catalogue = match before.filter(|b| b.shares_base(&config, &types)) {
            Some(before) => {
                let old = (&before.config, &before.catalogue);
                crate::catalogue::recompile(old, &config, revision)?
            }
            None => crate::catalogue::compile(&config, &types, revision)?,
        };
        let claims = match before.filter(|b| b.shares_claims(&config, &types)) {
            Some(before) => before.claims.clone(),
            None => Claims::compile(&config, &types),
        };
        let active = around.tenant_active && config.realm.active;
        let service_audience = format!("{issuer}/services");
        Ok(Self {
            key,
            issuer,
            revision,
            active,
            config,
            types,
            keys,
            catalogue,
            claims,
            service_audience,
        })
    }

    /// Whether what scopes are resolved against is the same as before.
    fn shares_base(&self, config: &RealmConfig, types: &Types) -> bool {
        let settings = &config.realm.settings;
        let same = |(a, b): (&Arc<_>, &Arc<_>)| Arc::ptr_eq(a, b);
        let (old, new) = (&self.config.services, &config.services);
        self.types.is(types)
            && self
                .config
                .resource_servers
                .keys()
                .eq(config.resource_servers.keys())
            && self.config.realm.settings.service_prefix == settings.service_prefix
            && old.len() == new.len()
            && old.values().zip(new.values()).all(same)
    }

    /// Whether the claims and what they are taken from are the same as before.
    fn shares_claims(&self, config: &RealmConfig, types: &Types) -> bool {
        let same = |(a, b): (&Arc<_>, &Arc<_>)| Arc::ptr_eq(a, b);
        let (old, new) = (&self.config.claims, &config.claims);
        self.types.is(types) && old.len() == new.len() && old.values().zip(new.values()).all(same)
    }

    /// The claims about people.
    pub fn claims(&self) -> &Claims {
        &self.claims
    }

    /// The realm's address.
    pub fn key(&self) -> &RealmKey {
        &self.key
    }

    /// The realm's OAuth issuer, which is also its root URL (RFC 8414 §2).
    pub fn issuer(&self) -> &Issuer {
        &self.issuer
    }

    /// The identifier of the realm's service catalogue: the audience of tokens that open services,
    /// which every gateway demands and Ambit's own endpoints do not take (RFC 8707, G1).
    pub fn service_audience(&self) -> &str {
        &self.service_audience
    }

    /// Counts the changes of the realm's configuration.
    pub fn revision(&self) -> u64 {
        self.revision
    }

    /// Whether the realm and its tenant may be used at all (B11).
    pub fn is_active(&self) -> bool {
        self.active
    }

    /// The configuration objects.
    pub fn config(&self) -> &RealmConfig {
        &self.config
    }

    /// The SCIM resource types and schemas.
    pub fn types(&self) -> &Types {
        &self.types
    }

    /// The signing keys.
    pub fn keys(&self) -> &KeyRing {
        &self.keys
    }

    /// The compiled scopes, clients and types: what decides.
    pub fn catalogue(&self) -> &Catalogue {
        &self.catalogue
    }

    /// The client with the given id.
    pub fn application(&self, id: &ClientId) -> Option<&Arc<Application>> {
        self.config.applications.get(id)
    }

    /// The client with the given `client_id`.
    pub fn client(&self, client_id: &str) -> Option<&Arc<Application>> {
        self.application(&client_id.parse().ok()?)
    }

    /// The resource server with the given id.
    pub fn resource_server(&self, id: &ResourceServerId) -> Option<&Arc<ResourceServer>> {
        self.config.resource_servers.get(id)
    }

    /// The same realm in a tenant that was switched on or off.
    pub fn revised(&self, around: Surroundings<'_>) -> Result<Self, ConfigError> {
        let (key, config) = (self.key.clone(), self.config.clone());
        Self::compile(key, config, self.revision, around, Some(self))
    }
}
