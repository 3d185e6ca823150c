//! Roles of people (product §2.4, §7).

use crate::{
    api::{Api, broken},
    support::TestServer,
};
use scope::{ManagementRight, RoleRights};
use serde_json::{Value, json};

fn names(value: &Value) -> Vec<&str> {
    let values = value.as_array().unwrap().iter();
    values.map(|value| value.as_str().unwrap()).collect()
}

#[tokio::test]
async fn a_role_is_made_read_changed_and_deleted() {
    let server = TestServer::start().await;
    let api = Api::admin(&server).await;
    let ada = server.add_person("ada").await;
    let body = json!({
        "name": "Key keepers", "description": "Look after keys",
        "scopes": ["keys:read", "connector:read"], "delegable_scopes": ["keys:update"],
        "delegates_capabilities": true, "members": [ada.id],
    });
    let made = api.make("/roles", body).await;
    // Rights are shown one by one.
    assert_eq!(names(&made["scopes"]), ["connectors:read", "keys:read"]);
    assert_eq!(names(&made["delegable_scopes"]), ["keys:update"]);
    assert_eq!(made["delegates_capabilities"], true);
    assert_eq!(made["built_in"], false);
    assert_eq!(names(&made["members"]), [ada.id.as_str()]);
    let path = format!("/roles/{}", made["id"].as_str().unwrap());
    assert_eq!(api.get(&path).await.expect(200).json(), made);
    let patch = json!({"members": null, "scopes": ["keys:read"], "description": null});
    let changed = api.patch(&path, patch).await.expect(200).json();
    assert_eq!(changed["members"], json!([]));
    assert_eq!(names(&changed["scopes"]), ["keys:read"]);
    assert!(changed.get("description").is_none());
    assert_eq!(changed["name"], "Key keepers");
    api.delete(&path).await.expect(204);
    api.get(&path).await.expect(404);
}

#[tokio::test]
async fn built_in_roles_are_there_and_change_but_for_what_they_allow() {
    let server = TestServer::start().await;
    let api = Api::admin(&server).await;
    let all = api.get("/roles").await.expect(200).json();
    let roles: Vec<&Value> = all["items"].as_array().unwrap().iter().collect();
    let mut called: Vec<&str> = roles.iter().map(|r| r["name"].as_str().unwrap()).collect();
    called.sort_unstable();
    let expected = [
        "Access Control",
        "Administrator",
        "Auditor",
        "Identity Manager",
    ];
    assert_eq!(called, expected);
    let ada = server.add_person("ada").await;
    for role in roles {
        let path = format!("/roles/{}", role["id"].as_str().unwrap());
        for (field, value) in [
            ("name", json!("Another")),
            ("scopes", json!(["keys:read"])),
            ("delegable_scopes", json!(["keys:read"])),
            (
                "delegates_capabilities",
                json!(role["delegates_capabilities"] == false),
            ),
        ] {
            let refused = api.patch(&path, json!({field: value})).await;
            assert_eq!(refused.field(), broken(field, "built_in"));
        }
        let patch = json!({"description": "ours", "members": [ada.id], "name": role["name"]});
        let changed = api.patch(&path, patch).await.expect(200).json();
        assert_eq!(changed["description"], "ours");
        assert_eq!(names(&changed["members"]), [ada.id.as_str()]);
        assert_eq!(changed["scopes"], role["scopes"]);
        let refused = api.delete(&path).await;
        assert_eq!(refused.code(409), "built_in");
    }
}

#[tokio::test]
async fn what_is_wrong_with_a_role_is_said_by_field() {
    let server = TestServer::start().await;
    let api = Api::admin(&server).await;
    let ada = server.add_person("ada").await;
    let there = server.add_realm("acme", "staff").await;
    let theirs = Api::of(&server, &there).await;
    let user = json!({"schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"], "userName": "u"});
    let stranger = theirs.make("/scim/v2/Users", user).await;
    let group =
        json!({"schemas": ["urn:ietf:params:scim:schemas:core:2.0:Group"], "displayName": "g"});
    let group = api.make("/scim/v2/Groups", group).await;
    let too_many: Vec<String> = (0..1001).map(|n| format!("{n}")).collect();
    for (field, value) in [
        ("name", json!("x".repeat(201))),
        ("scopes", json!(["keys:reed"])),
        ("scopes", json!(["scim:read"])),
        ("delegable_scopes", json!(["openid"])),
        ("delegates_capabilities", json!("yes")),
        ("members", json!(["nobody"])),
        ("members", json!([ada.id, ada.id])),
        (
            "members",
            json!([ada.id, "26118915-6090-4610-87e4-49d8ca9f808d"]),
        ),
        ("members", json!([stranger["id"]])),
        ("members", json!([group["id"]])),
        ("members", json!(too_many)),
    ] {
        let mut body = json!({"name": "A role"});
        body[field] = value;
        let refused = api.post("/roles", body).await;
        assert_eq!(refused.field(), broken(field, "invalid"));
    }
    assert_eq!(
        api.post("/roles", json!({})).await.field(),
        broken("name", "required")
    );
    for field in ["id", "built_in", "created", "updated"] {
        let refused = api
            .post("/roles", json!({"name": "A role", field: "x"}))
            .await;
        assert_eq!(refused.field(), broken(field, "server_set"));
    }
    let taken = api.post("/roles", json!({"name": "AUDITOR"})).await;
    assert_eq!(taken.code(409), "duplicate");
    let all = api.get("/roles").await.expect(200).json();
    assert_eq!(all["items"].as_array().unwrap().len(), 4);
}

/// Every delete that would break a reference is refused, and says what holds it.
#[tokio::test]
async fn a_member_is_not_deleted_before_they_left_their_roles() {
    let server = TestServer::start().await;
    let api = Api::admin(&server).await;
    let ada = server.add_person("ada").await;
    let mut paths = Vec::new();
    for name in ["First", "Second"] {
        let made = api.make("/roles", json!({"name": name, "members": [ada.id]}));
        paths.push(format!("/roles/{}", made.await["id"].as_str().unwrap()));
    }
    let user = format!("/scim/v2/Users/{}", ada.id);
    let refused = api.delete(&user).await.expect(409);
    assert!(
        refused.text().contains("`First`, `Second`"),
        "{}",
        refused.text()
    );
    api.delete(&paths[0]).await.expect(204);
    let refused = api.delete(&user).await.expect(409);
    assert!(!refused.text().contains("`First`"), "{}", refused.text());
    api.patch(&paths[1], json!({"members": []}))
        .await
        .expect(200);
    api.delete(&user).await.expect(204);
    let refused = api.patch(&paths[1], json!({"members": [ada.id]})).await;
    assert_eq!(refused.field(), broken("members", "invalid"));
}

/// T1: roles of another realm are nothing here.
#[tokio::test]
async fn t1_a_role_of_another_realm_gives_nothing_here() {
    let server = TestServer::start().await;
    let ada = server.add_person("ada").await;
    let there = server.add_realm("acme", "staff").await;
    let theirs = Api::of(&server, &there).await;
    let roles = theirs.get("/roles").await.expect(200).json();
    let administrator = roles["items"].as_array().unwrap().iter();
    let mut administrator = administrator.filter(|role| role["name"] == "Administrator");
    let id = administrator.next().unwrap()["id"].as_str().unwrap();
    let own = Api::admin(&server).await;
    own.get(&format!("/roles/{id}")).await.expect(404);
    let snapshot = server.snapshot();
    let rights = snapshot.catalogue().rights_of_person(&ada.id);
    assert_eq!(rights, RoleRights::default());
}

#[tokio::test]
async fn a_batch_says_which_of_its_roles_names_nobody() {
    let server = TestServer::start().await;
    let api = Api::admin(&server).await;
    let ada = server.add_person("ada").await;
    let role = |name: &str, member: &str| json!({"method": "POST", "path": "roles", "body": {"name": name, "members": [member]}});
    for dry_run in [true, false] {
        let operations = [role("one", &ada.id), role("two", "nobody")];
        let batch = json!({"operations": operations, "dry_run": dry_run});
        let refused = api.post("/batch", batch).await;
        assert_eq!(refused.field(), broken("members", "invalid"));
        assert_eq!(refused.json()["operation"], 1, "dry run: {dry_run}");
    }
    let all = api.get("/roles").await.expect(200).json();
    assert_eq!(all["items"].as_array().unwrap().len(), 4);
}

/// A realm has the same roles, whoever made it, and each right is a scope that a role can have.
#[tokio::test]
async fn every_right_can_be_put_into_a_role() {
    let server = TestServer::start().await;
    let api = Api::admin(&server).await;
    let all: Vec<String> = ManagementRight::all().map(|r| r.to_string()).collect();
    let body = json!({"name": "All", "scopes": all, "delegable_scopes": all});
    let made = api.make("/roles", body).await;
    assert_eq!(names(&made["scopes"]), all);
    assert_eq!(names(&made["delegable_scopes"]), all);
}
