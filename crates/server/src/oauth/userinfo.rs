//! The userinfo endpoint (OpenID Connect Core §5.3).

use super::OAuthSurface;
use crate::{
    App, auth,
    realm::InRealm,
    respond::{Surface, no_store},
};
use axum::{
    extract::{FromRequestParts, Request, State},
    http::header,
    response::{IntoResponse, Response},
};
use domain::userinfo::UserInfoError;

/// `GET` and `POST {realm}/userinfo`. The token is in the header only (G2); a body is not read.
pub(super) async fn userinfo(State(app): State<App>, request: Request) -> Response {
    let (mut parts, _) = request.into_parts();
    let answered = async {
        let InRealm(snapshot, ..) =
            InRealm::<OAuthSurface>::from_request_parts(&mut parts, &app).await?;
        let token = auth::token(&parts)
            .map_err(|problem| auth::unauthenticated::<OAuthSurface>(&snapshot, problem))?;
        let caller = auth::caller::<OAuthSurface>(&token, &app, &snapshot).await?;
        let permit = caller.permit_userinfo().map_err(|refusal| {
            let challenge = auth::insufficient_scope(caller.snapshot(), &refusal);
            OAuthSurface::forbidden(&challenge, &refusal)
        })?;
        match app.core().userinfo(&permit).await {
            Ok(answer) => Ok(answer),
            Err(UserInfoError::Invalid(reason)) => {
                Err(auth::invalid_token::<OAuthSurface>(&snapshot, reason))
            }
            Err(UserInfoError::Store(error)) => Err(OAuthSurface::unavailable(&error)),
        }
    };
    match answered.await {
        Ok(told) => {
            let media_type = [(header::CONTENT_TYPE, told.media_type)];
            no_store((media_type, told.body.clone()).into_response())
        }
        Err(refused) => no_store(refused),
    }
}
