//! What a grant holds besides its scopes, in the domain's JSON.

use crate::{
    Timestamp,
    people::Amr,
    store::{GrantRecord, StoreError},
};
use oauth::CodeChallenge;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// The scope by which a grant outlives its sign-in (OpenID Connect Core §11).
pub(crate) const OFFLINE_ACCESS: &str = "offline_access";
/// The scope by which an ID token is issued (OpenID Connect Core §3.1.2.1).
pub(crate) const OPENID: &str = "openid";

/// How a person was authenticated when they made a grant, and what its request asked for.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct GrantBody {
    /// When they were authenticated.
    pub(crate) auth_time: Timestamp,
    /// By which methods.
    pub(crate) methods: BTreeSet<Amr>,
    /// The identity provider at which they were.
    pub(crate) provider: Option<uuid::Uuid>,
    /// When the session ends that the grant ends with, if it does.
    pub(crate) ends: Option<Timestamp>,
    /// The public id of their session.
    pub(crate) sid: String,
    /// For the ID token.
    pub(crate) nonce: Option<String>,
    /// The parameter `claims`.
    pub(crate) claims: Option<serde_json::Value>,
    /// What its code is redeemed with, if it was made with one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) code: Option<CodeBinding>,
    /// The parameter `resource`: what tokens of the grant are for, if it is said.
    pub(crate) resources: Vec<String>,
    /// When the person's account ends, as far as is known now.
    #[serde(skip)]
    pub(crate) until: Option<Timestamp>,
}

/// A grant and what it holds, as read or as it was made.
#[derive(Debug, Clone)]
pub(crate) struct ReadGrant {
    pub(crate) record: GrantRecord,
    pub(crate) body: GrantBody,
}

/// What whoever redeems an authorization code must show (B1).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct CodeBinding {
    /// The redirection URI as it was presented: the token request must have the same.
    pub(crate) redirect_uri: Option<String>,
    /// What the verifier must hash to (RFC 7636).
    pub(crate) challenge: Option<CodeChallenge>,
}

impl GrantBody {
    /// What `grant` holds.
    pub(crate) fn of(grant: &GrantRecord) -> Result<Self, StoreError> {
        serde_json::from_str(&grant.body)
            .map_err(|error| StoreError::Corrupt(format!("a grant: {error}")))
    }

    /// The claims that were asked for by name.
    pub(crate) fn claims_request(&self) -> oauth::ClaimsRequest {
        let text = self.claims.as_ref().map(ToString::to_string);
        let read = text.and_then(|text| text.parse().ok());
        read.unwrap_or_default()
    }
}
