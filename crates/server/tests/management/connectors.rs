//! Connectors (product §13): registered, configured, and seen by what they report.

use crate::{
    api::{Api, broken},
    support::{Client, START, TestServer},
};
use scope::DIRECTORY_SYNC_CONNECTOR;
use serde_json::{Value, json};

/// A client with the scopes of the preset, as it signs in itself.
async fn agent(server: &TestServer) -> (Client, Api<'_>) {
    let client = server.add_client(&DIRECTORY_SYNC_CONNECTOR, |_| ()).await;
    let scopes = DIRECTORY_SYNC_CONNECTOR.join(" ");
    let token = client.token(server, Some(&scopes)).await;
    let api = Api::as_client(server, &client, token);
    (client, api)
}

fn path_of(connector: &Value) -> String {
    format!("/connectors/{}", connector["id"].as_str().unwrap())
}

fn beat(connector: &Value) -> String {
    format!("{}/heartbeat", path_of(connector))
}

#[tokio::test]
async fn a_connector_registers_itself_and_is_configured() {
    let server = TestServer::start().await;
    let admin = Api::admin(&server).await;
    let (client, own) = agent(&server).await;
    let made = own
        .make("/connectors", json!({"name": "Agent 1", "version": "1.0"}))
        .await;
    assert_eq!(made["application"], client.id);
    assert_eq!(made["heartbeat_interval"], 60);
    assert_eq!(made["configuration"], json!({}));
    let path = path_of(&made);
    let shown = own.get(&path).await.expect(200).json();
    assert_eq!(shown["status"], "unreachable", "nobody has heard of it");
    assert!(shown.get("last_heartbeat").is_none());
    let patch = json!({"configuration": {"page_size": 500, "log": {"level": "info"}}});
    let patched = admin.patch(&path, patch).await.expect(200).json();
    assert_eq!(patched["configuration"]["log"]["level"], "info");
    let patch = json!({"configuration": {"log": null}, "description": "In the cellar"});
    let patched = admin.patch(&path, patch).await.expect(200).json();
    assert_eq!(patched["configuration"], json!({"page_size": 500}));
    assert_eq!(patched["application"], client.id, "what is not named stays");
    let refused = admin
        .patch(&path, json!({"application": server.admin.id}))
        .await;
    assert_eq!(refused.field(), broken("application", "immutable"));
    let refused = own.post("/connectors", json!({"name": "Agent 2"})).await;
    assert_eq!(refused.code(409), "in_use", "one connector per application");
    let (_, second) = agent(&server).await;
    let refused = second.post("/connectors", json!({"name": "aGENT 1"})).await;
    assert_eq!(refused.code(409), "duplicate");
    let listed = admin
        .get("/connectors?filter=version%20eq%20%221.0%22")
        .await;
    let listed = listed.expect(200).json();
    assert_eq!(listed["items"][0]["status"], "unreachable");
    assert_eq!(listed["items"].as_array().unwrap().len(), 1);
    own.delete(&path).await.expect(204);
    own.get(&path).await.expect(404);
}

/// T4: naming another's application needs authority over that one too.
#[tokio::test]
async fn t4_an_administrator_names_the_application() {
    let server = TestServer::start().await;
    let (client, own) = agent(&server).await;
    let other = server.add_client(&[], |_| ()).await;
    let new = |id: &str| json!({"name": format!("Of {id}"), "application": id});
    let refused = own.post("/connectors", new(&other.id)).await;
    assert_eq!(refused.code(403), "beyond_own_rights");
    let names = Api::with(&server, &["connectors:create", "applications:update"]).await;
    let made = names.make("/connectors", new(&other.id)).await;
    assert_eq!(made["application"], other.id);
    // Nor does `applications:update` alone do for one that may more.
    let writer = server.add_client(&["scim:write"], |_| ()).await;
    let refused = names.post("/connectors", new(&writer.id)).await;
    assert_eq!(refused.code(403), "beyond_own_rights");
    let rights = ["connectors:create", "applications:update", "scim:write"];
    let holds = Api::with(&server, &rights).await;
    holds.post("/connectors", new(&writer.id)).await.expect(201);
    // Its own it may name too.
    own.post("/connectors", new(&client.id)).await.expect(201);
    // A person's console is no connector: there is nothing to default to.
    let person = Api::person(&server, &server.admin, "connectors:create").await;
    let refused = person.post("/connectors", json!({"name": "X"})).await;
    assert_eq!(refused.field(), broken("application", "required"));
    let public = server
        .add_client(&[], |client| client.service_account = false)
        .await;
    for (id, detail) in [
        ("x", "no id"),
        ("0193f1c0-0000-7000-8000-00000000002a", "no application"),
        (public.id.as_str(), "service account"),
    ] {
        let refused = names
            .post("/connectors", json!({"name": "X", "application": id}))
            .await;
        assert_eq!(refused.field(), broken("application", "invalid"));
        assert!(refused.text().contains(detail), "{}", refused.text());
    }
}

#[tokio::test]
async fn a_connector_reports_and_falls_silent() {
    let server = TestServer::start().await;
    let admin = Api::admin(&server).await;
    let (_, own) = agent(&server).await;
    let made = own.make("/connectors", json!({"name": "Agent"})).await;
    let profile = json!({
        "name": "P", "source": "ldap", "server": "ldap://127.0.0.1", "base": "dc=x",
        "connector": made["id"],
    });
    let profile = admin.make("/sync-profiles", profile).await;
    let revision = server.snapshot().revision();
    let tag = admin.get(&path_of(&made)).await.header("etag").to_owned();

    let said = json!({"status": "running", "message": "page 3"});
    let answer = own.post(&beat(&made), said).await.expect(200).json();
    assert_eq!(
        (&answer["status"], &answer["name"]),
        (&json!("running"), &json!("Agent"))
    );
    let shown = admin.get(&path_of(&made)).await.expect(200).json();
    assert_eq!(shown, answer);
    assert_eq!(shown["message"], "page 3");
    assert_eq!(shown["last_heartbeat"], START.to_rfc3339());
    let run = json!({
        "profile": profile["id"], "started": "2027-01-15T07:00:00Z", "ended": "2027-01-15T08:00:00+00:30",
        "outcome": "partial", "created": 3, "updated": 2, "failed": 1, "message": "one name twice",
    });
    let said = json!({"status": "idle", "last_run": run});
    own.post(&beat(&made), said).await.expect(200);
    server.advance(60);
    own.post(&beat(&made), json!({"status": "idle"}))
        .await
        .expect(200);
    let shown = admin.get(&path_of(&made)).await.expect(200);
    let run = shown.json()["last_run"].clone();
    assert_eq!(
        run["ended"], "2027-01-15T07:30:00Z",
        "what was said of the last run stays"
    );
    assert_eq!(
        (&run["created"], &run["deactivated"]),
        (&json!(3), &json!(0))
    );
    assert!(
        shown.json().get("message").is_none(),
        "the message was of then"
    );
    // The configuration knows nothing of it.
    assert_eq!(server.snapshot().revision(), revision);
    assert_eq!(shown.header("etag"), tag);

    server.advance(3 * 60);
    assert_eq!(admin.get(&path_of(&made)).await.json()["status"], "idle");
    server.advance(1);
    let silent = admin.get(&path_of(&made)).await.json();
    assert_eq!(silent["status"], "unreachable");
    assert_eq!(silent["last_run"], run);
    let listed = admin.get("/connectors").await.json();
    assert_eq!(listed["items"], json!([silent]));
    admin
        .patch(&path_of(&made), json!({"heartbeat_interval": 3600}))
        .await
        .expect(200);
    assert_eq!(admin.get(&path_of(&made)).await.json()["status"], "idle");
    // A restart forgets nothing.
    let server = server.restart().await;
    let admin = Api::admin(&server).await;
    assert_eq!(admin.get(&path_of(&made)).await.json()["last_run"], run);
}

/// T2: a connector speaks for itself only, and nobody else for it.
#[tokio::test]
async fn t2_only_its_own_application_reports() {
    let server = TestServer::start().await;
    let admin = Api::admin(&server).await;
    let (client, own) = agent(&server).await;
    let made = own.make("/connectors", json!({"name": "Agent"})).await;
    let (_, other) = agent(&server).await;
    let others = other.make("/connectors", json!({"name": "Other"})).await;
    let person = Api::person(&server, &client, "connector:write").await;
    let said = json!({"status": "idle"});
    for (api, whose) in [
        (&admin, &made),
        (&other, &made),
        (&person, &made),
        (&own, &others),
    ] {
        let refused = api.post(&beat(whose), said.clone()).await;
        assert_eq!(refused.code(403), "beyond_own_rights");
    }
    let reads = client.token(&server, Some("connector:read")).await;
    let reads = Api::as_client(&server, &client, reads);
    assert_eq!(
        reads.post(&beat(&made), said.clone()).await.code(403),
        "insufficient_scope"
    );
    let nobody = json!({"id": "0193f1c0-0000-7000-8000-00000000002a"});
    own.post(&beat(&nobody), said).await.expect(404);
    assert_eq!(
        own.get(&path_of(&made)).await.json()["status"],
        "unreachable"
    );
}

#[tokio::test]
async fn an_error_names_the_field() {
    let server = TestServer::start().await;
    let (_, own) = agent(&server).await;
    for (body, field, rule) in [
        (json!({}), "name", "required"),
        (
            json!({"name": "A", "heartbeat_interval": 9}),
            "heartbeat_interval",
            "invalid",
        ),
        (
            json!({"name": "A", "configuration": []}),
            "configuration",
            "invalid",
        ),
        (
            json!({"name": "A", "configuration": {"x": "y".repeat(16 * 1024)}}),
            "configuration",
            "invalid",
        ),
        (
            json!({"name": "A", "status": "idle"}),
            "status",
            "server_set",
        ),
        (
            json!({"name": "A", "last_run": {}}),
            "last_run",
            "server_set",
        ),
    ] {
        let refused = own.post("/connectors", body).await;
        assert_eq!(refused.field(), broken(field, rule));
    }
    let made = own.make("/connectors", json!({"name": "Agent"})).await;
    let admin = Api::admin(&server).await;
    let profile = json!({
        "name": "P", "source": "ldap", "server": "ldap://127.0.0.1", "base": "dc=x",
    });
    let stray = admin.make("/sync-profiles", profile.clone()).await;
    let mut its = profile;
    its["name"] = "Q".into();
    its["connector"] = made["id"].clone();
    let its = admin.make("/sync-profiles", its).await;
    let run = |change: Value| {
        let mut run = json!({
            "profile": its["id"], "started": "2027-01-15T07:00:00Z", "ended": "2027-01-15T07:30:00Z",
            "outcome": "succeeded",
        });
        let change = change.as_object().unwrap().clone();
        run.as_object_mut().unwrap().extend(change);
        json!({"status": "idle", "last_run": run})
    };
    for (body, field, rule) in [
        (json!({}), "status", "required"),
        (json!({"status": "unreachable"}), "status", "invalid"),
        (
            json!({"status": "idle", "message": "x".repeat(1001)}),
            "message",
            "invalid",
        ),
        (
            json!({"status": "idle", "last_run": 1}),
            "last_run",
            "invalid",
        ),
        (
            json!({"status": "idle", "last_heartbeat": "x"}),
            "last_heartbeat",
            "unknown",
        ),
        (
            run(json!({"profile": stray["id"]})),
            "last_run.profile",
            "invalid",
        ),
        (
            run(json!({"profile": null})),
            "last_run.profile",
            "required",
        ),
        (
            run(json!({"outcome": "fine"})),
            "last_run.outcome",
            "invalid",
        ),
        (
            run(json!({"started": "yesterday"})),
            "last_run.started",
            "invalid",
        ),
        (
            run(json!({"ended": "2027-01-15T06:59:59Z"})),
            "last_run.ended",
            "invalid",
        ),
        (
            run(json!({"ended": "2027-01-15T08:05:01Z"})),
            "last_run.ended",
            "invalid",
        ),
        (run(json!({"created": -1})), "last_run.created", "invalid"),
        (run(json!({"deleted": 1})), "last_run.deleted", "unknown"),
    ] {
        let refused = own.post(&beat(&made), body.clone()).await;
        assert_eq!(refused.field(), broken(field, rule), "{body}");
    }
    own.post(&beat(&made), run(json!({}))).await.expect(200);
}

#[tokio::test]
async fn what_a_connector_hangs_from_is_kept() {
    let server = TestServer::start().await;
    let admin = Api::admin(&server).await;
    let (client, own) = agent(&server).await;
    let made = own.make("/connectors", json!({"name": "Agent"})).await;
    let profile = json!({
        "name": "P", "source": "ldap", "server": "ldap://127.0.0.1", "base": "dc=x",
        "connector": made["id"],
    });
    let profile = admin.make("/sync-profiles", profile).await;
    own.post(&beat(&made), json!({"status": "idle"}))
        .await
        .expect(200);
    let refused = admin.delete(&path_of(&made)).await;
    assert_eq!(refused.code(409), "in_use");
    let expected = json!([{"kind": "sync-profiles", "count": 1, "first": [profile["id"]]}]);
    assert_eq!(refused.json()["used_by"], expected);
    let application = format!("/applications/{}", client.id);
    let refused = admin.delete(&application).await;
    assert_eq!(refused.code(409), "in_use");
    let expected = json!([{"kind": "connectors", "count": 1, "first": [made["id"]]}]);
    assert_eq!(refused.json()["used_by"], expected);
    let profile = format!("/sync-profiles/{}", profile["id"].as_str().unwrap());
    admin.delete(&profile).await.expect(204);
    admin.delete(&path_of(&made)).await.expect(204);
    // What it reported went with it: another one begins anew.
    let again = own.make("/connectors", json!({"name": "Agent"})).await;
    assert_eq!(
        own.get(&path_of(&again)).await.json()["status"],
        "unreachable"
    );
    admin.delete(&path_of(&again)).await.expect(204);
    admin.delete(&application).await.expect(204);
}

/// A whole installation in one change: each names what was made before it.
#[tokio::test]
async fn a_batch_makes_all_that_syncing_needs() {
    let server = TestServer::start().await;
    let admin = Api::admin(&server).await;
    let operations = json!([
        {"method": "POST", "path": "applications", "label": "app",
         "body": {"name": "Agent", "preset": "directory_sync_connector", "type": "confidential", "service_account": true}},
        {"method": "POST", "path": "connectors", "label": "agent",
         "body": {"name": "Agent", "application": "@app"}},
        {"method": "POST", "path": "sync-profiles", "body": {
            "name": "P", "source": "ldap", "server": "ldap://127.0.0.1", "base": "dc=x",
            "bind_name": "cn=x", "bind_password": "b1nd-secret", "connector": "@agent"}},
    ]);
    let batch = json!({ "operations": operations });
    let answer = admin.post("/batch", batch).await.expect(200);
    assert!(!answer.text().contains("b1nd-secret"));
    let answer = answer.json();
    let body = |at: usize| answer["results"][at]["body"].clone();
    let client = Client {
        realm: server.admin.realm.clone(),
        id: body(0)["id"].as_str().unwrap().to_owned(),
        secret: body(0)["client_secret"].as_str().unwrap().to_owned(),
    };
    let scopes = DIRECTORY_SYNC_CONNECTOR.join(" ");
    let token = client.token(&server, Some(&scopes)).await;
    let own = Api::as_client(&server, &client, token);
    own.post(&beat(&body(1)), json!({"status": "idle"}))
        .await
        .expect(200);
    let profile = format!("/sync-profiles/{}", body(2)["id"].as_str().unwrap());
    let read = own.get(&profile).await.expect(200).json();
    assert_eq!(read["bind_password"], "b1nd-secret");
}

/// T4: what a connector is told is done with the rights of its application, and one that was switched off stays so.
#[tokio::test]
async fn t4_a_connector_is_steered_by_who_could_act_as_it() {
    let server = TestServer::start().await;
    let admin = Api::admin(&server).await;
    let (_, own) = agent(&server).await;
    let made = own.make("/connectors", json!({"name": "Agent 1"})).await;
    let path = path_of(&made);
    own.patch(
        &path,
        json!({"version": "1.1", "configuration": {"page_size": 10}}),
    )
    .await
    .expect(200);
    own.patch(&path, json!({"active": false})).await.expect(200);
    admin
        .patch(&path, json!({"active": true}))
        .await
        .expect(200);
    admin
        .patch(&path, json!({"active": false}))
        .await
        .expect(200);
    let refused = own.patch(&path, json!({"active": true})).await;
    assert_eq!(refused.code(403), "beyond_own_rights");
    let batch = json!({"operations": [
        {"method": "PATCH", "path": path.trim_start_matches('/'), "body": {"active": true}},
    ]});
    assert_eq!(
        own.post("/batch", batch).await.code(403),
        "beyond_own_rights"
    );
    // Another agent has the right to change connectors, and not what this one has besides.
    let updating = Api::with(&server, &["connectors:update"]).await;
    for patch in [json!({"configuration": {"x": 1}}), json!({"active": true})] {
        let refused = updating.patch(&path, patch).await;
        assert_eq!(refused.code(403), "beyond_own_rights");
    }
    let called = json!({"name": "Agent One", "description": "In the cellar"});
    updating.patch(&path, called).await.expect(200);
    // RFC 7493 §2.2: whoever checks the audit trail reads the same number.
    let patch = json!({"configuration": {"n": 9_007_199_254_740_993_u64}});
    let refused = admin.patch(&path, patch).await;
    assert_eq!(refused.field(), broken("configuration", "invalid"));
    let patch = json!({"configuration": {"n": 9_007_199_254_740_991_u64, "share": 0.5}});
    admin.patch(&path, patch).await.expect(200);
}
