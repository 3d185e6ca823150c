//! The OpenAPI 3.1 document of the management API, made of its operation table and of the definitions
//! of its resources, and of nothing else.
//!
//! It is the same for every realm and every server: `docs/openapi.json` is it.

mod answers;
mod batch;
mod names;
mod operations;
mod schemas;

use axum::{
    http::header,
    response::{IntoResponse, Response},
};
use domain::management::{reference::definitions, table::OPERATIONS};
use serde_json::{Map, Value, json};
use std::{collections::BTreeMap, sync::LazyLock};

/// `GET /v1/openapi.json`: anyone may know what can be asked.
pub(super) async fn get() -> Response {
    static TEXT: LazyLock<String> = LazyLock::new(|| document().to_string());
    let media_type = [(header::CONTENT_TYPE, "application/json")];
    (media_type, TEXT.as_str()).into_response()
}

/// The document.
pub fn document() -> Value {
    json!({
        "openapi": "3.1.0",
        "jsonSchemaDialect": "https://spec.openapis.org/oas/3.1/dialect/base",
        "info": {
            "title": "Ambit management API",
            "version": env!("CARGO_PKG_VERSION"),
            "summary": "What administrators configure: tenants, realms, and everything in a realm.",
            "description": INTRODUCTION,
            "license": { "name": "MIT OR Apache-2.0", "identifier": "MIT OR Apache-2.0" },
        },
        "servers": [{ "url": "/", "description": "The server that this document is read from." }],
        "tags": tags(),
        "paths": paths(),
        "components": {
            "schemas": components(),
            "parameters": operations::parameters(),
            "headers": answers::headers(),
            "responses": answers::responses(),
            "securitySchemes": { "oauth2": security_scheme() },
        },
    })
}

const INTRODUCTION: &str = "\
Every operation needs an access token of the realm in its path, made by that realm's own authorization server; what lies \
above realms needs one of the realm `default` of the tenant `default`. Of the alternatives under an operation's `security` \
any one will do.\n\n\
A thing that another realm has answers like one that does not exist (404). A field that the server sets is refused in a \
body, as is one that is not described here. An update is a JSON merge patch (RFC 7396): `null` takes a value away. Whoever \
sends the entity tag of what they read in `If-Match` overwrites nobody else's change: 412. Errors are problem details \
(RFC 9457), whose `code` is for programs and whose `detail` is for people; what is wrong with a body is in `errors`, each \
with its `field` and `rule`. An operation that would leave something without what it refers to is 409, and `used_by` says what \
stands in the way.";

fn tags() -> Vec<Value> {
    let tag = |name: &str, about: &str| json!({ "name": name, "description": about });
    let resources = definitions().into_iter().map(|d| tag(d.resource, d.about));
    resources.chain([tag("batch", batch::ABOUT)]).collect()
}

fn paths() -> Value {
    let mut paths: BTreeMap<&str, Map<String, Value>> = BTreeMap::new();
    for operation in OPERATIONS {
        let item = paths.entry(operation.path).or_insert_with(|| {
            let variables = operations::path_parameters(operation.path);
            Map::from_iter([("parameters".to_owned(), variables)])
        });
        let method = operation.method.to_ascii_lowercase();
        item.insert(method, operations::describe(operation));
    }
    let (path, item) = batch::path_item();
    paths.insert(path, item);
    json!(paths)
}

fn components() -> Map<String, Value> {
    let mut all = schemas::common();
    for definition in definitions() {
        schemas::add(definition, &mut all);
    }
    batch::add_schemas(&mut all);
    all
}

/// OAuth 2.0 of the realms themselves: the addresses are those of the first realm, every other has its own.
fn security_scheme() -> Value {
    const ROOT: &str = "/v1/tenants/default/realms/default";
    let scopes: BTreeMap<String, String> = OPERATIONS
        .iter()
        .flat_map(operations::scopes)
        .map(|scope| (scope.clone(), names::of_scope(&scope)))
        .collect();
    json!({
        "type": "oauth2",
        "description": "The authorization server of each realm, whose issuer is the realm's root. The addresses here are \
                        those of the realm `default` of the tenant `default`.",
        "flows": {
            "clientCredentials": { "tokenUrl": format!("{ROOT}/token"), "scopes": scopes },
            "authorizationCode": {
                "authorizationUrl": format!("{ROOT}/authorize"),
                "tokenUrl": format!("{ROOT}/token"),
                "refreshUrl": format!("{ROOT}/token"),
                "scopes": scopes,
            },
        },
    })
}
