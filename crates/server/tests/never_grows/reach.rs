//! What clients, people and a token come to together, worked out from the configuration as it is written: names and
//! strings, and none of the rules of the engine.

use domain::{config::RealmConfig, snapshot::RealmSnapshot};
use scope::{ScopeDefinition, ScopeKind};
use serde_json::Value;
use std::collections::BTreeSet;

/// The attributes that scopes of the sequences name, and one for all others.
pub const ATTRIBUTES: [&str; 4] = ["userName", "title", "nickName", "any other"];

/// Rights of management, and what can be done with data.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Reach {
    pub management: BTreeSet<String>,
    /// Every capability but management ones.
    pub capabilities: bool,
    /// Or these, each as `what operation attribute`.
    pub data: BTreeSet<String>,
}

impl Reach {
    pub fn is_within(&self, other: &Self) -> bool {
        let data = self.data.is_subset(&other.data);
        self.management.is_subset(&other.management)
            && (other.capabilities || (!self.capabilities && data))
    }

    /// Adds what a scope allows whichever client has it.
    pub fn add_scope(&mut self, definition: &ScopeDefinition) {
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
            self.add_scope(&snapshot.config().scopes[&assigned.scope].definition);
        }
    }

    /// Adds what anybody's client gets that registers itself: the author may register one.
    pub fn add_offered(&mut self, config: &RealmConfig) {
        let registration = &config.realm.settings.registration;
        for scope in registration.scopes.iter().filter(|_| registration.open) {
            self.add_scope(&config.scopes[scope].definition);
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
