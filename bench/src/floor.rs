//! The bare handlers: what is left of a request when nothing is checked, decided or recorded.
//!
//!     ambit-bench-floor PORT
//!
//! `GET /health` answers 200, and `POST /token` signs an access token with the library and the
//! claims that Ambit's have; `POST /tokens` signs an ID token besides; `GET /hash` compares a password
//! with one that was hashed as Ambit does it.

use anyhow::{Context as _, Result};
use axum::{
    Router,
    extract::State,
    http::{StatusCode, header},
    response::{IntoResponse, Response},
    routing::{get, post},
};
use jose::{Algorithm, SigningKey};
use std::{
    net::Ipv4Addr,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};
use tokio::net::TcpListener;

/// What a token needs.
struct Issuer {
    key: SigningKey,
    issued: AtomicU64,
    password: String,
}

fn main() -> Result<()> {
    let port = std::env::args().nth(1).context("which port?")?.parse()?;
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()?;
    runtime.block_on(serve(port))
}

async fn serve(port: u16) -> Result<()> {
    let issuer = Arc::new(Issuer {
        key: SigningKey::generate(Algorithm::Es256)?,
        issued: AtomicU64::new(0),
        password: factors::password::hash::hash("correct horse battery", [7; 16])?,
    });
    let router = Router::new()
        .route("/health", get(|| async { "ok\n" }))
        .route("/token", post(token))
        .route("/tokens", post(tokens))
        .route("/hash", get(hash))
        .with_state(issuer);
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await?;
    Ok(axum::serve(listener, router).await?)
}

/// The claims of RFC 9068 §2.2, as many bytes as Ambit's.
async fn token(State(issuer): State<Arc<Issuer>>) -> Response {
    let jti = issuer.issued.fetch_add(1, Ordering::Relaxed);
    let client = "019a0000-0000-7000-8000-000000000000";
    let realm = "http://127.0.0.1:18080/v1/tenants/default/realms/default";
    let claims = format!(
        concat!(
            r#"{{"iss":"{realm}","sub":"{client}","aud":"{realm}","exp":1800000600,"#,
            r#""iat":1800000000,"jti":"{jti:043}","client_id":"{client}","scope":"scim:read"}}"#
        ),
        realm = realm,
        client = client,
        jti = jti,
    );
    let Ok(token) = issuer.key.sign_compact("at+jwt", claims.as_bytes()) else {
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    };
    let body = format!(
        r#"{{"access_token":"{token}","token_type":"Bearer","expires_in":600,"scope":"scim:read"}}"#
    );
    ([(header::CONTENT_TYPE, "application/json")], body).into_response()
}

/// The same, and an ID token (OpenID Connect Core §2) of as many bytes as Ambit's.
async fn tokens(state: State<Arc<Issuer>>) -> Response {
    let issuer = state.0.clone();
    let first = token(state).await;
    let claims = concat!(
        r#"{"iss":"http://127.0.0.1:18080/v1/tenants/default/realms/default","sub":"#,
        r#""019a0000-0000-7000-8000-000000000000","aud":"019a0000-0000-7000-8000-000000000000","#,
        r#""exp":1800000600,"iat":1800000000,"auth_time":1800000000,"nonce":"n","acr":"1","#,
        r#""amr":["pwd"],"sid":"0123456789012345678901","at_hash":"0123456789012345678901"}"#
    );
    let Ok(id_token) = issuer.key.sign_compact("JWT", claims.as_bytes()) else {
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    };
    let body = format!(
        r#"{{"status":{},"id_token":"{id_token}"}}"#,
        first.status().as_u16()
    );
    ([(header::CONTENT_TYPE, "application/json")], body).into_response()
}

/// A password that is right, compared away from the threads that answer.
async fn hash(State(issuer): State<Arc<Issuer>>) -> Response {
    let compared = tokio::task::spawn_blocking(move || {
        factors::password::hash::verify(&issuer.password, "correct horse battery")
    });
    match compared.await {
        Ok(factors::password::hash::Verdict::Right) => "right\n".into_response(),
        _ => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}
