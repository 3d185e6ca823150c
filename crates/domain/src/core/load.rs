//! Start: from the store's rows to compiled realms.

use super::{Certainty, Core, Writer};
use crate::{
    Clock, RandomIds, RealmKey, Secrets,
    audit::Chains,
    config::{ConfigObject, RealmConfig},
    directory::Directory,
    management::Texts,
    outbound::NoOutbound,
    people::{Crowds, Strangers, Upstreams},
    scim::{Kept, Turns},
    snapshot::{ConfigError, RealmSnapshot},
    store::{AuditHead, ConfigRow, Store, StoreError},
};
use arc_swap::ArcSwap;
use std::{collections::BTreeMap, sync::Arc};
use tokio::sync::Mutex;

/// Why the server can't start.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// What it holds is not a configuration that can be in force.
    #[error("realm {realm}: {error}")]
    Config {
        /// Where.
        realm: RealmKey,
        /// Why.
        error: ConfigError,
    },
}

impl Core {
    /// Opens what `store` holds. An empty store gives a server without a tenant:
    /// [`set_up`](Core::set_up) makes the first.
    ///
    /// `base_url` is the public origin, such as `https://id.example.com`.
    pub async fn load(
        store: Arc<dyn Store>,
        clock: Arc<dyn Clock>,
        secrets: Secrets,
        base_url: impl Into<String>,
    ) -> Result<Self, LoadError> {
        let base_url = base_url.into().trim_end_matches('/').to_owned();
        let core = Self {
            store,
            clock,
            resource_ids: Arc::new(RandomIds),
            outbound: Arc::new(NoOutbound),
            secrets,
            base_url,
            directory: ArcSwap::default(),
            registrations: Mutex::default(),
            writer: Mutex::new(Writer {
                certainty: Certainty::Sure,
                chains: Chains::default(),
            }),
            live_tokens: Default::default(),
            kept: Kept::default(),
            fresh_grants: Default::default(),
            told: Default::default(),
            turns: Turns::default(),
            texts: Texts::default(),
            upstreams: Upstreams::default(),
            crowds: Crowds::default(),
            strangers: Strangers::default(),
        };
        let rows = core.store.load_configuration().await?;
        let directory = core.compile_all(rows).await?;
        core.directory.store(Arc::new(directory));
        let heads = core.store.audit_heads().await?;
        core.writer.lock().await.find_chains(heads, &core.secrets);
        Ok(core)
    }

    /// Puts in force what the store holds, if that is not certain.
    ///
    /// # Errors
    /// If the store fails, or holds what this node can't compile: then nothing is certain still.
    pub(super) async fn settle(&self, writer: &mut Writer) -> Result<(), LoadError> {
        while writer.certainty == Certainty::Unsure {
            let rows = self.store.load_configuration().await?;
            let directory = self.compile_all(rows.clone()).await?;
            let heads = self.store.audit_heads().await?;
            // The commit in doubt may land while this reads: rows, revisions and ends
            // must be of one time.
            let still = self.store.load_configuration().await? == rows
                && self.store.audit_heads().await? == heads;
            if still {
                self.directory.store(Arc::new(directory));
                writer.find_chains(heads, &self.secrets);
                writer.certainty = Certainty::Sure;
            }
        }
        Ok(())
    }

    async fn compile_all(&self, rows: Vec<ConfigRow>) -> Result<Directory, LoadError> {
        let mut directory = Directory::default();
        let mut realms: BTreeMap<RealmKey, RealmConfig> = BTreeMap::new();
        let mut objects = Vec::new();
        for row in rows {
            let object = ConfigObject::from_row(&row)?;
            match &object {
                ConfigObject::Tenant(tenant) => directory.put_tenant(tenant.clone()),
                ConfigObject::Realm(realm) => {
                    let key = RealmKey::new(&realm.tenant, &realm.name);
                    realms.insert(key, RealmConfig::new(realm.clone()));
                }
                // A retired tenant is kept above tenants, a retired realm above its tenant's.
                ConfigObject::Retired(name) => match row.realm.tenant() {
                    "" => directory.retire(name, ""),
                    tenant => directory.retire(tenant, name),
                },
                _ => objects.push((row.realm, object)),
            }
        }
        for (key, object) in objects {
            if let Some(config) = realms.get_mut(&key) {
                config.put(&object);
            }
        }
        for (key, config) in realms {
            let revision = self.store.revision(&key).await?;
            let tenant_active = directory.tenant(key.tenant()).is_some_and(|t| t.active);
            let around = self.around(tenant_active);
            let snapshot = RealmSnapshot::compile(key.clone(), config, revision, around, None)
                .map_err(|error| LoadError::Config { realm: key, error })?;
            directory.put_realm(Arc::new(snapshot));
        }
        Ok(directory)
    }
}

impl Writer {
    /// Learns from the store where the audit trails end.
    fn find_chains(&mut self, heads: Vec<(RealmKey, AuditHead)>, secrets: &Secrets) {
        self.chains = Chains::read(heads, &self.chains, secrets.audit());
    }
}
