//! An authorization that is under way: what is kept between the pages that a person sees.

use super::account::AccountPurpose;
use crate::{
    Core, Timestamp,
    people::{Amr, Browser, HandleKind, Kept, Vouched},
    snapshot::RealmSnapshot,
    store::{EntryKind, ResourceId, StoreError},
};
use oauth::{AuthorizationRequest, Secret};
use serde::{Deserialize, Serialize};
use std::{collections::BTreeSet, time::Duration};

/// How long someone may take.
pub(super) const LIFETIME: Duration = Duration::from_secs(60 * 60);

/// Who looks at the pages: a browser, and whoever is signed in with it.
#[derive(Debug, Clone, Default)]
pub struct Visitor {
    /// The browser.
    pub browser: Browser,
    /// The cookie of a session, if there is one.
    pub session: Option<Secret>,
}

/// What the pages lead to.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Purpose {
    /// An answer to a client.
    Client(Box<AuthorizationRequest>),
    /// A device, by the key of its code (RFC 8628 §3.3).
    Device(Box<DevicePurpose>),
    /// The person's own pages.
    Account(AccountPurpose),
}

/// A device that waits.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct DevicePurpose {
    /// The key of its entry, base64url.
    pub key: String,
    /// The client.
    pub client_id: String,
    /// What it asks for.
    pub scope: Option<String>,
    /// The code as it is shown.
    pub user_code: String,
    /// Whether the person has said that the device is theirs (RFC 8628 §5.4).
    pub confirmed: bool,
}

/// Someone who gave a first factor, and whose second one is still missing.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Identified {
    /// Who.
    pub person: String,
    /// What they gave.
    pub methods: BTreeSet<Amr>,
    /// The identity provider that said so, if one did.
    #[serde(default)]
    pub provider: Option<Vouched>,
    /// When.
    pub at: Timestamp,
}

impl Identified {
    /// The id of their resource.
    pub(super) fn id(&self) -> ResourceId {
        ResourceId(self.person.as_str().into())
    }
}

/// What is kept of a flow.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Flow {
    /// What it leads to.
    pub purpose: Purpose,
    /// The browser that it belongs to, by the hash of its cookie: no other goes on with it.
    pub browser: String,
    /// When it began: what was done before is no answer to `prompt=login`.
    pub began: Timestamp,
    /// Whoever is half signed in.
    pub identified: Option<Identified>,
    /// The key of the pushed request that it is, base64url.
    pub pushed: Option<String>,
    /// Whether the person wants to sign in as somebody else.
    pub switching: bool,
    /// What the passkeys of this flow must answer to, if it was asked for.
    pub challenge: Option<serde_json::Value>,
    /// What comes back from an identity provider must have.
    pub upstream: Option<serde_json::Value>,
}

impl Flow {
    pub(super) fn new(purpose: Purpose, browser: &Browser, now: Timestamp) -> Self {
        Self {
            purpose,
            browser: browser.id.clone(),
            began: now,
            identified: None,
            pushed: None,
            switching: false,
            challenge: None,
            upstream: None,
        }
    }

    /// The authorization request, if it leads to a client.
    pub(super) fn request(&self) -> Option<&AuthorizationRequest> {
        match &self.purpose {
            Purpose::Client(request) => Some(request),
            Purpose::Device(_) | Purpose::Account(_) => None,
        }
    }
}

/// Why a flow can't be gone on with.
#[derive(Debug, thiserror::Error)]
pub enum FlowError {
    /// There is none, it is over, or it belongs to another browser.
    #[error("this page is no longer valid: go back to the application and start again")]
    Over,
    /// Its client is gone or may do nothing any more.
    #[error("{0}")]
    Refused(#[from] oauth::OAuthError),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Core {
    /// The flow of a handle, in its own browser (REG-05).
    pub(super) async fn find_flow(
        &self,
        snapshot: &RealmSnapshot,
        handle: &str,
        visitor: &Visitor,
    ) -> Result<Kept<Flow>, FlowError> {
        self.check_ownership()?;
        let key = HandleKind::FLOW.key(handle).ok_or(FlowError::Over)?;
        let found = self
            .find_kept::<Flow>(snapshot.key(), EntryKind::Flow, &key)
            .await?;
        let own = |flow: &Kept<Flow>| {
            let (kept, shown) = (flow.value.browser.as_bytes(), visitor.browser.id.as_bytes());
            !shown.is_empty() && jose::constant_time_eq(kept, shown)
        };
        found.filter(own).ok_or(FlowError::Over)
    }
}
