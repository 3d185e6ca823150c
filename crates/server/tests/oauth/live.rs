//! What a live token allows follows the realm at once (product §2.4; B11).

use crate::support::{Client, TestServer, assignment};
use domain::{
    config::{AccessTokenFormat, ConfigObject, Realm},
    tokens::{AuthenticateError, InvalidToken},
};
use scim::AttributeSet;
use scope::Operation;
use serde_json::{Value, json};
use std::sync::Arc;

/// A realm with a scope on names and work e-mail, and a client with a live token of it.
async fn narrow(server: &TestServer, format: AccessTokenFormat) -> (Client, String) {
    if server.snapshot().config().scope_by_name("narrow").is_none() {
        server.add_scope(definition(&["name", "emails"])).await;
    }
    let client = server
        .add_client(&["narrow"], |c| c.access_token_format = format)
        .await;
    let token = client.token(server, Some("narrow")).await;
    (client, token)
}

fn definition(attributes: &[&str]) -> Value {
    json!({
        "name": "narrow",
        "type": "resource",
        "scim_resource_type": "User",
        "resource_operations": ["retrieve"],
        "resource_attributes": attributes,
    })
}

/// Whether the token may retrieve the attribute of users.
async fn may_read(server: &TestServer, token: &str, attribute: &str) -> bool {
    let caller = server.caller(token).await;
    let snapshot = caller.snapshot();
    let users = snapshot.types().by_name("User").unwrap();
    let allowed = caller.grant().attributes(users.id, Operation::Retrieve);
    let node = users.schema.lookup(attribute).unwrap();
    allowed.is_some_and(|allowed: &AttributeSet| users.schema.leaves(node.id).is_subset(allowed))
}

const FORMATS: [AccessTokenFormat; 2] = [AccessTokenFormat::Jwt, AccessTokenFormat::Opaque];

async fn refused(server: &TestServer, token: &str) -> InvalidToken {
    match server.authenticate(&server.admin.realm, token).await {
        Err(AuthenticateError::Invalid(reason)) => reason,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn narrowing_bites_at_once_and_widening_gives_an_old_token_nothing() {
    let server = TestServer::start().await;
    for format in FORMATS {
        let (client, old) = narrow(&server, format).await;
        assert!(may_read(&server, &old, "emails").await && may_read(&server, &old, "name").await);
        server
            .edit_scope("narrow", json!({"resource_attributes": ["name"]}))
            .await;
        assert!(!may_read(&server, &old, "emails").await && may_read(&server, &old, "name").await);
        let newer = client.token(&server, Some("narrow")).await;
        server
            .edit_scope(
                "narrow",
                json!({"resource_attributes": ["name", "emails", "title"]}),
            )
            .await;
        assert!(
            may_read(&server, &old, "emails").await,
            "granted once, and allowed again"
        );
        assert!(!may_read(&server, &old, "title").await, "never granted");
        assert!(
            !may_read(&server, &newer, "emails").await,
            "never granted to this one"
        );
        let newest = client.token(&server, Some("narrow")).await;
        assert!(may_read(&server, &newest, "title").await);
        server
            .edit_scope("narrow", json!({"resource_attributes": ["name", "emails"]}))
            .await;
    }
}

#[tokio::test]
async fn a_scope_taken_off_the_client_leaves_its_live_tokens() {
    let server = TestServer::start().await;
    for format in FORMATS {
        let (client, token) = narrow(&server, format).await;
        server.change_client(&client, |c| c.assigned.clear()).await;
        assert!(!may_read(&server, &token, "name").await);
        assert!(server.caller(&token).await.grant().scope_names().is_empty());
        let id = server.scope("narrow").id;
        server
            .change_client(&client, |c| c.assigned.push(assignment(id)))
            .await;
        assert!(may_read(&server, &token, "name").await, "assigned again");
    }
}

#[tokio::test]
async fn b11_a_deactivated_or_deleted_client_takes_its_tokens_along() {
    let server = TestServer::start().await;
    for format in FORMATS {
        let (client, token) = narrow(&server, format).await;
        server.caller(&token).await;
        server.change_client(&client, |c| c.active = false).await;
        assert_eq!(refused(&server, &token).await, InvalidToken::Inactive);
        server.change_client(&client, |c| c.active = true).await;
        server.caller(&token).await;
        server.delete_client(&client).await;
        refused(&server, &token).await;
        let server_cold = server.cold().await;
        let header = format!("Bearer {token}");
        let bearer = oauth::bearer::extract(&[&header]).unwrap().unwrap();
        let snapshot = server_cold.realm_by_key(&client.realm).unwrap();
        assert!(
            server_cold
                .authenticate(&snapshot, &bearer.into())
                .await
                .is_err(),
            "nor after a restart"
        );
    }
}

#[tokio::test]
async fn b11_nothing_works_in_an_inactive_realm() {
    let server = TestServer::start().await;
    let (client, token) = narrow(&server, AccessTokenFormat::Jwt).await;
    server.caller(&token).await;
    let switch = async |active| {
        let realm = server.snapshot().config().realm.clone();
        let realm = Realm {
            active,
            ..Realm::clone(&realm)
        };
        server.put(ConfigObject::Realm(Arc::new(realm))).await;
    };
    switch(false).await;
    assert_eq!(refused(&server, &token).await, InvalidToken::Inactive);
    client.ask(&server, Some("narrow")).await.expect(404);
    client.introspect(&server, &token).await.expect(404);
    server.get(&client.path("/jwks")).await.expect(404);
    switch(true).await;
    server.caller(&token).await;
}

#[tokio::test]
async fn a_token_ends_at_its_second_wherever_it_is_remembered() {
    let server = TestServer::start().await;
    for format in FORMATS {
        let (_, token) = narrow(&server, format).await;
        server.advance(599);
        server.caller(&token).await;
        server.advance(1);
        assert_eq!(refused(&server, &token).await, InvalidToken::Expired);
        // What is purged is not resurrected.
        server.core.maintain().await.unwrap();
        refused(&server, &token).await;
    }
}

#[tokio::test]
async fn a_store_that_fails_authenticates_nobody_it_does_not_know() {
    let server = TestServer::start().await;
    for format in FORMATS {
        let (_, token) = narrow(&server, format).await;
        server.store.fail_reads(true);
        let outcome = server.authenticate(&server.admin.realm, &token).await;
        assert!(
            matches!(outcome, Err(AuthenticateError::Store(_))),
            "{outcome:?}"
        );
        server.store.fail_reads(false);
        server.caller(&token).await;
    }
}

/// A token and the end of its scope at the same time: one of them wins, never both (product §2.4).
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn no_token_appears_for_a_scope_that_is_gone() {
    let server = Arc::new(TestServer::start().await);
    for round in 0..10 {
        let name = format!("brief-{round}");
        server
            .add_scope(json!({"name": name, "type": "generic"}))
            .await;
        let client = Arc::new(server.add_client(&[&name], |_| {}).await);
        let racers: Vec<_> = (0..16)
            .map(|_| {
                let (server, client, name) = (server.clone(), client.clone(), name.clone());
                tokio::spawn(async move { client.ask(&server, Some(&name)).await })
            })
            .collect();
        server.change_client(&client, |c| c.assigned.clear()).await;
        let id = server.scope(&name).id;
        let delete = domain::Edit::none(()).delete(domain::store::Kind::Scope, id);
        let realm = server.admin.realm.clone();
        let deleted = server.core.edit(&realm, |_, _| Ok::<_, ()>(delete)).await;
        let mut issued = 0;
        for racer in racers {
            let answer = racer.await.unwrap();
            match answer.status.as_u16() {
                200 => issued += 1,
                _ => assert_eq!(answer.expect(400).error(), "invalid_scope"),
            }
        }
        match deleted {
            Ok(()) => assert_eq!(issued, 0, "round {round}"),
            Err(domain::EditError::Conflict(domain::store::Conflict::InUse)) => {
                assert!(issued > 0, "round {round}");
            }
            Err(error) => panic!("{error:?}"),
        }
    }
}

/// An edit whose outcome the store did not say is in force as soon as it is known to be stored.
#[tokio::test]
async fn r7_an_edit_in_doubt_is_settled_by_what_the_store_holds() {
    let server = TestServer::start().await;
    for (applied, settled_by_an_edit) in
        [(true, true), (true, false), (false, true), (false, false)]
    {
        let (client, token) = narrow(&server, AccessTokenFormat::Jwt).await;
        server.store.lose_answers(applied);
        server.store.fail_writes(!applied);
        let id: scope::ClientId = client.id.parse().unwrap();
        let edit = domain::Edit::none(()).delete(domain::store::Kind::Application, id);
        let edit = edit.first(domain::store::Change::DeleteTokensOfClient(id));
        let done = server
            .core
            .edit(&client.realm, |_, _| Ok::<_, ()>(edit))
            .await;
        assert!(matches!(done, Err(domain::EditError::Store(_))), "{done:?}");
        server.store.lose_answers(false);
        server.store.fail_writes(false);
        if settled_by_an_edit {
            server.add_client(&[], |_| {}).await;
        } else {
            server.core.maintain().await.unwrap();
        }
        assert_eq!(server.snapshot().client(&client.id).is_none(), applied);
        assert_eq!(
            server.authenticate(&client.realm, &token).await.is_err(),
            applied
        );
        assert_eq!(
            server.snapshot().catalogue().hash(),
            server
                .cold()
                .await
                .realm_by_key(&client.realm)
                .unwrap()
                .catalogue()
                .hash(),
        );
    }
}
