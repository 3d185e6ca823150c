//! What carries the scopes that clients are assigned.

use crate::{
    api::{Api, broken},
    support::{START, TestServer},
};
use serde_json::{Value, json};

fn id_of(server: &TestServer, client: &str, scope: &str) -> String {
    let snapshot = server.snapshot();
    let scope = snapshot.config().scope_by_name(scope).unwrap().id;
    format!("{client}.{scope}")
}

#[tokio::test]
async fn live_tokens_and_grants_are_counted() {
    let server = TestServer::start().await;
    let api = Api::with(&server, &["usage:read"]).await;
    let client = server.add_client(&["scim:read", "profile"], |_| ()).await;
    let path = format!("/usage/{}", id_of(&server, &client.id, "scim:read"));
    let unused = api.get(&path).await.expect(200).json();
    let expected = json!({
        "id": id_of(&server, &client.id, "scim:read"), "client_id": client.id,
        "scope": "scim:read", "live_tokens": 0, "more_tokens": false, "live_grants": 0,
        "more_grants": false,
    });
    assert_eq!(unused, expected);
    let first = client.token(&server, Some("scim:read")).await;
    server.advance(30);
    client.token(&server, Some("scim:read")).await;
    server.add_grant(&client, "profile").await;
    let used = api.get(&path).await.json();
    assert_eq!(
        (&used["live_tokens"], &used["live_grants"]),
        (&json!(2), &json!(0))
    );
    let later = START.plus(std::time::Duration::from_secs(30)).to_rfc3339();
    assert_eq!(used["last_issued"], later);
    client.revoke(&server, &first).await.expect(200);
    assert_eq!(api.get(&path).await.json()["live_tokens"], 1);
    let filter = format!("/usage?filter=client_id%20eq%20%22{}%22", client.id);
    let mut page = api.get(&filter).await.expect(200).json();
    let items = page["items"].as_array_mut().unwrap();
    items.sort_by_key(|item| item["scope"].as_str().unwrap().to_owned());
    let counts = |item: &Value| (item["live_tokens"].clone(), item["live_grants"].clone());
    let counts: Vec<_> = items.iter().map(counts).collect();
    assert_eq!(counts, [(json!(0), json!(1)), (json!(1), json!(0))]);
    server.advance(600);
    let api = Api::with(&server, &["usage:read"]).await;
    assert_eq!(api.get(&path).await.json()["live_tokens"], 0, "expired");
}

#[tokio::test]
async fn pages_follow_one_another() {
    let server = TestServer::start().await;
    let api = Api::admin(&server).await;
    let snapshot = server.snapshot();
    let clients = snapshot.config().applications.values();
    let all: usize = clients.map(|client| client.assigned.len()).sum();
    let (mut seen, mut page) = (Vec::new(), String::new());
    loop {
        let answer = api
            .get(&format!("/usage?page_size=50{page}"))
            .await
            .expect(200)
            .json();
        let items = answer["items"].as_array().unwrap().clone();
        seen.extend(
            items
                .iter()
                .map(|item| item["id"].as_str().unwrap().to_owned()),
        );
        match answer["next_page_token"].as_str() {
            Some(next) => page = format!("&page_token={next}"),
            None => break,
        }
    }
    assert_eq!(seen.len(), all);
    assert!(seen.is_sorted_by(|a, b| a < b), "in order, each once");
}

#[tokio::test]
async fn there_is_nothing_but_what_is_assigned() {
    let server = TestServer::start().await;
    let api = Api::admin(&server).await;
    let client = server.add_client(&["scim:read"], |_| ()).await;
    for other in [
        id_of(&server, &client.id, "scim:write"),
        client.id.clone(),
        "x.y".to_owned(),
    ] {
        api.get(&format!("/usage/{other}")).await.expect(404);
    }
    let refused = api.get("/usage?filter=live_tokens%20eq%201").await;
    assert_eq!(refused.field(), broken("filter", "invalid"));
}
