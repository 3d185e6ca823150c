//! One operation of the table as the document has it.

use super::{answers, names};
use domain::management::table::{Operation, Reach, Verb};
use scope::{ScopeKind, built_in_scopes};
use serde_json::{Map, Value, json};

/// The scopes of which each is enough for an operation, the one that is just its right first.
pub(super) fn scopes(operation: &Operation) -> Vec<String> {
    let mut scopes = vec![operation.scope.to_owned()];
    for definition in built_in_scopes() {
        let allows = match &definition.kind {
            ScopeKind::Management(rights) => rights.contains(operation.right),
            _ => false,
        };
        let name = definition.name.as_str();
        if allows && name != operation.scope {
            scopes.push(name.to_owned());
        }
    }
    scopes
}

/// The operation.
pub(super) fn describe(operation: &Operation) -> Value {
    let alternatives: Vec<Value> = scopes(operation)
        .iter()
        .map(|scope| json!({ "oauth2": [scope] }))
        .collect();
    let schema = names::schema(operation.definition);
    let mut object = Map::from_iter([
        ("operationId".to_owned(), json!(names::operation(operation))),
        ("summary".to_owned(), json!(names::summary(operation))),
        ("description".to_owned(), json!(about(operation))),
        ("tags".to_owned(), json!([operation.definition.resource])),
        ("security".to_owned(), json!(alternatives)),
        ("parameters".to_owned(), asked(operation)),
        ("responses".to_owned(), answers::of(operation, &schema)),
    ]);
    let body = |suffix: &str, media_types: &[&str]| {
        let schema =
            json!({ "schema": { "$ref": names::reference(&format!("{schema}{suffix}")) } });
        let content: Map<_, _> = media_types
            .iter()
            .map(|name| ((*name).to_owned(), schema.clone()))
            .collect();
        json!({ "required": true, "content": content })
    };
    match operation.verb {
        Verb::Create | Verb::Report => drop(object.insert(
            "requestBody".into(),
            body("Creation", &["application/json"]),
        )),
        Verb::Update => {
            let body = body(
                "Patch",
                &["application/merge-patch+json", "application/json"],
            );
            object.insert("requestBody".into(), body);
        }
        Verb::List | Verb::Read | Verb::Delete => {}
    }
    Value::Object(object)
}

/// What must be known of it.
fn about(operation: &Operation) -> String {
    let scopes: Vec<_> = scopes(operation)
        .iter()
        .map(|scope| format!("`{scope}`"))
        .collect();
    let of = match operation.reach {
        Reach::Realm => "the realm in the path",
        Reach::System => "the realm `default` of the tenant `default`",
    };
    format!("Needs a token of {of} with {}.", scopes.join(" or "))
}

/// The parameters of an operation beside those of its path.
fn asked(operation: &Operation) -> Value {
    let names: &[&str] = match operation.verb {
        Verb::Create | Verb::Report => &[],
        Verb::List => &["PageSize", "PageToken", "Filter"],
        Verb::Read => &["IfNoneMatch"],
        Verb::Update | Verb::Delete => &["IfMatch"],
    };
    names
        .iter()
        .map(|name| json!({ "$ref": format!("#/components/parameters/{name}") }))
        .collect()
}

/// The variables of a path.
pub(super) fn path_parameters(path: &str) -> Value {
    let variables = path
        .split('/')
        .filter_map(|part| part.strip_prefix('{')?.strip_suffix('}'));
    variables
        .map(|name| {
            json!({
                "name": name,
                "in": "path",
                "required": true,
                "description": match name {
                    "tenant" => "The name of the tenant.".to_owned(),
                    "realm" => "The name of the realm.".to_owned(),
                    "id" => "The id of the thing.".to_owned(),
                    name => format!("The id of the {name}."),
                },
                "schema": { "type": "string" },
            })
        })
        .collect()
}

/// The parameters that operations share.
pub(super) fn parameters() -> Value {
    let entity_tags = "^(\\*|(W/)?\"[!#-~]*\"([ \\t]*,[ \\t]*(W/)?\"[!#-~]*\")*)$";
    let header = |name: &str, about: &str| {
        json!({
            "name": name,
            "in": "header",
            "description": about,
            "schema": { "type": "string", "pattern": entity_tags },
        })
    };
    json!({
        "PageSize": {
            "name": "page_size",
            "in": "query",
            "description": "How many things a page has at most.",
            "schema": { "type": "integer", "minimum": 1, "maximum": 200, "default": 20 },
        },
        "PageToken": {
            "name": "page_token",
            "in": "query",
            "description": "The `next_page_token` of the page before: good for the same list, filter and caller only.",
            "schema": { "type": "string" },
        },
        "Filter": {
            "name": "filter",
            "in": "query",
            "description": "A filter of the grammar of SCIM (RFC 7644 §3.4.2.2) on the fields of the resource, such as `name sw \"a\"`.",
            "schema": { "type": "string" },
        },
        "IfMatch": header("If-Match", "The entity tag of the thing as it was read (RFC 9110 §13.1.1): if it is another by now, nothing is done."),
        "IfNoneMatch": header("If-None-Match", "The entity tag of the thing as it is known (RFC 9110 §13.1.2): if it is the same still, 304."),
    })
}
