//! A request as it arrives at the authorization endpoint, or is pushed: from parameters to a client,
//! a redirect target and a request that is good in itself.

use super::{pushed::PushedRequest, redirect::RedirectTarget, request_object};
use crate::{
    Core,
    config::{Application, ApplicationKind},
    people::{HandleKind, Kept},
    snapshot::RealmSnapshot,
    store::{EntryKind, StoreError},
};
use oauth::{
    AuthorizationRequest, AuthorizationTarget, ErrorCode, GrantType, OAuthError, PresentedRequest,
    form::Parameters,
};
use std::sync::Arc;

/// Why a request is not gone on with.
#[derive(Debug, thiserror::Error)]
pub enum AuthorizeFailure {
    /// It is shown to the person: where an answer might go is not known to be the client's (A2).
    #[error(transparent)]
    Shown(#[from] OAuthError),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// A request whose client and redirect target are good.
pub(super) struct Incoming {
    pub(super) client: Arc<Application>,
    pub(super) target: RedirectTarget,
    /// The request itself, or what the client is told.
    pub(super) request: Result<AuthorizationRequest, OAuthError>,
    /// The pushed request that it is, to be used up when it is done with.
    pub(super) pushed: Option<Kept<PushedRequest>>,
}

impl Core {
    /// Reads the request at the authorization endpoint.
    pub(super) async fn incoming(
        &self,
        snapshot: &RealmSnapshot,
        parameters: &Parameters,
    ) -> Result<Incoming, AuthorizeFailure> {
        let presented = PresentedRequest::parse(parameters)?;
        let named = AuthorizationTarget::parse(parameters)?;
        let client = client(snapshot, named.client_id.as_str())?;
        let mut incoming = match presented {
            PresentedRequest::Plain => {
                plain(client, &named, AuthorizationRequest::parse(parameters))?
            }
            PresentedRequest::Object(object) => {
                signed(snapshot, client, object.expose(), self.now())?
            }
            PresentedRequest::Pushed(uri) => {
                let key = HandleKind::PUSHED_REQUEST.key(uri.as_str());
                let found = match key {
                    Some(key) => {
                        self.find_kept::<PushedRequest>(
                            snapshot.key(),
                            EntryKind::PushedRequest,
                            &key,
                        )
                        .await?
                    }
                    None => None,
                };
                // A13, REG-05: it is the client's own.
                let found = found
                    .filter(|pushed| pushed.client == Some(client.id))
                    .filter(|pushed| self.now() < pushed.value.ends);
                let pushed = found.ok_or_else(|| {
                    let problem = "the pushed request is unknown, was used, or has expired";
                    OAuthError::new(ErrorCode::InvalidRequestUri, problem)
                })?;
                let request = pushed.value.request.clone();
                let target = request.target();
                let mut incoming = match pushed.value.signed {
                    true => good(client, &target, Ok(request))?,
                    false => plain(client, &target, Ok(request))?,
                };
                incoming.pushed = Some(pushed);
                return Ok(incoming);
            }
        };
        if incoming.client.openid.require_pushed_authorization_requests {
            incoming.request = Err(OAuthError::invalid_request(
                "the application must push its requests (RFC 9126)",
            ));
        }
        Ok(incoming)
    }
}

/// The client of a request, active and registered for this grant.
pub(super) fn client(snapshot: &RealmSnapshot, id: &str) -> Result<Arc<Application>, OAuthError> {
    // By its one spelling: another of the same UUID is no client's.
    let found = snapshot
        .client(id)
        .filter(|client| client.active && client.client_id() == id);
    let client = found.ok_or_else(|| {
        OAuthError::new(ErrorCode::InvalidRequest, "there is no such application")
    })?;
    Ok(client.clone())
}

/// A request whose parameters stand in the query, or were pushed.
pub(super) fn plain(
    client: Arc<Application>,
    target: &AuthorizationTarget,
    request: Result<AuthorizationRequest, OAuthError>,
) -> Result<Incoming, OAuthError> {
    let request = match request {
        Ok(_) if client.openid.require_signed_request_object => Err(OAuthError::invalid_request(
            "the application must sign its requests (RFC 9101)",
        )),
        request => request,
    };
    good(client, target, request)
}

/// A request whose redirect target is good, if it is.
fn good(
    client: Arc<Application>,
    target: &AuthorizationTarget,
    request: Result<AuthorizationRequest, OAuthError>,
) -> Result<Incoming, OAuthError> {
    let target = RedirectTarget::of(&client, target)?;
    let request = request.and_then(|request| checked(&client, request));
    Ok(Incoming {
        client,
        target,
        request,
        pushed: None,
    })
}

/// A request whose parameters stand in a signed object; those beside it don't count (A14).
pub(super) fn signed(
    snapshot: &RealmSnapshot,
    client: Arc<Application>,
    object: &str,
    now: crate::Timestamp,
) -> Result<Incoming, OAuthError> {
    let object = request_object::open(snapshot, &client, object, now)?;
    let target = object.target()?;
    good(client, &target, object.request())
}

/// What holds for every request of the client.
fn checked(
    client: &Application,
    request: AuthorizationRequest,
) -> Result<AuthorizationRequest, OAuthError> {
    if !client.grant_types.contains(&GrantType::AuthorizationCode) {
        let problem = "the application may not ask for authorization codes";
        return Err(OAuthError::new(ErrorCode::UnauthorizedClient, problem));
    }
    // A4: public clients always; others unless it was switched off for them.
    let required = client.kind == ApplicationKind::Public || client.openid.require_pkce;
    if required && request.code_challenge.is_none() {
        return Err(OAuthError::missing("code_challenge"));
    }
    Ok(request)
}
