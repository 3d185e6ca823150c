//! Random questions, half of them close to what a grant allows.

use crate::{
    model::{Ask, Model},
    rng::Rng,
    world::{Grant, World},
};
use serde_json::{Map, Value};

const PATHS: [&str; 23] = [
    "/integration/orders",
    "/integration/orders/7",
    "/integration/orders/open",
    "/integration/reports/a/b",
    "/integration/reports/2026/total",
    "/integration/reports/",
    "/integration/reports",
    "/integration/caf%C3%A9/1/2",
    "/integration/caf%c3%a9/x/y",
    "/integration/caf%C3%A9/1",
    "/integration/mail@home",
    "/integration/mail%40home",
    "/integration/orders/%2Copen",
    "/integration/orders/%25-",
    "/integration/orders/%2540",
    "/integrationX",
    "/integration/orders;x",
    "/integration//orders",
    "/integration/reports/../orders",
    "/integration/reports/%2e%2e",
    "/integration/reports/%2f",
    "/integration/reports/%C0%AF",
    "/integration/orders/%252e",
];
/// Paths whose most specific service only reports.
const REPORTING: [&str; 3] = [
    "/integration/reports/2026/total",
    "/integration/reports/caf%C3%A9/total",
    "/integration/reports/%2C/total",
];
const METHODS: [&str; 3] = ["GET", "POST", "DELETE"];
const TYPES: [&str; 4] = ["User", "Group", "Device", "Consent"];
const OPERATIONS: [&str; 5] = ["retrieve", "modify", "create", "delete", "search"];
const SUB_RESOURCE_OPERATIONS: [&str; 9] = [
    "retrieve-consent",
    "revoke-consent",
    "retrieve-consent-history",
    "retrieve-external-identity",
    "unlink-external-identity",
    "reset-password",
    "retrieve-password-quality-requirements",
    "retrieve-account-state",
    "replace-account-state",
];

pub(crate) fn random(world: &World, model: &Model<'_>, grant: &Grant, rng: &mut Rng) -> Ask {
    let granted = grant
        .scopes
        .iter()
        .filter_map(|(number, _)| world.scopes.get(number)?.last());
    let granted: Vec<&Map<String, Value>> = granted.collect();
    if granted.is_empty() || rng.chance(30) {
        return any(model, rng);
    }
    // Half of them of what several scopes give together, if any do.
    let own = granted[rng.below(granted.len())];
    let several: Vec<_> = granted
        .iter()
        .map(|definition| alike(definition, &granted))
        .filter(|alike| alike.len() > 1)
        .collect();
    if several.is_empty() || rng.chance(50) {
        return near(model, own, &[own], rng);
    }
    let alike = rng.pick(&several);
    near(model, alike[rng.below(alike.len())], alike, rng)
}

/// The definitions of the same kind, and of the same resource type, as one; it is among them.
fn alike<'a>(
    one: &Map<String, Value>,
    all: &[&'a Map<String, Value>],
) -> Vec<&'a Map<String, Value>> {
    let named = |d: &Map<String, Value>| d.get("scim_resource_type").cloned();
    let same =
        |other: &&&Map<String, Value>| one["type"] == other["type"] && named(one) == named(other);
    all.iter().filter(same).copied().collect()
}

/// Some of the strings of a list, or one of the others.
fn one_of<'a>(
    definition: &'a Map<String, Value>,
    list: &str,
    others: &[&'a str],
    rng: &mut Rng,
) -> &'a str {
    let listed = definition.get(list).and_then(Value::as_array);
    match listed.filter(|values| !values.is_empty() && rng.chance(90)) {
        Some(values) => rng.pick(values).as_str().unwrap(),
        None => others[rng.below(others.len())],
    }
}

/// A question that the definition may well answer with yes.
fn near(
    model: &Model<'_>,
    definition: &Map<String, Value>,
    alike: &[&Map<String, Value>],
    rng: &mut Rng,
) -> Ask {
    let operation = one_of(definition, "resource_operations", &OPERATIONS, rng).to_owned();
    let allows = |d: &&&Map<String, Value>| {
        let listed = d.get("resource_operations").and_then(Value::as_array);
        listed.is_some_and(|listed| listed.iter().any(|o| *o == *operation))
    };
    let allowing: Vec<_> = alike.iter().filter(allows).copied().collect();
    let sub = SUB_RESOURCE_OPERATIONS;
    match definition["type"].as_str().unwrap() {
        "authenticated-identity" if rng.chance(20) => Ask::UserInfo,
        "authenticated-identity" if rng.chance(20) => {
            let operation = one_of(definition, "account_operations", &sub, rng).to_owned();
            Ask::SubResource {
                resource_type: None,
                operation,
            }
        }
        "authenticated-identity" => Ask::Me {
            operation,
            needed: leaves(model, &allowing, "User", rng),
        },
        "resource" => {
            let named = definition["scim_resource_type"].as_str().unwrap();
            let found = TYPES.iter().find(|t| t.eq_ignore_ascii_case(named));
            let resource_type = found.copied().unwrap_or(TYPES[rng.below(4)]);
            if rng.chance(15) {
                let operation = one_of(definition, "consent_operations", &sub, rng).to_owned();
                let resource_type = Some(resource_type.to_owned()).filter(|_| rng.chance(80));
                return Ask::SubResource {
                    resource_type,
                    operation,
                };
            }
            let needed = leaves(model, &allowing, resource_type, rng);
            if resource_type == "User" && rng.chance(20) {
                return Ask::Me { operation, needed };
            }
            Ask::Scim {
                resource_type: resource_type.to_owned(),
                operation,
                needed,
            }
        }
        "service" => service(rng),
        "management" => {
            let count = 1 + rng.below(2);
            let right = |rng: &mut Rng| {
                let definition = rng.pick(alike);
                one_of(definition, "management_operations", &["scopes:read"], rng).to_owned()
            };
            Ask::Management {
                rights: (0..count).map(|_| right(rng)).collect(),
            }
        }
        _ => any(model, rng),
    }
}

/// A question out of the blue.
fn any(model: &Model<'_>, rng: &mut Rng) -> Ask {
    let operation = (*rng.pick(&OPERATIONS)).to_owned();
    match rng.below(8) {
        0..=2 => {
            let resource_type = *rng.pick(&TYPES);
            let all = model.all_leaves(resource_type);
            let needed = rng.chance(70).then(|| some(&all, rng));
            Ask::Scim {
                resource_type: resource_type.to_owned(),
                operation,
                needed,
            }
        }
        3 => {
            let all = model.all_leaves("User");
            Ask::Me {
                operation,
                needed: rng.chance(70).then(|| some(&all, rng)),
            }
        }
        4 => {
            let resource_type = rng.chance(50).then(|| (*rng.pick(&TYPES)).to_owned());
            let operation = (*rng.pick(&SUB_RESOURCE_OPERATIONS)).to_owned();
            Ask::SubResource {
                resource_type,
                operation,
            }
        }
        5 => Ask::UserInfo,
        6 => {
            let all: Vec<String> = scope::ManagementRight::all()
                .map(|r| r.to_string())
                .collect();
            Ask::Management {
                rights: rng.some(&all, 2),
            }
        }
        _ => service(rng),
    }
}

fn service(rng: &mut Rng) -> Ask {
    if rng.chance(15) {
        return Ask::Service {
            method: "GET".to_owned(),
            path: (*rng.pick(&REPORTING)).to_owned(),
        };
    }
    // The first paths are services' own.
    let paths = if rng.chance(70) {
        &PATHS[..12]
    } else {
        &PATHS[..]
    };
    let (method, path) = (*rng.pick(&METHODS), *rng.pick(paths));
    Ask::Service {
        method: method.to_owned(),
        path: path.to_owned(),
    }
}

/// None, or leaves below what the definitions name, with now and then another.
fn leaves(
    model: &Model<'_>,
    definitions: &[&Map<String, Value>],
    resource_type: &str,
    rng: &mut Rng,
) -> Option<Vec<String>> {
    if rng.chance(20) {
        return None;
    }
    let all = model.all_leaves(resource_type);
    let named: Vec<Vec<String>> = definitions
        .iter()
        .map(|definition| named(definition, &all))
        .filter(|leaves| !leaves.is_empty())
        .collect();
    if named.is_empty() || rng.chance(10) {
        return Some(some(&all, rng));
    }
    Some(match named.as_slice() {
        [one] => some(one, rng),
        several => several.iter().map(|one| rng.pick(one).clone()).collect(),
    })
}

/// The leaves that a definition names.
fn named(definition: &Map<String, Value>, all: &[String]) -> Vec<String> {
    let listed = definition
        .get("resource_attributes")
        .and_then(Value::as_array);
    let paths: Vec<String> = listed
        .into_iter()
        .flatten()
        .map(|path| path.as_str().unwrap().to_lowercase())
        .collect();
    let named = |leaf: &&String| {
        let leaf = leaf.to_lowercase();
        paths
            .iter()
            .any(|path| path == "*" || leaf.starts_with(path.as_str()))
    };
    all.iter().filter(named).cloned().collect()
}

fn some(from: &[String], rng: &mut Rng) -> Vec<String> {
    (0..1 + rng.below(3))
        .map(|_| rng.pick(from).clone())
        .collect()
}
