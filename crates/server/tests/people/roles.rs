//! What clients may do for people by their roles (product §2.4, §3, §7; T3, T4).

use crate::support::{Client, Person, TestServer, claims};
use domain::scim::{Modify, Place, Preconditions};
use scim::Selection;
use scope::{ManagementRight, ManagementRights};
use serde_json::{Value, json};

/// What the person's token of all that the console may ask for has: the rights of management, and the rest.
async fn had(server: &TestServer, app: &Client, person: &Person) -> (ManagementRights, String) {
    let tokens = app.tokens(server, person, "").await;
    let scope = tokens["scope"].as_str().unwrap();
    let token = claims(tokens["access_token"].as_str().unwrap());
    assert_eq!(token["scope"], scope);
    let (rights, rest): (Vec<&str>, Vec<&str>) = scope
        .split(' ')
        .partition(|name| name.parse::<ManagementRight>().is_ok());
    let rights = rights.iter().map(|name| name.parse().unwrap()).collect();
    (rights, rest.join(" "))
}

fn rights(names: &[&str]) -> ManagementRights {
    let each = |name: &&str| -> Vec<ManagementRight> {
        let (resource, action) = name.rsplit_once(':').unwrap();
        let all = ManagementRight::all();
        all.filter(|right| {
            right.resource.to_string() == resource
                && (action == "*" || right.action.to_string() == action)
        })
        .collect()
    };
    let rights: Vec<_> = names.iter().map(each).collect();
    assert!(rights.iter().all(|found| !found.is_empty()), "{names:?}");
    rights.into_iter().flatten().collect()
}

#[tokio::test]
async fn t4_each_role_gives_its_scopes_and_no_others() {
    let server = TestServer::start().await;
    let app = server.add_console().await;
    let everything: ManagementRights = ManagementRight::all().collect();
    let reads = ManagementRight::all().filter(|right| right.action.to_string() == "read");
    let people = "openid scim:read scim:write";
    let roles = [
        ("Administrator", everything, people),
        (
            "Access Control",
            rights(&[
                "scopes:*",
                "assigned-scopes:*",
                "applications:read",
                "resource-servers:read",
                "resource-types:read",
                "schemas:read",
                "services:read",
                "claims:read",
                "roles:read",
                "tokens:read",
                "grants:read",
                "consents:read",
            ]),
            people,
        ),
        (
            "Identity Manager",
            rights(&[
                "identity-providers:*",
                "claims:*",
                "resource-types:read",
                "schemas:read",
                "tokens:*",
                "grants:*",
                "consents:*",
            ]),
            people,
        ),
        ("Auditor", reads.collect(), "openid"),
    ];
    for (number, (role, expected, rest)) in roles.into_iter().enumerate() {
        let person = server.add_person(&format!("person{number}")).await;
        let nobody = had(&server, &app, &person).await;
        assert_eq!(nobody, (ManagementRights::default(), "openid".to_owned()));
        server.put_in_role(&person, role).await;
        let (management, others) = had(&server, &app, &person).await;
        assert_eq!(management, expected, "{role}");
        assert_eq!(others, rest, "{role}");
        server.take_out_of_role(&person, role).await;
        let nobody = had(&server, &app, &person).await;
        assert_eq!(nobody, (ManagementRights::default(), "openid".to_owned()));
    }
}

/// T3: whoever reads everything changes nothing of it.
#[tokio::test]
async fn t3_an_auditor_reads_and_changes_nothing() {
    let server = TestServer::start().await;
    let (app, person) = (server.add_console().await, server.add_person("ada").await);
    server.put_in_role(&person, "Auditor").await;
    let tokens = app.tokens(&server, &person, "").await;
    let token = tokens["access_token"].as_str().unwrap();
    for (path, body) in [
        ("/scopes", json!({"name": "a:b", "type": "generic"})),
        ("/applications", json!({"name": "mine"})),
        ("/claims", json!({"name": "x", "paths": ["title"]})),
    ] {
        let path = app.path(path);
        server.call("GET", &path, token, None).await.expect(200);
        let refused = server.call("POST", &path, token, Some(body)).await;
        assert_eq!(refused.status, 403, "{path}: {}", refused.text());
        // No scope would do, so none is named.
        assert!(!refused.header("www-authenticate").contains("scope=\""));
    }
    let users = app.path("/scim/v2/Users");
    server.call("GET", &users, token, None).await.expect(403);
}

/// T4, B11: a role that is taken away is gone from what it gave before, at once.
#[tokio::test]
async fn t4_leaving_a_role_bites_on_live_tokens_at_once() {
    let server = TestServer::start().await;
    let (app, person) = (server.add_console().await, server.add_person("ada").await);
    server.put_in_role(&person, "Access Control").await;
    let tokens = app.tokens(&server, &person, "").await;
    let (token, refresh) = (&tokens["access_token"], &tokens["refresh_token"]);
    let token = token.as_str().unwrap();
    let scopes = app.path("/scopes");
    let make = |name: &str| Some(json!({"name": name, "type": "generic"}));
    let made = server.call("POST", &scopes, token, make("a:b")).await;
    made.expect(201);
    let users = app.path("/scim/v2/Users");
    server.call("GET", &users, token, None).await.expect(200);

    server.take_out_of_role(&person, "Access Control").await;
    let refused = server.call("POST", &scopes, token, make("c:d")).await;
    refused.expect(403);
    server.call("GET", &scopes, token, None).await.expect(403);
    server.call("GET", &users, token, None).await.expect(403);
    let introspected = app.introspect(&server, token).await.expect(200).json();
    assert_eq!(introspected["scope"], "openid");
    let again = app.refresh(&server, refresh.as_str().unwrap()).await;
    let again = again.expect(200).json();
    assert_eq!(again["scope"], "openid", "a refresh gives no more");

    // Back in the role, what the person allowed is in effect again; and no more than that.
    server.put_in_role(&person, "Auditor").await;
    server.call("GET", &scopes, token, None).await.expect(200);
    let refused = server.call("POST", &scopes, token, make("c:d")).await;
    refused.expect(403);
    let introspected = app.introspect(&server, token).await.expect(200).json();
    let names = introspected["scope"].as_str().unwrap().to_owned();
    assert!(names.contains("scopes:read"), "{names}");
    assert!(!names.contains("keys:read"), "not allowed then: {names}");
}

/// T4, S13: who looks after people does not get at those who hold more.
#[tokio::test]
async fn t4_an_identity_manager_does_not_reach_an_administrators_credentials() {
    let server = TestServer::start().await;
    let app = server.add_console().await;
    let manager = server.add_person("manager").await;
    let peer = server.add_person("peer").await;
    let plain = server.add_person("plain").await;
    let root = server.add_person("root").await;
    server.put_in_role(&manager, "Identity Manager").await;
    server.put_in_role(&peer, "Identity Manager").await;
    server.put_in_role(&root, "Administrator").await;
    let auditor = server.add_person("auditor").await;
    server.put_in_role(&auditor, "Auditor").await;
    let token = app.token_of(&server, &manager, "").await;
    let patch = async |person: &Person, path: &str, value: Value| {
        let body = json!({
            "schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
            "Operations": [{"op": "replace", "path": path, "value": value}],
        });
        let address = app.path(&format!("/scim/v2/Users/{}", person.id));
        server.call("PATCH", &address, &token, Some(body)).await
    };
    let changes = [
        ("password", json!("another long enough password")),
        ("active", json!(false)),
        ("userName", json!("somebody else")),
        ("emails", json!([{"value": "other@example.com"}])),
    ];
    for (path, value) in &changes {
        for person in [&root, &auditor] {
            let refused = patch(person, path, value.clone()).await;
            let name = &person.user_name;
            assert_eq!(refused.status, 403, "{name} {path}: {}", refused.text());
        }
        // Whoever holds no more than they do, they may.
        let done = patch(&peer, path, value.clone()).await;
        assert!(done.status.is_success(), "{path}: {}", done.text());
    }
    patch(&root, "title", json!("Countess")).await.expect(200);
    let delete = async |person: &Person| {
        let path = app.path(&format!("/scim/v2/Users/{}", person.id));
        server.call("DELETE", &path, &token, None).await
    };
    delete(&root).await.expect(403);
    let refused = delete(&peer).await.expect(409);
    assert!(refused.text().contains("`Identity Manager`"));
    delete(&plain).await.expect(204);
}

/// What a role may delegate is as good as what it holds, to whoever takes its member over.
#[tokio::test]
async fn t4_whoever_may_delegate_rights_is_as_safe_as_whoever_holds_them() {
    let server = TestServer::start().await;
    let ada = server.add_person("ada").await;
    let delegating = scope::RoleRights {
        may_delegate: rights(&["keys:read"]),
        ..scope::RoleRights::default()
    };
    server.add_role("Delegating", delegating, &ada.id).await;
    let client = server
        .add_client(&["scim:write", "keys:read"], |_| ())
        .await;
    let path = client.path(&format!("/scim/v2/Users/{}", ada.id));
    let body = json!({
        "schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
        "Operations": [{"op": "replace", "path": "active", "value": false}],
    });
    for (scope, status) in [("scim:write", 403), ("scim:write keys:read", 204)] {
        let token = client.token(&server, Some(scope)).await;
        let answer = server.call("PATCH", &path, &token, Some(body.clone()));
        answer.await.expect(status);
    }
}

/// T4, S13: whoever signs in as one who delegates capabilities has all of SCIM at the command line.
#[tokio::test]
async fn t4_whoever_delegates_capabilities_is_reached_with_all_of_scim_only() {
    let server = TestServer::start().await;
    let ada = server.add_person("ada").await;
    server.let_delegate(&ada.id).await;
    let narrow = json!({
        "name": "passwords:reset", "type": "resource", "scim_resource_type": "User",
        "resource_operations": ["modify"], "resource_attributes": ["password", "userName"],
        "account_operations": ["reset-password"],
    });
    server.add_scope(narrow).await;
    let names = [
        "passwords:reset",
        "scim:read",
        "scim:write",
        "assigned-scopes:create",
    ];
    let client = server.add_client(&names, |_| ()).await;
    let user = client.path(&format!("/scim/v2/Users/{}", ada.id));
    let reset = client.path(&format!("/scim/v2/Users/{}/password", ada.id));
    for (number, (scope, may)) in [
        ("passwords:reset", false),
        ("passwords:reset scim:read", false),
        ("passwords:reset scim:write", false),
        ("passwords:reset scim:read scim:write", true),
        ("passwords:reset assigned-scopes:create", true),
    ]
    .into_iter()
    .enumerate()
    {
        let token = client.token(&server, Some(scope)).await;
        let name = json!(format!("lovelace{number}"));
        let sentence = json!(format!("quite another sentence {number}"));
        for (method, path, body) in [
            (
                "PATCH",
                &user,
                patch("password", json!("a long enough sentence")),
            ),
            ("PATCH", &user, patch("userName", name)),
            ("PUT", &reset, json!({"newPassword": sentence})),
        ] {
            let answer = server.call(method, path, &token, Some(body)).await;
            let (status, text) = (answer.status, answer.text());
            assert_eq!(status.is_success(), may, "{scope}: {text}");
            let refused = status == 403 && text.contains("every resource");
            assert!(may || refused, "{scope}: {text}");
        }
    }
}

/// T4, T6: who was let in with rights that their role gave has them no more once they left it.
#[tokio::test]
async fn t6_a_right_lost_on_the_way_to_a_credential_counts_no_more() {
    let server = TestServer::start().await;
    let app = server.add_console().await;
    let (ada, auditor) = (
        server.add_person("ada").await,
        server.add_person("auditor").await,
    );
    server.put_in_role(&ada, "Administrator").await;
    server.put_in_role(&auditor, "Auditor").await;
    let token = app.token_of(&server, &ada, "").await;
    let change = async |caller: &domain::access::Caller, name: &str| {
        let place = Place::at(caller.snapshot(), "Users").unwrap();
        let permit = caller.permit_scim::<Modify>(&place).unwrap();
        let body = patch("userName", json!(name));
        let body = body.as_object().unwrap().clone();
        let (whatever, all) = (Preconditions::default(), Selection::Default);
        let core = &server.core;
        core.patch_resource(&permit, &auditor.id, body, &whatever, &all)
            .await
    };
    let caller = server.caller(&token).await;
    change(&caller, "one").await.unwrap();
    server.take_out_of_role(&ada, "Administrator").await;
    server.put_in_role(&ada, "Identity Manager").await;
    let refused = change(&caller, "two").await.unwrap_err();
    assert!(
        refused.to_string().contains("management rights"),
        "{refused}"
    );
}

fn patch(path: &str, value: Value) -> Value {
    json!({
        "schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
        "Operations": [{"op": "replace", "path": path, "value": value}],
    })
}
