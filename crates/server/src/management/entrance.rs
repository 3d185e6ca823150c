//! Where every permit of a management handler comes from.

use super::answer::{self, Unreadable};
use crate::{
    App,
    auth::{caller, insufficient_scope, token, unauthenticated},
    realm::InRealm,
    respond::{Problem, Surface},
};
use axum::{
    body::Bytes,
    extract::{FromRequest, FromRequestParts, RawPathParams, Request, rejection::BytesRejection},
    http::{HeaderMap, request::Parts},
    response::Response,
};
use domain::{
    RealmKey,
    access::{Caller, Permit},
    management::{
        Object, Target,
        table::{Permitted, Reach},
    },
    snapshot::RealmSnapshot,
};
use std::sync::Arc;

/// The permit of the operation `K`, for a caller with a valid token of the realm that the
/// operation takes tokens of, and what the path names.
///
/// The order of answers is 404 for a realm that is not there, 401, 403; only then does the
/// operation itself look at ids and bodies.
pub(super) struct Entrance<K>(pub(super) Permit<K>, pub(super) Target);

impl<K: Permitted> FromRequestParts<App> for Entrance<K> {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Response> {
        let snapshot = match K::OPERATION.reach {
            Reach::Realm => InRealm::<Problem>::from_request_parts(parts, app).await?.0,
            Reach::System => app
                .core()
                .realm_by_key(&RealmKey::system())
                .ok_or_else(|| Problem::unavailable(&"there is no system realm"))?,
        };
        let caller = authenticated(parts, app, &snapshot).await?;
        let permit = caller.permit_operation::<K>().map_err(|refusal| {
            Problem::forbidden(&insufficient_scope(&snapshot, &refusal), &refusal)
        })?;
        let variables = RawPathParams::from_request_parts(parts, app)
            .await
            .map_err(|_| Problem::not_found("There is nothing at this address."))?;
        let owned = |(name, value): (&str, &str)| (name.to_owned(), value.to_owned());
        Ok(Self(permit, Target::new(variables.iter().map(owned))))
    }
}

/// Whoever has a valid token of the realm.
pub(super) async fn authenticated(
    parts: &Parts,
    app: &App,
    snapshot: &Arc<RealmSnapshot>,
) -> Result<Caller, Response> {
    let token = token(parts).map_err(|problem| unauthenticated::<Problem>(snapshot, problem))?;
    caller::<Problem>(&token, app, snapshot).await
}

/// A permit, and what was sent with the request.
pub(super) struct Submission<K> {
    pub(super) entrance: Entrance<K>,
    pub(super) headers: HeaderMap,
    body: Result<Bytes, BytesRejection>,
}

impl<K: Permitted> FromRequest<App> for Submission<K> {
    type Rejection = Response;

    /// Only who has the right may send a body at all, and has it still when the body is there: that
    /// may take a while (T6).
    async fn from_request(request: Request, app: &App) -> Result<Self, Response> {
        let (mut parts, body) = request.into_parts();
        Entrance::<K>::from_request_parts(&mut parts, app).await?;
        let body = Bytes::from_request(Request::from_parts(parts.clone(), body), app).await;
        Ok(Self {
            entrance: Entrance::from_request_parts(&mut parts, app).await?,
            headers: parts.headers,
            body,
        })
    }
}

impl<K> Submission<K> {
    /// The JSON object that was sent, of one of the media types.
    pub(super) fn object(&self, media_types: &[&str]) -> Result<Object, Unreadable> {
        answer::object(&self.headers, &self.body, media_types)
    }
}
