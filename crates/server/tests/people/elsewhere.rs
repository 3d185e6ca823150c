//! Another realm with an application and a person of its own, and accounts changed by hand.

use crate::support::{Client, PASSWORD, Person, TestServer, assignment};
use domain::{
    Edit, RealmKey,
    config::{Application, ConfigObject},
    store::{Change, Commit, EntryKey, EntryKind, Expect, Store},
};
use serde_json::{Value, json};
use std::{convert::Infallible, sync::Arc};

/// A client of `realm` like the test clients of the system realm; `change` may make another one of it.
pub(crate) async fn app_in(
    server: &TestServer,
    realm: &RealmKey,
    scopes: &[&str],
    change: impl FnOnce(&mut Application),
) -> Client {
    let like = server.add_app(&[], |_| {}).await;
    let mut app = Application::clone(server.snapshot().client(&like.id).unwrap());
    let snapshot = server.snapshot_of(realm);
    let assigned = |name: &&str| {
        let mut assigned = assignment(snapshot.config().scope_by_name(name).unwrap().id);
        assigned.consent_required = true;
        assigned
    };
    app.assigned = scopes.iter().map(assigned).collect();
    change(&mut app);
    put_in(server, realm, app).await;
    Client {
        realm: realm.clone(),
        ..like
    }
}

/// Changes a client of any realm.
pub(crate) async fn change_in(
    server: &TestServer,
    client: &Client,
    change: impl FnOnce(&mut Application),
) {
    let snapshot = server.snapshot_of(&client.realm);
    let mut app = Application::clone(snapshot.client(&client.id).unwrap());
    change(&mut app);
    put_in(server, &client.realm, app).await;
}

async fn put_in(server: &TestServer, realm: &RealmKey, app: Application) {
    let edit = || Edit::none(()).put(ConfigObject::Application(Arc::new(app.clone())));
    let done = server
        .core
        .edit(realm, |_, _| Ok::<_, Infallible>(edit()))
        .await;
    done.unwrap();
}

/// Makes a person of the realm whose administrator is given.
pub(crate) async fn person_in(server: &TestServer, admin: &Client, user_name: &str) -> Person {
    let body = json!({
        "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"],
        "userName": user_name, "displayName": user_name, "password": PASSWORD,
        "emails": [{"value": format!("{user_name}@example.com"), "primary": true}],
    });
    let token = admin.token(server, None).await;
    let made = server
        .call("POST", &admin.path("/scim/v2/Users"), &token, Some(body))
        .await;
    Person {
        id: made.expect(201).json()["id"].as_str().unwrap().to_owned(),
        user_name: user_name.to_owned(),
    }
}

/// Writes into the state of a person's account, as whoever administers it would.
pub(crate) async fn set_state(
    server: &TestServer,
    realm: &RealmKey,
    person: &Person,
    name: &str,
    value: Value,
) {
    let kind = EntryKind::Account;
    let key = EntryKey(jose::sha256_parts(&[
        kind.as_str().as_bytes(),
        b":",
        person.id.as_bytes(),
    ]));
    let mut entry = server
        .store
        .find_entry(realm, kind, &key)
        .await
        .unwrap()
        .expect("an account");
    let mut body: Value = serde_json::from_str(&entry.body).unwrap();
    body["state"][name] = value;
    entry.body = body.to_string();
    let change = Change::PutEntry {
        expect: Expect::Version(entry.version),
        entry,
    };
    let commit = Commit {
        realm: realm.clone(),
        changes: vec![change],
    };
    server.store.commit(commit).await.unwrap();
}
