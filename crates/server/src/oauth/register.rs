//! Dynamic client registration (RFC 7591), and what a client does with its own (RFC 7592).

use super::{OAuthSurface, uncached};
use crate::{
    Access, App, Peer, Route, auth,
    realm::{InRealm, missing},
    respond::{Surface, nothing_here},
    route::realm_path,
};
use axum::{
    Json,
    body::to_bytes,
    extract::{FromRequestParts, RawPathParams, Request, State},
    http::{Method, StatusCode, header, request::Parts},
    response::{IntoResponse, Response},
};
use domain::{
    ToTheEnd,
    registration::{Registrant, RegistrationError},
    snapshot::RealmSnapshot,
};
use oauth::{ClientInformation, ClientMetadata, ClientUpdate, ErrorCode, OAuthError};
use serde_json::{Map, Value};
use std::sync::Arc;

/// The routes of clients that register themselves.
pub(super) fn routes() -> Vec<Route> {
    let one = realm_path!("/register/{client_id}");
    vec![
        Route::new(
            Method::POST,
            realm_path!("/register"),
            Access::Public,
            register,
        ),
        Route::new(Method::GET, one, Access::Registrant, read),
        Route::new(Method::PUT, one, Access::Registrant, update),
        Route::new(Method::DELETE, one, Access::Registrant, delete),
    ]
}

async fn register(State(app): State<App>, Open(snapshot): Open, request: Request) -> Response {
    let realm = snapshot.key().clone();
    let peer: Option<&Peer> = request.extensions().get();
    let network = peer.map(|Peer(address)| (*address).into());
    let made = async {
        let metadata = ClientMetadata::from_json(&members(request).await?)?;
        let made =
            ToTheEnd::new(async move { app.core().register(&realm, &metadata, network).await });
        made.await
    };
    let made = made.await.map(|client| (StatusCode::CREATED, Json(client)));
    answer(&snapshot, made)
}

async fn read(State(app): State<App>, Own { snapshot, who }: Own) -> Response {
    let read = who.and_then(|who| app.core().registration(&who));
    answer(&snapshot, read.map(Json))
}

async fn update(State(app): State<App>, Own { snapshot, who }: Own, request: Request) -> Response {
    let updated = async {
        let who = who?;
        let update = ClientUpdate::from_json(&members(request).await?)?;
        let updated =
            ToTheEnd::new(async move { app.core().update_registration(&who, &update).await });
        updated.await
    };
    let updated: Result<ClientInformation, _> = updated.await;
    answer(&snapshot, updated.map(Json))
}

async fn delete(State(app): State<App>, Own { snapshot, who }: Own) -> Response {
    let deleted = async {
        let who = who?;
        ToTheEnd::new(async move { app.core().delete_registration(&who).await }).await
    };
    let deleted = deleted.await;
    answer(&snapshot, deleted.map(|()| StatusCode::NO_CONTENT))
}

/// The realm of the path, if clients may register themselves there; there is nothing otherwise (H1).
struct Open(Arc<RealmSnapshot>);

impl FromRequestParts<App> for Open {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Response> {
        let InRealm(snapshot, ..) = InRealm::<OAuthSurface>::from_request_parts(parts, app).await?;
        match snapshot.config().realm.settings.registration.open {
            true => Ok(Self(snapshot)),
            false => Err(nothing_here()),
        }
    }
}

/// The client of the path, if its registration access token is in the header (RFC 7592 §2).
struct Own {
    snapshot: Arc<RealmSnapshot>,
    who: Result<Registrant, RegistrationError>,
}

impl FromRequestParts<App> for Own {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Response> {
        let Open(snapshot) = Open::from_request_parts(parts, app).await?;
        let variables = RawPathParams::from_request_parts(parts, app).await;
        let variables = variables.map_err(|_| missing::<OAuthSurface>())?;
        let client_id = variables.iter().find(|(name, _)| *name == "client_id");
        let (_, client_id) = client_id.unwrap_or_default();
        let token = auth::bearer_token(parts)
            .map_err(|problem| auth::unauthenticated::<OAuthSurface>(&snapshot, problem))?;
        let who = app.core().registrant(&snapshot, client_id, token.expose());
        Ok(Self { snapshot, who })
    }
}

/// The JSON object of a registration or update.
async fn members(request: Request) -> Result<Map<String, Value>, OAuthError> {
    let (parts, body) = request.into_parts();
    let given = parts.headers.get(header::CONTENT_TYPE);
    let given = given
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    let essence = given.split(';').next().unwrap_or_default().trim();
    if !essence.eq_ignore_ascii_case("application/json") {
        let problem = "the body must be of the type application/json";
        return Err(OAuthError::invalid_request(problem));
    }
    // One byte more than may be, so that what is too long is refused and never cut (REG-09).
    let body = to_bytes(body, ClientMetadata::MAX_BODY_BYTES + 1).await;
    let body =
        body.map_err(|_| OAuthError::invalid_request("the request is too long, or broke off"))?;
    ClientMetadata::members(&body)
}

/// RFC 7591 §3.2, RFC 7592 §3. Nobody keeps a copy: there are credentials in it (B10).
fn answer<T: IntoResponse>(
    snapshot: &RealmSnapshot,
    outcome: Result<T, RegistrationError>,
) -> Response {
    uncached(match outcome {
        Ok(body) => body.into_response(),
        Err(RegistrationError::Refused(error)) => {
            let status = StatusCode::from_u16(error.http_status());
            (status.unwrap_or(StatusCode::BAD_REQUEST), Json(error)).into_response()
        }
        Err(error @ RegistrationError::Unauthenticated) => {
            let error = OAuthError::new(ErrorCode::InvalidToken, error.to_string());
            auth::unauthenticated::<OAuthSurface>(snapshot, Some(error))
        }
        Err(ref error @ RegistrationError::TooMany { retry_after }) => {
            let code = ErrorCode::TemporarilyUnavailable;
            let body = Json(OAuthError::new(code, error.to_string()));
            let seconds = [(header::RETRY_AFTER, retry_after.to_string())];
            (StatusCode::TOO_MANY_REQUESTS, seconds, body).into_response()
        }
        Err(RegistrationError::Closed) => nothing_here(),
        Err(RegistrationError::Store(error)) => OAuthSurface::unavailable(&error),
    })
}
