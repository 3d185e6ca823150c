//! What operations answer: the statuses that operations of their verb can have, of which a single one may have fewer.

use super::names;
use domain::management::{
    reference::Definition,
    table::{OPERATIONS, Operation, Verb},
};
use serde_json::{Map, Value, json};

/// The problems that operations can meet: status, name, and what it means.
const PROBLEMS: [(&str, &str, &str); 9] = [
    (
        "400",
        "BadRequest",
        "The request can't be understood, or breaks a rule: `errors` says which.",
    ),
    (
        "401",
        "Unauthorized",
        "There is no token, or none that is good here.",
    ),
    (
        "403",
        "Forbidden",
        "The token lacks the scope (`insufficient_scope`), or the caller would give more than it has (`beyond_own_rights`).",
    ),
    (
        "404",
        "NotFound",
        "There is no such thing in this realm, or no such realm.",
    ),
    (
        "409",
        "Conflict",
        "Something that exists stands in the way: `code` and `used_by` say what.",
    ),
    (
        "412",
        "PreconditionFailed",
        "The thing is not as `If-Match` expects: somebody changed it meanwhile.",
    ),
    ("413", "ContentTooLarge", "The body is too large."),
    (
        "415",
        "UnsupportedMediaType",
        "The body is of another media type.",
    ),
    ("503", "ServiceUnavailable", "The server can't do this now."),
];

/// The answers of an operation, whose things have the schema.
pub(super) fn of(operation: &Operation, schema: &str) -> Value {
    let mut answers = match operation.verb {
        Verb::Create => success(
            "201",
            "It was made. Secrets in it are shown this once.",
            schema,
            &["ETag", "Location"],
        ),
        Verb::List => success(
            "200",
            "A page, in order of ids.",
            &format!("{schema}Page"),
            &[],
        ),
        Verb::Read => {
            let mut answers = success("200", "The whole of it.", schema, &["ETag"]);
            let known = json!({
                "description": "It is as the caller knows it.",
                "headers": { "ETag": header("ETag") },
            });
            answers.insert("304".into(), known);
            answers
        }
        Verb::Update => success("200", "The whole of it as it is now.", schema, &["ETag"]),
        Verb::Report => {
            let schema = names::schema(above(operation).unwrap_or(operation.definition));
            success("200", "What it tells of, as it is now.", &schema, &[])
        }
        Verb::Delete => {
            Map::from_iter([("204".to_owned(), json!({ "description": "It is gone." }))])
        }
    };
    let more: &[&str] = match operation.verb {
        Verb::Create | Verb::Report => &["409", "413", "415"],
        Verb::List | Verb::Read => &[],
        Verb::Update => &["409", "412", "413", "415"],
        Verb::Delete => &["409", "412"],
    };
    answers.extend(problems(more));
    Value::Object(answers)
}

/// What a report tells of: whatever is read at the address above its own.
fn above(operation: &Operation) -> Option<&'static Definition> {
    let (path, _) = operation.path.rsplit_once('/')?;
    let mut all = OPERATIONS.iter();
    let read = all.find(|other| other.verb == Verb::Read && other.path == path);
    read.map(|read| read.definition)
}

/// One answer that has a body.
pub(super) fn success(
    status: &str,
    about: &str,
    schema: &str,
    headers: &[&str],
) -> Map<String, Value> {
    let headers: Map<_, _> = headers
        .iter()
        .map(|name| ((*name).to_owned(), header(name)))
        .collect();
    let mut answer = json!({
        "description": about,
        "content": { "application/json": { "schema": { "$ref": names::reference(schema) } } },
    });
    if let (false, Some(answer)) = (headers.is_empty(), answer.as_object_mut()) {
        answer.insert("headers".into(), headers.into());
    }
    Map::from_iter([(status.to_owned(), answer)])
}

/// The problems that every operation can meet, and `more`.
pub(super) fn problems(more: &[&str]) -> impl Iterator<Item = (String, Value)> {
    let always = ["400", "401", "403", "404", "503"];
    let met = PROBLEMS
        .iter()
        .filter(move |(status, ..)| always.contains(status) || more.contains(status));
    met.map(|(status, name, _)| {
        let reference = format!("#/components/responses/{name}");
        ((*status).to_owned(), json!({ "$ref": reference }))
    })
}

/// The problems in full.
pub(super) fn responses() -> Map<String, Value> {
    let each = PROBLEMS.iter().map(|(status, name, about)| {
        let problem = json!({ "schema": { "$ref": names::reference("Problem") } });
        let mut answer = json!({
            "description": about,
            "content": { "application/problem+json": problem },
        });
        let header_of = match *status {
            "401" => Some("WWW-Authenticate"),
            "503" => Some("Retry-After"),
            _ => None,
        };
        if let (Some(name), Some(answer)) = (header_of, answer.as_object_mut()) {
            answer.insert("headers".into(), json!({ name: header(name) }));
        }
        ((*name).to_owned(), answer)
    });
    each.collect()
}

fn header(name: &str) -> Value {
    json!({ "$ref": format!("#/components/headers/{name}") })
}

/// The headers in full.
pub(super) fn headers() -> Value {
    let header = |about: &str, schema: Value| json!({ "description": about, "required": true, "schema": schema });
    let text = || json!({ "type": "string" });
    json!({
        "ETag": header("The entity tag of the thing as it is now (RFC 9110 §8.8.3), for `If-Match`.", text()),
        "Location": header("The address of what was made.", json!({ "type": "string", "format": "uri" })),
        "WWW-Authenticate": header("How to authenticate (RFC 6750 §3).", text()),
        "Retry-After": header("After how many seconds to try again.", json!({ "type": "integer" })),
    })
}
