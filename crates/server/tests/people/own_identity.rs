//! Every property of scopes on one's own identity: each operation alone opens its own endpoints and
//! nothing else (product §2.2, §6.2, §6.3; S14, T3).

use crate::support::{Answer, Client, PASSWORD, Person, TestServer};
use scope::RoleRights;
use serde_json::{Value, json};
use std::cell::Cell;

/// An endpoint: its method, what follows the person's address, and what opens it.
struct Endpoint {
    method: &'static str,
    rest: &'static str,
    /// The property of a scope, and the operation.
    opened_by: (&'static str, &'static str),
    /// The sub-resource type, and the operation of a resource scope that names it.
    or_by: Option<(&'static str, &'static str)>,
}

const ASSIGNING: &str = "assigned-scopes:create";
const RESOURCE: &str = "resource_operations";
const CONSENT: &str = "consent_operations";
const EXTERNAL: &str = "external_identity_operations";
const ACCOUNT: &str = "account_operations";

const fn own(method: &'static str, operation: &'static str) -> Endpoint {
    Endpoint {
        method,
        rest: "",
        opened_by: (RESOURCE, operation),
        or_by: None,
    }
}

const fn sub(
    method: &'static str,
    rest: &'static str,
    opened_by: (&'static str, &'static str),
    or_by: (&'static str, &'static str),
) -> Endpoint {
    Endpoint {
        method,
        rest,
        opened_by,
        or_by: Some(or_by),
    }
}

const READ_CONSENT: (&str, &str) = (CONSENT, "retrieve-consent");
const READ_HISTORY: (&str, &str) = (CONSENT, "retrieve-consent-history");
const READ_EXTERNAL: (&str, &str) = (EXTERNAL, "retrieve-external-identity");
const HISTORY: &str = "ConsentHistory";
const IDENTITY: &str = "ExternalIdentity";
const REQUIREMENTS: &str = "PasswordQualityRequirements";

#[rustfmt::skip]
const ENDPOINTS: [Endpoint; 19] = [
    own("GET", "retrieve"),
    own("PUT", "modify"),
    own("PATCH", "modify"),
    own("DELETE", "nothing at all"),
    sub("GET", "/consents", READ_CONSENT, ("Consent", "search")),
    sub("POST", "/consents/.search", READ_CONSENT, ("Consent", "search")),
    sub("GET", "/consents/{consent}", READ_CONSENT, ("Consent", "retrieve")),
    sub("DELETE", "/consents/{consent}", (CONSENT, "revoke-consent"), ("Consent", "delete")),
    sub("GET", "/consentHistory", READ_HISTORY, (HISTORY, "search")),
    sub("POST", "/consentHistory/.search", READ_HISTORY, (HISTORY, "search")),
    sub("GET", "/consentHistory/{event}", READ_HISTORY, (HISTORY, "retrieve")),
    sub("GET", "/externalIdentities", READ_EXTERNAL, (IDENTITY, "search")),
    sub("POST", "/externalIdentities/.search", READ_EXTERNAL, (IDENTITY, "search")),
    sub("GET", "/externalIdentities/{provider}", READ_EXTERNAL, (IDENTITY, "retrieve")),
    sub("DELETE", "/externalIdentities/{provider}", (EXTERNAL, "unlink-external-identity"), (IDENTITY, "delete")),
    sub("GET", "/account", (ACCOUNT, "retrieve-account-state"), ("Account", "retrieve")),
    sub("PUT", "/account", (ACCOUNT, "replace-account-state"), ("Account", "modify")),
    sub("GET", "/passwordQualityRequirements", (ACCOUNT, "retrieve-password-quality-requirements"),
        (REQUIREMENTS, "retrieve")),
    sub("PUT", "/password", (ACCOUNT, "reset-password"), ("Password", "modify")),
];

const OPERATIONS: [(&str, &str); 11] = [
    (RESOURCE, "retrieve"),
    (RESOURCE, "modify"),
    READ_CONSENT,
    (CONSENT, "revoke-consent"),
    READ_HISTORY,
    READ_EXTERNAL,
    (EXTERNAL, "unlink-external-identity"),
    (ACCOUNT, "reset-password"),
    (ACCOUNT, "retrieve-password-quality-requirements"),
    (ACCOUNT, "retrieve-account-state"),
    (ACCOUNT, "replace-account-state"),
];

/// Whose address a request goes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum At {
    Me,
    Users,
}

struct World {
    server: TestServer,
    ada: Person,
    provider: String,
    /// How many times the password was changed.
    passwords: Cell<u32>,
}

impl World {
    async fn new() -> Self {
        let server = TestServer::start().await;
        let ada = server.add_person("ada").await;
        let rights = RoleRights {
            holds: [ASSIGNING.parse().unwrap()].into_iter().collect(),
            delegates_capabilities: true,
            ..RoleRights::default()
        };
        server.add_role("Delegating", rights, &ada.id).await;
        let token = server.admin_token().await;
        let path = server.admin.path("/identity-providers");
        let new = json!({"name": "idp", "issuer": "https://idp.example", "client_id": "x"});
        let made = server.call("POST", &path, &token, Some(new)).await;
        let provider = made.expect(201).json()["id"].as_str().unwrap().to_owned();
        Self {
            server,
            ada,
            provider,
            passwords: Cell::new(0),
        }
    }

    /// A client that is assigned one scope, made of this.
    async fn client(&self, name: &str, definition: Value) -> Client {
        let mut whole = json!({"name": name, "consent_prompt_text": "May it?"});
        let members = definition.as_object().unwrap().clone();
        whole.as_object_mut().unwrap().extend(members);
        self.server.add_scope(whole).await;
        self.server.add_client(&[name, ASSIGNING], |_| {}).await
    }

    /// A fresh token of Ada's with one scope, and the right without which nobody reaches the credentials of
    /// who delegates capabilities.
    async fn token(&self, client: &Client, scope: &str) -> String {
        let scope = format!("{scope} {ASSIGNING}");
        let grant = self.server.add_grant_of(client, &scope, &self.ada.id).await;
        self.server.add_token(&grant).await
    }

    /// Asks an endpoint by a fresh token of Ada's with one scope, and holds the answer to whether it
    /// must be open. What the endpoint names is there.
    async fn ask(&self, (client, scope): (&Client, &str), endpoint: &Endpoint, at: At, open: bool) {
        let (server, person) = (&self.server, self.ada.id.as_str());
        let token = self.token(client, scope).await;
        let [consent, event] = server.add_consent(&server.admin, "scim:read", person).await;
        let rest = endpoint
            .rest
            .replace("{consent}", &consent)
            .replace("{event}", &event)
            .replace("{provider}", &self.provider);
        let path = match at {
            At::Me => client.path(&format!("/scim/v2/Me{rest}")),
            At::Users => client.path(&format!("/scim/v2/Users/{person}{rest}")),
        };
        let body = self.body(endpoint);
        let answer = server.call(endpoint.method, &path, &token, body).await;
        let said = format!("{scope}: {} {at:?}{}", endpoint.method, endpoint.rest);
        check(&said, &answer, open);
        if open && endpoint.rest == "/password" {
            self.passwords.set(self.passwords.get() + 1);
        }
    }

    fn body(&self, endpoint: &Endpoint) -> Option<Value> {
        let user = "urn:ietf:params:scim:schemas:core:2.0:User";
        let messages = "urn:ietf:params:scim:api:messages:2.0";
        match (endpoint.method, endpoint.rest) {
            ("PUT", "") => Some(json!({"schemas": [user], "title": "Countess"})),
            ("PATCH", _) => Some(json!({
                "schemas": [format!("{messages}:PatchOp")],
                "Operations": [{"op": "replace", "path": "title", "value": "Lady"}],
            })),
            ("POST", _) => Some(json!({"schemas": [format!("{messages}:SearchRequest")]})),
            ("PUT", "/account") => Some(json!({"mustChangePassword": false})),
            ("PUT", "/password") => {
                let password = |number| match number {
                    0 => PASSWORD.to_owned(),
                    number => format!("walking password {number}"),
                };
                let (current, new) = (self.passwords.get(), self.passwords.get() + 1);
                Some(json!({"currentPassword": password(current), "newPassword": password(new)}))
            }
            _ => None,
        }
    }
}

/// That an endpoint is open or closed as it must be; a closed one says what would open it.
fn check(said: &str, answer: &Answer, open: bool) {
    let text = answer.text();
    match open {
        true => assert!(
            answer.status.is_success(),
            "{said}: {} {text}",
            answer.status
        ),
        false => {
            assert_eq!(answer.status, 403, "{said}: {text}");
            let challenge = answer.header("www-authenticate");
            assert!(challenge.contains("insufficient_scope"), "{said}");
        }
    }
}

#[tokio::test]
async fn s14_each_operation_on_ones_own_opens_its_endpoints_and_nothing_else() {
    let world = World::new().await;
    let mut opened = 0;
    for (property, operation) in OPERATIONS {
        let mut definition = json!({"type": "authenticated-identity", property: [operation]});
        if operation == "modify" {
            definition["resource_attributes"] = json!(["title"]);
        }
        let name = format!("own:{operation}");
        let client = world.client(&name, definition).await;
        for endpoint in &ENDPOINTS {
            let open = endpoint.opened_by == (property, operation);
            world.ask((&client, &name), endpoint, At::Me, open).await;
            // S14: the same person by another name is any resource.
            world
                .ask((&client, &name), endpoint, At::Users, false)
                .await;
            opened += u32::from(open);
        }
    }
    assert_eq!(opened, 18, "every endpoint but DELETE is opened by one");
}

#[tokio::test]
async fn each_operation_on_any_person_opens_its_endpoints_and_nothing_else() {
    let world = World::new().await;
    for (property, operation) in OPERATIONS.into_iter().filter(|(p, _)| *p != RESOURCE) {
        let definition = json!({
            "type": "resource", "scim_resource_type": "User", property: [operation],
            // It must have one, and reaches nothing of what is asked here.
            "resource_operations": ["create"], "resource_attributes": ["title"],
        });
        let name = format!("any:{operation}");
        let client = world.client(&name, definition).await;
        for endpoint in &ENDPOINTS {
            let open = endpoint.opened_by == (property, operation);
            // At `/Me` both kinds of scope add up.
            world.ask((&client, &name), endpoint, At::Me, open).await;
            world.ask((&client, &name), endpoint, At::Users, open).await;
        }
    }
}

#[tokio::test]
async fn each_operation_on_a_sub_resource_type_opens_its_endpoints_and_nothing_else() {
    let world = World::new().await;
    let mut opened = 0;
    for kind in [
        "Consent",
        HISTORY,
        IDENTITY,
        "Account",
        REQUIREMENTS,
        "Password",
    ] {
        for operation in ["retrieve", "modify", "create", "delete", "search"] {
            let definition = json!({
                "type": "resource", "scim_resource_type": kind,
                "resource_operations": [operation], "resource_attributes": ["*"],
            });
            let name = format!("{kind}:{operation}");
            let client = world.client(&name, definition).await;
            for endpoint in &ENDPOINTS {
                let open = endpoint.or_by == Some((kind, operation));
                world.ask((&client, &name), endpoint, At::Me, open).await;
                world.ask((&client, &name), endpoint, At::Users, open).await;
                opened += u32::from(open);
            }
        }
    }
    assert_eq!(
        opened, 15,
        "every endpoint of a sub-resource is opened by one"
    );
}

#[tokio::test]
async fn s14_a_clients_own_token_speaks_for_nobody() {
    let world = World::new().await;
    let all = json!({
        "type": "resource", "scim_resource_type": "User", "resource_attributes": ["*"],
        "resource_operations": ["retrieve", "modify", "create", "delete", "search"],
        CONSENT: ["retrieve-consent", "revoke-consent", "retrieve-consent-history"],
        EXTERNAL: ["retrieve-external-identity", "unlink-external-identity"],
        ACCOUNT: ["reset-password", "retrieve-password-quality-requirements",
            "retrieve-account-state", "replace-account-state"],
    });
    let client = world.client("all:users", all).await;
    let token = client.token(&world.server, Some("all:users")).await;
    for endpoint in &ENDPOINTS {
        let rest = endpoint.rest.replace(['{', '}'], "");
        let path = client.path(&format!("/scim/v2/Me{rest}"));
        let body = world.body(endpoint);
        let refused = world
            .server
            .call(endpoint.method, &path, &token, body)
            .await;
        let refused = refused.expect(403);
        let challenge = refused.header("www-authenticate");
        assert!(
            !challenge.contains("scope=\""),
            "no scope helps: {challenge}"
        );
    }
}

/// Product §2.2, U7: what the `*` of `modify` leaves out.
#[tokio::test]
async fn u7_everything_is_not_quite_everything() {
    let world = World::new().await;
    let server = &world.server;
    let everything = json!({
        "type": "authenticated-identity", "resource_attributes": ["*"],
        "resource_operations": ["retrieve", "modify"],
    });
    let client = world.client("own:everything", everything).await;
    let named = json!({
        "type": "authenticated-identity", "resource_operations": ["retrieve", "modify"],
        "resource_attributes": ["password", "active", "roles", "entitlements"],
    });
    let by_name = world.client("own:by-name", named).await;
    let values = [
        ("title", json!("Countess"), true, false),
        ("password", json!("another long password"), false, false),
        ("active", json!(true), false, true),
        ("roles", json!([{"value": "admin"}]), false, true),
        ("entitlements", json!([{"value": "all"}]), false, true),
    ];
    for (attribute, value, of_all, of_named) in values {
        let body = json!({
            "schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
            "Operations": [{"op": "replace", "path": attribute, "value": value}],
        });
        let cases = [
            (&client, "own:everything", of_all),
            (&by_name, "own:by-name", of_named),
        ];
        for (client, scope, open) in cases {
            let token = world.token(client, scope).await;
            let path = client.path("/scim/v2/Me");
            let answer = server
                .call("PATCH", &path, &token, Some(body.clone()))
                .await;
            check(&format!("{scope}: {attribute}"), &answer, open);
        }
    }
}

#[tokio::test]
async fn to_retrieve_without_attributes_gives_what_everybody_gets() {
    let world = World::new().await;
    let definition = json!({"type": "authenticated-identity", RESOURCE: ["retrieve"]});
    let client = world.client("own:bare", definition).await;
    let attributes = json!({"type": "authenticated-identity", "resource_attributes": ["*"]});
    let idle = world.client("own:idle", attributes).await;
    let read = async |client: &Client, scope: &str| {
        let grant = world
            .server
            .add_grant_of(client, scope, &world.ada.id)
            .await;
        let token = world.server.add_token(&grant).await;
        let path = client.path("/scim/v2/Me");
        world.server.call("GET", &path, &token, None).await
    };
    let me = read(&client, "own:bare").await.expect(200).json();
    let members: Vec<&String> = me.as_object().unwrap().keys().collect();
    assert_eq!(members, ["schemas", "id", "meta"]);
    read(&idle, "own:idle").await.expect(403);
}
