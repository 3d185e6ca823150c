//! What people granted to clients, as an administrator sees and ends it (product §7).

use crate::{
    api::{Api, broken},
    support::TestServer,
};
use domain::store::GrantsOf;
use serde_json::json;

const PERSON: &str = "26118915-6090-4610-87e4-49d8ca9f808d";

#[tokio::test]
async fn grants_are_listed_and_read() {
    let server = TestServer::start().await;
    let api = Api::admin(&server).await;
    let (one, other) = (
        server.add_client(&["email"], |_| ()).await,
        server.add_client(&["email", "profile"], |_| ()).await,
    );
    let first = server.add_grant(&one, "email").await;
    server.add_grant(&other, "email").await;
    let last = server.add_grant(&other, "profile").await;

    let read = api
        .get(&format!("/grants/{}", first.id()))
        .await
        .expect(200);
    let read = read.json();
    assert_eq!(read["id"], first.id());
    assert_eq!(read["client_id"], one.id);
    assert_eq!(read["person"], PERSON);
    assert_eq!(read["scopes"], json!(["email"]));
    assert_eq!(read["status"], "live");
    for field in ["body", "session", "generation"] {
        assert_eq!(read.get(field), None, "{field}");
    }

    let count = async |filter: &str| {
        let path = format!(
            "/grants?filter={}",
            filter.replace(' ', "%20").replace('"', "%22")
        );
        let list = api.get(&path).await.expect(200).json();
        list["items"].as_array().unwrap().len()
    };
    assert_eq!(count(&format!("client_id eq \"{}\"", other.id)).await, 2);
    assert_eq!(count("scopes eq \"email\"").await, 2);
    assert_eq!(
        count(&format!("person eq \"{PERSON}\" and scopes eq \"profile\"")).await,
        1
    );
    assert_eq!(count("person eq \"nobody\"").await, 0);
    assert_eq!(count("client_id eq \"nobody\"").await, 0);
    assert_eq!(count("status eq \"live\"").await, 3);
    api.delete(&format!("/grants/{}", last.id()))
        .await
        .expect(204);
    assert_eq!(count("status eq \"live\"").await, 2);
    assert_eq!(count("status eq \"revoked\"").await, 1);
    server.advance(3600);
    let api = Api::admin(&server).await;
    let expired = api.get(&format!("/grants/{}", first.id())).await.json();
    assert_eq!(expired["status"], "expired");
}

#[tokio::test]
async fn a_list_of_grants_has_pages() {
    let server = TestServer::start().await;
    let api = Api::admin(&server).await;
    let mut made = Vec::new();
    for _ in 0..5 {
        made.push(server.add_grant(&server.admin, "email").await.id());
    }
    let (mut seen, mut path) = (Vec::new(), "/grants?page_size=2".to_owned());
    loop {
        let page = api.get(&path).await.expect(200).json();
        let items = page["items"].as_array().unwrap();
        assert!(items.len() <= 2);
        seen.extend(items.iter().map(|g| g["id"].as_str().unwrap().to_owned()));
        let Some(token) = page["next_page_token"].as_str() else {
            break;
        };
        path = format!("/grants?page_size=2&page_token={token}");
    }
    made.sort_unstable();
    seen.sort_unstable();
    assert_eq!(seen, made);
    let refused = api.get("/grants?page_token=x").await;
    assert_eq!(refused.field(), broken("page_token", "invalid"));
}

/// B7, REG-11: a token that was seen before is not good a moment longer than its grant.
#[tokio::test]
async fn b7_a_revoked_grant_takes_its_tokens_with_it_at_once() {
    let server = TestServer::start().await;
    let api = Api::admin(&server).await;
    let client = server.add_client(&["scim:read", "email"], |_| ()).await;
    let grant = server.add_grant(&client, "scim:read").await;
    let (one, other) = (
        server.add_token(&grant).await,
        server.add_token(&grant).await,
    );
    let beside = server.add_grant(&client, "scim:read").await;
    let stays = server.add_token(&beside).await;
    let active = async |token: &str| {
        let answer = client.introspect(&server, token).await.expect(200).json();
        answer["active"].as_bool().unwrap()
    };
    for token in [&one, &other, &stays] {
        assert!(active(token).await, "it is known from now on");
    }
    let path = format!("/grants/{}", grant.id());
    api.delete(&path).await.expect(204);
    assert!(!active(&one).await && !active(&other).await);
    assert!(active(&stays).await);
    let read = api.get(&path).await.expect(200).json();
    assert_eq!(read["status"], "revoked");
    api.delete(&path).await.expect(204);
    let again = api.get(&path).await.json();
    assert_eq!(again["revoked"], read["revoked"], "once only");
}

#[tokio::test]
async fn all_grants_of_a_person_end_together() {
    let server = TestServer::start().await;
    let client = server.add_client(&["scim:read", "email"], |_| ()).await;
    let kept = server.add_grant(&client, "scim:read").await;
    let gone = server.add_grant(&client, "email").await;
    let (kept_token, gone_token) = (server.add_token(&kept).await, server.add_token(&gone).await);
    let active =
        async |token: &str| client.introspect(&server, token).await.json()["active"].take();
    assert_eq!(
        (active(&kept_token).await, active(&gone_token).await),
        (true.into(), true.into())
    );
    let of = || GrantsOf::Person {
        person: gone.record.person.clone(),
        but: Some(kept.record.id),
    };
    assert_eq!(
        server.core.revoke_grants(&gone.realm, of()).await.unwrap(),
        1
    );
    assert_eq!(
        (active(&kept_token).await, active(&gone_token).await),
        (true.into(), false.into())
    );
    assert_eq!(
        server.core.revoke_grants(&gone.realm, of()).await.unwrap(),
        0
    );
}

#[tokio::test]
async fn grants_are_not_made_or_changed_here() {
    let server = TestServer::start().await;
    let api = Api::admin(&server).await;
    let grant = server.add_grant(&server.admin, "email").await;
    api.post("/grants", json!({})).await.expect(405);
    api.patch(&format!("/grants/{}", grant.id()), json!({}))
        .await
        .expect(405);
    for id in ["x", "0193f1c0-0000-7000-8000-00000000002a", &"A".repeat(22)] {
        api.get(&format!("/grants/{id}")).await.expect(404);
        api.delete(&format!("/grants/{id}")).await.expect(404);
    }
}
