//! Each registration is an edit of the realm: nobody makes any number of them (RFC 7591 §5).

use crate::support::{Answer, TestServer, metadata};
use axum::body::Body;
use http::Request;
use serde_json::json;

async fn register_at(server: &TestServer, address: &str) -> Answer {
    let request = Request::post(server.admin.path("/register"))
        .header("content-type", "application/json")
        .extension(server::Peer(address.parse().unwrap()));
    let body = Body::from(metadata(json!({})).to_string());
    server.send(request.body(body).unwrap()).await
}

#[track_caller]
fn too_many(answer: Answer) {
    let answer = answer.expect(429);
    assert_eq!(answer.error(), "temporarily_unavailable");
    assert_eq!(answer.header("retry-after"), "600");
}

#[tokio::test]
async fn one_network_does_not_register_without_end() {
    let server = TestServer::start().await;
    server.open_registration(&["openid"]).await;
    for _ in 0..20 {
        register_at(&server, "192.0.2.1").await.expect(201);
    }
    let before = server.snapshot().config().applications.len();
    too_many(register_at(&server, "192.0.2.1").await);
    assert_eq!(server.snapshot().config().applications.len(), before);
    register_at(&server, "198.51.100.7").await.expect(201);
    server.advance(10 * 60);
    register_at(&server, "192.0.2.1").await.expect(201);
}

#[tokio::test]
async fn nor_do_all_of_them_together() {
    let server = TestServer::start().await;
    // Those that find no room count too: they are as much to do.
    let policy = json!({"open": true, "scopes": ["openid"], "max_clients": 1});
    server.set_registration(policy).await.expect(200);
    for number in 0..200 {
        let status = if number == 0 { 201 } else { 403 };
        let address = format!("192.0.2.{}", number % 250);
        register_at(&server, &address).await.expect(status);
    }
    too_many(register_at(&server, "198.51.100.7").await);
    too_many(server.register(&metadata(json!({}))).await);
}

#[tokio::test]
async fn a_client_changes_itself_only_so_often() {
    let server = TestServer::start().await;
    server.open_registration(&["openid"]).await;
    let (mut one, other) = (
        server.registered(json!({})).await,
        server.registered(json!({})).await,
    );
    for _ in 0..60 {
        one = one.updated(&one.update(&server, json!({})).await.expect(200));
    }
    too_many(one.update(&server, json!({})).await);
    too_many(one.delete(&server).await);
    one.read(&server).await.expect(200);
    other.update(&server, json!({})).await.expect(200);
    server.advance(10 * 60);
    one.delete(&server).await.expect(204);
}
