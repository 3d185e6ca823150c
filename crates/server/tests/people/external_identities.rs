//! `externalIdentities` (product §5, §6.3; S13, T1).

use crate::support::{Own, TestServer};
use serde_json::{Value, json};

struct World {
    server: TestServer,
    ada: String,
    own: Own,
}

impl World {
    async fn new() -> Self {
        let server = TestServer::start().await;
        let ada = server.add_person("ada").await.id;
        let all = ["retrieve-external-identity", "unlink-external-identity"];
        let own = json!({"external_identity_operations": all});
        let own = server.own("own:identities", &ada, own).await;
        Self { server, ada, own }
    }

    async fn provider(&self, name: &str, active: bool) -> String {
        let token = self.server.admin_token().await;
        let path = self.server.admin.path("/identity-providers");
        let new = json!({
            "name": name, "issuer": "https://idp.example", "client_id": "x", "active": active,
        });
        let made = self.server.call("POST", &path, &token, Some(new)).await;
        made.expect(201).json()["id"].as_str().unwrap().to_owned()
    }

    async fn get(&self, path: &str) -> Value {
        self.own.get(&self.server, path).await.expect(200).json()
    }
}

#[tokio::test]
async fn every_active_provider_is_listed_linked_or_not() {
    let world = World::new().await;
    let (linked, unlinked) = (
        world.provider("one", true).await,
        world.provider("two", true).await,
    );
    let inactive = world.provider("three", false).await;
    let (server, client) = (&world.server, &world.server.admin);
    server.link(client, &linked, "ada-there", &world.ada).await;
    server
        .link(client, &linked, "bob-there", "somebody-else")
        .await;
    let list = world
        .get("/Me/externalIdentities?sortBy=provider.display")
        .await;
    assert_eq!(list["totalResults"], 2);
    let [one, two] = [0, 1].map(|at| list["Resources"][at].clone());
    assert_eq!(one["id"], linked.as_str());
    assert_eq!(one["provider"]["display"], "one");
    assert_eq!(one["providerUserId"], "ada-there");
    assert_eq!(one["providerUserName"], "ada-there@idp");
    assert_eq!(two["id"], unlinked.as_str());
    assert!(
        two.get("providerUserId").is_none() && two.get("linked").is_none(),
        "{two}"
    );
    let path = format!("/Me/externalIdentities/{linked}");
    assert_eq!(world.get(&path).await, one);
    let path = format!("/Me/externalIdentities/{inactive}");
    world.own.get(server, &path).await.expect(404);
    let found = world
        .get("/Me/externalIdentities?filter=providerUserId%20pr")
        .await;
    assert_eq!(found["totalResults"], 1);
}

#[tokio::test]
async fn an_unlinked_provider_stays_listed() {
    let world = World::new().await;
    let (server, provider) = (&world.server, world.provider("one", true).await);
    server
        .link(&server.admin, &provider, "ada-there", &world.ada)
        .await;
    let path = format!("/Me/externalIdentities/{provider}");
    world
        .own
        .ask(server, "DELETE", &path, None)
        .await
        .expect(204);
    let there = world.get(&path).await;
    assert_eq!(there["provider"]["value"], provider.as_str());
    assert!(there.get("providerUserId").is_none(), "{there}");
    world
        .own
        .ask(server, "DELETE", &path, None)
        .await
        .expect(204);
    let none = format!("/Me/externalIdentities/{}", world.ada);
    world
        .own
        .ask(server, "DELETE", &none, None)
        .await
        .expect(404);
}
