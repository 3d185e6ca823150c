//! What clients, people and a token come to together, worked out from the configuration as it is written: names and
//! strings, and none of the rules of the engine.

use domain::{
    config::{RealmConfig, Service},
    snapshot::RealmSnapshot,
};
use scope::{Enforcement, ScopeDefinition, ScopeKind};
use serde_json::Value;
use std::collections::BTreeSet;

/// The attributes that scopes of the sequences name, and one for all others.
pub const ATTRIBUTES: [&str; 4] = ["userName", "title", "nickName", "any other"];

/// The URLs of services of the sequences, as patterns.
pub const URLS: [&str; 4] = [
    "/integration/a",
    "/integration/{one}",
    "/integration/a/*",
    "/integration/*",
];
/// Requests that tell these patterns apart.
const PATHS: [&str; 3] = ["/integration/a", "/integration/b", "/integration/a/c"];
pub const METHODS: [&str; 2] = ["GET", "POST"];

/// Rights of management, and what can be done with data.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Reach {
    pub management: BTreeSet<String>,
    /// Every capability but management ones.
    pub capabilities: bool,
    /// Or these, each as `what operation attribute`, or as a request to a service.
    pub data: BTreeSet<String>,
}

impl Reach {
    pub fn is_within(&self, other: &Self) -> bool {
        let data = self.data.is_subset(&other.data);
        self.management.is_subset(&other.management)
            && (other.capabilities || (!self.capabilities && data))
    }

    /// Adds what a scope allows whichever client has it.
    pub fn add_scope(&mut self, config: &RealmConfig, definition: &ScopeDefinition) {
        if let ScopeKind::Management(rights) = &definition.kind {
            let names: Vec<String> = rights.iter().map(|right| right.to_string()).collect();
            // A client that assigns scopes gives every capability.
            self.capabilities |= names.iter().any(|name| name == "assigned-scopes:create");
            self.management.extend(names);
            return;
        }
        let json = Value::Object(definition.to_json());
        let texts = |name: &str| -> Vec<String> {
            let values = json[name].as_array().into_iter().flatten();
            values
                .map(|value| value.as_str().unwrap().to_owned())
                .collect()
        };
        match json["type"].as_str().unwrap() {
            "resource" => {
                let what = json["scim_resource_type"].as_str().unwrap();
                let listed = texts("resource_attributes");
                for operation in texts("resource_operations") {
                    for attribute in ATTRIBUTES {
                        if listed.iter().any(|one| one == "*" || one == attribute) {
                            let atom = format!("{what} {operation} {attribute}");
                            self.data.insert(atom);
                        }
                    }
                }
            }
            "service" => {
                let named = texts("services");
                for path in PATHS {
                    let requests = METHODS.map(|method| (method, path));
                    let open = requests
                        .into_iter()
                        .filter(|it| is_open(config, &named, *it));
                    self.data
                        .extend(open.map(|(method, path)| format!("call {method} {path}")));
                }
            }
            other => {
                let server = &json["resource_server"];
                self.data
                    .insert(format!("{other} {} {server}", definition.name));
            }
        }
    }

    /// Adds what a client may be granted, whoever it is for.
    pub fn add_client(&mut self, snapshot: &RealmSnapshot, client: &str) {
        let assigned = snapshot
            .client(client)
            .into_iter()
            .flat_map(|c| &c.assigned);
        for assigned in assigned {
            let config = snapshot.config();
            self.add_scope(config, &config.scopes[&assigned.scope].definition);
        }
    }

    /// Adds what anybody's client gets that registers itself: the author may register one.
    pub fn add_offered(&mut self, config: &RealmConfig) {
        let registration = &config.realm.settings.registration;
        for scope in registration.scopes.iter().filter(|_| registration.open) {
            self.add_scope(config, &config.scopes[scope].definition);
        }
    }

    /// Adds what the roles of a person let them do, and let others do.
    pub fn add_person(&mut self, config: &RealmConfig, person: &str) {
        for role in roles_of(config, person) {
            for rights in [role.holds, role.may_delegate] {
                self.management
                    .extend(rights.iter().map(|right| right.to_string()));
            }
            self.capabilities |= role.delegates_capabilities;
        }
    }

    /// Adds what a token allows, and what its person's roles let it give.
    pub fn add_token(&mut self, config: &RealmConfig, scopes: &[String], person: &str) {
        let held = |scope: &&String| {
            let mut roles = roles_of(config, person);
            roles.any(|role| role.holds.iter().any(|right| right.to_string() == **scope))
        };
        let has: BTreeSet<String> = scopes.iter().filter(held).cloned().collect();
        let giving = ["assigned-scopes:create", "roles:create", "roles:update"];
        if giving.iter().any(|right| has.contains(*right)) {
            for role in roles_of(config, person) {
                self.management
                    .extend(role.may_delegate.iter().map(|right| right.to_string()));
                self.capabilities |= role.delegates_capabilities;
            }
        }
        self.management.extend(has);
    }
}

/// The roles that a person is in, one by one.
pub fn roles_of<'c>(
    config: &'c RealmConfig,
    person: &str,
) -> impl Iterator<Item = &'c domain::config::RoleRecord> {
    let roles = config.roles.values().map(|role| &**role);
    let person = person.to_owned();
    roles.filter(move |role| role.members.iter().any(|member| *member.0 == *person))
}

/// Whether a request passes whose token has a scope of these services: one of them takes it, or the most specific
/// of all that take it only reports.
fn is_open(config: &RealmConfig, named: &[String], request: (&str, &str)) -> bool {
    let services = config.services.values().map(|service| &**service);
    let taking: Vec<&Service> = services.filter(|it| takes(it, request)).collect();
    let first = taking.iter().min_by_key(|it| rank(it.url.as_str()));
    let reports = first.is_some_and(|it| it.enforcement == Enforcement::Report);
    reports || taking.iter().any(|it| named.contains(&it.id.to_string()))
}

fn takes(service: &Service, (method, path): (&str, &str)) -> bool {
    let methods = &service.methods;
    let has_method = methods.is_empty() || methods.iter().any(|it| it == method);
    let (mut pattern, mut path) = (service.url.as_str().split('/'), path.split('/'));
    let has_path = loop {
        match (pattern.next(), path.next()) {
            (None, None) | (Some("*"), Some(_)) => break true,
            (Some(part), Some(segment)) if part == segment || part.starts_with('{') => {}
            _ => break false,
        }
    };
    has_method && has_path
}

/// Less is more specific: what is written before a variable, and that before whatever follows.
fn rank(pattern: &str) -> Vec<u8> {
    let parts = pattern.split('/').map(|part| match part {
        "*" => 2,
        part if part.starts_with('{') => 1,
        _ => 0,
    });
    parts.collect()
}
