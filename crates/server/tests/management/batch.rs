//! `POST {realm}/batch`: all of it, or nothing.

use crate::{
    api::{Api, broken},
    support::{Answer, TestServer},
};
use serde_json::{Value, json};
use std::time::Duration;

async fn send(api: &Api<'_>, operations: Value) -> Answer {
    api.post("/batch", json!({ "operations": operations }))
        .await
}

fn make(path: &str, body: Value) -> Value {
    json!({"method": "POST", "path": path, "body": body})
}

#[tokio::test]
async fn operations_see_those_before_them_and_are_made_together() {
    let server = TestServer::start().await;
    let api = Api::admin(&server).await;
    let revision = server.snapshot().revision();
    let operations = json!([
        {"method": "POST", "path": "scopes", "label": "new", "body": {"name": "a:b", "type": "generic"}},
        {"method": "PATCH", "path": "scopes/@new", "body": {"tags": ["t"]}},
        {"method": "POST", "path": "resource-servers", "label": "api",
         "body": {"identifier": "https://api.example", "name": "API"}},
        {"method": "POST", "path": "scopes", "body": {"name": "c:d", "type": "generic", "resource_server": "@api"}},
        {"method": "POST", "path": "applications", "label": "app", "body": {"name": "app", "service_account": true}},
        {"method": "POST", "path": "applications/@app/assigned-scopes", "body": {"scope": "a:b"}},
        {"method": "PATCH", "path": "", "body": {"display_name": "Realm"}},
    ]);
    let answer = send(&api, operations).await.expect(200).json();
    let results = answer["results"].as_array().unwrap();
    let statuses: Vec<_> = results
        .iter()
        .map(|r| r["status"].as_u64().unwrap())
        .collect();
    assert_eq!(statuses, [201, 200, 201, 201, 201, 201, 200]);
    assert_eq!(results[1]["body"]["tags"], json!(["t"]));
    assert_eq!(results[3]["body"]["resource_server"], results[2]["id"]);
    assert!(
        results[4]["body"]["client_secret"].is_string(),
        "shown this once"
    );
    assert_eq!(server.snapshot().revision(), revision + 1, "one change");
    // What is answered is what is read.
    let path = format!("/scopes/{}", results[0]["id"].as_str().unwrap());
    let read = api.get(&path).await.expect(200);
    assert_eq!(read.json(), results[1]["body"]);
    assert_eq!(read.header("etag"), results[1]["etag"].as_str().unwrap());
}

#[tokio::test]
async fn one_that_fails_leaves_nothing_and_is_named() {
    let server = TestServer::start().await;
    let api = Api::admin(&server).await;
    let scope = |name: &str| make("scopes", json!({"name": name, "type": "generic"}));
    let built_in = api.scope_id("openid").await;
    let revision = server.snapshot().revision();
    for (wrong, status, code) in [
        (scope("a b"), 400, "invalid"),
        (scope("X:Y"), 409, "duplicate"),
        (scope("openid"), 409, "duplicate"),
        (
            make("applications/none/secrets", json!({})),
            404,
            "not_found",
        ),
        (make("nothing", json!({})), 404, "not_found"),
        (make("tokens", json!({})), 404, "not_found"),
        (
            json!({"method": "DELETE", "path": format!("scopes/{built_in}")}),
            409,
            "built_in",
        ),
        (
            json!({"method": "PATCH", "path": format!("scopes/{built_in}"), "body": {"tags": ["a"]},
                   "if_match": "\"other\""}),
            412,
            "changed_meanwhile",
        ),
        (
            json!({"method": "PATCH", "path": "scopes/@unknown", "body": {}}),
            404,
            "not_found",
        ),
    ] {
        let refused = send(&api, json!([scope("x:y"), wrong, scope("z:z")])).await;
        assert_eq!(refused.code(status), code, "{wrong}");
        assert_eq!(
            refused.json()["operation"],
            json!(1),
            "{wrong}: {}",
            refused.text()
        );
        assert_eq!(server.snapshot().revision(), revision, "{wrong}");
    }
    assert!(server.snapshot().config().scope_by_name("x:y").is_none());
}

/// Names that only the store keeps apart.
#[tokio::test]
async fn a_name_that_is_taken_in_the_store_names_its_operation() {
    let server = TestServer::start().await;
    let api = Api::admin(&server).await;
    let app = |name: &str| {
        make(
            "applications",
            json!({"name": name, "service_account": true}),
        )
    };
    api.make("/applications", json!({"name": "taken"})).await;
    let refused = send(&api, json!([app("one"), app("two"), app("Taken")])).await;
    assert_eq!(refused.code(409), "duplicate");
    assert_eq!(refused.json()["operation"], json!(2));
    let refused = send(&api, json!([app("one"), app("two"), app("ONE")])).await;
    assert_eq!(refused.code(409), "duplicate");
    assert_eq!(refused.json()["operation"], json!(2));
}

/// T4, T6: each operation needs its own right, measured by what the ones before it leave.
#[tokio::test]
async fn t4_a_batch_gives_no_right() {
    let server = TestServer::start().await;
    let own = ["applications:create", "applications:update"];
    let client = server.add_client(&own, |_| ()).await;
    let token = client.token(&server, Some(&own.join(" "))).await;
    let api = Api::as_client(&server, &client, token);
    let app = make(
        "applications",
        json!({"name": "a", "service_account": true}),
    );
    let refused = send(
        &api,
        json!([
            app,
            make("scopes", json!({"name": "a:b", "type": "generic"}))
        ]),
    );
    let refused = refused.await;
    assert_eq!(refused.code(403), "insufficient_scope");
    assert!(refused.header("www-authenticate").contains("scopes:create"));
    assert_eq!(refused.json()["operation"], json!(1));
    // Whoever switches its own client off can do no more.
    let off = json!({"method": "PATCH", "path": format!("applications/{}", client.id), "body": {"active": false}});
    let refused = send(&api, json!([off, app])).await;
    assert_eq!(refused.status, 403, "{}", refused.text());
    assert!(
        server.snapshot().client(&client.id).unwrap().active,
        "nothing was done"
    );
}

#[tokio::test]
async fn a_dry_run_answers_the_same_and_does_nothing() {
    let server = TestServer::start().await;
    let api = Api::admin(&server).await;
    let scope = make("scopes", json!({"name": "a:b", "type": "generic"}));
    let revision = server.snapshot().revision();
    let body = json!({"operations": [scope], "dry_run": true});
    let answer = api.post("/batch", body).await.expect(200).json();
    assert_eq!(answer["results"][0]["body"]["name"], "a:b");
    assert_eq!(server.snapshot().revision(), revision);
}

#[tokio::test]
async fn a_scope_of_a_live_token_stands_in_the_way_by_its_place() {
    let server = TestServer::start().await;
    let api = Api::admin(&server).await;
    let made = api
        .make("/scopes", json!({"name": "a:b", "type": "generic"}))
        .await;
    let id = made["id"].as_str().unwrap();
    let client = server.add_client(&["a:b"], |_| ()).await;
    let token = client.token(&server, Some("a:b")).await;
    let assigned = format!("applications/{}/assigned-scopes/{id}", client.id);
    let gone = json!([
        {"method": "DELETE", "path": assigned},
        {"method": "DELETE", "path": format!("scopes/{id}")},
    ]);
    for dry_run in [true, false] {
        let body = json!({"operations": gone, "dry_run": dry_run});
        let refused = api.post("/batch", body).await;
        assert_eq!(refused.code(409), "in_use");
        let said = refused.json();
        assert_eq!(
            (&said["operation"], &said["used_by"][0]["kind"]),
            (&json!(1), &json!("tokens"))
        );
    }
    client.revoke(&server, &token).await;
    send(&api, gone).await.expect(200);
    assert!(server.snapshot().config().scope_by_name("a:b").is_none());
}

#[tokio::test]
async fn a_batch_is_read_strictly() {
    let server = TestServer::start().await;
    let api = Api::admin(&server).await;
    let ok = make("scopes", json!({"name": "a:b", "type": "generic"}));
    for (body, field, rule) in [
        (json!({}), "operations", "required"),
        (json!({"operations": {}}), "operations", "invalid"),
        (
            json!({"operations": [], "dryrun": true}),
            "dryrun",
            "unknown",
        ),
        (
            json!({"operations": [1]}),
            "operations[0].method",
            "required",
        ),
        (
            json!({"operations": [{"path": "scopes"}]}),
            "operations[0].method",
            "required",
        ),
        (
            json!({"operations": [{"method": "PUT", "path": "scopes"}]}),
            "operations[0].method",
            "invalid",
        ),
        (
            json!({"operations": [{"method": "POST"}]}),
            "operations[0].path",
            "required",
        ),
        (
            json!({"operations": [{"method": "DELETE", "path": "scopes/x", "body": {}}]}),
            "operations[0].body",
            "invalid",
        ),
        (
            json!({"operations": [{"method": "POST", "path": "scopes", "if_match": "*"}]}),
            "operations[0].if_match",
            "invalid",
        ),
        (
            json!({"operations": [{"method": "DELETE", "path": "scopes/x", "label": "a"}]}),
            "operations[0].label",
            "invalid",
        ),
    ] {
        assert_eq!(
            api.post("/batch", body.clone()).await.field(),
            broken(field, rule),
            "{body}"
        );
    }
    let labelled = json!({"method": "POST", "path": "scopes", "label": "a", "body": ok["body"]});
    let twice = send(&api, json!([labelled, labelled])).await;
    assert_eq!(twice.field(), broken("operations[1].label", "invalid"));
    let many: Vec<Value> = std::iter::repeat_n(ok, 1001).collect();
    assert_eq!(
        send(&api, json!(many)).await.field(),
        broken("operations", "invalid")
    );
    send(&api, json!([])).await.expect(200);
}

/// H: a batch is held in memory, and all other changes wait for it: it can't be made of anything.
#[tokio::test]
async fn what_changes_too_much_at_once_is_refused() {
    let server = TestServer::start().await;
    let api = Api::admin(&server).await;
    let long = |n: usize| format!("https://a.example/{}/{n}", "x".repeat(800));
    let uris: Vec<String> = (0..1000).map(long).collect();
    let big = json!({"name": "big", "redirect_uris": uris});
    let made = api.make("/applications", big).await;
    let path = format!("applications/{}", made["id"].as_str().unwrap());
    let patch = json!({"method": "PATCH", "path": path, "body": {"description": "again"}});
    let many: Vec<Value> = std::iter::repeat_n(patch.clone(), 100).collect();
    let revision = server.snapshot().revision();
    let refused = send(&api, json!(many)).await;
    assert_eq!(refused.field(), broken("operations", "too_much"));
    assert_eq!(server.snapshot().revision(), revision);
    send(&api, json!([patch.clone(), patch])).await.expect(200);
}

/// T6: whoever may do none of it is told before anything is looked at.
#[tokio::test]
async fn t6_whoever_may_do_nothing_is_refused_first() {
    let server = TestServer::start().await;
    let client = server.add_client(&["scim:read"], |_| ()).await;
    let token = client.token(&server, Some("scim:read")).await;
    let api = Api::as_client(&server, &client, token);
    let scope = make("scopes", json!({"name": "not a name", "type": "none"}));
    let refused = send(&api, json!([scope])).await;
    assert_eq!(refused.code(403), "insufficient_scope");
    let pad = "x".repeat(2 * 1024 * 1024);
    let big = json!([make("scopes", json!({"description": pad}))]);
    assert_eq!(send(&api, big.clone()).await.status, 413);
    let admin = Api::admin(&server).await;
    assert_eq!(
        send(&admin, big).await.status,
        400,
        "read, and found too long a text"
    );
}

/// A definition that was never in force is none that anybody was granted.
#[tokio::test]
async fn a_batch_makes_one_version_of_a_scope() {
    let server = TestServer::start().await;
    let api = Api::admin(&server).await;
    let new = json!({
        "name": "a:b", "type": "resource", "scim_resource_type": "User",
        "resource_operations": ["retrieve"], "resource_attributes": ["title"],
    });
    let scope = make("scopes", new);
    let patch = |path: &str, attribute: &str| json!({"method": "PATCH", "path": path, "body": {"resource_attributes": [attribute]}});
    let label = json!({"method": "POST", "path": "scopes", "label": "s", "body": scope["body"]});
    let operations = json!([
        label,
        patch("scopes/@s", "userName"),
        patch("scopes/@s", "title")
    ]);
    let made = send(&api, operations).await.expect(200).json();
    assert_eq!(made["results"][2]["body"]["version"], 1);
    let path = format!("scopes/{}", made["results"][0]["id"].as_str().unwrap());
    let operations = json!([
        patch(&path, "userName"),
        patch(&path, "nickName"),
        patch(&path, "locale")
    ]);
    let changed = send(&api, operations).await.expect(200).json();
    assert_eq!(changed["results"][2]["body"]["version"], 2);
    let versions = server.snapshot().config().scope_versions.len();
    assert_eq!(versions, 1, "the one that was in force");
}

/// What only the store knows is said by a dry run too.
#[tokio::test]
async fn a_dry_run_asks_what_the_store_would_refuse() {
    let server = TestServer::start().await;
    let api = Api::admin(&server).await;
    let role = |name: &str| make("roles", json!({"name": name}));
    let taken = json!([role("One"), role("Auditor")]);
    let twice = json!([role("One"), role("Two"), role("one")]);
    for (operations, place) in [(taken, 1), (twice, 2)] {
        for dry_run in [true, false] {
            let body = json!({"operations": operations, "dry_run": dry_run});
            let refused = api.post("/batch", body).await;
            assert_eq!(refused.code(409), "duplicate");
            assert_eq!(refused.json()["operation"], json!(place), "{dry_run}");
        }
    }
}

/// H: others wait for a batch, and for no longer than that.
#[tokio::test]
async fn what_takes_too_long_is_refused() {
    let server = TestServer::start().await;
    let api = Api::admin(&server).await;
    let scope = |n: usize| {
        make(
            "scopes",
            json!({"name": format!("a:{n}"), "type": "generic"}),
        )
    };
    let (few, many): (Vec<_>, Vec<_>) = ((0..2).map(scope).collect(), (2..40).map(scope).collect());
    let revision = server.snapshot().revision();
    server.clock.tick(Duration::from_millis(400));
    let refused = send(&api, json!(many)).await;
    assert_eq!(refused.field(), broken("operations", "too_much"));
    assert_eq!(server.snapshot().revision(), revision);
    send(&api, json!(few)).await.expect(200);
}

/// H: keys that take long to make are made between two tries of a batch, each once, and not any number of them.
#[tokio::test]
async fn a_batch_makes_keys_that_take_long() {
    let server = TestServer::start().await;
    let api = Api::admin(&server).await;
    let realm = json!({"method": "PATCH", "path": "", "body": {"signing_algorithm": "RS256"}});
    let key = make("keys", json!({}));
    let few = json!([realm, key, key]);
    for dry_run in [true, false] {
        let body = json!({"operations": few, "dry_run": dry_run});
        let made = api.post("/batch", body).await.expect(200).json();
        assert_eq!(made["results"].as_array().unwrap().len(), 3);
    }
    let many: Vec<Value> = std::iter::repeat_n(key, 40).collect();
    let revision = server.snapshot().revision();
    let refused = send(&api, json!(many)).await;
    assert_eq!(refused.field(), broken("operations", "too_much"));
    assert_eq!(server.snapshot().revision(), revision);
}
