//! Clients that register themselves (RFC 7591): whether they may, and how one did.

use super::{Application, Assignment, RealmConfig};
use jose::Algorithm;
use oauth::ApplicationType;
use scope::ScopeId;
use serde::{Deserialize, Serialize};

/// Whether clients may register themselves in a realm, and what they may have there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RegistrationPolicy {
    /// Whether anyone may register a client, and manage what they registered (H1).
    pub open: bool,
    /// The ceiling: no client that registered itself ever has another scope.
    pub scopes: Vec<ScopeId>,
    /// How many of them there may be.
    pub max_clients: u32,
}

impl Default for RegistrationPolicy {
    fn default() -> Self {
        Self {
            open: false,
            scopes: Vec::new(),
            max_clients: 1000,
        }
    }
}

/// How a client registered itself, and what it said that only it and administrators are told of.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Registration {
    /// SHA-256 of its registration access token, base64url (H5).
    pub token_hash: String,
    /// Whether an administrator decided on its scopes: by its own updates it gains none any more.
    pub scopes_are_set: bool,
    /// Which kind of application it is.
    pub application_type: Option<ApplicationType>,
    /// The one algorithm of its client assertions.
    pub token_endpoint_auth_signing_alg: Option<Algorithm>,
    /// The one algorithm of its request objects.
    pub request_object_signing_alg: Option<Algorithm>,
    /// Its logo, which is neither fetched nor shown (H7).
    pub logo_uri: Option<String>,
    /// Whom to ask about it.
    pub contacts: Vec<String>,
    /// Which software it is.
    pub software_id: Option<String>,
    /// Which version of it.
    pub software_version: Option<String>,
    /// That its ID tokens need `auth_time`, which all have.
    pub require_auth_time: bool,
    /// That its logout tokens need `sid`, which all have.
    pub backchannel_logout_session_required: bool,
}

impl std::fmt::Debug for Registration {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Registration")
    }
}

impl Application {
    /// Whether nobody but itself vouches for what it says of itself.
    pub fn registered_itself(&self) -> bool {
        self.openid.registration.is_some()
    }
}

impl RealmConfig {
    /// What a client is assigned in effect: one that registered itself has no more than the ceiling
    /// as it is now, whatever that was when it registered (H3).
    pub fn assigned<'a>(
        &'a self,
        client: &'a Application,
    ) -> impl Iterator<Item = &'a Assignment> + 'a {
        let ceiling = &self.realm.settings.registration.scopes;
        let bound = client.registered_itself();
        let may = move |assignment: &&Assignment| !bound || ceiling.contains(&assignment.scope);
        client.assigned.iter().filter(may)
    }
}
