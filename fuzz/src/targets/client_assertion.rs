//! A client assertion (RFC 7523 §3) at the token endpoint: the claims, which are signed with the client's
//! registered key. `$NOW`, `$CLIENT` and `$JTI` stand for the present second, the client, and a new name.

use crate::world::{Answer, NOW, WORLD, path};
use axum::{body::Body, http::Request};
use oauth::{CLIENT_ASSERTION_TYPE_JWT, form};
use serde_json::{Map, Value};
use uuid::Uuid;

/// An assertion is good exactly if it says what the rules below ask (C1, C2), and never twice.
pub fn run(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else {
        return;
    };
    let claims = text
        .replace("$NOW", &NOW.to_string())
        .replace("$CLIENT", &WORLD.signer)
        .replace("$JTI", &Uuid::new_v4().to_string());
    let Ok(assertion) = WORLD.key.sign_compact("JWT", claims.as_bytes()) else {
        return;
    };
    let good = jose::parse_object(claims.as_bytes()).is_ok_and(|claims| acceptable(&claims));
    let good = good && assertion.len() <= jose::MAX_TOKEN_BYTES;
    let answer = present(&assertion);
    if good && is_new(&claims) {
        assert_eq!(answer.status, 200, "{claims}: {}", answer.json());
    } else if !good {
        refused(&answer, &claims);
    }
    if answer.status == 200 {
        refused(&present(&assertion), "a second time");
    }
}

/// Whether the name of the assertion was made just now; else it may have been used before.
fn is_new(claims: &str) -> bool {
    let claims: Value = serde_json::from_str(claims).unwrap_or_default();
    claims["jti"]
        .as_str()
        .is_some_and(|jti| jti.parse::<Uuid>().is_ok())
}

fn refused(answer: &Answer, why: &str) {
    // What is too long for a parameter is refused before it is read.
    let error = answer.json()["error"].clone();
    match answer.status {
        401 => assert_eq!(error, "invalid_client", "{why}"),
        400 => assert_eq!(error, "invalid_request", "{why}"),
        _ => panic!("{why}: {answer:?}"),
    }
    assert_eq!(answer.cache_control, "no-store");
}

fn acceptable(claims: &Map<String, Value>) -> bool {
    let text = |name: &str| claims.get(name).and_then(Value::as_str);
    let client = Some(WORLD.signer.as_str());
    let time = |name: &str| match claims.get(name) {
        None => Some(None),
        Some(value) => {
            let seconds = value
                .as_f64()
                .filter(|s| (0.0..=253_402_300_799.0).contains(s))?;
            Some(Some(seconds))
        }
    };
    let (Some(Some(exp)), Some(iat), Some(nbf)) = (time("exp"), time("iat"), time("nbf")) else {
        return false;
    };
    let begun = |at: Option<f64>| at.is_none_or(|at| at.ceil() as i64 <= NOW + 10);
    text("iss") == client
        && text("sub") == client
        && text("aud") == Some("https://id.example.com/v1/tenants/default/realms/default")
        && text("jti").is_some_and(|jti| !jti.is_empty())
        && (NOW - 9..=NOW + 310).contains(&(exp.floor() as i64))
        && begun(iat)
        && begun(nbf)
}

fn present(assertion: &str) -> Answer {
    let body = form_urlencoded::Serializer::new(String::new())
        .append_pair("grant_type", "client_credentials")
        .append_pair("client_assertion_type", CLIENT_ASSERTION_TYPE_JWT)
        .append_pair("client_assertion", assertion)
        .finish();
    let request = Request::post(path("/token")).header("content-type", form::MEDIA_TYPE);
    WORLD.send(request.body(Body::from(body)).expect("a request"))
}
