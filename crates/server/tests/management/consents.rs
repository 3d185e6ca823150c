//! What people consented to, as administrators see it (product §7).

use crate::{api::Api, audit::trail, support::TestServer};
use domain::RealmKey;
use serde_json::{Value, json};

async fn found(api: &Api<'_>, filter: &str) -> Vec<Value> {
    let filter: String = form_urlencoded::byte_serialize(filter.as_bytes()).collect();
    let page = api
        .get(&format!("/consents?filter={filter}"))
        .await
        .expect(200);
    page.json()["items"].as_array().unwrap().clone()
}

#[tokio::test]
async fn a_consent_is_listed_read_and_revoked_with_all_that_hangs_from_it() {
    let server = TestServer::start().await;
    let api = Api::admin(&server).await;
    let client = server.add_client(&["scim:read"], |_| ()).await;
    let other = server.add_client(&["scim:read"], |_| ()).await;
    let [ann, ben] = ["ann", "ben"].map(str::to_owned);
    for (client, person) in [(&client, &ann), (&client, &ben), (&other, &ann)] {
        server.add_consent(client, "scim:read", person).await;
    }
    assert_eq!(found(&api, "status eq \"given\"").await.len(), 3);
    assert_eq!(found(&api, "person eq \"ann\"").await.len(), 2);
    assert_eq!(found(&api, "client_id eq \"nobody\"").await.len(), 0);
    let of = format!("client_id eq \"{}\" and person eq \"ann\"", client.id);
    let one = found(&api, &of).await;
    assert_eq!(one.len(), 1);
    assert_eq!(
        (&one[0]["status"], &one[0]["scopes"]),
        (&json!("given"), &json!(["scim:read"]))
    );
    let path = format!("/consents/{}", one[0]["id"].as_str().unwrap());
    assert_eq!(api.get(&path).await.expect(200).json(), one[0]);
    let before = trail(&server, &RealmKey::system()).await.len();
    for _ in 0..2 {
        api.delete(&path).await.expect(204);
    }
    let after = api.get(&path).await.expect(200).json();
    assert_eq!(
        (&after["status"], &after["scopes"]),
        (&json!("ended"), &json!([]))
    );
    let trail = trail(&server, &RealmKey::system()).await;
    assert_eq!(trail.len(), before + 1, "once");
    assert_eq!(trail[before].event["action"], "revoke");
    assert_eq!(trail[before].event["resource"], "consents");
    assert_eq!(trail[before].event["before"], one[0]);
    assert_eq!(found(&api, "status eq \"given\"").await.len(), 2);
    for unknown in ["x".to_owned(), "A".repeat(43)] {
        api.delete(&format!("/consents/{unknown}"))
            .await
            .expect(404);
    }
}

#[tokio::test]
async fn consents_are_paged() {
    let server = TestServer::start().await;
    let api = Api::admin(&server).await;
    let client = server.add_client(&["scim:read"], |_| ()).await;
    for person in 0..7 {
        server
            .add_consent(&client, "scim:read", &format!("p{person}"))
            .await;
    }
    let (mut seen, mut path) = (
        std::collections::BTreeSet::new(),
        "/consents?page_size=3".to_owned(),
    );
    loop {
        let page = api.get(&path).await.expect(200).json();
        let items = page["items"].as_array().unwrap();
        assert!(items.len() <= 3);
        seen.extend(
            items
                .iter()
                .map(|item| item["person"].as_str().unwrap().to_owned()),
        );
        match page["next_page_token"].as_str() {
            Some(next) => path = format!("/consents?page_size=3&page_token={next}"),
            None => break,
        }
    }
    assert_eq!(seen.len(), 7);
}
