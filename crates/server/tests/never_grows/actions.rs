//! What an administrator may try.

use crate::{
    reach::{ATTRIBUTES, METHODS, Reach, URLS},
    rng::Rng,
};
use scope::ManagementRight;
use serde_json::{Value, json};

/// Kinds of actions, and the right that each needs.
pub const KINDS: [(&str, &str); 17] = [
    ("make a client", "applications:create"),
    ("take a client", "applications:update"),
    ("change a client", "applications:update"),
    ("assign", "assigned-scopes:create"),
    ("unassign", "assigned-scopes:delete"),
    ("relax", "assigned-scopes:update"),
    ("make a scope", "scopes:create"),
    ("redefine", "scopes:update"),
    ("delete a scope", "scopes:delete"),
    ("make a role", "roles:create"),
    ("change a role", "roles:update"),
    ("fill a role", "roles:update"),
    ("delete a role", "roles:delete"),
    ("offer", "realms:update"),
    ("make a service", "services:create"),
    ("change a service", "services:update"),
    ("delete a service", "services:delete"),
];

/// How the names of scopes of services begin.
pub const CALLS: &str = "calls:";

/// One operation of the management API.
#[derive(Debug, Clone)]
pub struct Action {
    pub kind: &'static str,
    pub method: &'static str,
    /// Below the realm's root, which it is if there is none.
    pub path: String,
    pub body: Value,
    /// The client that is meant, if one is.
    pub client: Option<String>,
    /// What the actions of the same batch that follow call the thing that this one makes.
    pub label: Option<String>,
}

/// What there is to act on.
#[derive(Debug, Default)]
pub struct Things {
    pub clients: Vec<String>,
    /// Name and id of those that the sequence may change.
    pub scopes: Vec<(String, String)>,
    pub services: Vec<String>,
    pub roles: Vec<String>,
    pub people: Vec<String>,
}

impl Things {
    /// Adds what an action makes, to be acted on in the same batch.
    pub fn add(&mut self, action: &Action) {
        let Some(label) = &action.label else {
            return;
        };
        let id = format!("@{label}");
        match action.kind {
            "make a client" => self.clients.push(id),
            "make a scope" => {
                let name = action.body["name"].as_str().unwrap().to_owned();
                self.scopes.push((name, id));
            }
            "make a role" => self.roles.push(id),
            "make a service" => self.services.push(id),
            _ => {}
        }
    }
}

/// An action of a kind; what it gives is mostly within `reach`.
pub fn action(kind: &'static str, things: &Things, reach: &Reach, rng: &mut Rng) -> Option<Action> {
    let name = format!("{}-{}", kind.replace(' ', "-"), rng.next());
    let client = rng.maybe(&things.clients).cloned();
    let role = rng.maybe(&things.roles).map(|id| format!("roles/{id}"));
    let scope = rng.maybe(&things.scopes).cloned();
    let service = rng.maybe(&things.services);
    let service = service.map(|id| format!("services/{id}"));
    let on_client = |rest: &str| client.as_ref().map(|id| format!("applications/{id}{rest}"));
    let (method, path, body) = match kind {
        "make a client" => {
            let body = json!({"name": name, "service_account": true, "grant_types": ["client_credentials"]});
            ("POST", "applications".to_owned(), body)
        }
        "take a client" => ("POST", on_client("/secrets")?, json!({})),
        "change a client" => {
            let body = match rng.below(3) {
                0 => json!({"description": name}),
                1 => json!({"active": true}),
                _ => json!({"redirect_uris": ["https://author.example/cb"]}),
            };
            ("PATCH", on_client("")?, body)
        }
        "assign" => {
            let scope = a_scope(things, reach, rng);
            let body = json!({"scope": scope, "default": true, "consent_required": rng.chance(50)});
            ("POST", on_client("/assigned-scopes")?, body)
        }
        "unassign" => {
            let path = on_client(&format!("/assigned-scopes/{}", scope?.1))?;
            ("DELETE", path, Value::Null)
        }
        "relax" => {
            let path = on_client(&format!("/assigned-scopes/{}", scope?.1))?;
            ("PATCH", path, json!({"consent_required": false}))
        }
        "make a scope" if rng.chance(20) && !things.services.is_empty() => {
            let name = format!("{CALLS}{}", rng.next());
            let services = some_services(things, rng);
            let body = json!({"name": name, "type": "service", "services": services});
            ("POST", "scopes".to_owned(), body)
        }
        "make a scope" => ("POST", "scopes".to_owned(), definition(&name, rng)),
        "redefine" => {
            let (scope, id) = scope?;
            let path = format!("scopes/{id}");
            if scope.starts_with(CALLS) {
                let body = json!({"services": some_services(things, rng)});
                ("PATCH", path, body)
            } else {
                let mut body = definition(&name, rng);
                let members = body.as_object_mut().unwrap();
                members.retain(|name, _| name.starts_with("resource_"));
                ("PATCH", path, body)
            }
        }
        "delete a scope" => ("DELETE", format!("scopes/{}", scope?.1), Value::Null),
        "make a role" => {
            let mut body = role_body(reach, rng);
            body["name"] = name.into();
            body["members"] = json!(rng.some(&things.people, 30));
            ("POST", "roles".to_owned(), body)
        }
        "change a role" => {
            let whole = role_body(reach, rng);
            ("PATCH", role?, one_of(&whole, rng))
        }
        "fill a role" => (
            "PATCH",
            role?,
            json!({"members": rng.some(&things.people, 50)}),
        ),
        "delete a role" => ("DELETE", role?, Value::Null),
        "make a service" => {
            let mut body = service_body(rng);
            body["name"] = name.into();
            ("POST", "services".to_owned(), body)
        }
        "change a service" => ("PATCH", service?, one_of(&service_body(rng), rng)),
        "delete a service" => ("DELETE", service?, Value::Null),
        _ => {
            let own: Vec<String> = things.scopes.iter().map(|(name, _)| name.clone()).collect();
            let mut scopes = rng.some(&own, 30);
            if rng.chance(20) {
                scopes.push("email".to_owned());
            }
            let open = !scopes.is_empty() && rng.chance(80);
            let policy = json!({"open": open, "scopes": scopes, "max_clients": 5});
            ("PATCH", String::new(), json!({"registration": policy}))
        }
    };
    let client = client.filter(|id| path.contains(id.as_str()));
    Some(Action {
        kind,
        method,
        path,
        body,
        client,
        label: None,
    })
}

/// Mostly a right that the author reaches.
fn a_right(reach: &Reach, rng: &mut Rng) -> String {
    let within: Vec<&String> = reach.management.iter().collect();
    match rng.maybe(&within).filter(|_| rng.chance(80)) {
        Some(right) => (*right).clone(),
        None => {
            let all: Vec<_> = ManagementRight::all().collect();
            rng.pick(&all).to_string()
        }
    }
}

fn a_scope(things: &Things, reach: &Reach, rng: &mut Rng) -> String {
    let own: Vec<&String> = things.scopes.iter().map(|(name, _)| name).collect();
    match rng.maybe(&own).filter(|_| rng.chance(40)) {
        Some(name) => (*name).clone(),
        None if rng.chance(15) => (*rng.pick(&["scim:read", "email", "connector:read"])).to_owned(),
        None => a_right(reach, rng),
    }
}

fn role_body(reach: &Reach, rng: &mut Rng) -> Value {
    let rights = |rng: &mut Rng| -> Vec<String> {
        let some = (0..rng.below(4)).map(|_| a_right(reach, rng));
        let some: std::collections::BTreeSet<String> = some.collect();
        some.into_iter().collect()
    };
    json!({
        "scopes": rights(rng),
        "delegable_scopes": rights(rng),
        "delegates_capabilities": rng.chance(if reach.capabilities { 50 } else { 10 }),
    })
}

fn service_body(rng: &mut Rng) -> Value {
    json!({
        "url": rng.pick(&URLS),
        "methods": rng.some(&METHODS, 50),
        "enforcement": if rng.chance(30) { "report" } else { "enforce" },
    })
}

fn some_services(things: &Things, rng: &mut Rng) -> Vec<String> {
    let some = rng.some(&things.services, 20);
    match some.is_empty() {
        true => rng.maybe(&things.services).cloned().into_iter().collect(),
        false => some,
    }
}

/// One member of an object, as a patch.
fn one_of(whole: &Value, rng: &mut Rng) -> Value {
    let fields: Vec<_> = whole.as_object().unwrap().iter().collect();
    let (field, value) = *rng.pick(&fields);
    json!({field: value})
}

fn definition(name: &str, rng: &mut Rng) -> Value {
    let mut attributes = rng.some(&ATTRIBUTES[..3], 40);
    if attributes.is_empty() {
        attributes.push("title");
    }
    let mut operations = rng.some(&["retrieve", "modify", "search"], 50);
    if operations.is_empty() {
        operations.push("retrieve");
    }
    let star = rng.chance(15);
    json!({
        "name": name, "type": "resource", "scim_resource_type": "User",
        "resource_operations": operations,
        "resource_attributes": if star { json!(["*"]) } else { json!(attributes) },
    })
}
