//! Tenants and realms (product §1): nothing ever crosses.

use crate::{
    api::{Api, broken},
    support::{Client, TestServer},
};
use domain::tokens::Endpoint;
use serde_json::json;

#[tokio::test]
async fn a_tenant_and_its_realm_live_and_die() {
    let server = TestServer::start().await;
    let api = Api::admin(&server).await;
    let made = api
        .post(
            "/v1/tenants",
            json!({"name": "acme", "display_name": "Acme"}),
        )
        .await
        .expect(201);
    assert_eq!(
        made.header("location"),
        "https://id.example.com/v1/tenants/acme"
    );
    assert_eq!(made.json()["active"], true);
    let realm = api
        .post("/v1/tenants/acme/realms", json!({"name": "main"}))
        .await
        .expect(201);
    assert_eq!(
        realm.header("location"),
        "https://id.example.com/v1/tenants/acme/realms/main"
    );
    let issuer = "https://id.example.com/v1/tenants/acme/realms/main";
    assert_eq!(realm.json()["issuer"], issuer);
    assert_eq!(
        api.get("/v1/tenants/acme").await.json()["realms"],
        json!(["main"])
    );
    let listed = api.get("/v1/tenants/acme/realms").await.expect(200).json();
    assert_eq!(listed["items"][0]["name"], "main");
    assert_eq!(listed["items"][0].get("administrator"), None);

    assert_eq!(api.delete("/v1/tenants/acme").await.code(409), "in_use");
    api.delete("/v1/tenants/acme/realms/main").await.expect(204);
    // T7: names are never given out again, after a restart neither.
    let again = json!({"name": "main"});
    assert_eq!(
        api.post("/v1/tenants/acme/realms", again.clone())
            .await
            .code(409),
        "retired"
    );
    api.delete("/v1/tenants/acme").await.expect(204);
    let server = server.restart().await;
    let api = Api::admin(&server).await;
    assert_eq!(
        api.post("/v1/tenants", json!({"name": "acme"}))
            .await
            .code(409),
        "retired"
    );
    api.get("/v1/tenants/acme").await.expect(404);
    api.post("/v1/tenants/acme/realms", again).await.expect(404);
}

#[tokio::test]
async fn t1_a_realm_knows_nothing_of_another() {
    let server = TestServer::start().await;
    let admin = Api::admin(&server).await;
    let acme = server.add_realm("acme", "main").await;
    let acme_api = Api::of(&server, &acme).await;
    let scope = admin
        .make("/scopes", json!({"name": "a:b", "type": "generic"}))
        .await;
    let path = format!("/scopes/{}", scope["id"].as_str().unwrap());
    // An id of another realm answers like one that does not exist.
    let nothing = acme_api
        .get("/scopes/0193f1c0-0000-7000-8000-00000000002a")
        .await
        .expect(404);
    for answer in [
        acme_api.get(&path).await,
        acme_api.delete(&path).await,
        acme_api.patch(&path, json!({"tags": []})).await,
        acme_api.get("/scopes/no-id-at-all").await,
    ] {
        assert_eq!(
            (answer.status, answer.text()),
            (nothing.status, nothing.text())
        );
    }
    admin.get(&path).await.expect(200);
    // Another realm's token is 401 here, and one realm's objects may have the names of another's.
    let foreign = server
        .call("GET", &acme.path("/scopes"), &admin.token, None)
        .await
        .expect(401);
    assert!(foreign.header("www-authenticate").contains("invalid_token"));
    acme_api
        .make("/scopes", json!({"name": "a:b", "type": "generic"}))
        .await;
    // A reference to another realm's object is one to nothing.
    let refused = acme_api
        .post(
            "/applications",
            json!({"name": "x", "resource_server": scope["id"]}),
        )
        .await;
    assert_eq!(refused.field(), broken("resource_server", "invalid"));
}

/// Product §1: only the system realm's tokens work on what lies above realms; elsewhere
/// `realms:read|update` reach the token's own realm only.
#[tokio::test]
async fn what_lies_above_realms_is_for_the_system_realm() {
    let server = TestServer::start().await;
    let admin = Api::admin(&server).await;
    let acme = server.add_realm("acme", "main").await;
    let acme_api = Api::of(&server, &acme).await;
    acme_api.get("/v1/tenants").await.expect(401);
    acme_api.get("/v1/tenants/acme").await.expect(401);
    acme_api
        .post("/v1/tenants/acme/realms", json!({"name": "x"}))
        .await
        .expect(401);
    acme_api
        .delete("/v1/tenants/acme/realms/main")
        .await
        .expect(401);
    acme_api
        .get("/v1/tenants/default/realms/default")
        .await
        .expect(401);
    admin.get("/v1/tenants/acme/realms/main").await.expect(401);
    admin
        .patch("/v1/tenants/acme/realms/main", json!({}))
        .await
        .expect(401);

    let realm = acme_api.get("").await.expect(200).json();
    assert_eq!(realm["name"], "main");
    // It is active as long as its tenant is, and has nothing of its own to show or set.
    assert_eq!(realm.get("active"), None);
    let patch =
        json!({"display_name": "Main", "access_token_lifetime": 120, "signing_algorithm": "EdDSA"});
    let revision = || server.snapshot_of(&acme.realm).revision();
    let before = revision();
    let patched = acme_api.patch("", patch.clone()).await.expect(200).json();
    assert_eq!(
        revision(),
        before + 1,
        "the setting and its key come together"
    );
    for (field, value) in patch.as_object().unwrap() {
        assert_eq!(&patched[field], value);
    }
    let next = acme_api
        .get("/keys?filter=algorithm%20eq%20%22EdDSA%22")
        .await
        .json();
    assert_eq!(
        next["items"][0]["state"], "next",
        "the first key of it is published at once"
    );
    acme_api
        .get("/v1/tenants/acme/realms/nothing")
        .await
        .expect(404);
}

/// B11: what is switched off answers like what is not there.
#[tokio::test]
async fn b11_an_inactive_tenant_does_nothing() {
    let server = TestServer::start().await;
    let admin = Api::admin(&server).await;
    let acme = server.add_realm("acme", "main").await;
    let acme_api = Api::of(&server, &acme).await;
    admin
        .patch("/v1/tenants/acme", json!({"active": false}))
        .await
        .expect(200);
    acme_api.get("").await.expect(404);
    acme.ask(&server, None).await.expect(404);
    drop((admin, acme_api));
    let server = server.restart().await;
    acme.ask(&server, None).await.expect(404);
    let admin = Api::admin(&server).await;
    admin
        .patch("/v1/tenants/acme", json!({"active": true}))
        .await
        .expect(200);
    acme.ask(&server, None).await.expect(200);
}

#[tokio::test]
async fn the_system_realm_stays() {
    let server = TestServer::start().await;
    let api = Api::admin(&server).await;
    assert_eq!(
        api.delete("/v1/tenants/default/realms/default")
            .await
            .code(409),
        "system_realm"
    );
    assert_eq!(api.delete("/v1/tenants/default").await.code(409), "in_use");
    let off = api
        .patch("/v1/tenants/default", json!({"active": false}))
        .await;
    assert_eq!(off.field(), broken("active", "invalid"));
}

#[tokio::test]
async fn an_error_names_the_field() {
    let server = TestServer::start().await;
    let api = Api::admin(&server).await;
    for (body, field, rule) in [
        (json!({}), "name", "required"),
        (json!({"name": "Acme"}), "name", "invalid"),
        (json!({"name": "-a"}), "name", "invalid"),
        (json!({"name": "a/b"}), "name", "invalid"),
        (json!({"name": "x".repeat(64)}), "name", "invalid"),
        (json!({"name": "a", "id": "a"}), "id", "server_set"),
        (json!({"name": "a", "created": 1}), "created", "server_set"),
        (
            json!({"name": "a", "displayname": "A"}),
            "displayname",
            "unknown",
        ),
    ] {
        assert_eq!(
            api.post("/v1/tenants", body.clone()).await.field(),
            broken(field, rule),
            "{body}"
        );
        if field != "displayname" {
            let refused = api.post("/v1/tenants/default/realms", body.clone()).await;
            assert_eq!(refused.field(), broken(field, rule), "{body}");
        }
    }
    assert_eq!(
        api.post("/v1/tenants", json!({"name": "default"}))
            .await
            .code(409),
        "duplicate"
    );
    assert_eq!(
        api.post("/v1/tenants/default/realms", json!({"name": "default"}))
            .await
            .code(409),
        "duplicate"
    );
    assert_eq!(
        api.patch("/v1/tenants/default", json!({"name": "x"}))
            .await
            .field(),
        broken("name", "immutable")
    );
    let refused = api.patch("", json!({"signing_algorithm": "HS256"})).await;
    assert_eq!(refused.field(), broken("signing_algorithm", "invalid"));
    assert_eq!(
        api.patch("", json!({"active": false})).await.field(),
        broken("active", "unknown")
    );
}

/// B11: a token whose scope goes while it is being recorded is decided on once more, in the realm as
/// it is by then.
#[tokio::test]
async fn b11_no_second_try_issues_a_token_in_a_realm_that_went_inactive() {
    let server = TestServer::start().await;
    let admin = Api::admin(&server).await;
    let acme = server.add_realm("acme", "main").await;
    let api = Api::of(&server, &acme).await;
    let scope = json!({"name": "orders:read", "type": "generic"});
    let scope = api.make("/scopes", scope).await["id"].clone();
    let body = json!({"name": "sync", "service_account": true});
    let made = api.make("/applications", body).await;
    let id = made["id"].as_str().unwrap();
    let path = format!("/applications/{id}");
    for name in ["scim:read", "orders:read"] {
        let body = json!({"scope": name, "default": true});
        api.make(&format!("{path}/assigned-scopes"), body).await;
    }
    let secret = api.make(&format!("{path}/secrets"), json!({})).await;
    let client = Client {
        realm: acme.realm.clone(),
        id: id.to_owned(),
        secret: secret["client_secret"].as_str().unwrap().to_owned(),
    };
    let form = oauth::form::Parameters::parse(b"grant_type=client_credentials").unwrap();
    let basic = client.basic();
    let presented = oauth::PresentedClient::from_parts(&[&basic], &form).unwrap();
    let snapshot = server.snapshot_of(&client.realm);
    let authenticated = server
        .core
        .authenticate_client(&snapshot, &presented, Endpoint::Token)
        .await
        .unwrap();
    let request = oauth::TokenRequest::parse(&form).unwrap();

    let scope = scope.as_str().unwrap();
    let assigned = format!("{path}/assigned-scopes/{scope}");
    api.delete(&assigned).await.expect(204);
    api.delete(&format!("/scopes/{scope}")).await.expect(204);
    // With the tenant active, what is left is issued.
    let issued = server.core.issue(&authenticated, &request).await.unwrap();
    assert_eq!(issued.scope.to_string(), "scim:read");
    admin
        .patch("/v1/tenants/acme", json!({"active": false}))
        .await
        .expect(200);
    let refused = server.core.issue(&authenticated, &request).await;
    assert!(refused.is_err(), "{refused:?}");
}

/// The tag that the making of a realm answers is the tag of the realm.
#[tokio::test]
async fn a_new_realm_is_deleted_as_it_was_made() {
    let server = TestServer::start().await;
    let api = Api::admin(&server).await;
    api.make("/v1/tenants", json!({"name": "acme"})).await;
    let made = api.post("/v1/tenants/acme/realms", json!({"name": "staff"}));
    let made = made.await.expect(201);
    let gone = api.conditional(
        "DELETE",
        "/v1/tenants/acme/realms/staff",
        ("if-match", made.header("etag")),
        None,
    );
    gone.await.expect(204);
}
