//! Issued tokens: listed, read, revoked.

use crate::{api::Api, support::TestServer};
use serde_json::{Value, json};

fn ids(page: &Value) -> Vec<String> {
    let items = page["items"].as_array().unwrap();
    items
        .iter()
        .map(|token| token["id"].as_str().unwrap().to_owned())
        .collect()
}

#[tokio::test]
async fn tokens_are_listed_by_client_scope_and_status() {
    let server = TestServer::start().await;
    let api = Api::admin(&server).await;
    let client = server
        .add_client(&["scim:read", "scim:write"], |_| ())
        .await;
    let token = client.token(&server, Some("scim:read")).await;
    client.token(&server, Some("scim:write scim:read")).await;
    client.revoke(&server, &token).await.expect(200);
    let list = async |filter: &str| {
        let filter = filter.replace(' ', "%20").replace('"', "%22");
        api.get(&format!("/tokens?filter={filter}"))
            .await
            .expect(200)
            .json()
    };
    let mine = format!("client_id eq \"{}\"", client.id);
    assert_eq!(ids(&list(&mine).await).len(), 2);
    assert_eq!(
        ids(&list(&format!("{mine} and status eq \"live\"")).await).len(),
        1
    );
    assert_eq!(
        ids(&list(&format!("{mine} and scopes eq \"SCIM:Write\"")).await).len(),
        1
    );
    assert_eq!(
        ids(&list(&format!("{mine} and scopes eq \"no:such\"")).await).len(),
        0
    );
    assert_eq!(
        ids(&list(&format!("{mine} and not (status eq \"live\")")).await).len(),
        1
    );
    assert_eq!(ids(&list("client_id eq \"nobody\"").await).len(), 0);
    let live = list(&format!("{mine} and status eq \"live\"")).await["items"][0].clone();
    assert_eq!(live["scopes"], json!(["scim:read", "scim:write"]));
    assert_eq!(live["subject"], json!(client.id));
    assert_eq!(live["status"], "live");
    server.advance(601);
    let api = Api::admin(&server).await;
    let path = format!("/tokens/{}", live["id"].as_str().unwrap());
    assert_eq!(api.get(&path).await.expect(200).json()["status"], "expired");
}

#[tokio::test]
async fn pages_of_tokens_follow_each_other() {
    let server = TestServer::start().await;
    let api = Api::admin(&server).await;
    let client = server.add_client(&["scim:read"], |_| ()).await;
    for _ in 0..9 {
        client.token(&server, Some("scim:read")).await;
    }
    let filter = format!("filter=client_id%20eq%20%22{}%22", client.id);
    let mut seen = Vec::new();
    let mut query = format!("{filter}&page_size=4");
    loop {
        let page = api
            .get(&format!("/tokens?{query}"))
            .await
            .expect(200)
            .json();
        seen.extend(ids(&page));
        match page.get("next_page_token") {
            Some(token) => {
                query = format!(
                    "{filter}&page_size=4&page_token={}",
                    token.as_str().unwrap()
                )
            }
            None => break,
        }
    }
    seen.sort();
    seen.dedup();
    assert_eq!(seen.len(), 9);
}

#[tokio::test]
async fn a_revoked_token_is_dead_at_once() {
    let server = TestServer::start().await;
    let api = Api::admin(&server).await;
    let client = server.add_client(&["scopes:read"], |_| ()).await;
    let token = client.token(&server, Some("scopes:read")).await;
    let path = client.path("/scopes");
    server.call("GET", &path, &token, None).await.expect(200);
    let filter = format!("/tokens?filter=client_id%20eq%20%22{}%22", client.id);
    let id = ids(&api.get(&filter).await.json()).remove(0);
    let one = format!("/tokens/{id}");
    api.delete(&one).await.expect(204);
    server.call("GET", &path, &token, None).await.expect(401);
    let revoked = api.get(&one).await.expect(200).json();
    assert_eq!(revoked["status"], "revoked");
    assert!(revoked["revoked"].is_string());
    for unknown in [
        "/tokens/x",
        "/tokens/AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
    ] {
        api.get(unknown).await.expect(404);
        api.delete(unknown).await.expect(404);
    }
    assert!(
        !api.get("/tokens").await.text().contains(&token),
        "no list shows a token"
    );
}
