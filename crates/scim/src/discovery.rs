//! Discovery resources as JSON (RFC 7643 §5 to §7, RFC 7644 §4, RFC 9865 §4).

use crate::{ResourceType, Schema, bulk, json, query, urn};
use serde_json::{Value, json};

/// How long a cursor lives, in seconds.
pub const CURSOR_TIMEOUT: u32 = 600;

/// `ServiceProviderConfig`. `base` is the URL of the SCIM root, such as `https://host/scim/v2`.
pub fn service_provider_config(base: &str) -> Value {
    json!({
        "schemas": [urn::SERVICE_PROVIDER_CONFIG],
        "patch": { "supported": true },
        "bulk": {
            "supported": true,
            "maxOperations": bulk::MAX_OPERATIONS,
            "maxPayloadSize": json::MAX_BODY,
        },
        "filter": { "supported": true, "maxResults": query::MAX_COUNT },
        "changePassword": { "supported": true },
        "sort": { "supported": true },
        "etag": { "supported": true },
        "pagination": {
            "cursor": true,
            "index": true,
            "defaultPaginationMethod": "index",
            "defaultPageSize": query::DEFAULT_COUNT,
            "maxPageSize": query::MAX_COUNT,
            "cursorTimeout": CURSOR_TIMEOUT,
        },
        "authenticationSchemes": [{
            "type": "oauthbearertoken",
            "name": "OAuth Bearer Token",
            "description": "An OAuth 2.0 access token in the Authorization header (RFC 6750).",
            "specUri": "https://www.rfc-editor.org/rfc/rfc6750",
            "primary": true,
        }],
        "meta": meta("ServiceProviderConfig", format!("{base}/ServiceProviderConfig")),
    })
}

/// One resource of `/ResourceTypes`.
pub fn resource_type(resource_type: &ResourceType, base: &str) -> Value {
    let location = format!("{base}/ResourceTypes/{}", resource_type.id);
    with_meta(
        json!(resource_type),
        urn::RESOURCE_TYPE,
        meta("ResourceType", location),
    )
}

/// One resource of `/Schemas`.
pub fn schema(schema: &Schema, base: &str) -> Value {
    with_meta(
        json!(schema),
        urn::SCHEMA,
        meta("Schema", format!("{base}/Schemas/{}", schema.id)),
    )
}

fn meta(resource_type: &str, location: String) -> Value {
    json!({ "resourceType": resource_type, "location": location })
}

fn with_meta(mut resource: Value, urn: &str, meta: Value) -> Value {
    if let Some(members) = resource.as_object_mut() {
        members.shift_insert(0, "schemas".to_owned(), json!([urn]));
        members.insert("meta".to_owned(), meta);
    }
    resource
}
