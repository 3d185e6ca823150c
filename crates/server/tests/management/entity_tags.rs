//! `ETag` and `If-Match` (RFC 9110 §13): no change is lost to another.

use crate::{api::Api, support::TestServer};
use serde_json::json;

#[tokio::test]
async fn a_lost_update_is_412() {
    let server = TestServer::start().await;
    let api = Api::admin(&server).await;
    let new = json!({"name": "a:b", "type": "generic"});
    let made = api.post("/scopes", new).await.expect(201);
    let path = format!("/scopes/{}", made.json()["id"].as_str().unwrap());
    let first = made.header("etag").to_owned();
    assert!(
        first.starts_with('"') && first.ends_with('"'),
        "strong: {first}"
    );
    let read = api.get(&path).await.expect(200);
    assert_eq!(read.header("etag"), first, "what is made is read alike");

    let patch = async |tag: &str, tags: &str| {
        let body = json!({"tags": [tags]});
        api.conditional("PATCH", &path, ("if-match", tag), Some(body))
            .await
    };
    let changed = patch(&first, "one").await.expect(200);
    let second = changed.header("etag").to_owned();
    assert_ne!(first, second);
    assert_eq!(patch(&first, "two").await.code(412), "changed_meanwhile");
    assert_eq!(api.get(&path).await.json()["tags"], json!(["one"]));
    patch("*", "three").await.expect(200);
    assert_eq!(patch("none", "four").await.field().0, "if-match");

    let stale = api
        .conditional("DELETE", &path, ("if-match", &second), None)
        .await;
    assert_eq!(stale.code(412), "changed_meanwhile");
    let now = api.get(&path).await.header("etag").to_owned();
    let known = api
        .conditional("GET", &path, ("if-none-match", &now), None)
        .await;
    assert_eq!((known.status.as_u16(), known.text()), (304, String::new()));
    let gone = api
        .conditional("DELETE", &path, ("if-match", &now), None)
        .await;
    gone.expect(204);
}

/// Every kind of thing that can be changed, tenants and realms among them.
#[tokio::test]
async fn whatever_can_be_changed_has_a_tag() {
    let server = TestServer::start().await;
    let api = Api::admin(&server).await;
    let scope = api.scope_id("openid").await;
    let client = &server.admin.id;
    let first = async |path: &str| {
        let list = api.get(path).await.expect(200).json();
        format!("{path}/{}", list["items"][0]["id"].as_str().unwrap())
    };
    let mut paths = vec![
        String::new(),
        "/v1/tenants/default".to_owned(),
        format!("/scopes/{scope}"),
        format!("/applications/{client}"),
    ];
    for collection in ["/schemas", "/resource-types", "/claims", "/keys", "/tokens"] {
        paths.push(first(collection).await);
    }
    for path in paths {
        let read = api.get(&path).await.expect(200);
        let tag = read.header("etag").to_owned();
        assert_eq!(api.get(&path).await.header("etag"), tag, "{path}");
        let known = api
            .conditional("GET", &path, ("if-none-match", &tag), None)
            .await;
        assert_eq!(known.status, 304, "{path}");
        let changed = api
            .conditional("DELETE", &path, ("if-match", "\"other\""), None)
            .await;
        if !path.is_empty() {
            assert_eq!(changed.code(412), "changed_meanwhile", "{path}");
        }
    }
}
