//! Random realms and edits, kept as what an administrator wrote: JSON and names.

use crate::{fixture, rng::Rng};
use serde_json::{Map, Value, json};
use std::collections::{BTreeMap, BTreeSet};

/// A realm as written, with its history and the grants made in it.
#[derive(Debug, Clone)]
pub(crate) struct World {
    /// Schemas as RFC 7643 §7 writes them.
    pub(crate) schemas: Vec<Value>,
    /// By number: the definitions, from version 1 on; the last is in force.
    pub(crate) scopes: BTreeMap<u128, Vec<Map<String, Value>>>,
    /// By number.
    pub(crate) clients: BTreeMap<u128, Client>,
    /// By number.
    pub(crate) roles: BTreeMap<u128, Role>,
    pub(crate) grants: Vec<Grant>,
    next_scope: u128,
}

#[derive(Debug, Clone)]
pub(crate) struct Client {
    pub(crate) active: bool,
    pub(crate) service_account: bool,
    pub(crate) assigned: BTreeSet<u128>,
}

#[derive(Debug, Clone)]
pub(crate) struct Grant {
    pub(crate) client: u128,
    /// The person, if it is not the client for itself.
    pub(crate) person: Option<&'static str>,
    /// Scope and version.
    pub(crate) scopes: Vec<(u128, u32)>,
}

/// What people may let clients do for them, in names.
#[derive(Debug, Clone)]
pub(crate) struct Role {
    pub(crate) holds: Vec<String>,
    pub(crate) may_delegate: Vec<String>,
    pub(crate) delegates_capabilities: bool,
    pub(crate) members: Vec<&'static str>,
}

/// What an edit touched.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Edited {
    Scope(u128),
    RemovedScope(u128),
    Client(u128),
    Role(u128),
    RemovedRole(u128),
    Schemas,
}

pub(crate) const PEOPLE: [&str; 3] = ["2819c223", "ada", "grace"];
const OPERATIONS: [&str; 5] = ["retrieve", "modify", "create", "delete", "search"];
const CONSENT: [&str; 3] = [
    "retrieve-consent",
    "revoke-consent",
    "retrieve-consent-history",
];
const EXTERNAL: [&str; 2] = ["retrieve-external-identity", "unlink-external-identity"];
const ACCOUNT: [&str; 4] = [
    "reset-password",
    "retrieve-password-quality-requirements",
    "retrieve-account-state",
    "replace-account-state",
];

/// Ways to write attributes of each type.
pub(crate) fn spellings(resource_type: &str) -> Vec<String> {
    let (user, enterprise, badge) = (fixture::USER, fixture::ENTERPRISE, fixture::BADGE);
    match resource_type {
        "User" => [
            "userName",
            "USERNAME",
            "name",
            "name.givenName",
            "Name.FamilyName",
            "displayName",
            "title",
            "active",
            "password",
            "emails",
            "emails.value",
            "groups",
            "groups.display",
            "groups.value",
            "entitlements",
            "roles",
            "meta",
            "externalId",
            "id",
            "addresses",
        ]
        .map(str::to_owned)
        .into_iter()
        .chain([
            format!("{user}:name"),
            format!("{user}:emails.primary"),
            format!("{enterprise}:manager"),
            format!("{enterprise}:Manager.displayName"),
            enterprise.to_uppercase().replacen("URN", "urn", 1),
            badge.to_owned(),
            format!("{badge}:emailVerified"),
        ])
        .collect(),
        "Group" => [
            "displayName",
            "members",
            "members.value",
            "members.display",
            "meta.created",
        ]
        .map(str::to_owned)
        .into(),
        "Device" => ["serial", "pin", "externalId"].map(str::to_owned).into(),
        _ => ["client", "state", "schemas"].map(str::to_owned).into(),
    }
}

impl World {
    pub(crate) fn new(rng: &mut Rng) -> Self {
        let mut world = Self {
            schemas: fixture::schemas(),
            scopes: BTreeMap::new(),
            clients: BTreeMap::new(),
            roles: BTreeMap::new(),
            grants: Vec::new(),
            next_scope: 1,
        };
        for _ in 0..4 + rng.below(8) {
            world.add_scope(rng);
        }
        for number in 1..=3 {
            let scopes: Vec<u128> = world.scopes.keys().copied().collect();
            let assigned = rng.some(&scopes, 70).into_iter().collect();
            world.clients.insert(
                number,
                Client {
                    active: true,
                    service_account: true,
                    assigned,
                },
            );
        }
        // The first person has all that there is, most of the time.
        let all = Role {
            holds: every_right(),
            may_delegate: Vec::new(),
            delegates_capabilities: true,
            members: vec![PEOPLE[0]],
        };
        world.roles.insert(1, all);
        world.roles.insert(2, role(rng));
        for _ in 0..4 {
            world.add_grant(rng);
        }
        world
    }

    /// A client is granted some of its scopes, as they are now.
    pub(crate) fn add_grant(&mut self, rng: &mut Rng) {
        let client = 1 + rng.below(3) as u128;
        let assigned: Vec<u128> = self.clients[&client].assigned.iter().copied().collect();
        let mut scopes: Vec<_> = rng
            .some(&assigned, 60)
            .iter()
            .map(|n| (*n, self.scopes[n].len() as u32))
            .collect();
        let middle = scopes.len() / 2;
        scopes.rotate_left(middle);
        // A version that never was gives nothing.
        if rng.chance(3) {
            scopes.iter_mut().for_each(|(_, version)| *version += 1);
        }
        self.grants.push(Grant {
            client,
            person: rng
                .chance(60)
                .then(|| PEOPLE[rng.below(5).saturating_sub(2)]),
            scopes,
        });
    }

    /// One random edit; `with_schemas` if it may be of a schema.
    pub(crate) fn edit(&mut self, rng: &mut Rng, with_schemas: bool) -> Edited {
        let numbers: Vec<u128> = self.scopes.keys().copied().collect();
        let client = 1 + rng.below(3) as u128;
        match rng.below(if with_schemas { 12 } else { 11 }) {
            0..=4 => self.edit_scope(*rng.pick(&numbers), rng),
            5 => self.add_scope(rng),
            6 if numbers.len() > 3 => {
                let number = *rng.pick(&numbers);
                self.scopes.remove(&number);
                for client in self.clients.values_mut() {
                    client.assigned.remove(&number);
                }
                Edited::RemovedScope(number)
            }
            6..=8 => {
                let (number, assigned) = (*rng.pick(&numbers), rng.chance(75));
                let set = &mut self.clients.get_mut(&client).unwrap().assigned;
                if assigned {
                    set.insert(number)
                } else {
                    set.remove(&number)
                };
                Edited::Client(client)
            }
            9 => {
                let edited = self.clients.get_mut(&client).unwrap();
                (edited.active, edited.service_account) = (rng.chance(75), rng.chance(75));
                Edited::Client(client)
            }
            10 => {
                let number = 1 + rng.below(4) as u128;
                if self.roles.contains_key(&number) && rng.chance(40) {
                    self.roles.remove(&number);
                    return Edited::RemovedRole(number);
                }
                self.roles.insert(number, role(rng));
                Edited::Role(number)
            }
            _ => {
                let (schema, name) = (rng.below(self.schemas.len()), format!("more{}", rng.next()));
                let list = self.schemas[schema]["attributes"].as_array_mut().unwrap();
                let at = rng.below(list.len() + 1);
                list.insert(at, json!({"name": name}));
                Edited::Schemas
            }
        }
    }

    fn add_scope(&mut self, rng: &mut Rng) -> Edited {
        let number = self.next_scope;
        self.next_scope += 1;
        let kind = *rng.pick(&[
            "resource",
            "resource",
            "resource",
            "authenticated-identity",
            "authenticated-identity",
            "service",
            "management",
            "generic",
        ]);
        let built_in = kind == "management" || (kind == "resource" && rng.chance(15));
        let mut definition = json!({"name": format!("Scope:{number}"), "type": kind});
        if built_in {
            definition["built_in"] = true.into();
        }
        fill(&mut definition, rng);
        self.scopes
            .insert(number, vec![fixture::object(definition)]);
        Edited::Scope(number)
    }

    fn edit_scope(&mut self, number: u128, rng: &mut Rng) -> Edited {
        let versions = self.scopes.get_mut(&number).unwrap();
        let mut definition = Value::Object(versions.last().unwrap().clone());
        fill(&mut definition, rng);
        versions.push(fixture::object(definition));
        Edited::Scope(number)
    }
}

fn every_right() -> Vec<String> {
    scope::ManagementRight::all()
        .map(|right| right.to_string())
        .collect()
}

fn role(rng: &mut Rng) -> Role {
    let share = *rng.pick(&[0, 30, 90]);
    Role {
        holds: rng.some(&every_right(), share),
        may_delegate: rng.some(&every_right(), 20),
        delegates_capabilities: rng.chance(50),
        members: rng.some(&PEOPLE, 60),
    }
}

/// Sets anew what a definition allows, whatever it was.
fn fill(definition: &mut Value, rng: &mut Rng) {
    match definition["type"].as_str().unwrap() {
        "authenticated-identity" => {
            definition["consent_prompt_text"] = "x".into();
            definition["resource_operations"] = rng.some(&["retrieve", "modify"], 70).into();
            definition["resource_attributes"] = attributes("User", rng, true);
            sub_resources(definition, rng);
        }
        "resource" => {
            let every = definition["built_in"] == true;
            let named = *rng.pick(&["User", "User", "Group", "Group", "Device", "Consent"]);
            let spelt = if rng.chance(20) {
                named.to_lowercase()
            } else {
                named.to_owned()
            };
            definition["scim_resource_type"] = if every { "*".into() } else { spelt.into() };
            let mut operations = rng.some(&OPERATIONS, 55);
            operations.push(OPERATIONS[rng.below(5)]);
            operations.sort_unstable();
            operations.dedup();
            definition["resource_operations"] = operations.into();
            definition["resource_attributes"] = if every {
                json!(["*"])
            } else {
                attributes(named, rng, false)
            };
            sub_resources(definition, rng);
        }
        "service" => {
            let ids: Vec<String> = (500..507)
                .map(|n| fixture::id(n).to_string())
                .filter(|_| rng.chance(40))
                .collect();
            let one = vec![fixture::id(500).to_string()];
            definition["services"] = if ids.is_empty() { one } else { ids }.into();
        }
        "management" => {
            definition["management_operations"] = rng.some(&every_right(), 25).into();
        }
        _ => {}
    }
}

fn attributes(resource_type: &str, rng: &mut Rng, may_be_none: bool) -> Value {
    if rng.chance(30) {
        return json!(["*"]);
    }
    let all = spellings(resource_type);
    let mut chosen = rng.some(&all, 30);
    if chosen.is_empty() && !may_be_none {
        chosen.push(rng.pick(&all).clone());
    }
    // Two spellings that differ in letter case alone are refused as one given twice.
    let mut seen = BTreeSet::new();
    chosen.retain(|path| seen.insert(path.to_lowercase()));
    chosen.into()
}

fn sub_resources(definition: &mut Value, rng: &mut Rng) {
    definition["consent_operations"] = rng.some(&CONSENT, 20).into();
    definition["external_identity_operations"] = rng.some(&EXTERNAL, 20).into();
    definition["account_operations"] = rng.some(&ACCOUNT, 20).into();
}
