//! Metadata documents (RFC 8414, RFC 9728, OpenID Connect Discovery §4).

use crate::support::{BASE_URL, TestServer};
use axum::body::Body;
use http::Request;
use serde_json::{Value, json};

const REALM: &str = "/v1/tenants/default/realms/default";

fn texts(value: &Value) -> Vec<&str> {
    value
        .as_array()
        .unwrap()
        .iter()
        .map(|text| text.as_str().unwrap())
        .collect()
}

#[tokio::test]
async fn rfc8414_3_the_document_is_where_it_belongs() {
    let server = TestServer::start().await;
    let inserted = format!("/.well-known/oauth-authorization-server{REALM}");
    let appended = format!("{REALM}/.well-known/openid-configuration");
    let document = server.get(&inserted).await.expect(200);
    assert_eq!(document.header("content-type"), "application/json");
    assert!(
        document
            .header("cache-control")
            .starts_with("public, max-age=")
    );
    assert_eq!(document.body, server.get(&appended).await.expect(200).body);
    let document = document.json();
    // RFC 8414 §3.3: "identical to the authorization server's issuer identifier value".
    assert_eq!(document["issuer"], format!("{BASE_URL}{REALM}"));
    assert_eq!(document["response_types_supported"], json!(["code"]), "B9");
    assert_eq!(
        document["grant_types_supported"],
        json!([
            "authorization_code",
            "client_credentials",
            "refresh_token",
            "urn:ietf:params:oauth:grant-type:device_code"
        ])
    );
    assert_eq!(
        document["code_challenge_methods_supported"],
        json!(["S256"]),
        "A4"
    );
    let issues = &document["authorization_response_iss_parameter_supported"];
    assert_eq!(*issues, true, "A6");
    // Discovery §3: RS256 "MUST be included".
    assert!(texts(&document["id_token_signing_alg_values_supported"]).contains(&"RS256"));
    assert_eq!(document["request_uri_parameter_supported"], false, "F5");
    let methods = [
        "client_secret_basic",
        "client_secret_post",
        "private_key_jwt",
        "none",
    ];
    assert_eq!(
        document["token_endpoint_auth_methods_supported"],
        json!(methods)
    );
    let algorithms = texts(&document["token_endpoint_auth_signing_alg_values_supported"]);
    assert!(algorithms.contains(&"ES256"));
    assert!(
        !algorithms
            .iter()
            .any(|alg| *alg == "none" || alg.starts_with("HS"))
    );
    assert!(texts(&document["scopes_supported"]).contains(&"scim:read"));
}

/// What is listed exists, and answers as what it is.
#[tokio::test]
async fn every_address_in_the_document_answers() {
    let server = TestServer::start().await;
    let document = server
        .get(&format!("{REALM}/.well-known/openid-configuration"))
        .await
        .json();
    let path = |member: &str| {
        document[member]
            .as_str()
            .unwrap()
            .strip_prefix(BASE_URL)
            .unwrap()
            .to_owned()
    };
    let basic = server.admin.basic();
    for member in [
        "token_endpoint",
        "introspection_endpoint",
        "revocation_endpoint",
    ] {
        let form = [("token", "x"), ("grant_type", "client_credentials")];
        server
            .post_form(&path(member), &[("authorization", &basic)], &form)
            .await
            .expect(200);
    }
    server.get(&path("jwks_uri")).await.expect(200);
    for resource in texts(&document["protected_resources"]) {
        let inserted = resource.strip_prefix(BASE_URL).unwrap();
        let metadata = server
            .get(&format!("/.well-known/oauth-protected-resource{inserted}"))
            .await;
        // RFC 9728 §3.3: "identical to the protected resource's resource identifier value".
        assert_eq!(metadata.expect(200).json()["resource"], resource);
    }
}

#[tokio::test]
async fn rfc9728_2_a_resource_names_its_server_and_scopes() {
    let server = TestServer::start().await;
    for (path, has, lacks) in [
        ("", "scopes:read", "scim:read"),
        ("/scim/v2", "scim:read", "scopes:read"),
    ] {
        let address = format!("/.well-known/oauth-protected-resource{REALM}{path}");
        let document = server.get(&address).await.expect(200).json();
        assert_eq!(document["resource"], format!("{BASE_URL}{REALM}{path}"));
        assert_eq!(
            document["authorization_servers"],
            json!([format!("{BASE_URL}{REALM}")])
        );
        assert_eq!(
            document["bearer_methods_supported"],
            json!(["header"]),
            "G2"
        );
        let scopes = texts(&document["scopes_supported"]);
        assert!(
            scopes.contains(&has) && !scopes.contains(&lacks),
            "{path}: {scopes:?}"
        );
    }
}

/// A realm's own scopes are its own business.
#[tokio::test]
async fn only_built_in_scopes_are_listed() {
    let server = TestServer::start().await;
    server
        .add_scope(json!({"name": "secret-project:read", "type": "generic"}))
        .await;
    for address in [
        format!("{REALM}/.well-known/openid-configuration"),
        format!("/.well-known/oauth-protected-resource{REALM}"),
    ] {
        assert!(
            !server
                .get(&address)
                .await
                .expect(200)
                .text()
                .contains("secret-project")
        );
    }
}

/// C6, REG-23: absolute URLs come from configuration, never from the request.
#[tokio::test]
async fn c6_the_host_of_the_request_makes_no_difference() {
    let server = TestServer::start().await;
    let address = format!("/.well-known/oauth-authorization-server{REALM}");
    let expected = server.get(&address).await.body;
    for (name, value) in [
        ("host", "evil.example"),
        ("x-forwarded-host", "evil.example"),
        ("x-forwarded-proto", "http"),
        ("forwarded", "host=evil.example;proto=http"),
    ] {
        let request = Request::get(&address)
            .header(name, value)
            .body(Body::empty())
            .unwrap();
        assert_eq!(
            server.send(request).await.expect(200).body,
            expected,
            "{name}"
        );
    }
}

#[tokio::test]
async fn another_realm_has_its_own_and_a_missing_one_none() {
    let server = TestServer::start().await;
    server.add_realm("acme", "main").await;
    let document = |realm: &str| format!("/.well-known/oauth-authorization-server{realm}");
    let acme = "/v1/tenants/acme/realms/main";
    let answer = server.get(&document(acme)).await.expect(200);
    assert_eq!(answer.json()["issuer"], format!("{BASE_URL}{acme}"));
    for missing in [
        "/v1/tenants/acme/realms/default",
        "/v1/tenants/x/realms/main",
        "",
        "/x",
    ] {
        server.get(&document(missing)).await.expect(404);
        server
            .get(&format!("/.well-known/oauth-protected-resource{missing}"))
            .await
            .expect(404);
    }
}
