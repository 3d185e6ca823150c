//! The resource types whose resources are searched.

use scim::{ResourceSchema, ResourceType, Schema, core};
use serde_json::{Value, json};
use std::sync::Arc;

/// Users with the enterprise extension, groups, and a type of an administrator's making.
pub fn all() -> [Arc<ResourceSchema>; 3] {
    let [device, more, device_type] = device();
    let mut schemas = core::schemas();
    schemas.extend([device, more].map(|schema| serde_json::from_value::<Schema>(schema).unwrap()));
    let mut types = core::resource_types();
    types.push(serde_json::from_value::<ResourceType>(device_type).unwrap());
    let compile = |name: &str| {
        let found = types.iter().find(|t| t.name == name).unwrap().clone();
        let find = |urn: &str| schemas.iter().find(|schema| schema.id == urn);
        Arc::new(ResourceSchema::compile(found, find).unwrap())
    };
    ["User", "Group", "Device"].map(compile)
}

/// Every kind of attribute, alone, in lists, in complex attributes and in an extension; and names
/// that mean something in users and groups only.
fn device() -> [Value; 3] {
    let kinds = [
        json!({ "name": "label" }),
        json!({ "name": "serial", "caseExact": true }),
        json!({ "name": "count", "type": "integer" }),
        json!({ "name": "weight", "type": "decimal" }),
        json!({ "name": "inUse", "type": "boolean" }),
        json!({ "name": "bought", "type": "dateTime" }),
        json!({ "name": "image", "type": "binary" }),
        json!({ "name": "manual", "type": "reference" }),
    ];
    let parts = [
        &kinds[..],
        &[
            json!({ "name": "primary", "type": "boolean" }),
            json!({ "name": "tags", "multiValued": true }),
        ],
    ]
    .concat();
    let lists = [
        json!({ "name": "tags", "multiValued": true }),
        json!({ "name": "counts", "type": "integer", "multiValued": true }),
        json!({ "name": "parts", "type": "complex", "multiValued": true, "subAttributes": parts }),
        json!({ "name": "box", "type": "complex", "subAttributes": parts }),
        json!({
            "name": "members", "type": "complex", "multiValued": true,
            "subAttributes": [{ "name": "value" }, { "name": "display" }]
        }),
        json!({
            "name": "groups", "type": "complex", "multiValued": true,
            "subAttributes": [{ "name": "value" }, { "name": "type" }]
        }),
    ];
    let attributes = [&kinds[..], &lists[..]].concat();
    [
        json!({ "id": "urn:x:Device", "attributes": attributes }),
        json!({ "id": "urn:x:More:2.0:Device", "attributes": attributes }),
        json!({
            "id": "Device", "name": "Device", "endpoint": "/Devices", "schema": "urn:x:Device",
            "schemaExtensions": [{ "schema": "urn:x:More:2.0:Device", "required": false }]
        }),
    ]
}
