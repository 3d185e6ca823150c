//! One running server without its listener: the store, the key and the compiled realms.

use super::master_key::{self, MasterKey};
use crate::config::StoreSettings;
use anyhow::Context;
use domain::{Bootstrap, Core, Outbound, Secrets, SystemClock, store::Store};
use outbound::{HttpOutbound, Policy};
use std::sync::Arc;
use store::OpenOptions;

/// The opened store with its master key; nothing is served yet.
pub(crate) struct Opened {
    store: Arc<dyn Store>,
    key: MasterKey,
    /// Whether this is the first start.
    pub(crate) is_empty: bool,
    /// The way to servers elsewhere, if there is one.
    outbound: Option<Arc<dyn Outbound>>,
}

impl Opened {
    /// Opens the store and its key; at the first start the key is made.
    pub(crate) async fn open(settings: &StoreSettings) -> anyhow::Result<Self> {
        let store = store::open(&settings.url, OpenOptions::default()).await?;
        let is_empty = store.load_configuration().await?.is_empty();
        let key = master_key::load(&settings.master_key_file, is_empty)?;
        Ok(Self {
            store,
            key,
            is_empty,
            outbound: None,
        })
    }

    /// Opens the store and its key, unless the store is empty: then nothing is made.
    pub(super) async fn open_existing(settings: &StoreSettings) -> anyhow::Result<Option<Self>> {
        let store = store::open(&settings.url, OpenOptions::default()).await?;
        if store.load_configuration().await?.is_empty() {
            return Ok(None);
        }
        let key = master_key::load(&settings.master_key_file, false)?;
        Ok(Some(Self {
            store,
            key,
            is_empty: false,
            outbound: None,
        }))
    }

    /// With a way to servers elsewhere: those of this machine only if `loopback` says so (F1).
    pub(super) fn asking_others(mut self, loopback: bool) -> Self {
        let policy = Policy {
            loopback_allowed: loopback,
            ..Policy::default()
        };
        self.outbound = match HttpOutbound::new(policy) {
            Ok(outbound) => Some(Arc::new(outbound)),
            // Most of what is served needs no other server.
            Err(error) => {
                tracing::warn!(%error, "identity providers can't be asked, nor logouts told");
                None
            }
        };
        self
    }

    /// Loads what the store holds; an empty one gets its system realm, whose administrator's
    /// credentials are answered this once (T10).
    pub(crate) async fn load(
        self,
        base_url: &str,
    ) -> anyhow::Result<(Arc<Core>, Option<Bootstrap>)> {
        let secrets = Secrets::derive(&self.key)?;
        let core = Core::load(self.store, Arc::new(SystemClock), secrets, base_url)
            .await
            .context("what the store holds can't be put in force with this master key")?;
        let core = match self.outbound {
            Some(outbound) => core.with_outbound(outbound),
            None => core,
        };
        let first = if self.is_empty {
            core.set_up().await?
        } else {
            None
        };
        Ok((Arc::new(core), first))
    }
}
