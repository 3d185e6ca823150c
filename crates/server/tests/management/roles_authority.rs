//! Nobody gives by roles, or to clients by what their roles allow, more than they have (T4, REG-18).

use crate::{
    api::Api,
    support::{Client, Person, TestServer},
};
use scope::{ManagementRights, RoleRights};
use serde_json::{Value, json};

fn rights(names: &str) -> ManagementRights {
    let names = names.split(' ').filter(|name| !name.is_empty());
    names.map(|name| name.parse().unwrap()).collect()
}

fn role(holds: &str, may_delegate: &str, delegates_capabilities: bool) -> RoleRights {
    RoleRights {
        holds: rights(holds),
        may_delegate: rights(may_delegate),
        delegates_capabilities,
    }
}

/// A person in a role of their own, and what they do by a client with all that the role holds.
struct Author {
    person: Person,
    role: String,
    console: Client,
    token: String,
}

impl Author {
    async fn new(server: &TestServer, allowed: RoleRights) -> Self {
        let (console, person) = (server.add_console().await, server.add_person("ada").await);
        server.add_role("Own", allowed, &person.id).await;
        let config = server.snapshot();
        let own = config.config().roles.values().find(|r| r.name == "Own");
        let role = own.unwrap().id.to_string();
        let names: Vec<String> = allowed
            .holds
            .iter()
            .map(|right| right.to_string())
            .collect();
        let grant = server
            .add_grant_of(&console, &names.join(" "), &person.id)
            .await;
        let token = server.add_token(&grant).await;
        Self {
            person,
            role,
            console,
            token,
        }
    }

    fn api<'a>(&self, server: &'a TestServer) -> Api<'a> {
        Api::as_client(server, &self.console, self.token.clone())
    }
}

const MAKING: &str = "roles:create roles:update roles:delete";

#[tokio::test]
async fn t4_a_role_allows_no_more_than_its_author_holds_or_may_delegate() {
    let server = TestServer::start().await;
    let admin = Api::admin(&server).await;
    let allowed = role(&format!("{MAKING} keys:read"), "claims:update", false);
    let author = Author::new(&server, allowed).await;
    let api = author.api(&server);
    let beyond = [
        ("scopes", json!(["keys:update"])),
        ("scopes", json!(["keys:read", "keys:delete"])),
        ("delegable_scopes", json!(["keys:update"])),
        ("delegates_capabilities", json!(true)),
    ];
    let within = json!({
        "name": "Within", "scopes": ["keys:read", "claims:update", "roles:create"],
        "delegable_scopes": ["claims:update", "keys:read"],
    });
    let within = api.make("/roles", within).await;
    let within = format!("/roles/{}", within["id"].as_str().unwrap());
    for (field, value) in beyond {
        let mut body = json!({"name": "Beyond"});
        body[field] = value.clone();
        let refused = api.post("/roles", body.clone()).await;
        assert_eq!(refused.code(403), "beyond_own_rights", "{field}");
        let refused = api.patch(&within, json!({field: value})).await;
        assert_eq!(refused.code(403), "beyond_own_rights", "{field}");
        // Both ends: neither narrowed, nor deleted, nor its members changed, nor renamed.
        let made = admin.make("/roles", body).await;
        let path = format!("/roles/{}", made["id"].as_str().unwrap());
        for patch in [
            json!({field: null}),
            json!({"name": "Mine"}),
            json!({"members": [author.person.id]}),
        ] {
            let refused = api.patch(&path, patch.clone()).await;
            assert_eq!(refused.code(403), "beyond_own_rights", "{field}: {patch}");
        }
        assert_eq!(api.delete(&path).await.code(403), "beyond_own_rights");
        admin.delete(&path).await.expect(204);
    }
    let other = server.add_person("other").await;
    api.patch(&within, json!({"members": [other.id], "scopes": []}))
        .await
        .expect(200);
    api.delete(&within).await.expect(204);
}

/// What may be given to others is not for oneself.
#[tokio::test]
async fn t4_nobody_gives_themselves_by_a_role_what_they_do_not_hold() {
    let server = TestServer::start().await;
    let allowed = role(&format!("{MAKING} keys:read"), "claims:update", false);
    let author = Author::new(&server, allowed).await;
    let api = author.api(&server);
    let own = format!("/roles/{}", author.role);
    let me = json!([author.person.id]);
    let before = server.snapshot();
    let before = before.catalogue().rights_of_person(&author.person.id);
    for (field, value) in [
        ("scopes", json!(["claims:update"])),
        ("delegable_scopes", json!(["keys:read"])),
        ("delegable_scopes", json!(["claims:update", "roles:create"])),
    ] {
        let mut body = json!({"name": "Mine", "members": me});
        body[field] = value.clone();
        let refused = api.post("/roles", body).await;
        assert_eq!(refused.code(403), "beyond_own_rights", "{field}");
        let refused = api.patch(&own, json!({field: value.clone()})).await;
        assert_eq!(refused.code(403), "beyond_own_rights", "{field}");
        // Nor in two steps.
        let mut body = json!({"name": "Others'"});
        body[field] = value;
        let made = api.make("/roles", body).await;
        let path = format!("/roles/{}", made["id"].as_str().unwrap());
        let refused = api.patch(&path, json!({"members": me})).await;
        assert_eq!(refused.code(403), "beyond_own_rights", "{field}");
        api.delete(&path).await.expect(204);
    }
    let now = server.snapshot();
    assert_eq!(now.catalogue().rights_of_person(&author.person.id), before);
    // What they hold already they may get twice; others join their role; and they may leave it.
    let twice = json!({"name": "Twice", "members": me, "scopes": ["keys:read"]});
    api.make("/roles", twice).await;
    let other = server.add_person("other").await;
    let both = json!({"members": [author.person.id, other.id], "description": "ours"});
    api.patch(&own, both).await.expect(200);
    api.patch(&own, json!({"members": [other.id]}))
        .await
        .expect(200);
    let refused = api.patch(&own, json!({"members": me})).await;
    assert_eq!(refused.status, 403, "the right to is gone");
}

/// A token is no more than what it allows, whatever the person's roles hold.
#[tokio::test]
async fn t4_a_token_gives_what_it_allows_and_not_what_its_person_holds() {
    let server = TestServer::start().await;
    let (console, root) = (server.add_console().await, server.add_person("root").await);
    let holding = role(&format!("{MAKING} keys:read scopes:read"), "", false);
    server.add_role("Holding", holding, &root.id).await;
    let grant = server
        .add_grant_of(&console, "roles:create scopes:read", &root.id)
        .await;
    let token = server.add_token(&grant).await;
    let api = Api::as_client(&server, &console, token);
    let body = |scope: &str| json!({"name": scope, "scopes": [scope]});
    let refused = api.post("/roles", body("keys:read")).await;
    assert_eq!(refused.code(403), "beyond_own_rights");
    api.post("/roles", body("scopes:read")).await.expect(201);
    let mut own = body("roles:create");
    own["members"] = json!([root.id]);
    api.post("/roles", own).await.expect(201);
}

/// A client that acts for itself puts into roles what it holds.
#[tokio::test]
async fn t4_a_client_makes_roles_of_what_it_holds() {
    let server = TestServer::start().await;
    let own = ["roles:create", "keys:read"];
    let api = Api::with(&server, &own).await;
    let made = |body: Value| api.post("/roles", body);
    made(json!({"name": "a", "scopes": ["keys:read"], "delegable_scopes": own}))
        .await
        .expect(201);
    for beyond in [
        json!({"name": "b", "scopes": ["keys:update"]}),
        json!({"name": "b", "delegable_scopes": ["roles:update"]}),
        json!({"name": "b", "delegates_capabilities": true}),
    ] {
        let refused = made(beyond.clone()).await;
        assert_eq!(refused.code(403), "beyond_own_rights", "{beyond}");
    }
    let assigning = Api::with(&server, &["roles:create", "assigned-scopes:create"]).await;
    let body = json!({"name": "c", "delegates_capabilities": true});
    assigning.post("/roles", body).await.expect(201);
}

async fn assign(api: &Api<'_>, client: &Client, scope: &str) -> u16 {
    let path = format!("/applications/{}/assigned-scopes", client.id);
    let answer = api.post(&path, json!({"scope": scope})).await;
    if answer.status == 403 {
        assert_eq!(answer.code(403), "beyond_own_rights", "{scope}");
    }
    answer.status.as_u16()
}

/// Product §2.4: what a person's roles let them give, they give; and not to their own client.
#[tokio::test]
async fn t4_people_assign_what_their_roles_let_them_delegate() {
    let server = TestServer::start().await;
    let assigning = "assigned-scopes:create applications:read";
    for (capabilities, may_delegate) in [(false, ""), (true, ""), (false, "keys:read")] {
        let server = TestServer::start().await;
        let author = Author::new(&server, role(assigning, may_delegate, capabilities)).await;
        let api = author.api(&server);
        let other = server.add_client(&[], |_| ()).await;
        let status = |may| if may { 201 } else { 403 };
        assert_eq!(
            assign(&api, &other, "scim:read").await,
            status(capabilities)
        );
        assert_eq!(assign(&api, &other, "email").await, status(capabilities));
        let delegable = !may_delegate.is_empty();
        assert_eq!(assign(&api, &other, "keys:read").await, status(delegable));
        assert_eq!(assign(&api, &other, "keys:update").await, 403);
        assert_eq!(assign(&api, &other, "applications:read").await, 201);
        // A client that assigns scopes gives every capability: the right is theirs who may give these.
        let may = status(capabilities);
        assert_eq!(assign(&api, &other, "assigned-scopes:create").await, may);
        assert_eq!(assign(&api, &author.console, "email").await, 403);
    }
    // The built-in role for it.
    let (console, person) = (server.add_console().await, server.add_person("ada").await);
    server.put_in_role(&person, "Access Control").await;
    let names = "assigned-scopes:create scopes:create scopes:read";
    let grant = server.add_grant_of(&console, names, &person.id).await;
    let api = Api::as_client(&server, &console, server.add_token(&grant).await);
    let other = server.add_client(&[], |_| ()).await;
    assert_eq!(assign(&api, &other, "scim:write").await, 201);
    assert_eq!(assign(&api, &other, "scopes:create").await, 201);
    for beyond in ["keys:read", "roles:update", "scopes:delete"] {
        assert_eq!(assign(&api, &other, beyond).await, 403, "{beyond}");
    }
}

/// The client that a person uses is not theirs: it may be granted more than they may have.
#[tokio::test]
async fn t4_nobody_takes_over_the_client_that_they_use() {
    let server = TestServer::start().await;
    let author = Author::new(&server, role("applications:update", "", false)).await;
    let api = author.api(&server);
    let own = format!("/applications/{}", author.console.id);
    let refused = api.post(&format!("{own}/secrets"), json!({})).await;
    assert_eq!(refused.code(403), "beyond_own_rights");
    for patch in [
        json!({"service_account": true}),
        json!({"redirect_uris": ["https://evil.example/cb"]}),
        json!({"token_endpoint_auth_method": "none", "type": "public"}),
    ] {
        let refused = api.patch(&own, patch.clone()).await;
        assert!(refused.status.is_client_error(), "{patch}");
    }
    let before = server.snapshot();
    let before = before.client(&author.console.id).unwrap();
    assert!(!before.service_account && before.secrets.len() == 1);
}

/// A scope that clients have is not widened by whoever could not give it to them.
#[tokio::test]
async fn t4_a_scope_in_use_is_widened_by_whoever_may_give_it() {
    let server = TestServer::start().await;
    let admin = Api::admin(&server).await;
    let definition = json!({
        "name": "staff:read", "type": "resource", "scim_resource_type": "User",
        "resource_operations": ["retrieve"], "resource_attributes": ["title"],
    });
    let id = admin.make("/scopes", definition).await["id"].clone();
    let path = format!("/scopes/{}", id.as_str().unwrap());
    let used_by = server.add_client(&["staff:read"], |_| ()).await;
    let wider = json!({"resource_attributes": ["title", "userName"]});
    let narrower = json!({"resource_attributes": ["title"]});

    let client = Api::with(&server, &["scopes:update"]).await;
    assert_eq!(
        client.patch(&path, wider.clone()).await.code(403),
        "beyond_own_rights"
    );
    let person = Author::new(&server, role("scopes:update", "", true)).await;
    let refused = person.api(&server).patch(&path, wider.clone()).await;
    assert_eq!(
        refused.code(403),
        "beyond_own_rights",
        "the token can't assign"
    );
    client
        .patch(&path, json!({"tags": ["t"]}))
        .await
        .expect(200);

    let both = ["scopes:update", "assigned-scopes:create"];
    let assigning = Api::with(&server, &both).await;
    assigning.patch(&path, wider.clone()).await.expect(200);
    client.patch(&path, narrower).await.expect(200);
    // What nobody has allows nobody anything.
    let unassign = format!(
        "/applications/{}/assigned-scopes/{}",
        used_by.id,
        path[8..].to_owned()
    );
    admin.delete(&unassign).await.expect(204);
    client.patch(&path, wider).await.expect(200);
}
