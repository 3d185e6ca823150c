//! Sync profiles (product §13): secrets that one connector alone reads.

use crate::{
    api::{Api, broken},
    support::{Client, TestServer},
};
use scope::DIRECTORY_SYNC_CONNECTOR;
use serde_json::{Value, json};

const SECRET: &str = "b1nd-password-of-the-reader";
/// What an audit or a copy of a body would show.
const ENTRA_SECRET: &str = "entra-s3cret-of-ours";

fn new() -> Value {
    json!({
        "name": "Head office", "source": "ldap", "server": "ldaps://ldap.example.com:636",
        "base": "ou=People,dc=example,dc=com", "user_filter": "(&(objectClass=person)(mail=*))",
        "group_filter": "(objectClass=groupOfNames)", "bind_name": "cn=reader,dc=example,dc=com",
        "bind_password": SECRET, "schedule": 900,
        "attribute_mapping": {"uid": "userName", "givenName": "name.givenName", "mail": "emails.value",
            "entryUUID": "externalId"},
    })
}

fn entra() -> Value {
    json!({
        "name": "Cloud", "source": "entra", "tenant_id": "contoso.onmicrosoft.com",
        "client_id": "11112222-bbbb-3333-cccc-4444dddd5555", "client_secret": ENTRA_SECRET,
    })
}

fn path_of(profile: &Value) -> String {
    format!("/sync-profiles/{}", profile["id"].as_str().unwrap())
}

fn changed(mut body: Value, change: &Value) -> Value {
    let change = change.as_object().unwrap().clone();
    body.as_object_mut().unwrap().extend(change);
    body
}

/// A connector of its own application, as it signs in itself.
async fn connector<'a>(server: &'a TestServer, name: &str) -> (Client, Api<'a>, Value) {
    let client = server.add_client(&DIRECTORY_SYNC_CONNECTOR, |_| ()).await;
    let token = client
        .token(server, Some(&DIRECTORY_SYNC_CONNECTOR.join(" ")))
        .await;
    let api = Api::as_client(server, &client, token);
    let registered = api.make("/connectors", json!({ "name": name })).await;
    (client, api, registered)
}

#[tokio::test]
async fn a_profile_is_made_read_changed_and_deleted() {
    let server = TestServer::start().await;
    let api = Api::admin(&server).await;
    let made = api.make("/sync-profiles", new()).await;
    assert_eq!(made["has_bind_password"], true);
    assert_eq!(made["attribute_mapping"], new()["attribute_mapping"]);
    assert_eq!(made["active"], true);
    assert!(made.get("client_id").is_none() && made.get("connector").is_none());
    let path = path_of(&made);
    assert_eq!(api.get(&path).await.expect(200).json(), made);
    let patch =
        json!({"schedule": 60, "attribute_mapping": {"mail": null, "sn": "name.familyName"}});
    let patched = api.patch(&path, patch).await.expect(200).json();
    assert_eq!(patched["schedule"], 60);
    assert_eq!(patched["attribute_mapping"]["sn"], "name.familyName");
    assert!(patched["attribute_mapping"].get("mail").is_none());
    assert_eq!(patched["server"], made["server"], "what is not named stays");
    let twice = changed(new(), &json!({"name": "hEAD OFFICE"}));
    assert_eq!(
        api.post("/sync-profiles", twice).await.code(409),
        "duplicate"
    );
    let cloud = api.make("/sync-profiles", entra()).await;
    assert_eq!(cloud["server"], "https://graph.microsoft.com");
    assert_eq!(cloud["schedule"], 3600);
    assert_eq!(cloud["has_client_secret"], true);
    assert!(cloud.get("base").is_none() && cloud.get("has_bind_password").is_none());
    let listed = api
        .get("/sync-profiles?filter=source%20eq%20%22entra%22")
        .await;
    assert_eq!(listed.expect(200).json()["items"], json!([cloud]));
    api.delete(&path).await.expect(204);
    api.get(&path).await.expect(404);
}

/// REG-26, V17, product §13: the secret is shown to nobody but the connector that runs the profile.
#[tokio::test]
async fn reg_26_only_its_own_connector_reads_the_secret() {
    let server = TestServer::start().await;
    let admin = Api::admin(&server).await;
    let (client, own, registered) = connector(&server, "Own").await;
    let (_, other, _) = connector(&server, "Other").await;
    let with = json!({"connector": registered["id"]});
    let made = admin
        .post("/sync-profiles", changed(new(), &with))
        .await
        .expect(201);
    assert!(!made.text().contains(SECRET));
    let made = made.json();
    let path = path_of(&made);
    let answer = own.get(&path).await.expect(200);
    assert_eq!(answer.json()["bind_password"], SECRET);
    assert_eq!(answer.header("cache-control"), "no-store");
    let shown = admin.get(&path).await.expect(200);
    assert_eq!(
        shown.header("etag"),
        answer.header("etag"),
        "the tag is not of the secret"
    );
    // A person's token of the very same application is not the connector.
    let person = Api::person(&server, &client, "sync:profile:read").await;
    for (whose, api) in [("admin", &admin), ("other", &other), ("person", &person)] {
        let text = api.get(&path).await.expect(200).text();
        assert!(
            !text.contains(SECRET) && !text.contains("sealed"),
            "{whose}: {text}"
        );
        assert!(text.contains("has_bind_password"), "{whose}");
    }
    // Lists never have it, nor can it be looked for.
    for api in [&admin, &own] {
        assert!(
            !api.get("/sync-profiles")
                .await
                .expect(200)
                .text()
                .contains(SECRET)
        );
        let filter = "/sync-profiles?filter=bind_password%20pr";
        assert_eq!(api.get(filter).await.field(), broken("filter", "invalid"));
    }
    assert!(!server.is_stored(SECRET));
    assert!(!format!("{:?}", server.snapshot().config()).contains(SECRET));
    // Without the right, the connector's own token reads nothing.
    let token = client.token(&server, Some("connector:read")).await;
    Api::as_client(&server, &client, token)
        .get(&path)
        .await
        .expect(403);
    // What is switched off needs no secret.
    let connector = format!("/connectors/{}", registered["id"].as_str().unwrap());
    for switched in [&path, &connector] {
        admin
            .patch(switched, json!({"active": false}))
            .await
            .expect(200);
        assert!(
            own.get(&path)
                .await
                .expect(200)
                .json()
                .get("bind_password")
                .is_none()
        );
        admin
            .patch(switched, json!({"active": true}))
            .await
            .expect(200);
    }
    assert_eq!(own.get(&path).await.json()["bind_password"], SECRET);
}

/// REG-26: a secret goes neither to a server nor to a connector that somebody else named.
#[tokio::test]
async fn reg_26_a_secret_goes_with_its_server_and_its_connector() {
    let server = TestServer::start().await;
    let admin = Api::admin(&server).await;
    let (_, own, registered) = connector(&server, "Own").await;
    let (_, other, second) = connector(&server, "Other").await;
    let with = json!({"connector": registered["id"]});
    let made = admin.make("/sync-profiles", changed(new(), &with)).await;
    let path = path_of(&made);
    let secret = async |api: &Api<'_>| api.get(&path).await.json()["bind_password"].clone();
    for harmless in [
        json!({"name": "B", "base": "dc=b", "bind_name": "cn=b", "schedule": 61}),
        json!({"server": new()["server"], "connector": registered["id"]}),
    ] {
        admin.patch(&path, harmless).await.expect(200);
        assert_eq!(secret(&own).await, SECRET, "kept");
    }
    for (patch, reader) in [
        (json!({"server": "ldaps://attacker.example"}), &own),
        (json!({"server": "ldap://ldap.example.com:636"}), &own),
        (json!({"connector": second["id"]}), &other),
        (json!({"connector": null}), &own),
        (json!({"bind_password": null}), &own),
    ] {
        let patched = admin.patch(&path, patch.clone()).await.expect(200).json();
        assert_eq!(patched["has_bind_password"], false, "{patch}");
        assert_eq!(secret(reader).await, Value::Null, "{patch}");
        let back = json!({"server": new()["server"], "connector": registered["id"]});
        let patched = admin.patch(&path, back.clone()).await.expect(200).json();
        assert_eq!(
            patched["has_bind_password"], false,
            "{patch}: it is gone for good"
        );
        let given = changed(back, &json!({"bind_password": SECRET}));
        admin.patch(&path, given).await.expect(200);
        assert_eq!(secret(&own).await, SECRET);
    }
    let both = json!({"server": "ldaps://other.example", "bind_password": "newer"});
    admin.patch(&path, both).await.expect(200);
    assert_eq!(secret(&own).await, "newer");
    // Another kind of directory has other fields; what is the first one's goes.
    let cloud = json!({"source": "entra", "tenant_id": "contoso.com", "client_id": "x"});
    let patched = admin.patch(&path, cloud).await.expect(200).json();
    assert_eq!(patched["has_client_secret"], false);
    assert!(patched.get("base").is_none() && patched.get("bind_name").is_none());
    admin
        .patch(&path, json!({"client_secret": ENTRA_SECRET}))
        .await
        .expect(200);
    assert_eq!(own.get(&path).await.json()["client_secret"], ENTRA_SECRET);
    for elsewhere in [
        json!({"tenant_id": "attacker.com"}),
        json!({"client_id": "y"}),
    ] {
        let patched = admin.patch(&path, elsewhere).await.expect(200).json();
        assert_eq!(patched["has_client_secret"], false);
        admin
            .patch(&path, json!({"client_secret": ENTRA_SECRET}))
            .await
            .expect(200);
    }
}

#[tokio::test]
async fn an_error_names_the_field() {
    let server = TestServer::start().await;
    let api = Api::admin(&server).await;
    let maps = |path: &str| json!({"attribute_mapping": {"x": path}});
    let cases = [
        (json!({"name": null}), "name", "required"),
        (json!({"source": null}), "source", "required"),
        (json!({"source": "file"}), "source", "invalid"),
        (json!({"server": null}), "server", "required"),
        (
            json!({"server": "https://ldap.example.com"}),
            "server",
            "invalid",
        ),
        (json!({"server": "ldap.example.com"}), "server", "invalid"),
        (json!({"server": "ldap:///"}), "server", "invalid"),
        (
            json!({"server": "ldap://u:p@x.example"}),
            "server",
            "invalid",
        ),
        (
            json!({"server": "ldap://x.example/dc=example"}),
            "server",
            "invalid",
        ),
        (
            json!({"server": "ldap://x.example?base"}),
            "server",
            "invalid",
        ),
        (json!({"base": null}), "base", "required"),
        (json!({"base": "example.com"}), "base", "invalid"),
        (json!({"user_filter": "(cn=*"}), "user_filter", "invalid"),
        (
            json!({"group_filter": "(&(a=b)))"}),
            "group_filter",
            "invalid",
        ),
        (json!({"bind_name": "reader"}), "bind_name", "invalid"),
        (json!({"bind_name": null}), "bind_name", "required"),
        (json!({"bind_password": ""}), "bind_password", "invalid"),
        (json!({"bind_password": 1}), "bind_password", "invalid"),
        (
            json!({"has_bind_password": true}),
            "has_bind_password",
            "server_set",
        ),
        (json!({"tenant_id": "x"}), "tenant_id", "other_type"),
        (json!({"client_secret": "x"}), "client_secret", "other_type"),
        (json!({"schedule": 59}), "schedule", "invalid"),
        (json!({"schedule": 604_801}), "schedule", "invalid"),
        (
            json!({"connector": "0193f1c0-0000-7000-8000-00000000002a"}),
            "connector",
            "invalid",
        ),
        (
            json!({"attribute_mapping": []}),
            "attribute_mapping",
            "invalid",
        ),
        (
            json!({"attribute_mapping": {"a b": "title"}}),
            "attribute_mapping",
            "invalid",
        ),
        (
            json!({"attribute_mapping": {"a": "title", "b": "TITLE"}}),
            "attribute_mapping",
            "invalid",
        ),
        (maps("noSuch"), "attribute_mapping", "invalid"),
        (maps("name"), "attribute_mapping", "invalid"),
        (
            maps("emails[primary eq true].value"),
            "attribute_mapping",
            "invalid",
        ),
        (maps("id"), "attribute_mapping", "invalid"),
        (maps("meta.created"), "attribute_mapping", "invalid"),
        (maps("password"), "attribute_mapping", "invalid"),
        (maps("groups.value"), "attribute_mapping", "invalid"),
        (json!({"active": 1}), "active", "invalid"),
        (json!({"interval": 1}), "interval", "unknown"),
    ];
    for (change, field, rule) in cases {
        let refused = api.post("/sync-profiles", changed(new(), &change)).await;
        assert_eq!(refused.field(), broken(field, rule), "{change}");
    }
    for (change, field, rule) in [
        (json!({"tenant_id": null}), "tenant_id", "required"),
        (json!({"tenant_id": "../x"}), "tenant_id", "invalid"),
        (json!({"client_id": null}), "client_id", "required"),
        (json!({"server": "ldaps://x.example"}), "server", "invalid"),
        (json!({"base": "dc=x"}), "base", "other_type"),
        (json!({"bind_password": "x"}), "bind_password", "other_type"),
    ] {
        let refused = api.post("/sync-profiles", changed(entra(), &change)).await;
        assert_eq!(refused.field(), broken(field, rule), "{change}");
    }
    let listed = api.get("/sync-profiles").await.expect(200);
    assert_eq!(listed.json()["items"], json!([]));
}

/// T4: a connector writes with rights of its own, so nobody tells it what to write who could not act as it.
#[tokio::test]
async fn t4_a_connector_is_no_deputy_for_who_may_less() {
    let server = TestServer::start().await;
    let admin = Api::admin(&server).await;
    let (_, own, registered) = connector(&server, "Own").await;
    let rights = ["sync-profiles:create", "sync-profiles:update"];
    let less = Api::with(&server, &rights).await;
    let with = json!({"connector": registered["id"]});
    let refused = less
        .post("/sync-profiles", changed(new(), &with))
        .await
        .code(403);
    assert_eq!(refused, "beyond_own_rights");
    // What no connector runs writes nothing; to give it to one is to direct that.
    let theirs = less.make("/sync-profiles", entra()).await;
    let refused = less.patch(&path_of(&theirs), with.clone()).await;
    assert_eq!(refused.code(403), "beyond_own_rights");
    let made = admin.make("/sync-profiles", changed(new(), &with)).await;
    let path = path_of(&made);
    for otherwise in [
        json!({"server": "ldaps://attacker.example"}),
        json!({"base": "dc=attacker"}),
        json!({"user_filter": "(cn=*)"}),
        json!({"bind_password": "x"}),
        json!({"attribute_mapping": {"sn": "userName", "uid": null}}),
        json!({"schedule": 60}),
        json!({"active": false}),
    ] {
        let refused = less.patch(&path, otherwise.clone()).await;
        assert_eq!(refused.code(403), "beyond_own_rights", "{otherwise}");
    }
    let called = json!({"name": "Headquarters", "description": "Ours", "schedule": 900});
    less.patch(&path, called).await.expect(200);
    assert_eq!(own.get(&path).await.json()["bind_password"], SECRET);
    less.patch(&path, json!({"connector": null, "base": "dc=b"}))
        .await
        .expect(200);
    // Whoever holds what it may, or may give it that, could act as it.
    let mut rights = DIRECTORY_SYNC_CONNECTOR.to_vec();
    rights.push("sync-profiles:update");
    let holds = Api::with(&server, &rights).await;
    holds.patch(&path, with).await.expect(200);
}
