//! The first start (product §1, T10).

use crate::{api::Api, support::TestServer};
use domain::{Core, RealmKey, Secrets, SystemClock, store::Store};
use std::sync::Arc;

#[tokio::test]
async fn t10_the_first_start_makes_the_system_realm_once() {
    let server = TestServer::start().await;
    assert!(
        server.core.set_up().await.unwrap().is_none(),
        "only an empty store is set up"
    );
    let api = Api::admin(&server).await;
    let tenant = api.get("/v1/tenants/default").await.expect(200).json();
    assert_eq!(tenant["realms"], serde_json::json!(["default"]));
    let server = server.restart().await;
    assert!(
        server.core.set_up().await.unwrap().is_none(),
        "nor is it set up after a restart"
    );
    let api = Api::admin(&server).await;
    api.get("").await.expect(200);
}

#[tokio::test]
async fn two_first_starts_at_once_make_one_administrator() {
    let directory = tempfile::TempDir::new().unwrap();
    let address = format!(
        "sqlite:{}",
        directory.path().join("ambit.sqlite3").display()
    );
    let store = store::open(&address, store::OpenOptions::default())
        .await
        .unwrap();
    let secrets = Secrets::derive(&[7; 32]).unwrap();
    let core = Core::load(
        store,
        Arc::new(SystemClock),
        secrets,
        "https://id.example.com",
    )
    .await;
    let core = core.unwrap();
    let (one, other) = tokio::join!(core.set_up(), core.set_up());
    assert_eq!(
        one.unwrap().is_some() as u8 + other.unwrap().is_some() as u8,
        1
    );
    let system = core.realm_by_key(&RealmKey::system()).unwrap();
    assert_eq!(
        system.config().applications.len(),
        2,
        "and the command line"
    );
}

/// Product §2.3, §5: what every realm has from the first moment.
#[tokio::test]
async fn a_fresh_realm_has_all_that_is_built_in() {
    let server = TestServer::start().await;
    let api = Api::admin(&server).await;
    let names = |value: serde_json::Value, field: &str| -> Vec<String> {
        let items = value["items"].as_array().unwrap().clone();
        items
            .iter()
            .map(|item| item[field].as_str().unwrap().to_owned())
            .collect()
    };
    let types = api.get("/resource-types").await.expect(200).json();
    assert_eq!(names(types, "name").len(), 2);
    let schemas = names(api.get("/schemas").await.expect(200).json(), "urn");
    assert!(
        schemas
            .iter()
            .any(|urn| urn.ends_with("enterprise:2.0:User")),
        "{schemas:?}"
    );
    let scopes = api
        .get("/scopes?page_size=200&filter=built_in%20eq%20true")
        .await
        .expect(200);
    assert_eq!(
        names(scopes.json(), "name").len(),
        scope::built_in_scopes().len()
    );
    let keys = names(api.get("/keys").await.expect(200).json(), "state");
    assert_eq!(keys.iter().filter(|state| *state == "active").count(), 1);
    assert_eq!(keys.iter().filter(|state| *state == "next").count(), 1);
}

/// C5, V17: the secret is nowhere but in the one answer.
#[tokio::test]
async fn c5_the_secret_is_shown_once() {
    let server = TestServer::start().await;
    let api = Api::admin(&server).await;
    let text = api.get("/applications").await.expect(200).text();
    assert!(!text.contains(&server.admin.secret));
    assert!(!text.contains("hash"));
    // V17, REG-26: nor is it in the store.
    let rows = server.store.load_configuration().await.unwrap();
    assert!(
        rows.iter()
            .all(|row| !row.body.contains(&server.admin.secret))
    );
}
