//! For each route, a request that is served if only the scope suffices. A route without one fails
//! the walk.

use crate::{
    support::{Client, metadata},
    world::World,
};
use serde_json::{Value, json};
use server::Route;

/// A request to one route, with what its path names.
#[derive(Debug, Clone)]
pub(crate) struct Example {
    pub(crate) method: &'static str,
    pub(crate) path: String,
    pub(crate) body: Option<Value>,
    /// A form instead of a body, for clients that authenticate in it.
    pub(crate) form: Option<&'static [(&'static str, &'static str)]>,
    /// The registration access token of the client that the path names.
    pub(crate) registration: Option<String>,
    /// The client that alone may send it, with scopes that would do.
    pub(crate) own: Option<Client>,
    template: &'static str,
    variables: Vec<(&'static str, String)>,
}

const REALM: &str = "/v1/tenants/{tenant}/realms/{realm}";
/// No id of anything.
const UNKNOWN: &str = "0193f1c0-0000-7000-8000-00000000002a";

impl Example {
    /// An example of a route; whatever it names is made for it alone.
    pub(crate) async fn of(world: &World, route: &Route) -> Self {
        if let Some((_, "/register/{client_id}")) = route.path.split_once(REALM) {
            return Self::of_registration(world, route).await;
        }
        let method = method(route);
        if let Some((_, rest @ ("/connectors" | "/connectors/{id}/heartbeat"))) =
            route.path.split_once(REALM)
            && method == "POST"
        {
            return Self::of_connector(world, route, rest).await;
        }
        let (variables, body, form) = match route.path.split_once(REALM) {
            Some((_, rest)) => in_realm(world, method, rest).await,
            None => above(world, method, route.path).await,
        };
        let mut variables = variables;
        for (name, value) in [("tenant", "default"), ("realm", "default")] {
            if !variables.iter().any(|(known, _)| *known == name) {
                variables.push((name, value.to_owned()));
            }
        }
        let path = filled(route.path, &variables);
        Self {
            method,
            path,
            body,
            form,
            registration: None,
            own: None,
            template: route.path,
            variables,
        }
    }

    /// What a connector does as itself: it registers, or says how it is.
    async fn of_connector(world: &World, route: &Route, rest: &str) -> Self {
        let scopes = ["connectors:create", "connectors:update", "connector:write"];
        let client = world.server.add_client(&scopes, |_| ()).await;
        let mut variables = vec![
            ("tenant", "default".to_owned()),
            ("realm", "default".to_owned()),
        ];
        let new = json!({"name": world.fresh(), "application": client.id});
        let body = match rest {
            "/connectors" => new,
            _ => {
                variables.push(("id", world.make("/connectors", new).await));
                json!({"status": "idle"})
            }
        };
        Self {
            method: method(route),
            path: filled(route.path, &variables),
            body: Some(body),
            form: None,
            registration: None,
            own: Some(client),
            template: route.path,
            variables,
        }
    }

    /// A client that registered itself, and what it does with that.
    async fn of_registration(world: &World, route: &Route) -> Self {
        let method = method(route);
        let one = world.registered().await;
        let said = || metadata(json!({"client_id": one.client.id.as_str()}));
        Self {
            method,
            path: one.path.clone(),
            body: (method == "PUT").then(said),
            form: None,
            template: route.path,
            variables: vec![("client_id", one.client.id.clone())],
            registration: Some(one.token),
            own: None,
        }
    }

    /// The scopes that this example needs where its route needs none: a batch needs what is in it.
    pub(crate) fn needs(&self) -> &'static [&'static str] {
        match self.template.split_once(REALM) {
            Some((_, "/batch")) => &["scopes:create", "claims:create"],
            _ => &[],
        }
    }

    /// A token with exactly these scopes, of whoever may send it.
    pub(crate) async fn token(&self, world: &World, scopes: &[&str]) -> String {
        match &self.own {
            Some(client) => client.token(&world.server, Some(&scopes.join(" "))).await,
            None => world.token(scopes).await,
        }
    }

    /// For each id in the path, the same request with an id of another realm in its place, with one of
    /// nothing, and with what is no id.
    pub(crate) async fn elsewhere(&self, world: &World) -> Vec<[Self; 3]> {
        let Some((_, rest)) = self.template.split_once(REALM) else {
            return Vec::new();
        };
        let collection = rest.split('/').nth(1).unwrap_or_default();
        let mut replaced = Vec::new();
        for variable in ["id", "scope", "secret", "sub"] {
            if !self.template.contains(&format!("{{{variable}}}")) {
                continue;
            }
            let foreign = match (collection, variable) {
                ("scim", "sub") => self.sub_elsewhere(world).await,
                // Discovery is by name and URN, which every realm has.
                ("scim", _) if !self.template.contains("{endpoint}") => continue,
                ("scim", _) => world.make_elsewhere("/scim/v2/Users", user(world)).await,
                (_, "scope") => world.first_elsewhere("/scopes").await,
                (_, "secret") => {
                    let id = world.first_elsewhere("/applications").await;
                    let path = format!("/applications/{id}");
                    world.read_elsewhere(&path).await["secrets"][0]["id"]
                        .as_str()
                        .unwrap()
                        .into()
                }
                ("resource-servers", _) => {
                    let identifier = format!("urn:example:{}", world.fresh());
                    let new = json!({"identifier": identifier, "name": "w"});
                    world.make_elsewhere("/resource-servers", new).await
                }
                ("identity-providers", _) => {
                    let issuer = "https://idp.example";
                    let new = json!({"name": world.fresh(), "issuer": issuer, "client_id": "w"});
                    world.make_elsewhere("/identity-providers", new).await
                }
                ("grants", _) => world.grant_elsewhere().await,
                ("connectors", _) => {
                    let new = json!({"name": world.fresh(), "service_account": true});
                    let id = world.make_elsewhere("/applications", new).await;
                    let new = json!({"name": world.fresh(), "application": id});
                    world.make_elsewhere("/connectors", new).await
                }
                ("services" | "policies" | "sync-profiles", _) => {
                    let (collection, new) = configured(world, collection);
                    world.make_elsewhere(collection, new).await
                }
                ("consents", _) => world.managed_consent_elsewhere().await,
                (collection, _) => world.first_elsewhere(&format!("/{collection}")).await,
            };
            let unknown = match collection {
                "tokens" | "keys" | "consents" => "A".repeat(43),
                "grants" => "A".repeat(22),
                _ => UNKNOWN.to_owned(),
            };
            let ids = [foreign.as_str(), unknown.as_str(), "no%20id!"];
            replaced.push(ids.map(|id| self.with(variable, id)));
        }
        replaced
    }

    /// What belongs to somebody of the other realm.
    async fn sub_elsewhere(&self, world: &World) -> String {
        let person = world.make_elsewhere("/scim/v2/Users", user(world)).await;
        let [consent, event] = world.consent_elsewhere(&person).await;
        match self.template {
            template if template.contains("/consents/") => consent,
            template if template.contains("/consentHistory/") => event,
            _ => {
                let new = json!({
                    "name": world.fresh(), "issuer": "https://idp.example", "client_id": "w",
                });
                world.make_elsewhere("/identity-providers", new).await
            }
        }
    }

    /// The same request with something else in the place of a variable.
    pub(crate) fn with(&self, variable: &str, id: &str) -> Self {
        let mut variables = self.variables.clone();
        for (name, value) in &mut variables {
            if *name == variable {
                *value = id.to_owned();
            }
        }
        Self {
            path: filled(self.template, &variables),
            variables,
            ..self.clone()
        }
    }
}

type Parts = (
    Vec<(&'static str, String)>,
    Option<Value>,
    Option<&'static [(&'static str, &'static str)]>,
);

/// Routes below a realm's root, by what follows it.
async fn in_realm(world: &World, method: &str, rest: &str) -> Parts {
    match rest {
        "" if method == "DELETE" => {
            let tenant = world
                .make_above("/v1/tenants", json!({"name": world.fresh()}))
                .await;
            let body = json!({"name": "main"});
            let realm = world
                .make_above(&format!("/v1/tenants/{tenant}/realms"), body)
                .await;
            (vec![("tenant", tenant), ("realm", realm)], None, None)
        }
        "" if method == "PATCH" => with_body(json!({"display_name": "Walked"})),
        "" | "/jwks" | "/.well-known/openid-configuration" => nothing(),
        "/register" => with_body(metadata(json!({}))),
        "/batch" => with_body(json!({"operations": [
            {"method": "POST", "path": "scopes", "body": {"name": world.fresh(), "type": "generic"}},
            {"method": "POST", "path": "claims", "body": {"name": world.fresh(), "paths": ["title"]}},
        ]})),
        "/token" => form(&[("grant_type", "client_credentials")]),
        "/provider/{id}/callback" => (vec![("id", UNKNOWN.to_owned())], None, None),
        "/provider/link" => nothing(),
        "/logout" | "/logout/confirm" => nothing(),
        "/userinfo"
        | "/authorize"
        | "/flow"
        | "/device"
        | "/set-up"
        | "/account"
        | "/account/sign-in-methods"
        | "/account/identities"
        | "/account/apps"
        | "/account/sessions" => nothing(),
        "/par" => form(&[("client_id", "x"), ("response_type", "code")]),
        "/device_authorization" => form(&[("scope", "openid")]),
        "/introspect" | "/revoke" => form(&[("token", "x")]),
        rest if rest.starts_with("/scim/v2") => scim(world, method, rest).await,
        rest => management(world, method, rest).await,
    }
}

async fn management(world: &World, method: &str, rest: &str) -> Parts {
    let name = world.fresh();
    let (collection, new, patch) = match rest.split('/').nth(1).unwrap_or_default() {
        "applications" => return applications(world, method, rest).await,
        "scopes" => (
            "/scopes",
            json!({"name": name, "type": "generic"}),
            json!({"tags": ["w"]}),
        ),
        "resource-servers" => (
            "/resource-servers",
            json!({"identifier": format!("urn:example:{name}"), "name": name}),
            json!({"name": "w"}),
        ),
        "schemas" => (
            "/schemas",
            json!({"urn": format!("urn:example:{name}"), "attributes": [{"name": "a"}]}),
            json!({"description": "w"}),
        ),
        "resource-types" => {
            let urn = "urn:ietf:params:scim:schemas:core:2.0:User";
            let new = json!({"name": name, "endpoint": format!("/{name}"), "schema": urn});
            ("/resource-types", new, json!({"description": "w"}))
        }
        "keys" => (
            "/keys",
            json!({}),
            json!({"state": "active", "forced": true}),
        ),
        "identity-providers" => (
            "/identity-providers",
            json!({"name": name, "issuer": "https://idp.example", "client_id": "w"}),
            json!({"scopes": ["email"]}),
        ),
        "claims" => (
            "/claims",
            json!({"name": name, "paths": ["title"]}),
            json!({"paths": ["userType"]}),
        ),
        named @ ("services" | "policies" | "sync-profiles") => {
            let (collection, new) = configured(world, named);
            (collection, new, json!({"description": "w"}))
        }
        "connectors" => {
            let new = json!({"name": world.fresh(), "service_account": true});
            let id = world.make("/applications", new).await;
            let new = json!({"name": name, "application": id});
            ("/connectors", new, json!({"description": "w"}))
        }
        "usage" if rest == "/usage" => return nothing(),
        "usage" => return (vec![("id", world.first("/usage").await)], None, None),
        "roles" => ("/roles", json!({"name": name}), json!({"description": "w"})),
        "grants" if rest == "/grants" => return nothing(),
        "grants" => return (vec![("id", world.grant().await)], None, None),
        "consents" | "audit-events" if !rest.ends_with("{id}") => return nothing(),
        "consents" => return (vec![("id", world.managed_consent().await)], None, None),
        "audit-events" => {
            let id = world.first("/audit-events?page_size=1").await;
            return (vec![("id", id)], None, None);
        }
        "tokens" if rest == "/tokens" => return nothing(),
        "tokens" => {
            // One of the walk's own, which is not needed any more.
            let client = world
                .server
                .add_client(&[crate::world::UNRELATED], |_| ())
                .await;
            client
                .token(&world.server, Some(crate::world::UNRELATED))
                .await;
            let filter = format!("/tokens?filter=client_id%20eq%20%22{}%22", client.id);
            return (vec![("id", world.first(&filter).await)], None, None);
        }
        other => panic!("the walk has no example of `{method} …/{other}`: add one here"),
    };
    match (method, rest == collection) {
        ("POST", true) => with_body(new),
        ("GET", true) => nothing(),
        (_, false) => {
            let id = world.make(collection, new).await;
            (vec![("id", id)], (method == "PATCH").then_some(patch), None)
        }
        _ => panic!("the walk has no example of `{method} {rest}`: add one here"),
    }
}

/// What is configured and hangs from nothing: its collection, and a new one.
fn configured(world: &World, named: &str) -> (&'static str, Value) {
    let name = world.fresh();
    match named {
        "services" => {
            let url = format!("/integration/{name}");
            ("/services", json!({"name": name, "url": url}))
        }
        "policies" => {
            let new = json!({"name": name, "language": "cedar", "text": "w"});
            ("/policies", new)
        }
        _ => {
            let new = json!({
                "name": name, "source": "ldap", "server": "ldap://127.0.0.1", "base": "dc=w",
            });
            ("/sync-profiles", new)
        }
    }
}

async fn applications(world: &World, method: &str, rest: &str) -> Parts {
    let new = json!({"name": world.fresh(), "service_account": true});
    let id = async || world.make("/applications", new.clone()).await;
    let scoped = async || {
        let id = id().await;
        let assigned = format!("/applications/{id}/assigned-scopes");
        let scope = world
            .make(&assigned, json!({"scope": "unrelated:scope"}))
            .await;
        vec![("id", id), ("scope", scope)]
    };
    match (method, rest) {
        ("POST", "/applications") => with_body(new),
        ("GET", "/applications") => nothing(),
        ("GET" | "DELETE", "/applications/{id}") => (vec![("id", id().await)], None, None),
        ("PATCH", "/applications/{id}") => (
            vec![("id", id().await)],
            Some(json!({"active": false})),
            None,
        ),
        ("POST", "/applications/{id}/secrets") => (vec![("id", id().await)], Some(json!({})), None),
        ("DELETE", "/applications/{id}/secrets/{secret}") => {
            let id = id().await;
            let secret = world
                .make(&format!("/applications/{id}/secrets"), json!({}))
                .await;
            (vec![("id", id), ("secret", secret)], None, None)
        }
        ("POST", "/applications/{id}/assigned-scopes") => {
            // A client that may assign scopes may delegate any that is no management scope.
            (
                vec![("id", id().await)],
                Some(json!({"scope": "unrelated:scope"})),
                None,
            )
        }
        ("GET", "/applications/{id}/assigned-scopes") => (vec![("id", id().await)], None, None),
        ("GET" | "DELETE", "/applications/{id}/assigned-scopes/{scope}") => {
            (scoped().await, None, None)
        }
        ("PATCH", "/applications/{id}/assigned-scopes/{scope}") => {
            (scoped().await, Some(json!({"default": true})), None)
        }
        _ => panic!("the walk has no example of `{method} {rest}`: add one here"),
    }
}

async fn scim(world: &World, method: &str, rest: &str) -> Parts {
    let users = ("endpoint", "Users".to_owned());
    let search = json!({
        "schemas": ["urn:ietf:params:scim:api:messages:2.0:SearchRequest"], "count": 1,
    });
    let patch = json!({
        "schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
        "Operations": [{"op": "replace", "path": "title", "value": "Walker"}],
    });
    match (method, rest) {
        ("GET", "/scim/v2" | "/scim/v2/" | "/scim/v2/ServiceProviderConfig")
        | ("GET", "/scim/v2/ResourceTypes" | "/scim/v2/Schemas")
        | ("GET" | "DELETE", "/scim/v2/Me") => nothing(),
        ("GET", "/scim/v2/ResourceTypes/{id}") => (vec![("id", "User".to_owned())], None, None),
        ("GET", "/scim/v2/Schemas/{id}") => {
            let urn = "urn:ietf:params:scim:schemas:core:2.0:User".to_owned();
            (vec![("id", urn)], None, None)
        }
        ("PUT", "/scim/v2/Me") => with_body(user(world)),
        ("PATCH", "/scim/v2/Me") => with_body(patch),
        ("POST", "/scim/v2/Bulk") => with_body(json!({
            "schemas": ["urn:ietf:params:scim:api:messages:2.0:BulkRequest"],
            "Operations": [{"method": "DELETE", "path": format!("/Users/{UNKNOWN}")}],
        })),
        ("POST", "/scim/v2/.search") => with_body(search),
        ("GET", "/scim/v2/{endpoint}") => (vec![users], None, None),
        ("POST", "/scim/v2/{endpoint}") => (vec![users], Some(user(world)), None),
        ("POST", "/scim/v2/{endpoint}/.search") => (vec![users], Some(search), None),
        (_, "/scim/v2/{endpoint}/{id}") => {
            let id = world.make("/scim/v2/Users", user(world)).await;
            let body = match method {
                "PUT" => Some(user(world)),
                "PATCH" => Some(patch),
                _ => None,
            };
            (vec![users, ("id", id)], body, None)
        }
        (_, rest) if rest.starts_with("/scim/v2/Me/") => sub_resource(world, method, rest).await,
        (_, rest) if rest.starts_with("/scim/v2/{endpoint}/{id}/") => {
            sub_resource(world, method, rest).await
        }
        _ => panic!("the walk has no example of `{method} {rest}`: add one here"),
    }
}

/// Routes to what belongs to people.
async fn sub_resource(world: &World, method: &str, rest: &str) -> Parts {
    let id = world.make("/scim/v2/Users", user(world)).await;
    let mut variables = vec![("endpoint", "Users".to_owned()), ("id", id.clone())];
    let search = json!({"schemas": ["urn:ietf:params:scim:api:messages:2.0:SearchRequest"]});
    let (kind, sub) = rest.rsplit_once('/').unwrap_or_default();
    let kind = kind.rsplit('/').next().unwrap_or_default();
    if sub == "{sub}" {
        let [consent, event] = world.consent(&id).await;
        let sub = match kind {
            "consents" => consent,
            "consentHistory" => event,
            _ => {
                let provider = json!({
                    "name": world.fresh(), "issuer": "https://idp.example", "client_id": "w",
                });
                world.make("/identity-providers", provider).await
            }
        };
        variables.push(("sub", sub));
    }
    let body = match (method, sub) {
        ("POST", _) => Some(search),
        ("PUT", "account") => Some(json!({"mustChangePassword": true})),
        ("PUT", "password") => {
            let (current, new) = ("none that is right", "a long enough password");
            Some(json!({"currentPassword": current, "newPassword": new}))
        }
        _ => None,
    };
    (variables, body, None)
}

/// Routes that are not below a realm's root.
async fn above(world: &World, method: &str, path: &str) -> Parts {
    let new = json!({"name": world.fresh()});
    match (method, path) {
        ("GET", "/health" | "/v1/openapi.json" | "/ready" | "/metrics" | "/v1/tenants") => {
            nothing()
        }
        ("POST", "/v1/tenants") => with_body(new),
        ("GET", "/assets/{name}") => {
            let name = pages::assets()[0].file_name().to_owned();
            (vec![("name", name)], None, None)
        }
        ("GET" | "DELETE" | "PATCH", "/v1/tenants/{tenant}") => {
            let tenant = world.make_above("/v1/tenants", new).await;
            let patch = (method == "PATCH").then(|| json!({"active": false}));
            (vec![("tenant", tenant)], patch, None)
        }
        ("GET", "/v1/tenants/{tenant}/realms") => nothing(),
        ("POST", "/v1/tenants/{tenant}/realms") => with_body(new),
        _ => panic!("the walk has no example of `{method} {path}`: add one here"),
    }
}

fn user(world: &World) -> Value {
    json!({
        "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"], "userName": world.fresh(),
    })
}

fn nothing() -> Parts {
    (Vec::new(), None, None)
}

fn with_body(body: Value) -> Parts {
    (Vec::new(), Some(body), None)
}

fn form(form: &'static [(&'static str, &'static str)]) -> Parts {
    (Vec::new(), None, Some(form))
}

fn method(route: &Route) -> &'static str {
    ["GET", "POST", "PUT", "PATCH", "DELETE"]
        .into_iter()
        .find(|known| *known == route.method.as_str())
        .expect("a method that the walk knows")
}

fn filled(template: &str, variables: &[(&'static str, String)]) -> String {
    variables
        .iter()
        .fold(template.to_owned(), |path, (name, value)| {
            path.replace(&format!("{{{name}}}"), value)
        })
}
