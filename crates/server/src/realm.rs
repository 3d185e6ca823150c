//! The realm that a path names.

use crate::{App, respond::Surface};
use axum::{
    extract::{FromRequestParts, RawPathParams},
    http::request::Parts,
    response::Response,
};
use domain::snapshot::RealmSnapshot;
use std::{marker::PhantomData, sync::Arc};

/// The realm of the path, active; a missing or inactive one is the surface's 404 (product §1).
#[derive(Debug)]
pub(crate) struct InRealm<S>(pub(crate) Arc<RealmSnapshot>, pub(crate) PhantomData<S>);

impl<S: Surface> FromRequestParts<App> for InRealm<S> {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Response> {
        let params = RawPathParams::from_request_parts(parts, app)
            .await
            .map_err(|_| missing::<S>())?;
        let value = |name: &str| {
            params
                .iter()
                .find(|(key, _)| *key == name)
                .map(|(_, value)| value)
        };
        value("tenant")
            .zip(value("realm"))
            .and_then(|(tenant, realm)| app.core().realm(tenant, realm))
            .map(|snapshot| Self(snapshot, PhantomData))
            .ok_or_else(missing::<S>)
    }
}

impl<S> InRealm<S> {
    /// The same realm as it is now, if it is active still.
    pub(crate) fn again(&self, app: &App) -> Option<Self> {
        let key = self.0.key();
        let found = app.core().realm(key.tenant(), key.realm());
        found.map(|snapshot| Self(snapshot, PhantomData))
    }
}

/// The answer where there is no active realm.
pub(crate) fn missing<S: Surface>() -> Response {
    S::not_found("There is no such realm.")
}
