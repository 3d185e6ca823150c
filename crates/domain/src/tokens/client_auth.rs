//! Client authentication (RFC 6749 §2.3): where every [`AuthenticatedClient`] comes from.

use super::RequestError;
use crate::{
    Core,
    config::{Application, ApplicationKind, ClientSecret},
    snapshot::RealmSnapshot,
};
use oauth::{ErrorCode, OAuthError, PresentedClient, TokenEndpointAuthMethod};
use std::{sync::Arc, time::Duration};

/// A client that authenticated in this request, by its one registered method (C4).
#[derive(Debug, Clone)]
pub struct AuthenticatedClient {
    snapshot: Arc<RealmSnapshot>,
    application: Arc<Application>,
}

/// Where a client authenticates.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Endpoint {
    /// RFC 6749 §3.2: a public client says who it is.
    Token,
    /// RFC 7662 §2.1: the caller must be authorized, so a public client is refused.
    Introspection,
    /// RFC 7009 §2.1: a public client says who it is.
    Revocation,
}

impl AuthenticatedClient {
    /// The realm as it was when the client authenticated.
    pub fn snapshot(&self) -> &Arc<RealmSnapshot> {
        &self.snapshot
    }

    /// The client.
    pub fn application(&self) -> &Arc<Application> {
        &self.application
    }
}

impl Core {
    /// Authenticates the client of a request to `endpoint` of the realm.
    ///
    /// # Errors
    /// `invalid_client`, always with the same words, for a client that is unknown, inactive,
    /// registered for another method, or whose proof is wrong (REG-14, REG-25); the store's
    /// failure where it is no longer owned, or a used assertion can't be remembered.
    pub async fn authenticate_client(
        &self,
        snapshot: &Arc<RealmSnapshot>,
        presented: &PresentedClient,
        endpoint: Endpoint,
    ) -> Result<AuthenticatedClient, RequestError> {
        self.check_ownership()?;
        let application = match presented {
            PresentedClient::Basic { id, secret } | PresentedClient::Post { id, secret } => {
                let client = candidate(snapshot, id.as_str(), presented.method());
                let known = client
                    .map(|client| client.secrets.as_slice())
                    .unwrap_or_default();
                let right = ClientSecret::matches(known, self.secrets(), secret, self.now());
                client.filter(|_| right).ok_or_else(failed)?
            }
            PresentedClient::Assertion {
                assertion,
                client_id,
            } => {
                let client_id = client_id.as_ref().map(oauth::ClientId::as_str);
                self.check_assertion(snapshot, assertion, client_id).await?
            }
            PresentedClient::None { client_id } => {
                let client = candidate(snapshot, client_id.as_str(), presented.method());
                client
                    .filter(|client| client.kind == ApplicationKind::Public)
                    .filter(|_| endpoint != Endpoint::Introspection)
                    .ok_or_else(failed)?
            }
        };
        Ok(AuthenticatedClient {
            snapshot: snapshot.clone(),
            application: application.clone(),
        })
    }
}

/// The client of this id, if it may authenticate by `method` at all.
///
/// Client ids are random and no secret: that finding one takes another time than not finding one
/// helps nobody to guess one.
pub(super) fn candidate<'a>(
    snapshot: &'a RealmSnapshot,
    client_id: &str,
    method: TokenEndpointAuthMethod,
) -> Option<&'a Arc<Application>> {
    snapshot
        .client(client_id)
        .filter(|client| client.active && client.auth_method == method)
        .filter(|client| client.client_id() == client_id)
}

/// The one answer to every client that did not authenticate.
pub(super) fn failed() -> OAuthError {
    OAuthError::new(ErrorCode::InvalidClient, "client authentication failed")
}

/// How far a client's clock may be off (C2).
pub(super) const CLOCK_SKEW: Duration = Duration::from_secs(10);
