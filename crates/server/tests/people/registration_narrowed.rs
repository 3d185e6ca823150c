//! What administrators make stricter of a client that registered itself stays so (REG-13, H3).

use crate::support::{Answer, CALLBACK, Person, Registered, TestServer, claims};
use serde_json::{Value, json};

async fn patch(server: &TestServer, one: &Registered, body: Value) -> Answer {
    let token = server.admin_token().await;
    let path = server
        .admin
        .path(&format!("/applications/{}", one.client.id));
    server.call("PATCH", &path, &token, Some(body)).await
}

fn keys() -> Value {
    json!({"keys": [{
        "kty": "OKP", "crv": "Ed25519", "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo",
    }]})
}

#[tokio::test]
async fn reg13_an_update_loosens_nothing() {
    let server = TestServer::start().await;
    server.open_registration(&["openid"]).await;
    let one = server.registered(json!({"jwks": keys()})).await;
    let tighter = json!({
        "subject_type": "pairwise", "sector": "one.example", "default_max_age": 60,
        "require_pushed_authorization_requests": true, "require_signed_request_object": true,
        "default_acr_values": ["2"],
    });
    patch(&server, &one, tighter.clone()).await.expect(200);
    let public = json!({"jwks": keys(), "subject_type": "public"});
    let refused = one.update(&server, public).await.expect(400);
    assert!(refused.text().contains("subject_type"));
    let refused = one.update(&server, json!({})).await.expect(400);
    assert!(refused.text().contains("jwks"), "{}", refused.text());
    let settings = async || {
        let token = server.admin_token().await;
        let path = server
            .admin
            .path(&format!("/applications/{}", one.client.id));
        let shown = server.call("GET", &path, &token, None).await;
        shown.expect(200).json()
    };
    let said = json!({
        "jwks": keys(), "default_max_age": 3600, "default_acr_values": ["1", "phr"],
        "require_pushed_authorization_requests": false, "require_signed_request_object": false,
    });
    let next = one.updated(&one.update(&server, said).await.expect(200));
    for (name, value) in tighter.as_object().unwrap() {
        assert_eq!(settings().await[name], *value, "{name}");
    }
    assert_eq!(next.told["default_max_age"], 60, "it is told what counts");
    // Unsaid is no looser, and what is stricter still is the client's to say.
    let next = next.updated(&next.update(&server, json!({"jwks": keys()})).await);
    for (name, value) in tighter.as_object().unwrap() {
        assert_eq!(settings().await[name], *value, "{name}");
    }
    let stricter = json!({"jwks": keys(), "default_max_age": 5, "default_acr_values": ["phr"]});
    next.update(&server, stricter).await.expect(200);
    assert_eq!(settings().await["default_max_age"], 5);
    assert_eq!(settings().await["default_acr_values"], json!(["phr"]));
}

/// OpenID Connect Core §8.1: a host that a stranger names makes it nobody's sector.
#[tokio::test]
async fn core_8_1_a_stranger_gets_nobody_elses_subjects() {
    let server = TestServer::start().await;
    let ada = server.add_person("ada").await;
    let ours = server
        .add_app(&["openid"], |app| {
            app.openid.subject_type = domain::config::SubjectType::Pairwise;
        })
        .await;
    server.open_registration(&["openid"]).await;
    let pairwise = json!({"subject_type": "pairwise"});
    let one = server.registered(json!({})).await;
    let two = server.registered(json!({})).await;
    for client in [&one, &two] {
        patch(&server, client, pairwise.clone()).await.expect(200);
    }
    let sub = async |client: &crate::support::Client, ada: &Person| {
        let tokens = client.tokens(&server, ada, "openid").await;
        claims(tokens["id_token"].as_str().unwrap())["sub"].clone()
    };
    let subs = [
        sub(&ours, &ada).await,
        sub(&one.client, &ada).await,
        sub(&two.client, &ada).await,
    ];
    assert!(subs[0] != subs[1] && subs[1] != subs[2] && subs[0] != subs[2]);
    // Its redirection URIs are its own to change, and administrators can do the rest still.
    let uris = json!({"redirect_uris": [CALLBACK, "https://other.example.com/cb"]});
    let one = one.updated(&one.update(&server, uris).await.expect(200));
    patch(&server, &one, json!({"active": false}))
        .await
        .expect(200);
}

/// H3: nor does an administrator let it act for itself by mistake.
#[tokio::test]
async fn h3_a_client_that_registered_itself_never_acts_for_itself() {
    let server = TestServer::start().await;
    server.open_registration(&["openid"]).await;
    let one = server.registered(json!({})).await;
    for body in [
        json!({"service_account": true}),
        json!({"grant_types": ["client_credentials"]}),
        json!({"service_account": true, "grant_types": ["authorization_code", "client_credentials"]}),
        json!({"service_account": null, "grant_types": ["client_credentials"]}),
    ] {
        let refused = patch(&server, &one, body.clone()).await.expect(400);
        let text = refused.text();
        assert!(text.contains("registered itself"), "{body}: {text}");
    }
    let people = json!({"service_account": false, "grant_types": ["authorization_code"]});
    patch(&server, &one, people).await.expect(200);
}
