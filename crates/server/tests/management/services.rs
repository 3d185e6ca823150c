//! Services behind gateways (product §6.4).

use crate::{
    api::{Api, broken},
    support::TestServer,
};
use scope::{Action, EffectiveGrant, GrantedScope, Subject};
use serde_json::{Value, json};

fn new() -> Value {
    json!({"name": "Billing", "url": "/integration/billing/{invoice}", "methods": ["GET", "HEAD"]})
}

fn path_of(service: &Value) -> String {
    format!("/services/{}", service["id"].as_str().unwrap())
}

/// Whether the scope of this name opens a URL, by the catalogue as it is now.
fn opens(server: &TestServer, scope: &str, method: &str, path: &str) -> bool {
    let snapshot = server.snapshot();
    let record = snapshot.config().scope_by_name(scope).unwrap();
    let granted = [GrantedScope {
        scope: record.id,
        version: record.version,
    }];
    let client = snapshot.client(&server.admin.id).unwrap().id;
    let catalogue = snapshot.catalogue();
    let grant = EffectiveGrant::new(catalogue, client, Subject::Client, &granted);
    scope::decide(catalogue, &grant, &Action::Service { method, path }).is_allowed()
}

/// Gives the administrator's client a new scope of a service.
async fn scope_of(api: &Api<'_>, name: &str, service: &Value) {
    let new = json!({"name": name, "type": "service", "services": [service["id"]]});
    let scope = api.make("/scopes", new).await;
    let admin = &api.server.admin;
    let record = api.server.snapshot();
    let record = record.config().scope_by_name(name).unwrap().id;
    assert_eq!(scope["id"], record.to_string());
    api.server
        .change_client(admin, |client| {
            client.assigned.push(crate::support::assignment(record));
        })
        .await;
}

#[tokio::test]
async fn a_service_is_made_read_changed_and_deleted() {
    let server = TestServer::start().await;
    let api = Api::admin(&server).await;
    let made = api.make("/services", new()).await;
    assert_eq!(made["kind"], "integration");
    assert_eq!(made["project"], "Default");
    assert_eq!(made["offered"], true);
    assert_eq!(made["enforcement"], "enforce");
    let path = path_of(&made);
    assert_eq!(api.get(&path).await.expect(200).json(), made);
    let patch = json!({
        "kind": "rest-resource", "upstream": "http://10.0.0.7:8080/api", "methods": null,
        "url": "https://api.example.com:8443/integration/billing/*", "project": "Money",
    });
    let patched = api.patch(&path, patch).await.expect(200).json();
    assert_eq!(patched["url"], "/integration/billing/*", "its path alone");
    assert_eq!(patched["methods"], json!([]));
    assert_eq!(patched["upstream"], "http://10.0.0.7:8080/api");
    assert_eq!(patched["offered"], false);
    assert_eq!(patched["name"], "Billing", "what is not named stays");
    let twice = json!({"name": "bILLING", "url": "/integration/x"});
    assert_eq!(api.post("/services", twice).await.code(409), "duplicate");
    let listed = api.get("/services?filter=project%20eq%20%22money%22").await;
    assert_eq!(listed.expect(200).json()["items"], json!([patched]));
    api.delete(&path).await.expect(204);
    api.get(&path).await.expect(404);
}

/// G4: what has two readings is refused, never guessed at.
#[tokio::test]
async fn g4_an_error_names_the_field() {
    let server = TestServer::start().await;
    let api = Api::admin(&server).await;
    let made = api.make("/services", new()).await;
    let path = path_of(&made);
    let mut cases = vec![
        (json!({"name": null}), "name", "required"),
        (json!({"name": ""}), "name", "invalid"),
        (json!({"kind": "soap"}), "kind", "invalid"),
        (json!({"url": null}), "url", "required"),
        (json!({"methods": ["GET", "G T"]}), "methods", "invalid"),
        (json!({"methods": ["get"]}), "methods", "invalid"),
        (json!({"methods": "GET"}), "methods", "invalid"),
        (json!({"methods": ["GET", "GET"]}), "methods", "invalid"),
        (
            json!({"upstream": "ftp://x.example"}),
            "upstream",
            "invalid",
        ),
        (json!({"upstream": "/api"}), "upstream", "invalid"),
        (
            json!({"upstream": "http://u:p@x.example"}),
            "upstream",
            "invalid",
        ),
        (
            json!({"upstream": "http://x.example/?a=b"}),
            "upstream",
            "invalid",
        ),
        (json!({"enforcement": "off"}), "enforcement", "invalid"),
        (json!({"offered": true}), "offered", "server_set"),
        (json!({"prefix": "/x"}), "prefix", "unknown"),
    ];
    for url in [
        "integration/x",
        "/integrationX",
        "/integrations/x",
        "/",
        "/*",
        "/other/integration",
        "/{any}/x",
        "/integration/../x",
        "/integration/./x",
        "/integration/%2e%2e/x",
        "/integration//x",
        "/integration/a;b",
        "/integration/a%2fb",
        "/integration/a%5Cb",
        r"/integration/a\b",
        "/integration/a%00",
        "/integration/a b",
        "/integration/a?b=c",
        "/integration/a#b",
        "/integration/%zz",
        "/integration/*/x",
        "/integration/a*",
        "/integration/{a}b",
        "/integration/{}",
        "https://x.example",
        "https://x.example/other",
    ] {
        cases.push((json!({ "url": url }), "url", "invalid"));
    }
    for (change, field, rule) in cases {
        let mut body = json!({"name": "Another", "url": "/integration/another"});
        body.as_object_mut()
            .unwrap()
            .extend(change.as_object().unwrap().clone());
        let refused = api.post("/services", body).await;
        assert_eq!(refused.field(), broken(field, rule), "{change}");
        let refused = api.patch(&path, change.clone()).await;
        assert_eq!(refused.field(), broken(field, rule), "{change}");
    }
    assert_eq!(api.get(&path).await.json(), made);
}

/// A change of a service is in force at once, for scopes that were compiled before too.
#[tokio::test]
async fn a_scope_opens_its_services_as_they_are_now() {
    let server = TestServer::start().await;
    let api = Api::admin(&server).await;
    let made = api.make("/services", new()).await;
    scope_of(&api, "billing:read", &made).await;
    let asked = |method, path| opens(&server, "billing:read", method, path);
    assert!(asked("GET", "/integration/billing/7"));
    assert!(!asked("POST", "/integration/billing/7"));
    assert!(!asked("GET", "/integration/billing"));
    // Another one comes before it in no order that matters.
    for name in ["A", "Z"] {
        let new = json!({"name": name, "url": format!("/integration/{name}/*")});
        api.make("/services", new).await;
    }
    assert!(asked("GET", "/integration/billing/7"));
    assert!(!asked("GET", "/integration/A/1") && !asked("GET", "/integration/Z/1"));
    let other = Api::with(&server, &["services:update", "assigned-scopes:create"]).await;
    let less = json!({"methods": ["HEAD"]});
    api.patch(&path_of(&made), less).await.expect(200);
    assert!(!asked("GET", "/integration/billing/7"));
    assert!(asked("HEAD", "/integration/billing/7"));
    let moved = json!({"url": "/integration/invoices/*", "methods": null});
    other.patch(&path_of(&made), moved).await.expect(200);
    assert!(asked("DELETE", "/integration/invoices/1/2"));
    assert!(!asked("HEAD", "/integration/billing/7"));
}

#[tokio::test]
async fn a_service_is_kept_while_a_scope_names_it() {
    let server = TestServer::start().await;
    let api = Api::admin(&server).await;
    let made = api.make("/services", new()).await;
    let unknown = json!({
        "name": "x:y", "type": "service", "services": ["0193f1c0-0000-7000-8000-00000000002a"],
    });
    let refused = api.post("/scopes", unknown).await;
    assert_eq!(refused.field(), broken("services", "invalid"));
    let scope = json!({"name": "billing:read", "type": "service", "services": [made["id"]]});
    let scope = api.make("/scopes", scope).await;
    let refused = api.delete(&path_of(&made)).await;
    assert_eq!(refused.code(409), "in_use");
    let users = &refused.json()["used_by"];
    let expected = json!([{"kind": "scopes", "count": 1, "first": ["billing:read"]}]);
    assert_eq!(*users, expected);
    api.delete(&format!("/scopes/{}", scope["id"].as_str().unwrap()))
        .await
        .expect(204);
    api.delete(&path_of(&made)).await.expect(204);
}

/// G1, product §4: tokens that open services are for the catalogue; Ambit's own endpoints do not take them.
#[tokio::test]
async fn g1_a_token_for_services_is_for_the_catalogue() {
    let server = TestServer::start().await;
    let api = Api::admin(&server).await;
    let made = api.make("/services", new()).await;
    let scope = json!({"name": "billing:read", "type": "service", "services": [made["id"]]});
    api.make("/scopes", scope).await;
    let client = server
        .add_client(&["billing:read", "scim:read"], |_| ())
        .await;
    let issuer = server.snapshot().issuer().to_string();
    let catalogue = format!("{issuer}/services");
    let ask = async |scope: &str, resource: Option<&str>| {
        let mut form = vec![("grant_type", "client_credentials"), ("scope", scope)];
        form.extend(resource.map(|resource| ("resource", resource)));
        let token = client.post(&server, "/token", &form).await.expect(200);
        let token = token.json()["access_token"].as_str().unwrap().to_owned();
        let said = client.introspect(&server, &token).await.json();
        (token, said["aud"].clone(), said["scope"].clone())
    };
    let (token, audience, _) = ask("billing:read", None).await;
    assert_eq!(audience, json!(catalogue));
    let users = client.path("/scim/v2/Users");
    assert_eq!(server.call("GET", &users, &token, None).await.status, 401);
    let (token, audience, _) = ask("billing:read scim:read", None).await;
    assert_eq!(audience, json!([catalogue, issuer]));
    server.call("GET", &users, &token, None).await.expect(200);
    let (_, audience, scope) = ask("billing:read scim:read", Some(&catalogue)).await;
    assert_eq!((audience, scope), (json!(catalogue), json!("billing:read")));
}

#[tokio::test]
async fn a_realm_has_its_own_prefix_and_projects() {
    let server = TestServer::start().await;
    let api = Api::admin(&server).await;
    let realm = api.get("").await.expect(200).json();
    assert_eq!(realm["service_prefix"], "/integration");
    assert_eq!(realm["service_projects"], json!(["Default"]));
    let made = api.make("/services", new()).await;
    for bad in [
        "api", "/api/", "/a//b", "/a/../b", "/a;b", "/{a}", "/a/*", "/%61",
    ] {
        let refused = api.patch("", json!({"service_prefix": bad})).await;
        assert_eq!(
            refused.field(),
            broken("service_prefix", "invalid"),
            "{bad}"
        );
    }
    let refused = api.patch("", json!({"service_prefix": "/api"})).await;
    assert_eq!(
        refused.field(),
        broken("service_prefix", "invalid"),
        "a service is elsewhere"
    );
    assert!(refused.text().contains("Billing"));
    api.delete(&path_of(&made)).await.expect(204);
    let patch = json!({"service_prefix": "/api", "service_projects": ["Default", "Money"]});
    let patched = api.patch("", patch).await.expect(200).json();
    assert_eq!(patched["service_prefix"], "/api");
    assert_eq!(
        api.post("/services", new()).await.field(),
        broken("url", "invalid")
    );
    let new = json!({"name": "Billing", "url": "/api/billing", "project": "money"});
    assert_eq!(api.make("/services", new).await["offered"], true);
    for bad in [json!([]), json!("Money"), json!(["a", "A"])] {
        let refused = api.patch("", json!({"service_projects": bad})).await;
        assert_eq!(
            refused.field(),
            broken("service_projects", "invalid"),
            "{bad}"
        );
    }
    let back = json!({"service_projects": null});
    let patched = api.patch("", back).await.expect(200).json();
    assert_eq!(patched["service_projects"], json!(["Default"]));
}

/// T4: whoever may change services does not give itself more by it.
#[tokio::test]
async fn t4_a_service_is_not_opened_further_for_oneself() {
    let server = TestServer::start().await;
    let admin = Api::admin(&server).await;
    let made = admin.make("/services", new()).await;
    let scope = json!({"name": "billing:read", "type": "service", "services": [made["id"]]});
    admin.make("/scopes", scope).await;
    let path = path_of(&made);
    let rights = ["services:update", "services:create", "billing:read"];
    let own = Api::with(&server, &rights).await;
    for wider in [
        json!({"url": "/integration/*"}),
        json!({"methods": null}),
        json!({"methods": ["GET", "DELETE"]}),
        json!({"enforcement": "report"}),
    ] {
        let refused = own.patch(&path, wider.clone()).await;
        assert_eq!(refused.code(403), "beyond_own_rights", "{wider}");
    }
    let open = json!({"name": "All", "url": "/integration/*", "enforcement": "report"});
    let refused = own.post("/services", open.clone()).await;
    assert_eq!(refused.code(403), "beyond_own_rights");
    for fine in [
        json!({"methods": ["GET"]}),
        json!({"name": "Invoices", "upstream": "https://x.example"}),
    ] {
        own.patch(&path, fine).await.expect(200);
    }
    // Nor for others, unless one may give them that.
    let rights = ["services:update", "services:create"];
    let other = Api::with(&server, &rights).await;
    for wider in [
        json!({"url": "/integration/*"}),
        json!({"enforcement": "report"}),
    ] {
        let refused = other.patch(&path, wider.clone()).await;
        assert_eq!(refused.code(403), "beyond_own_rights", "{wider}");
    }
    let refused = other.post("/services", open.clone()).await;
    assert_eq!(refused.code(403), "beyond_own_rights");
    let rights = [
        "services:update",
        "services:create",
        "assigned-scopes:create",
    ];
    let other = Api::with(&server, &rights).await;
    other.post("/services", open).await.expect(201);
    let wider = json!({"enforcement": "report", "methods": null});
    other.patch(&path, wider).await.expect(200);
}

/// T4: what a service shut is not opened by taking it away from in front of one that only reports.
#[tokio::test]
async fn t4_a_service_is_not_removed_from_before_one_that_reports() {
    let server = TestServer::start().await;
    let admin = Api::admin(&server).await;
    let named = admin.make("/services", new()).await;
    let shut = json!({"name": "Admin", "url": "/integration/admin"});
    let shut = admin.make("/services", shut).await;
    let path = path_of(&shut);
    let scope = json!({"name": "billing:read", "type": "service", "services": [named["id"]]});
    admin.make("/scopes", scope).await;
    let rights = ["services:update", "services:delete", "billing:read"];
    let own = Api::with(&server, &rights).await;
    // Where nothing reports, nothing is open for want of a service.
    let fine = json!({"url": "/integration/admin/{x}"});
    own.patch(&path, fine).await.expect(200);
    own.patch(&path, json!({"url": "/integration/admin"}))
        .await
        .expect(200);
    let all = json!({"name": "All", "url": "/integration/*", "enforcement": "report"});
    let all = admin.make("/services", all).await;
    assert!(!opens(&server, "billing:read", "GET", "/integration/admin"));
    let rights = ["services:update", "services:delete"];
    let other = Api::with(&server, &rights).await;
    for api in [&own, &other] {
        let refused = api.delete(&path).await;
        assert_eq!(refused.code(403), "beyond_own_rights");
        for less in [
            json!({"url": "/integration/elsewhere"}),
            json!({"methods": ["POST"]}),
        ] {
            let refused = api.patch(&path, less.clone()).await;
            assert_eq!(refused.code(403), "beyond_own_rights", "{less}");
        }
    }
    assert_eq!(admin.get(&path).await.json()["url"], shut["url"]);
    for fine in [
        json!({"description": "Ours"}),
        json!({"upstream": "https://x.example"}),
    ] {
        own.patch(&path, fine).await.expect(200);
    }
    // Whoever may give it may open it, and what reports itself shuts nothing.
    let rights = ["services:delete", "assigned-scopes:create"];
    let gives = Api::with(&server, &rights).await;
    gives.delete(&path).await.expect(204);
    assert!(opens(&server, "billing:read", "GET", "/integration/admin"));
    own.delete(&path_of(&all)).await.expect(204);
}

/// T4, G1: where a service's requests go, the tokens of its clients go.
#[tokio::test]
async fn t4_requests_are_sent_elsewhere_by_who_may_give_the_scope() {
    let server = TestServer::start().await;
    let admin = Api::admin(&server).await;
    let service = admin.make("/services", new()).await;
    let updating = Api::with(&server, &["services:update"]).await;
    let elsewhere = |host: &str| json!({"upstream": format!("http://{host}.example")});
    let free = updating.patch(&path_of(&service), elsewhere("a")).await;
    free.expect(200);
    scope_of(&admin, "billing", &service).await;
    let refused = updating.patch(&path_of(&service), elsewhere("b")).await;
    assert_eq!(refused.code(403), "beyond_own_rights");
    // Clients that register themselves for a scope are nobody's to lead elsewhere either.
    let other = json!({"name": "Orders", "url": "/integration/orders/*"});
    let other = admin.make("/services", other).await;
    let scope = json!({"name": "orders", "type": "service", "services": [other["id"]]});
    admin.make("/scopes", scope).await;
    let free = updating.patch(&path_of(&other), elsewhere("a")).await;
    free.expect(200);
    let offer = json!({"registration": {"open": true, "scopes": ["orders"]}});
    admin.patch("", offer).await.expect(200);
    let refused = updating.patch(&path_of(&other), elsewhere("b")).await;
    assert_eq!(refused.code(403), "beyond_own_rights");
}
