//! Bodies that are none (REG-13, REG-26: nothing is guessed at, and nothing changes).

use crate::{api::Api, support::TestServer};
use axum::body::Body;
use http::Request;

async fn send(api: &Api<'_>, media_type: Option<&str>, body: impl Into<Body>) -> u16 {
    let path = "/v1/tenants/default/realms/default/scopes";
    let request = Request::post(path).header("authorization", format!("Bearer {}", api.token));
    let request = match media_type {
        Some(media_type) => request.header("content-type", media_type),
        None => request,
    };
    let answer = api.server.send(request.body(body.into()).unwrap()).await;
    assert_eq!(
        answer.header("content-type"),
        "application/problem+json",
        "{}",
        answer.text()
    );
    answer.status.as_u16()
}

#[tokio::test]
async fn a_body_is_one_json_object_of_the_right_type() {
    let server = TestServer::start().await;
    let api = Api::admin(&server).await;
    let revision = server.snapshot().revision();
    let json = Some("application/json");
    let good = r#"{"name":"a:b","type":"generic"}"#;
    for (media_type, body, status) in [
        (None, good.to_owned(), 415),
        (Some("text/plain"), good.to_owned(), 415),
        (
            Some("application/x-www-form-urlencoded"),
            good.to_owned(),
            415,
        ),
        (json, String::new(), 400),
        (json, "[]".to_owned(), 400),
        (json, "null".to_owned(), 400),
        (json, "{".to_owned(), 400),
        (json, format!("{good}{good}"), 400),
        (
            json,
            r#"{"name":"a:b","name":"c:d","type":"generic"}"#.to_owned(),
            400,
        ),
        (
            json,
            format!("{}1{}", r#"{"a":"#.repeat(40), "}".repeat(40)),
            400,
        ),
        (json, "[".repeat(100_000), 400),
        (
            json,
            format!(r#"{{"name":"{}"}}"#, "x".repeat(2 << 20)),
            413,
        ),
    ] {
        let shown: String = body.chars().take(40).collect();
        assert_eq!(
            send(&api, media_type, body).await,
            status,
            "{media_type:?} {shown}"
        );
    }
    assert_eq!(send(&api, json, vec![b'{', 0xff, b'}']).await, 400);
    assert_eq!(server.snapshot().revision(), revision);
}

#[tokio::test]
async fn a_merge_patch_may_say_so() {
    let server = TestServer::start().await;
    let api = Api::admin(&server).await;
    let request = Request::patch("/v1/tenants/default/realms/default")
        .header("authorization", format!("Bearer {}", api.token))
        .header(
            "content-type",
            "application/merge-patch+json; charset=utf-8",
        )
        .body(Body::from(r#"{"display_name":"Here"}"#))
        .unwrap();
    assert_eq!(
        server.send(request).await.expect(200).json()["display_name"],
        "Here"
    );
}

#[tokio::test]
async fn a_method_that_a_resource_has_not_is_405() {
    let server = TestServer::start().await;
    let api = Api::admin(&server).await;
    let root = "/v1/tenants/default/realms/default";
    for (method, path) in [
        ("PUT", "/scopes"),
        ("DELETE", "/scopes"),
        ("POST", "/tokens"),
        ("PATCH", "/tokens/x"),
    ] {
        let answer = server
            .call(method, &format!("{root}{path}"), &api.token, None)
            .await;
        assert_eq!(answer.status, 405, "{method} {path}");
    }
}

#[tokio::test]
async fn a_store_that_fails_is_503_and_nothing_is_acknowledged() {
    let server = TestServer::start().await;
    let api = Api::admin(&server).await;
    api.get("/scopes").await.expect(200);
    server.store.fail_writes(true);
    let body = serde_json::json!({"name": "a:b", "type": "generic"});
    let failed = api.post("/scopes", body.clone()).await;
    assert_eq!(failed.code(503), "temporarily_unavailable");
    assert!(
        !failed.text().contains("told to fail"),
        "the cause is for the log only"
    );
    server.store.fail_writes(false);
    assert!(server.snapshot().config().scope_by_name("a:b").is_none());
    api.post("/scopes", body).await.expect(201);
}

/// What is durable also comes into force: a change is not dropped halfway with its connection.
#[tokio::test]
async fn a_change_runs_to_its_end_when_the_caller_hangs_up() {
    let server = TestServer::start().await;
    let api = Api::admin(&server).await;
    let name = |round| format!("gone:{round}");
    for round in 0..20 {
        let body = serde_json::json!({"name": name(round), "type": "generic"});
        let request = api.post("/scopes", body);
        // Ever later within the request.
        let patience = std::time::Duration::from_micros(200 * round);
        let _ = tokio::time::timeout(patience, request).await;
    }
    let last = serde_json::json!({"name": "last:one", "type": "generic"});
    api.post("/scopes", last).await.expect(201);
    let made = |server: &TestServer| -> Vec<bool> {
        let snapshot = server.snapshot();
        let config = snapshot.config();
        (0..20)
            .map(|round| config.scope_by_name(&name(round)).is_some())
            .collect()
    };
    let in_force = made(&server);
    assert!(in_force.contains(&true), "no request got far enough");
    let server = server.restart().await;
    assert_eq!(
        made(&server),
        in_force,
        "what is stored and what was in force differ"
    );
}
