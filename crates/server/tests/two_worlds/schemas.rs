//! Random schemas: two types of an administrator's making and an extension of users.

use crate::rng::Rng;
use serde_json::{Value, json};

pub const ENTERPRISE: &str = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";
pub const BADGE: &str = "urn:example:badge:2.0:User";
pub const DEVICE: &str = "urn:example:device";
pub const VAULT: &str = "urn:example:vault";

/// The resource types of every realm of callers: name and endpoint.
pub const TYPES: [(&str, &str); 4] = [
    ("User", "Users"),
    ("Group", "Groups"),
    ("Device", "Devices"),
    ("Vault", "Vaults"),
];

/// Bodies of `POST /schemas`.
pub fn schemas(rng: &mut Rng) -> Vec<Value> {
    let serial = json!({
        "name": "serial", "required": true, "uniqueness": "server", "case_exact": rng.chance(50),
    });
    let mut device = vec![serial];
    device.extend(attributes(rng, 75, true));
    let mut vault = vec![json!({ "name": "label", "required": true })];
    vault.extend(attributes(rng, 30, false).into_iter().skip(1));
    let schema =
        |urn: &str, attributes: Vec<Value>| json!({ "urn": urn, "attributes": attributes });
    vec![
        schema(BADGE, attributes(rng, 40, false)),
        schema(DEVICE, device),
        schema(VAULT, vault),
    ]
}

/// Bodies of `POST /resource-types`.
pub fn resource_types() -> Vec<Value> {
    vec![
        json!({ "name": "Device", "endpoint": "/Devices", "schema": DEVICE }),
        json!({ "name": "Vault", "endpoint": "/Vaults", "schema": VAULT }),
    ]
}

/// Some of every kind of attribute; the first is always there.
fn attributes(rng: &mut Rng, percent: usize, with_keys: bool) -> Vec<Value> {
    let returned = |rng: &mut Rng| *rng.pick(&["default", "default", "request", "always"]);
    let kinds = kinds();
    let mut attributes: Vec<Value> = Vec::new();
    for (index, mut kind) in kinds.iter().cloned().enumerate() {
        if index == 0 || rng.chance(percent) {
            kind["returned"] = json!(returned(rng));
            attributes.push(kind);
        }
    }
    if with_keys {
        attributes.push(json!({ "name": "key", "mutability": "writeOnly", "returned": "never" }));
    }
    if rng.chance(percent) {
        let mut parts = rng.some(&kinds, 50);
        parts.push(json!({ "name": "value" }));
        parts.push(json!({ "name": "type", "canonical_values": ["work", "home"] }));
        parts.push(json!({ "name": "primary", "type": "boolean" }));
        attributes.push(json!({
            "name": "parts", "type": "complex", "multi_valued": true, "sub_attributes": parts,
        }));
    }
    if rng.chance(percent) {
        let mut parts = rng.some(&kinds, 50);
        parts.push(json!({ "name": "value" }));
        attributes.push(json!({ "name": "box", "type": "complex", "sub_attributes": parts }));
    }
    attributes
}

fn kinds() -> Vec<Value> {
    vec![
        json!({ "name": "label" }),
        json!({ "name": "note", "case_exact": true }),
        json!({ "name": "count", "type": "integer" }),
        json!({ "name": "weight", "type": "decimal" }),
        json!({ "name": "inUse", "type": "boolean" }),
        json!({ "name": "bought", "type": "dateTime" }),
        json!({ "name": "image", "type": "binary" }),
        json!({ "name": "manual", "type": "reference", "reference_types": ["external"] }),
        json!({ "name": "tags", "multi_valued": true }),
    ]
}
