//! The realm's public keys (RFC 7517 §5).

use super::{OAuthSurface, public_document};
use crate::{App, realm::InRealm};
use axum::{extract::State, response::Response};

/// `GET {realm}/jwks`: keys that sign, that will sign, and that signed what may be live still.
pub(super) async fn jwks(
    State(app): State<App>,
    InRealm(snapshot, ..): InRealm<OAuthSurface>,
) -> Response {
    public_document(
        "application/jwk-set+json",
        &snapshot.keys().jwks(app.core().now()),
    )
}
