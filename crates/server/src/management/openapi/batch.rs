//! The batch: the one operation that is made of others.

use super::{answers, names, operations};
use domain::management::MAX_OPERATIONS;
use serde_json::{Map, Value, json};

pub(super) const ABOUT: &str =
    "Several changes of a realm's configuration, made together or not at all.";
const PATH: &str = crate::route::realm_path!("/batch");

/// Its path, and what can be done there.
pub(super) fn path_item() -> (&'static str, Map<String, Value>) {
    let mut responses = answers::success(
        "200",
        "All were made: what came of each, in order.",
        "BatchResults",
        &[],
    );
    responses.extend(answers::problems(&["409", "412", "413", "415"]));
    let post = json!({
        "operationId": "batch",
        "summary": "Change several things together",
        "description": "Each operation is decided on the realm as those before it leave it, and needs the scope that it would need by \
                        itself; beyond that, any token of the realm will do. If one can't be made, none is, and `operation` says which.",
        "tags": ["batch"],
        "security": [{ "oauth2": [] }],
        "parameters": [],
        "requestBody": {
            "required": true,
            "content": { "application/json": { "schema": { "$ref": names::reference("Batch") } } },
        },
        "responses": responses,
    });
    let item = [
        ("parameters".to_owned(), operations::path_parameters(PATH)),
        ("post".to_owned(), post),
    ];
    (PATH, Map::from_iter(item))
}

/// Adds the schemas of batches.
pub(super) fn add_schemas(schemas: &mut Map<String, Value>) {
    let operation = json!({
        "type": "object",
        "required": ["method", "path"],
        "additionalProperties": false,
        "properties": {
            "method": { "enum": ["POST", "PATCH", "DELETE"], "description": "Create, update or delete." },
            "path": { "type": "string", "description": "The address below the realm's root, such as `scopes/{id}`; empty for the realm itself. `@` and a label stand for the id of what an operation before it made." },
            "body": { "type": ["object", "null"], "description": "What the operation by itself would be sent; a string that is `@` and a label stands for an id." },
            "if_match": { "type": ["string", "null"], "description": "As the header `If-Match`." },
            "label": { "type": ["string", "null"], "description": "What later operations call the thing that this one makes." },
        },
    });
    let batch = json!({
        "type": "object",
        "description": ABOUT,
        "required": ["operations"],
        "additionalProperties": false,
        "properties": {
            "operations": { "type": "array", "maxItems": MAX_OPERATIONS, "items": operation },
            "dry_run": { "type": ["boolean", "null"], "description": "Whether to decide everything and make nothing." },
        },
    });
    let result = json!({
        "type": "object",
        "required": ["status"],
        "additionalProperties": false,
        "properties": {
            "status": { "enum": [200, 201, 204], "description": "What the operation by itself would have answered." },
            "id": { "type": "string", "description": "The id of what was made." },
            "etag": { "type": "string", "description": "The entity tag of the thing as it is then." },
            "body": { "type": "object", "description": "The whole of it." },
        },
    });
    let results = json!({
        "type": "object",
        "required": ["results"],
        "additionalProperties": false,
        "properties": { "results": { "type": "array", "items": result } },
    });
    schemas.insert("Batch".to_owned(), batch);
    schemas.insert("BatchResults".to_owned(), results);
}
