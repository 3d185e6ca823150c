//! What a client does with its own registration (RFC 7592; H4, H5).

use crate::support::{Answer, CALLBACK, Registered, TestServer, metadata};
use serde_json::{Value, json};

#[tokio::test]
async fn rfc7592_read_replace_and_delete() {
    let server = TestServer::start().await;
    server.open_registration(&["openid", "profile"]).await;
    let one = server
        .registered(json!({"contacts": ["a@example.com"]}))
        .await;
    let read = one.read(&server).await.expect(200);
    assert_eq!(read.header("cache-control"), "no-store", "B10");
    let mut expected = one.told.clone();
    let members = expected.as_object_mut().unwrap();
    members.remove("client_secret");
    members.remove("client_secret_expires_at");
    assert_eq!(read.json(), expected, "the secret is told once");
    assert_eq!(read.json()["scope"], "openid profile");

    let more = json!({"client_name": "Another name", "scope": "openid"});
    let answer = one.update(&server, more).await.expect(200);
    let next = one.updated(&answer);
    assert_eq!(next.client.id, one.client.id);
    assert_eq!(next.told["client_name"], "Another name");
    assert_eq!(next.told["scope"], "openid");
    assert_eq!(next.told.get("contacts"), None, "what is omitted is gone");
    assert_eq!(next.told.get("client_secret"), None);
    // The secret is the same still, and the token another (H5).
    assert_ne!(next.token, one.token);
    unauthenticated(&one.read(&server).await);
    let again = next.read(&server).await.expect(200).json();
    assert_eq!(again["registration_access_token"], next.token.as_str());
    one.client.introspect(&server, "x").await.expect(200);

    next.delete(&server).await.expect(204);
    for answer in [
        next.read(&server).await,
        next.update(&server, json!({})).await,
        next.delete(&server).await,
    ] {
        unauthenticated(&answer);
    }
    let gone = one.client.introspect(&server, "x").await.expect(401);
    assert_eq!(gone.error(), "invalid_client");
}

/// Deleting the client voids its tokens and grants (RFC 7592 §2.3).
#[tokio::test]
async fn nothing_outlives_a_deleted_client() {
    let server = TestServer::start().await;
    let ada = server.add_person("ada").await;
    server.open_registration(&["openid", "profile"]).await;
    let one = server.registered(json!({})).await;
    let code = one.client.code(&server, &ada, "openid profile").await;
    let tokens = one.client.tokens(&server, &ada, "openid profile").await;
    let access = tokens["access_token"].as_str().unwrap();
    let userinfo = server.admin.path("/userinfo");
    server
        .call("GET", &userinfo, access, None)
        .await
        .expect(200);
    one.delete(&server).await.expect(204);
    server
        .call("GET", &userinfo, access, None)
        .await
        .expect(401);
    let told = server.admin.introspect(&server, access).await.expect(200);
    assert_eq!(told.json(), json!({"active": false}));
    let refresh = tokens["refresh_token"].as_str().unwrap();
    let refused = one.client.refresh(&server, refresh).await.expect(401);
    assert_eq!(refused.error(), "invalid_client");
    one.client.redeem(&server, &code).await.expect(401);
    let admin = server.admin_token().await;
    for list in [
        format!("/grants?filter=client_id%20eq%20%22{}%22", one.client.id),
        format!("/tokens?filter=client_id%20eq%20%22{}%22", one.client.id),
    ] {
        let path = server.admin.path(&list);
        let listed = server.call("GET", &path, &admin, None).await;
        let listed = listed.expect(200).json();
        assert_eq!(listed["items"], json!([]), "{list}");
    }
}

/// H5, REG-07: the registration access token opens one client and nothing else, and nothing else
/// opens that.
#[tokio::test]
async fn h5_only_its_own_token_opens_a_client() {
    let server = TestServer::start().await;
    let ada = server.add_person("ada").await;
    server.open_registration(&["openid"]).await;
    let (one, other) = (
        server.registered(json!({})).await,
        server.registered(json!({})).await,
    );
    let access = one.client.token_of(&server, &ada, "openid").await;
    let admin = server.admin_token().await;
    let body = metadata(json!({"client_id": one.client.id.as_str()}));
    let other_case = one.token.to_uppercase();
    let cut = one.token[..one.token.len() - 1].to_owned();
    for token in [
        other.token.as_str(),
        &access,
        &admin,
        &one.client.secret,
        &other_case,
        &cut,
        "ambit_rat_",
        "x",
    ] {
        for (method, body) in [("GET", None), ("PUT", Some(body.clone())), ("DELETE", None)] {
            let answer = server.call(method, &one.path, token, body).await;
            unauthenticated(&answer);
        }
    }
    // As what it is not: an access token, or a client's credential.
    for path in ["/userinfo", "/scim/v2/Me", "/applications"] {
        let path = server.admin.path(path);
        let answer = server.call("GET", &path, &one.token, None).await;
        answer.expect(401);
    }
    let told = server.admin.introspect(&server, &one.token).await;
    assert_eq!(told.expect(200).json(), json!({"active": false}));
    let mut thief = one.client.clone();
    thief.secret.clone_from(&one.token);
    thief.introspect(&server, "x").await.expect(401);
    // Without any, or in the address.
    let anonymous = server.get(&one.path).await.expect(401);
    assert!(anonymous.header("www-authenticate").starts_with("Bearer "));
    let query = format!("{}?access_token={}", one.path, one.token);
    server.get(&query).await.expect(400);
    // An id that is spelt otherwise, is another's, or is one that an administrator made.
    for id in [
        one.client.id.to_uppercase(),
        server.admin.id.clone(),
        "x".to_owned(),
        "0193f1c0-0000-7000-8000-00000000002a".to_owned(),
    ] {
        let path = server.admin.path(&format!("/register/{id}"));
        let answer = server.call("GET", &path, &one.token, None).await;
        unauthenticated(&answer);
    }
    one.read(&server).await.expect(200);
}

/// H5: it can't come back to life by itself (CVE-2026-9705), nor move to another realm.
#[tokio::test]
async fn h5_a_disabled_client_stays_disabled_and_in_its_realm() {
    let server = TestServer::start().await;
    server.open_registration(&["openid"]).await;
    let one = server.registered(json!({})).await;
    server
        .change_client(&one.client, |client| client.active = false)
        .await;
    for answer in [
        one.read(&server).await,
        one.update(&server, json!({"active": true})).await,
        one.delete(&server).await,
    ] {
        unauthenticated(&answer);
    }
    assert!(!server.snapshot().client(&one.client.id).unwrap().active);
    server
        .change_client(&one.client, |client| client.active = true)
        .await;
    one.read(&server).await.expect(200);

    let foreign = server.add_realm("foreign", "realm").await;
    let token = foreign.token(&server, None).await;
    let open = json!({"registration": {"open": true, "scopes": ["openid"]}});
    let realm = foreign.path("");
    let patched = server.call("PATCH", &realm, &token, Some(open)).await;
    patched.expect(200);
    let mut body = metadata(json!({"client_id": one.client.id.as_str()}));
    body["tenant"] = json!("foreign");
    let there = foreign.path(&format!("/register/{}", one.client.id));
    for (method, body) in [("GET", None), ("PUT", Some(body)), ("DELETE", None)] {
        unauthenticated(&server.call(method, &there, &one.token, body).await);
    }
    assert!(server.snapshot().client(&one.client.id).is_some());
}

/// H4: an update is held to all that a registration is, and says all of it.
#[tokio::test]
async fn h4_an_update_is_held_to_everything() {
    let server = TestServer::start().await;
    server.open_registration(&["openid"]).await;
    let one = server.registered(json!({})).await;
    let id = one.client.id.as_str();
    let other = server.admin.id.as_str();
    let issuer = server.snapshot().issuer().to_string();
    for (why, more) in [
        ("scope", json!({"scope": "openid profile"})),
        (
            "grant_types",
            json!({"grant_types": ["client_credentials"]}),
        ),
        (
            "redirect_uris",
            json!({"redirect_uris": ["http://x.example/cb"]}),
        ),
        ("redirect_uris", json!({"redirect_uris": null})),
        (
            "token_endpoint_auth_method",
            json!({"token_endpoint_auth_method": "none"}),
        ),
        ("client_secret", json!({"client_secret": "another"})),
        (
            "registration_access_token",
            json!({"registration_access_token": one.token}),
        ),
        (
            "registration_client_uri",
            json!({"registration_client_uri": issuer}),
        ),
        (
            "client_secret_expires_at",
            json!({"client_secret_expires_at": 0}),
        ),
        ("client_id_issued_at", json!({"client_id_issued_at": 0})),
        (
            "jwks",
            json!({"token_endpoint_auth_method": "private_key_jwt"}),
        ),
    ] {
        let refused = one.update(&server, more.clone()).await.expect(400);
        let code = refused.error();
        let known = ["invalid_client_metadata", "invalid_redirect_uri"];
        assert!(known.contains(&code.as_str()), "{more}: {code}");
        assert!(refused.text().contains(why), "{}", refused.text());
    }
    for client_id in [json!(other), json!(id.to_uppercase()), Value::Null] {
        let body = metadata(json!({"client_id": client_id}));
        let refused = server.call("PUT", &one.path, &one.token, Some(body)).await;
        assert_eq!(refused.expect(400).error(), "invalid_client_metadata");
    }
    // The token is the same: nothing was done.
    assert_eq!(
        one.read(&server).await.expect(200).json()["scope"],
        "openid"
    );
    let right = json!({"client_secret": one.client.secret});
    one.update(&server, right).await.expect(200);
}

/// H4 (CVE-2026-15572): what was allowed when it registered is not allowed for ever.
#[tokio::test]
async fn h4_what_is_unchanged_is_validated_again() {
    let server = TestServer::start().await;
    server.open_registration(&["openid", "profile"]).await;
    let said = json!({"scope": "openid profile"});
    let one = server.registered(said.clone()).await;
    server.open_registration(&["openid"]).await;
    let refused = one.update(&server, said).await.expect(400);
    assert!(refused.text().contains("profile"), "{}", refused.text());
    let update = json!({"redirect_uris": [CALLBACK]});
    let next = one.updated(&one.update(&server, update).await.expect(200));
    assert_eq!(next.told["scope"], "openid");
}

/// A client gets a secret when it begins to need one, and loses it when it does not need it.
#[tokio::test]
async fn a_secret_comes_and_goes_with_the_need_for_one() {
    let server = TestServer::start().await;
    server.open_registration(&["openid"]).await;
    let one = server.registered(json!({})).await;
    let key = json!({
        "kty": "OKP", "crv": "Ed25519", "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo",
    });
    let keys = json!({"token_endpoint_auth_method": "private_key_jwt", "jwks": {"keys": [key]}});
    let with_keys = one.updated(&one.update(&server, keys).await.expect(200));
    one.client.introspect(&server, "x").await.expect(401);
    let again = with_keys.update(&server, json!({})).await.expect(200);
    let again = with_keys.updated(&again);
    assert!(again.told["client_secret"].is_string());
    assert_ne!(again.client.secret, one.client.secret);
    again.client.introspect(&server, "x").await.expect(200);
}

/// All that restarts keep: the token's hash, and what the client said.
#[tokio::test]
async fn a_registration_outlives_a_restart() {
    let server = TestServer::start().await;
    server.open_registration(&["openid"]).await;
    let said = json!({"software_id": "4NRB1", "logo_uri": "https://client.example.com/l.png"});
    let one: Registered = server.registered(said).await;
    let before = one.read(&server).await.expect(200).json();
    let server = server.restart().await;
    assert_eq!(one.read(&server).await.expect(200).json(), before);
}

#[track_caller]
fn unauthenticated(answer: &Answer) {
    assert_eq!(answer.status, 401, "{}", answer.text());
    assert_eq!(answer.error(), "invalid_token", "{}", answer.text());
    let told = answer.json()["error_description"].to_string();
    assert!(told.contains("registration access token"), "{told}");
    assert!(answer.header("www-authenticate").contains("invalid_token"));
}
