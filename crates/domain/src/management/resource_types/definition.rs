//! What an administrator says of a resource type (RFC 7643 §6).

use super::super::{
    FieldError, Object,
    body::{Body, short},
    field,
};
use crate::{scim::SubType, snapshot::RealmSnapshot};
use scim::{ResourceSchema, ResourceType, SchemaExtension};
use serde_json::Value;

/// Endpoints that mean something else (RFC 7644 §3.2).
const RESERVED_ENDPOINTS: [&str; 5] = [
    "me",
    "bulk",
    "schemas",
    "resourcetypes",
    "serviceproviderconfig",
];
/// Names that `meta.resourceType` has of discovery resources (RFC 7643 §5 to §7).
const RESERVED_NAMES: [&str; 3] = ["schema", "resourcetype", "serviceproviderconfig"];

/// Reads and checks a body: its schemas exist, and compile together.
pub(super) fn read(body: &Object, snapshot: &RealmSnapshot) -> Result<ResourceType, FieldError> {
    let extensions = Body(body).value("schema_extensions");
    let body = Body(body);
    let name = body.required_text("name")?;
    let is_sub_resource = SubType::ALL
        .iter()
        .any(|sub| sub.name().eq_ignore_ascii_case(name));
    let reserved = RESERVED_NAMES.contains(&name.to_ascii_lowercase().as_str()) || is_sub_resource;
    if !scim::is_name(name) || reserved {
        let detail = format!(
            "has `{}`: a letter, then letters, digits, `-` and `_`",
            short(name)
        );
        return Err(FieldError::invalid("name", detail));
    }
    let resource_type = ResourceType {
        id: name.to_owned(),
        name: name.to_owned(),
        description: body.text("description")?.map(str::to_owned),
        endpoint: endpoint(body.required_text("endpoint")?)?,
        schema: known_schema("schema", body.required_text("schema")?, snapshot)?,
        schema_extensions: extensions
            .map(|e| read_extensions(e, snapshot))
            .transpose()?
            .unwrap_or_default(),
    };
    let find = |urn: &str| {
        snapshot
            .config()
            .schema_by_urn(urn)
            .map(|record| &record.schema)
    };
    ResourceSchema::compile(resource_type.clone(), find)
        .map_err(|error| FieldError::invalid("schema_extensions", format!("can't be: {error}")))?;
    Ok(resource_type)
}

/// One segment below the SCIM root, such as `/Devices`.
fn endpoint(text: &str) -> Result<String, FieldError> {
    let segment = text
        .strip_prefix('/')
        .filter(|segment| scim::is_name(segment));
    match segment {
        Some(segment) if !RESERVED_ENDPOINTS.contains(&segment.to_ascii_lowercase().as_str()) => {
            Ok(text.to_owned())
        }
        Some(_) => Err(FieldError::invalid(
            "endpoint",
            "is an endpoint of SCIM itself",
        )),
        None => {
            let detail = format!("has `{}`: it must look like `/Devices`", short(text));
            Err(FieldError::invalid("endpoint", detail))
        }
    }
}

/// The URN of a schema of the realm, in its own spelling.
fn known_schema(field: &str, urn: &str, snapshot: &RealmSnapshot) -> Result<String, FieldError> {
    let known = snapshot.config().schema_by_urn(urn);
    known.map(|record| record.schema.id.clone()).ok_or_else(|| {
        let detail = format!("has `{}`, which is no schema of this realm", short(urn));
        FieldError::invalid(field, detail)
    })
}

fn read_extensions(
    value: &Value,
    snapshot: &RealmSnapshot,
) -> Result<Vec<SchemaExtension>, FieldError> {
    let wrong = || FieldError::invalid("schema_extensions", "must be an array of objects");
    let each = value
        .as_array()
        .ok_or_else(wrong)?
        .iter()
        .enumerate()
        .map(|(index, value)| {
            let outer = format!("schema_extensions[{index}]");
            let object = value.as_object().ok_or_else(wrong)?;
            let known = ["schema", "required"];
            if let Some(name) = object.keys().find(|name| !known.contains(&name.as_str())) {
                return Err(field::unknown(name, known.into_iter()).within(&outer));
            }
            let read = |body: Body<'_>| {
                Ok(SchemaExtension {
                    schema: known_schema("schema", body.required_text("schema")?, snapshot)?,
                    required: body.boolean("required")?.unwrap_or(false),
                })
            };
            read(Body(object)).map_err(|error: FieldError| error.within(&outer))
        });
    each.collect()
}

/// What in `new` would make resources unreadable or invalid that were stored under `old`.
pub(super) fn breaks(old: &ResourceType, new: &ResourceType) -> Option<String> {
    let find = |of: &ResourceType, urn: &str| {
        of.schema_extensions
            .iter()
            .find(|e| e.schema == urn)
            .map(|e| e.required)
    };
    let removed = old
        .schema_extensions
        .iter()
        .find(|e| find(new, &e.schema).is_none());
    let demanded = new
        .schema_extensions
        .iter()
        .find(|e| e.required && find(old, &e.schema) != Some(true));
    removed
        .map(|e| format!("the extension `{}` can't be taken away", e.schema))
        .or_else(|| demanded.map(|e| format!("the extension `{}` can't become required", e.schema)))
}
