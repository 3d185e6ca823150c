//! REG-07, J1–J13: every signed or random thing of this server at every place that takes tokens,
//! and tokens that were tampered with.

use super::assertion::KeyPair;
use crate::support::{Client, TestServer};
use domain::{
    config::AccessTokenFormat,
    tokens::{AuthenticateError, InvalidToken},
};
use jose::{Algorithm, SigningKey, base64url, hmac_sha256};
use oauth::{CLIENT_ASSERTION_TYPE_JWT, TokenEndpointAuthMethod};
use serde_json::{Value, json};

async fn refused(server: &TestServer, token: &str, why: &str) {
    match server.authenticate(&server.admin.realm, token).await {
        Err(AuthenticateError::Invalid(_)) => {}
        other => panic!("{why}: {other:?}"),
    }
}

/// What is minted × where tokens are taken; only an access token as a bearer opens.
#[tokio::test]
async fn reg_07_each_thing_is_good_for_its_own_place() {
    let server = TestServer::start().await;
    let key = KeyPair::new(Algorithm::Es256);
    let by_jwt = |c: &mut domain::config::Application| {
        c.auth_method = TokenEndpointAuthMethod::PrivateKeyJwt;
        c.jwks = Some(key.jwks());
    };
    let signing = server.add_client(&["scim:read"], by_jwt).await;
    let opaque = |c: &mut domain::config::Application| {
        c.access_token_format = AccessTokenFormat::Opaque;
    };
    let opaque = server.add_client(&["scim:read"], opaque).await;
    let jwt = server.admin.token(&server, Some("scim:read")).await;
    let reference = opaque.token(&server, Some("scim:read")).await;
    let jti = server.admin.introspect(&server, &jwt).await.json()["jti"]
        .as_str()
        .unwrap()
        .to_owned();
    let id = server.caller(&jwt).await.token().key.to_string();

    let things = [
        ("a JWT access token", jwt, true),
        ("an opaque access token", reference, true),
        (
            "a client assertion",
            key.assertion(&server, &signing.id),
            false,
        ),
        ("a client secret", server.admin.secret.clone(), false),
        ("a client id", server.admin.id.clone(), false),
        ("the name of a token", jti, false),
        ("the administrators' id of a token", id, false),
    ];
    for (what, thing, is_access_token) in things {
        let bearer = server.authenticate(&server.admin.realm, &thing).await;
        assert_eq!(bearer.is_ok(), is_access_token, "{what} as a bearer");
        let active = server.admin.introspect(&server, &thing).await.json()["active"].clone();
        let own = is_access_token && !thing.starts_with("ambit_at_");
        assert_eq!(active, own, "{what} introspected");
        if what == "a client assertion" {
            continue;
        }
        let form = [
            ("grant_type", "client_credentials"),
            ("client_assertion_type", CLIENT_ASSERTION_TYPE_JWT),
            ("client_assertion", &thing),
        ];
        server
            .post_form(&signing.path("/token"), &[], &form)
            .await
            .expect(401);
        let impostor = Client {
            secret: thing.clone(),
            ..opaque.clone()
        };
        impostor.ask(&server, Some("scim:read")).await.expect(401);
    }
}

#[tokio::test]
async fn t1_another_realms_token_is_foreign() {
    let server = TestServer::start().await;
    let acme = server.add_realm("acme", "main").await;
    let ours = server.admin.token(&server, Some("scim:read")).await;
    let theirs = acme.token(&server, Some("scim:read")).await;
    for (realm, token) in [(&acme.realm, &ours), (&server.admin.realm, &theirs)] {
        let outcome = server.authenticate(realm, token).await;
        let foreign = matches!(
            outcome,
            Err(AuthenticateError::Invalid(InvalidToken::Foreign))
        );
        assert!(foreign, "{outcome:?}");
    }
    assert!(server.authenticate(&acme.realm, &theirs).await.is_ok());
}

/// A token with other content, under signatures that anyone can make.
#[tokio::test]
async fn j1_to_j7_a_forged_token_is_refused() {
    let server = TestServer::start().await;
    let good = server.admin.token(&server, Some("scim:read")).await;
    server.caller(&good).await;
    let parts: Vec<&str> = good.split('.').collect();
    let decode = |part: &str| -> Value {
        serde_json::from_slice(&base64url::decode(part).unwrap()).unwrap()
    };
    let encode = |value: &Value| base64url::encode(value.to_string());
    let (header, claims) = (decode(parts[0]), decode(parts[1]));

    let mut wider = claims.clone();
    wider["scope"] = json!("scim:read scim:write");
    refused(
        &server,
        &format!("{}.{}.{}", parts[0], encode(&wider), parts[2]),
        "other claims",
    )
    .await;
    for alg in ["none", "None", "NONE", "nOnE", ""] {
        let mut unsigned = header.clone();
        unsigned["alg"] = json!(alg);
        for signature in ["", parts[2]] {
            let token = format!("{}.{}.{signature}", encode(&unsigned), parts[1]);
            refused(&server, &token, "J2").await;
        }
    }
    let jwks = server.get(&server.admin.path("/jwks")).await.body;
    for alg in ["HS256", "RS256", "ES384", "PS256", "EdDSA"] {
        let mut confused = header.clone();
        confused["alg"] = json!(alg);
        let input = format!("{}.{}", encode(&confused), parts[1]);
        let mac = base64url::encode(hmac_sha256(&jwks, input.as_bytes()));
        refused(&server, &format!("{input}.{mac}"), "J3").await;
        refused(&server, &format!("{input}.{}", parts[2]), "J1").await;
    }
    let own = SigningKey::generate(Algorithm::Es256).unwrap();
    let forged = own
        .sign_compact("at+jwt", claims.to_string().as_bytes())
        .unwrap();
    refused(&server, &forged, "an unknown key").await;
    for (member, value) in [
        ("kid", json!(own.kid())),
        ("kid", json!("../../keys")),
        ("kid", json!("' OR 1=1 --")),
        ("kid", Value::Null),
        ("jwk", serde_json::to_value(own.public_jwk()).unwrap()),
        ("jku", json!("https://evil.example/jwks")),
        ("crit", json!(["exp"])),
        ("typ", json!("JWT")),
        ("typ", json!("logout+jwt")),
        ("typ", json!("client-authentication+jwt")),
    ] {
        let mut other = header.clone();
        other[member] = value;
        let signature = forged.rsplit('.').next().unwrap();
        let token = format!("{}.{}.{signature}", encode(&other), parts[1]);
        refused(&server, &token, member).await;
    }
    for (index, _) in good.char_indices().step_by(7) {
        let mut changed = good.clone().into_bytes();
        changed[index] = if changed[index] == b'A' { b'B' } else { b'A' };
        refused(
            &server,
            &String::from_utf8(changed).unwrap(),
            "one character",
        )
        .await;
    }
    server.caller(&good).await;
}

/// J7, J8: what the realm's own key signed is an access token only if it says so, to the letter.
#[tokio::test]
async fn j8_every_claim_of_a_signed_token_counts() {
    let server = TestServer::start().await;
    let good = server.admin.token(&server, Some("scim:read")).await;
    let payload = base64url::decode(good.split('.').nth(1).unwrap()).unwrap();
    let claims: Value = serde_json::from_slice(&payload).unwrap();
    let snapshot = server.snapshot();
    let key = snapshot.keys().active(Algorithm::Es256).unwrap();
    let sign = |typ: &str, claims: &Value| {
        key.sign_compact(typ, claims.to_string().as_bytes())
            .unwrap()
    };
    server.caller(&sign("at+jwt", &claims)).await;
    for typ in ["JWT", "", "logout+jwt", "dpop+jwt", "oauth-authz-req+jwt"] {
        refused(&server, &sign(typ, &claims), typ).await;
    }
    let now = server.core.now().seconds();
    for (claim, value) in [
        (
            "iss",
            json!("https://id.example.com/v1/tenants/acme/realms/main"),
        ),
        ("iss", json!("https://id.example.com")),
        ("iss", Value::Null),
        ("exp", json!(now)),
        ("exp", Value::Null),
        ("exp", json!("never")),
        ("jti", json!("unknown")),
        ("jti", Value::Null),
        ("jti", json!(1)),
        ("aud", json!(1)),
    ] {
        let mut other = claims.clone();
        match value {
            Value::Null => drop(other.as_object_mut().unwrap().remove(claim)),
            value => other[claim] = value,
        }
        refused(&server, &sign("at+jwt", &other), claim).await;
    }
    for payload in [
        "",
        "{}",
        "[]",
        "x",
        &claims.to_string().replacen('{', "{\"iss\":\"x\",", 1),
    ] {
        let token = key.sign_compact("at+jwt", payload.as_bytes()).unwrap();
        refused(&server, &token, payload).await;
    }
}
