//! The reference model: decides by walking the definitions as written, each time anew, on names
//! and strings. No bit sets, no ids, nothing prepared but the list of leaves.

use crate::{
    fixture,
    paths::{has_one_reading, specificity},
    world::{Grant, Role, World},
};
use serde_json::{Map, Value};
use std::collections::{BTreeMap, BTreeSet};

/// Leaves by path.
pub(crate) type Leaves<'m> = BTreeSet<&'m str>;

/// What is asked, in words.
#[derive(Debug, Clone)]
pub(crate) enum Ask {
    Scim {
        resource_type: String,
        operation: String,
        needed: Option<Vec<String>>,
    },
    Me {
        operation: String,
        needed: Option<Vec<String>>,
    },
    /// Of one's own if no type is given.
    SubResource {
        resource_type: Option<String>,
        operation: String,
    },
    UserInfo,
    Management {
        rights: Vec<String>,
    },
    Service {
        method: String,
        path: String,
    },
}

/// What the model answers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Verdict {
    Allowed {
        /// What may be used, by path.
        leaves: BTreeSet<String>,
        /// The first scope that suffices alone, else the first that contributes.
        decided_by: u128,
        /// Whether it suffices alone.
        alone: bool,
    },
    Reported,
    Denied,
}

pub(crate) struct Model<'a> {
    pub(crate) world: &'a World,
    /// By type: every leaf.
    leaves: BTreeMap<&'static str, Vec<Leaf>>,
}

struct Leaf {
    path: String,
    lower: String,
    secret: bool,
}

impl Leaf {
    fn new(path: String, secret: bool) -> Self {
        Self {
            lower: path.to_lowercase(),
            path,
            secret,
        }
    }
}

const IDENTITY: &str = "User";

impl<'a> Model<'a> {
    pub(crate) fn new(world: &'a World) -> Self {
        let leaves = fixture::TYPES.iter().map(|(name, urn, extensions, _)| {
            let common = fixture::ALWAYS.iter().chain(&["externalId"]);
            let mut all: Vec<_> = common
                .map(|path| Leaf::new((*path).to_owned(), false))
                .collect();
            walk(world, urn, "", &mut all);
            for extension in *extensions {
                walk(world, extension, &format!("{extension}:"), &mut all);
            }
            (*name, all)
        });
        Self {
            world,
            leaves: leaves.collect(),
        }
    }

    /// Whether the client may do anything: for itself only as a service account.
    fn may_act(&self, grant: &Grant) -> bool {
        let client = &self.world.clients[&grant.client];
        client.active && (grant.person.is_some() || client.service_account)
    }

    /// The scopes of a grant that are in effect.
    pub(crate) fn in_effect(&self, grant: &Grant) -> Vec<(u128, u32)> {
        let client = &self.world.clients[&grant.client];
        let may_act = self.may_act(grant);
        let live = |(number, version): &(u128, u32)| {
            let versions = self.world.scopes.get(number).map_or(0, Vec::len);
            may_act
                && client.assigned.contains(number)
                && (1..=versions).contains(&(*version as usize))
                && self.roles_allow(grant, *number, *version)
        };
        grant.scopes.iter().copied().filter(live).collect()
    }

    /// The roles of the grant's person; none if it is the client for itself.
    fn roles(&self, grant: &Grant) -> Option<Vec<&Role>> {
        let person = grant.person?;
        let roles = self.world.roles.values();
        Some(
            roles
                .filter(|role| role.members.contains(&person))
                .collect(),
        )
    }

    /// Whether the person may let anybody have anything of the scope: on any resource by a role for
    /// that, and of the rights of management at least one that a role holds.
    fn roles_allow(&self, grant: &Grant, number: u128, version: u32) -> bool {
        let Some(roles) = self.roles(grant) else {
            return true;
        };
        let versions = &self.world.scopes[&number];
        let (then, now) = (&versions[version as usize - 1], versions.last().unwrap());
        match now["type"].as_str().unwrap() {
            "resource" => roles.iter().any(|role| role.delegates_capabilities),
            "management" => roles.iter().flat_map(|role| &role.holds).any(|right| {
                has(then, "management_operations", right)
                    && has(now, "management_operations", right)
            }),
            _ => true,
        }
    }

    pub(crate) fn decide(&self, grant: &Grant, ask: &Ask) -> Verdict {
        match ask {
            Ask::Scim {
                resource_type,
                operation,
                needed,
            } => {
                let mut all = self.added_up(grant, "resource", resource_type, operation);
                self.withhold(grant, resource_type, operation, &mut all);
                self.with_leaves(grant, all, needed.as_deref(), |definition| {
                    vec![self.one(definition, "resource", resource_type, operation)]
                })
            }
            Ask::Me { operation, needed } => {
                if grant.person.is_none() || !["retrieve", "modify"].contains(&operation.as_str()) {
                    return Verdict::Denied;
                }
                let own = self.added_up(grant, "authenticated-identity", IDENTITY, operation);
                let any = self.added_up(grant, "resource", IDENTITY, operation);
                let mut all = match (own, any) {
                    (Some(own), Some(any)) => Some(&own | &any),
                    (own, any) => own.or(any),
                };
                if let Some(all) = all.as_mut().filter(|_| operation == "modify") {
                    all.remove("password");
                }
                self.withhold(grant, IDENTITY, operation, &mut all);
                self.with_leaves(grant, all, needed.as_deref(), |definition| {
                    let kinds = ["authenticated-identity", "resource"];
                    kinds
                        .iter()
                        .map(|kind| self.one(definition, kind, IDENTITY, operation))
                        .collect()
                })
            }
            Ask::UserInfo => {
                if grant.person.is_none() {
                    return Verdict::Denied;
                }
                let mut all = self.added_up(grant, "authenticated-identity", IDENTITY, "retrieve");
                self.withhold(grant, IDENTITY, "retrieve", &mut all);
                self.with_leaves(grant, all, None, |definition| {
                    vec![self.one(definition, "authenticated-identity", IDENTITY, "retrieve")]
                })
            }
            Ask::SubResource {
                resource_type,
                operation,
            } => {
                if resource_type.is_none() && grant.person.is_none() {
                    return Verdict::Denied;
                }
                self.listed(grant, |definition| {
                    let listed = ["consent", "external_identity", "account"]
                        .iter()
                        .any(|kind| has(definition, &format!("{kind}_operations"), operation));
                    let own =
                        resource_type.is_none() && definition["type"] == "authenticated-identity";
                    let wanted = resource_type.as_deref().unwrap_or(IDENTITY);
                    listed && (own || self.spans(definition, wanted))
                })
            }
            Ask::Management { rights } => self.management(grant, rights),
            Ask::Service { method, path } => self.service(grant, method, path),
        }
    }

    /// Whether a resource scope spans a type.
    fn spans(&self, definition: &Map<String, Value>, resource_type: &str) -> bool {
        let Some(named) = definition.get("scim_resource_type").and_then(Value::as_str) else {
            return false;
        };
        let sub_resource = fixture::TYPES.iter().any(|t| t.0 == resource_type && t.3);
        if named == "*" {
            !sub_resource
        } else {
            named.eq_ignore_ascii_case(resource_type)
        }
    }

    /// What one definition lets an operation reach, if it allows the operation.
    fn one(
        &self,
        definition: &Map<String, Value>,
        kind: &str,
        resource_type: &str,
        operation: &str,
    ) -> Option<Leaves<'_>> {
        let spans = match kind {
            "resource" => self.spans(definition, resource_type),
            _ => resource_type == IDENTITY,
        };
        if definition["type"] != kind
            || !spans
            || !has(definition, "resource_operations", operation)
        {
            return None;
        }
        let all = &self.leaves[resource_type];
        let star = definition["resource_attributes"] == serde_json::json!(["*"]);
        let listed = lower_paths(definition, resource_type);
        let guarded = |leaf: &str| {
            let top = leaf.split('.').next().unwrap();
            ["password", "active", "roles", "entitlements"].contains(&top)
                || leaf.to_lowercase().ends_with("verified")
        };
        // A path that names other attributes too does not mean them.
        let meant = |leaf: &str| {
            listed.iter().any(|path| {
                let below = |l: &&Leaf| names(path, &l.lower);
                names(path, &leaf.to_lowercase())
                    && all.iter().filter(below).all(|l| guarded(&l.path))
            })
        };
        let mut reached: Leaves<'_> = all
            .iter()
            .filter(|leaf| star || listed.iter().any(|path| names(path, &leaf.lower)))
            .map(|leaf| leaf.path.as_str())
            .collect();
        match operation {
            "retrieve" | "search" => {
                for leaf in all.iter().filter(|leaf| leaf.secret) {
                    reached.remove(leaf.path.as_str());
                }
                if operation == "retrieve" {
                    reached.extend(fixture::ALWAYS);
                }
            }
            "delete" => reached.clear(),
            "modify" if kind == "authenticated-identity" => {
                reached.retain(|leaf| !guarded(leaf) || (!star && meant(leaf)));
            }
            _ => {}
        }
        Some(reached)
    }

    /// What a granted scope gives: what its version gave and what it gives now.
    fn given<'m>(
        &self,
        (number, version): (u128, u32),
        one: impl Fn(&Map<String, Value>) -> Option<Leaves<'m>>,
    ) -> Option<Leaves<'m>> {
        let versions = &self.world.scopes[&number];
        let then = one(&versions[version as usize - 1])?;
        let now = one(versions.last().unwrap())?;
        Some(&then & &now)
    }

    fn added_up(
        &self,
        grant: &Grant,
        kind: &str,
        resource_type: &str,
        operation: &str,
    ) -> Option<Leaves<'_>> {
        let mut sum = None;
        for scope in self.in_effect(grant) {
            let one = |definition: &Map<String, Value>| {
                self.one(definition, kind, resource_type, operation)
            };
            if let Some(leaves) = self.given(scope, one) {
                sum.get_or_insert_with(Leaves::new).extend(leaves);
            }
        }
        sum
    }

    /// S3, spelt out for each attribute that shows another resource.
    fn withhold(
        &self,
        grant: &Grant,
        resource_type: &str,
        operation: &str,
        all: &mut Option<Leaves<'_>>,
    ) {
        let manager = format!("{}:manager", fixture::ENTERPRISE);
        let rules = [
            (
                "User",
                "groups.display".to_owned(),
                "groups.value".to_owned(),
                &["Group"][..],
            ),
            (
                "Group",
                "members.display".to_owned(),
                "members.value".to_owned(),
                &["User", "Group"],
            ),
            (
                "User",
                format!("{manager}.displayName"),
                format!("{manager}.value"),
                &["User"],
            ),
        ];
        let Some(all) = all else { return };
        for (owner, display, value, others) in rules {
            if owner != resource_type || !["retrieve", "search"].contains(&operation) {
                continue;
            }
            let names = |other: &&str| {
                let there = self.added_up(grant, "resource", other, operation);
                there.is_some_and(|leaves| leaves.contains("displayName"))
            };
            if !others.iter().all(names) {
                all.remove(display.as_str());
            }
            let sees = |other: &&str| {
                ["retrieve", "search"]
                    .iter()
                    .any(|operation| self.added_up(grant, "resource", other, operation).is_some())
            };
            if operation == "search" && !others.iter().all(sees) {
                all.remove(value.as_str());
            }
        }
    }

    /// Judges what is needed by what is allowed, and finds the scope that decided.
    fn with_leaves<'m>(
        &'m self,
        grant: &Grant,
        all: Option<Leaves<'m>>,
        needed: Option<&[String]>,
        sets: impl Fn(&Map<String, Value>) -> Vec<Option<Leaves<'m>>>,
    ) -> Verdict {
        let Some(leaves) = all else {
            return Verdict::Denied;
        };
        if needed
            .into_iter()
            .flatten()
            .any(|leaf| !leaves.contains(leaf.as_str()))
        {
            return Verdict::Denied;
        }
        let leaves = leaves.into_iter().map(str::to_owned).collect();
        let mut contributes = None;
        for scope in self.in_effect(grant) {
            let kinds = sets(&self.world.scopes[&scope.0][0]).len();
            for kind in 0..kinds {
                let Some(set) = self.given(scope, |d| sets(d).swap_remove(kind)) else {
                    continue;
                };
                if needed
                    .into_iter()
                    .flatten()
                    .all(|leaf| set.contains(leaf.as_str()))
                {
                    return Verdict::Allowed {
                        leaves,
                        decided_by: scope.0,
                        alone: true,
                    };
                }
                if needed
                    .into_iter()
                    .flatten()
                    .any(|leaf| set.contains(leaf.as_str()))
                {
                    contributes = contributes.or(Some(scope.0));
                }
            }
        }
        Verdict::Allowed {
            leaves,
            decided_by: contributes.unwrap(),
            alone: false,
        }
    }

    /// Allowed if some scope has it, then and now.
    fn listed(&self, grant: &Grant, has: impl Fn(&Map<String, Value>) -> bool) -> Verdict {
        let nothing = |definition: &Map<String, Value>| has(definition).then(Leaves::new);
        let mut scopes = self.in_effect(grant).into_iter();
        match scopes.find(|scope| self.given(*scope, nothing).is_some()) {
            Some((number, _)) => Verdict::Allowed {
                leaves: BTreeSet::new(),
                decided_by: number,
                alone: true,
            },
            None => Verdict::Denied,
        }
    }

    fn management(&self, grant: &Grant, rights: &[String]) -> Verdict {
        let right = |wanted: &String| {
            let wanted = wanted.clone();
            move |definition: &Map<String, Value>| has(definition, "management_operations", &wanted)
        };
        let each: Vec<_> = rights
            .iter()
            .map(|wanted| self.listed(grant, right(wanted)))
            .collect();
        let held = |wanted: &String| {
            let roles = self.roles(grant);
            roles.is_none_or(|roles| roles.iter().any(|role| role.holds.contains(wanted)))
        };
        if rights.is_empty() || each.contains(&Verdict::Denied) || !rights.iter().all(held) {
            return Verdict::Denied;
        }
        let alone = self.listed(grant, |d| rights.iter().all(|wanted| right(wanted)(d)));
        if alone != Verdict::Denied {
            return alone;
        }
        // Asked of each right: a scope that had one then, and has another now, gives neither.
        let gives = |scope: &(u128, u32), wanted: &String| {
            let has = right(wanted);
            let nothing = |d: &Map<String, Value>| has(d).then(Leaves::new);
            self.given(*scope, nothing).is_some()
        };
        let mut scopes = self.in_effect(grant).into_iter();
        let first = scopes.find(|scope| rights.iter().any(|wanted| gives(scope, wanted)));
        Verdict::Allowed {
            leaves: BTreeSet::new(),
            decided_by: first.unwrap().0,
            alone: false,
        }
    }

    fn service(&self, grant: &Grant, method: &str, path: &str) -> Verdict {
        if !self.may_act(grant) || !has_one_reading(path) {
            return Verdict::Denied;
        }
        let mut matching: Vec<_> = fixture::SERVICES
            .iter()
            .enumerate()
            .filter(|(_, (_, methods, _))| methods.is_empty() || methods.contains(&method))
            .filter_map(|(n, (url, _, report))| Some((specificity(url, path)?, n, *report)))
            .collect();
        matching.sort_unstable();
        for (_, n, _) in &matching {
            let id = fixture::id(500 + *n as u128).to_string();
            let verdict = self.listed(grant, |d| has(d, "services", &id));
            if verdict != Verdict::Denied {
                return verdict;
            }
        }
        match matching.first() {
            Some((_, _, true)) => Verdict::Reported,
            _ => Verdict::Denied,
        }
    }

    /// The leaves of a type.
    pub(crate) fn all_leaves(&self, resource_type: &str) -> Vec<String> {
        self.leaves[resource_type]
            .iter()
            .map(|leaf| leaf.path.clone())
            .collect()
    }
}

/// The leaves below the attributes of a schema.
fn walk(world: &World, urn: &str, prefix: &str, all: &mut Vec<Leaf>) {
    let schema = world
        .schemas
        .iter()
        .find(|schema| schema["id"] == urn)
        .unwrap();
    for attribute in schema["attributes"].as_array().unwrap() {
        let name = attribute["name"].as_str().unwrap();
        let secret = attribute["returned"] == "never";
        match attribute.get("subAttributes").and_then(Value::as_array) {
            Some(subs) => {
                let sub = |s: &Value| format!("{prefix}{name}.{}", s["name"].as_str().unwrap());
                all.extend(subs.iter().map(|s| Leaf::new(sub(s), secret)));
            }
            None => all.push(Leaf::new(format!("{prefix}{name}"), secret)),
        }
    }
}

/// The paths that a definition lists, in lower case, without the type's own URN.
fn lower_paths(definition: &Map<String, Value>, resource_type: &str) -> Vec<String> {
    let urn = fixture::TYPES
        .iter()
        .find(|t| t.0 == resource_type)
        .unwrap()
        .1
        .to_lowercase();
    let paths = definition["resource_attributes"].as_array().unwrap().iter();
    paths
        .map(|path| path.as_str().unwrap().to_lowercase())
        .map(|path| {
            path.strip_prefix(&format!("{urn}:"))
                .unwrap_or(&path)
                .to_owned()
        })
        .collect()
}

/// Whether a path names a leaf: itself, what it is part of, or its extension.
fn names(path: &str, leaf: &str) -> bool {
    let rest = leaf.strip_prefix(path);
    rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', ':']))
}

fn has(definition: &Map<String, Value>, list: &str, wanted: &str) -> bool {
    let values = definition.get(list).and_then(Value::as_array);
    values.is_some_and(|values| values.iter().any(|value| value == wanted))
}
