//! Pushed authorization requests (RFC 9126).

use super::{
    flow,
    incoming::{Incoming, plain, signed},
};
use crate::{
    Core, Timestamp,
    config::ApplicationKind,
    people::{EntryHandle, HandleKind, Kept},
    store::{Commit, CommitError, Conflict, EntryKind},
    tokens::{AuthenticatedClient, RequestError, unexpected},
};
use oauth::{
    AuthorizationRequest, AuthorizationTarget, OAuthError, PresentedRequest,
    PushedAuthorizationResponse, form::Parameters,
};
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// How long a pushed request waits, in seconds (A13).
const LIFETIME: u64 = 90;

/// A pushed request as kept.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct PushedRequest {
    pub(super) request: AuthorizationRequest,
    /// Whether the client signed it (RFC 9101).
    pub(super) signed: bool,
    /// When no authorization can begin with it any more. It is kept for longer, so that one that has
    /// begun may end: whoever comes first uses it up.
    pub(super) ends: Timestamp,
}

impl Core {
    /// Takes a request in advance, from the client itself (RFC 9126 §2.1).
    ///
    /// # Errors
    /// What the authorization endpoint would say, as JSON; the store's failure.
    pub async fn push_request(
        &self,
        client: &AuthenticatedClient,
        parameters: &Parameters,
    ) -> Result<PushedAuthorizationResponse, RequestError> {
        let (snapshot, application) = (client.snapshot(), client.application());
        let own = application.client_id();
        let presented = PresentedRequest::parse_pushed(parameters)?;
        let is_signed = matches!(presented, PresentedRequest::Object(_));
        let incoming = match presented {
            PresentedRequest::Object(object) => {
                signed(snapshot, application.clone(), object.expose(), self.now())?
            }
            PresentedRequest::Plain | PresentedRequest::Pushed(_) => {
                // RFC 9126 §2.1: the client that authenticates is the one that asks.
                let target = AuthorizationTarget::parse(parameters)?;
                if target.client_id.as_str() != own {
                    let problem = "parameter 'client_id' is another client's";
                    return Err(OAuthError::invalid_request(problem).into());
                }
                plain(
                    application.clone(),
                    &target,
                    AuthorizationRequest::parse(parameters),
                )?
            }
        };
        let Incoming { request, .. } = incoming;
        let request = request?;
        let handle =
            EntryHandle::generate(HandleKind::PUSHED_REQUEST).map_err(|e| unexpected(&e))?;
        let ends = self.now().plus(Duration::from_secs(LIFETIME));
        let entry = Kept::new(
            EntryKind::PushedRequest,
            handle.key,
            PushedRequest {
                request,
                signed: is_signed,
                ends,
            },
        )
        .for_client(application.id)
        .until(ends.plus(flow::LIFETIME));
        let mut changes = vec![entry.put()?];
        if application.kind == ApplicationKind::Public {
            changes = self.making_room(snapshot.key(), changes);
        }
        let commit = Commit {
            realm: snapshot.key().clone(),
            changes,
        };
        match self.store().commit(commit).await {
            Ok(_) => Ok(PushedAuthorizationResponse {
                request_uri: handle.text.expose().parse()?,
                expires_in: LIFETIME,
            }),
            Err(CommitError::Conflict(Conflict::Gone)) => {
                Err(OAuthError::invalid_request("the application no longer exists").into())
            }
            Err(CommitError::Conflict(other)) => Err(unexpected(&other).into()),
            Err(CommitError::Store(error)) => Err(error.into()),
        }
    }
}
