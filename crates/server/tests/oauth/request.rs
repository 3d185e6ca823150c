//! Requests that no client should send (A9, REG-09): refused, and nothing of them ignored.

use crate::support::{Answer, TestServer};
use axum::body::Body;
use http::Request;

const ENDPOINTS: [&str; 3] = ["/token", "/introspect", "/revoke"];

async fn post(server: &TestServer, path: &str, content_type: Option<&str>, body: &str) -> Answer {
    let mut request =
        Request::post(server.admin.path(path)).header("authorization", server.admin.basic());
    if let Some(content_type) = content_type {
        request = request.header("content-type", content_type);
    }
    server
        .send(request.body(Body::from(body.to_owned())).unwrap())
        .await
}

const FORM: Option<&str> = Some("application/x-www-form-urlencoded");

#[tokio::test]
async fn the_body_must_be_a_form() {
    let server = TestServer::start().await;
    let form = "grant_type=client_credentials&token=x";
    for endpoint in ENDPOINTS {
        for content_type in [
            None,
            Some("application/json"),
            Some("text/plain"),
            Some("x"),
        ] {
            let answer = post(&server, endpoint, content_type, form)
                .await
                .expect(400);
            assert_eq!(answer.error(), "invalid_request", "{content_type:?}");
        }
        let charset = Some("Application/X-WWW-Form-Urlencoded; charset=UTF-8");
        post(&server, endpoint, charset, form).await.expect(200);
    }
}

#[tokio::test]
async fn a9_a_repeated_or_broken_parameter_is_refused_and_an_unknown_one_ignored() {
    let server = TestServer::start().await;
    for endpoint in ENDPOINTS {
        let good = "grant_type=client_credentials&token=x";
        post(&server, endpoint, FORM, &format!("{good}&unknown=1"))
            .await
            .expect(200);
        for bad in [
            "&unknown=1&unknown=2",
            "&token=y",
            "&x=%",
            "&x=%zz",
            "&x=%ff",
            "&x=%00",
        ] {
            let answer = post(&server, endpoint, FORM, &format!("{good}{bad}"))
                .await
                .expect(400);
            assert_eq!(answer.error(), "invalid_request", "{bad}");
        }
        let answer = post(&server, endpoint, FORM, "").await.expect(400);
        assert_eq!(answer.error(), "invalid_request");
    }
}

#[tokio::test]
async fn rfc6749_5_2_unsupported_grant_type() {
    let server = TestServer::start().await;
    for grant in ["password", "implicit", "CLIENT_CREDENTIALS", "x"] {
        let answer = post(&server, "/token", FORM, &format!("grant_type={grant}"))
            .await
            .expect(400);
        assert_eq!(answer.error(), "unsupported_grant_type", "{grant}");
    }
}

/// REG-09: every parameter at every length is honoured or refused.
#[tokio::test]
async fn reg_09_length_sweep() {
    let server = TestServer::start().await;
    for length in [
        1, 100, 255, 256, 257, 4_095, 4_097, 8_192, 8_193, 16_384, 16_385, 65_536,
    ] {
        let long = "x".repeat(length);
        for (name, error) in [
            ("scope", "invalid_scope"),
            ("resource", "invalid_target"),
            ("client_id", "invalid_client invalid_request"),
            ("client_secret", "invalid_request"),
            ("client_assertion", "invalid_request"),
            ("grant_type", "invalid_request"),
        ] {
            let form = format!("grant_type=client_credentials&{name}={long}");
            let answer = post(&server, "/token", FORM, &form).await;
            let said = answer.error();
            let expected = error.contains(&said) || said == "invalid_request";
            assert!(!said.is_empty() && expected, "{name} of {length}: {said}");
        }
        let answer = post(&server, "/introspect", FORM, &format!("token={long}")).await;
        match answer.status.as_u16() {
            200 => assert_eq!(answer.text(), r#"{"active":false}"#),
            status => assert_eq!((status, answer.error().as_str()), (400, "invalid_request")),
        }
        assert_eq!(answer.status == 400, length > 16_384, "{length}");
    }
    let huge = format!(
        "grant_type=client_credentials&x={}",
        "x".repeat(2 * 1024 * 1024)
    );
    let answer = post(&server, "/token", FORM, &huge).await.expect(400);
    assert_eq!(answer.error(), "invalid_request");
}

/// RFC 6749 §2.3.1: credentials "MUST NOT be included in the request URI" (B10).
#[tokio::test]
async fn parameters_in_the_address_are_refused() {
    let server = TestServer::start().await;
    let path = "/token?grant_type=client_credentials";
    let answer = post(&server, path, FORM, "grant_type=client_credentials")
        .await
        .expect(400);
    assert_eq!(answer.error(), "invalid_request");
}

#[tokio::test]
async fn rfc9110_15_5_6_only_post_is_allowed() {
    let server = TestServer::start().await;
    for endpoint in ENDPOINTS {
        for method in ["GET", "PUT", "DELETE", "PATCH", "OPTIONS", "HEAD"] {
            let request = Request::builder()
                .method(method)
                .uri(server.admin.path(endpoint));
            let answer = server
                .send(request.body(Body::empty()).unwrap())
                .await
                .expect(405);
            assert_eq!(answer.header("allow"), "POST", "{method}");
        }
    }
}

#[tokio::test]
async fn g11_no_origin_is_ever_allowed() {
    let server = TestServer::start().await;
    for (name, value) in [("origin", "https://evil.example"), ("origin", "null")] {
        let form = [("grant_type", "client_credentials")];
        let basic = server.admin.basic();
        let headers = [(name, value), ("authorization", basic.as_str())];
        let answer = server
            .post_form(&server.admin.path("/token"), &headers, &form)
            .await;
        assert!(
            answer
                .headers
                .keys()
                .all(|h| !h.as_str().starts_with("access-control"))
        );
    }
}

#[tokio::test]
async fn a_realm_that_is_not_there_is_404() {
    let server = TestServer::start().await;
    for realm in [
        "default/nowhere",
        "nowhere/default",
        "Default/default",
        "default/%2e%2e",
    ] {
        let (tenant, realm) = realm.split_once('/').unwrap();
        for endpoint in ENDPOINTS {
            let path = format!("/v1/tenants/{tenant}/realms/{realm}{endpoint}");
            server
                .post_form(&path, &[], &[("grant_type", "client_credentials")])
                .await
                .expect(404);
        }
    }
}
