//! How an application signs people in (OpenID Connect Registration §2).

use crate::{
    api::{Api, broken},
    support::TestServer,
};
use domain::config::{Application, ConfigObject, OpenIdSettings, Registration};
use jose::{Algorithm, SigningKey};
use serde_json::{Value, json};
use std::sync::Arc;

fn jwks() -> Value {
    let key = SigningKey::generate(Algorithm::Es256).unwrap();
    json!({"keys": [key.public_jwk()]})
}

fn path_of(made: &Value) -> String {
    format!("/applications/{}", made["id"].as_str().unwrap())
}

/// Every setting with another value than it has where nothing is said.
fn settings() -> Value {
    json!({
        "post_logout_redirect_uris": ["https://rp.example/bye"],
        "refresh_token_lifetime": 60,
        "id_token_signed_response_alg": "ES256",
        "userinfo_signed_response_alg": "EdDSA",
        "subject_type": "pairwise",
        "sector": "rp.example",
        "require_pkce": false,
        "require_pushed_authorization_requests": true,
        "require_signed_request_object": true,
        "backchannel_logout_uri": "https://rp.example/logout",
        "default_max_age": 0,
        "default_acr_values": ["2", "phr"],
        "client_uri": "https://rp.example/",
        "policy_uri": "https://rp.example/#privacy",
        "tos_uri": "https://rp.example/terms",
    })
}

#[track_caller]
fn has(object: &Value, members: &Value) {
    for (name, value) in members.as_object().unwrap() {
        assert_eq!(&object[name], value, "{name}");
    }
}

#[tokio::test]
async fn what_is_not_said_is_the_standards_default() {
    let server = TestServer::start().await;
    let api = Api::admin(&server).await;
    let made = api.make("/applications", json!({"name": "RP"})).await;
    let unsaid = json!({
        "post_logout_redirect_uris": [], "refresh_token_lifetime": 2_592_000,
        "id_token_signed_response_alg": "RS256", "subject_type": "public", "require_pkce": true,
        "require_pushed_authorization_requests": false, "require_signed_request_object": false,
        "default_acr_values": [],
    });
    has(&made, &unsaid);
    for absent in [
        "userinfo_signed_response_alg",
        "sector",
        "default_max_age",
        "registration",
    ] {
        assert_eq!(made.get(absent), None, "{absent}");
    }
}

#[tokio::test]
async fn every_setting_is_made_kept_and_taken_back() {
    let server = TestServer::start().await;
    let api = Api::admin(&server).await;
    let mut body = settings();
    body["name"] = "RP".into();
    body["jwks"] = jwks();
    let made = api.make("/applications", body).await;
    has(&made, &settings());
    let path = path_of(&made);
    has(&api.get(&path).await.expect(200).json(), &settings());
    let patched = api.patch(&path, json!({"name": "Relying party"})).await;
    has(&patched.expect(200).json(), &settings());
    // Each by itself.
    let plain = api
        .make("/applications", json!({"name": "Plain", "jwks": jwks()}))
        .await;
    let path = path_of(&plain);
    let mut so_far = json!({});
    // `sector` first, for `pairwise` needs it.
    let mut each: Vec<_> = settings()
        .as_object()
        .unwrap()
        .clone()
        .into_iter()
        .collect();
    each.sort_by_key(|(name, _)| name != "sector");
    for (name, value) in each {
        so_far[&name] = value.clone();
        let patched = api.patch(&path, json!({ &name: value })).await.expect(200);
        has(&patched.json(), &so_far);
    }
    let nothing: Value = so_far
        .as_object()
        .unwrap()
        .keys()
        .map(|name| (name.clone(), Value::Null))
        .collect::<serde_json::Map<_, _>>()
        .into();
    let patched = api.patch(&path, nothing).await.expect(200).json();
    for name in so_far.as_object().unwrap().keys() {
        assert_eq!(patched.get(name), plain.get(name), "{name}");
    }
}

/// H4: every rule holds for the whole, at creation and after each change.
#[tokio::test]
async fn h4_an_error_names_the_field() {
    let server = TestServer::start().await;
    let api = Api::admin(&server).await;
    let path = path_of(&api.make("/applications", json!({"name": "B"})).await);
    let before = api.get(&path).await.json();
    let two_hosts = json!(["https://a.example/cb", "https://b.example/cb"]);
    let cases = [
        (json!({"registration": {}}), "registration", "server_set"),
        (
            json!({"redirect_uris": ["https://x.example/../cb"]}),
            "redirect_uris",
            "invalid",
        ),
        (
            json!({"redirect_uris": ["https://x.example/cb?code=1"]}),
            "redirect_uris",
            "invalid",
        ),
        (
            json!({"redirect_uris": ["https://x.example/cb#"]}),
            "redirect_uris",
            "invalid",
        ),
        (
            json!({"post_logout_redirect_uris": ["http://x.example/"]}),
            "post_logout_redirect_uris",
            "invalid",
        ),
        (
            json!({"refresh_token_lifetime": 0}),
            "refresh_token_lifetime",
            "invalid",
        ),
        (
            json!({"refresh_token_lifetime": 31_536_001}),
            "refresh_token_lifetime",
            "invalid",
        ),
        (
            json!({"id_token_signed_response_alg": "none"}),
            "id_token_signed_response_alg",
            "invalid",
        ),
        (
            json!({"id_token_signed_response_alg": "HS256"}),
            "id_token_signed_response_alg",
            "invalid",
        ),
        (
            json!({"userinfo_signed_response_alg": "RS512"}),
            "userinfo_signed_response_alg",
            "invalid",
        ),
        (
            json!({"subject_type": "private"}),
            "subject_type",
            "invalid",
        ),
        (json!({"subject_type": "pairwise"}), "sector", "invalid"),
        (
            json!({"subject_type": "pairwise", "redirect_uris": two_hosts}),
            "sector",
            "invalid",
        ),
        (
            json!({"subject_type": "pairwise", "redirect_uris": ["com.example.app:/cb"]}),
            "sector",
            "invalid",
        ),
        (json!({"sector": "https://rp.example"}), "sector", "invalid"),
        (json!({"sector": "RP.example"}), "sector", "invalid"),
        (json!({"sector": "rp.example:443"}), "sector", "invalid"),
        (json!({"require_pkce": "no"}), "require_pkce", "invalid"),
        (
            json!({"require_signed_request_object": true}),
            "require_signed_request_object",
            "invalid",
        ),
        // F1: nor is anything called that is not meant to be.
        (
            json!({"backchannel_logout_uri": "http://169.254.169.254/"}),
            "backchannel_logout_uri",
            "invalid",
        ),
        (
            json!({"backchannel_logout_uri": "https://rp.example/#x"}),
            "backchannel_logout_uri",
            "invalid",
        ),
        (json!({"default_max_age": -1}), "default_max_age", "invalid"),
        (
            json!({"default_acr_values": ["3"]}),
            "default_acr_values",
            "invalid",
        ),
        // H7: a link on a page of ours never runs a script.
        (
            json!({"client_uri": "javascript:alert(1)"}),
            "client_uri",
            "invalid",
        ),
        (
            json!({"policy_uri": "data:text/html,x"}),
            "policy_uri",
            "invalid",
        ),
        (json!({"tos_uri": "/terms"}), "tos_uri", "invalid"),
        (json!({"jwks": {"keys": []}}), "jwks", "invalid"),
    ];
    for (change, field, rule) in cases {
        let mut body = json!({"name": "A"});
        body.as_object_mut()
            .unwrap()
            .extend(change.as_object().unwrap().clone());
        let refused = api.post("/applications", body).await;
        assert_eq!(refused.field(), broken(field, rule), "{change}");
        let refused = api.patch(&path, change.clone()).await;
        assert_eq!(refused.field(), broken(field, rule), "{change}");
    }
    assert_eq!(api.get(&path).await.json(), before);
}

/// A4: whoever can't keep a secret proves that it began the request.
#[tokio::test]
async fn a4_pkce_is_left_to_confidential_applications_only() {
    let server = TestServer::start().await;
    let api = Api::admin(&server).await;
    let public = json!({"name": "P", "type": "public", "require_pkce": false});
    let refused = api.post("/applications", public).await;
    assert_eq!(refused.field(), broken("require_pkce", "invalid"));
    let public = json!({"name": "P", "type": "public"});
    let path = path_of(&api.make("/applications", public).await);
    let refused = api.patch(&path, json!({"require_pkce": false})).await;
    assert_eq!(refused.field(), broken("require_pkce", "invalid"));
}

/// OpenID Connect Core §8.1.
#[tokio::test]
async fn the_one_host_of_redirect_uris_is_a_sector() {
    let server = TestServer::start().await;
    let api = Api::admin(&server).await;
    let made = api
        .make(
            "/applications",
            json!({
                "name": "P", "subject_type": "pairwise",
                "redirect_uris": ["https://rp.example/a", "https://rp.example:8443/b"],
            }),
        )
        .await;
    let sector = server
        .snapshot()
        .client(made["id"].as_str().unwrap())
        .unwrap()
        .sector();
    assert_eq!(sector.as_deref(), Some("rp.example"));
    let more = json!({"redirect_uris": ["https://rp.example/a", "https://other.example/b"]});
    let refused = api.patch(&path_of(&made), more.clone()).await;
    assert_eq!(refused.field(), broken("sector", "invalid"));
    let mut more = more;
    more["sector"] = "rp.example".into();
    api.patch(&path_of(&made), more).await.expect(200);
}

/// How a client registered itself is the server's, and survives every change.
#[tokio::test]
async fn registrations_are_kept_and_never_shown() {
    let server = TestServer::start().await;
    let api = Api::admin(&server).await;
    let made = api.make("/applications", json!({"name": "R"})).await;
    let path = path_of(&made);
    let id = made["id"].as_str().unwrap();
    let registration = Some(Registration {
        token_hash: "hash-of-a-token".to_owned(),
        ..Registration::default()
    });
    let before = Application::clone(server.snapshot().client(id).unwrap());
    let after = Application {
        openid: OpenIdSettings {
            registration: registration.clone(),
            ..before.openid.clone()
        },
        ..before
    };
    server.put(ConfigObject::Application(Arc::new(after))).await;
    let patched = api
        .patch(&path, json!({"default_max_age": 60}))
        .await
        .expect(200);
    assert!(!patched.text().contains("hash-of-a-token"));
    let kept = server
        .snapshot()
        .client(id)
        .unwrap()
        .openid
        .registration
        .clone();
    assert_eq!(kept, registration);
}

/// RFC 9101: requests may be signed by whoever authenticates in another way.
#[tokio::test]
async fn any_application_may_have_keys() {
    let server = TestServer::start().await;
    let api = Api::admin(&server).await;
    for (name, kind) in [("C", "confidential"), ("P", "public")] {
        let new = json!({
            "name": name, "type": kind, "jwks": jwks(), "require_signed_request_object": true,
        });
        let path = path_of(&api.make("/applications", new).await);
        let refused = api.patch(&path, json!({"jwks": null})).await;
        assert_eq!(
            refused.field(),
            broken("require_signed_request_object", "invalid")
        );
    }
}

/// RFC 9470: a scope demands one of the contexts that there are.
#[tokio::test]
async fn an_assignment_demands_a_context_that_exists() {
    let server = TestServer::start().await;
    let api = Api::admin(&server).await;
    let path = path_of(&api.make("/applications", json!({"name": "R"})).await);
    let assigned = format!("{path}/assigned-scopes");
    let refused = api
        .post(&assigned, json!({"scope": "email", "required_acr": "3"}))
        .await;
    assert_eq!(refused.field(), broken("required_acr", "invalid"));
    let made = api
        .make(&assigned, json!({"scope": "email", "required_acr": "phr"}))
        .await;
    assert_eq!(made["required_acr"], "phr");
    let one = format!("{assigned}/{}", made["id"].as_str().unwrap());
    let refused = api.patch(&one, json!({"required_acr": "urn:mace:x"})).await;
    assert_eq!(refused.field(), broken("required_acr", "invalid"));
}
