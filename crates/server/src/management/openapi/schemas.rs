//! Schemas of resources: as they are made, patched, shown and listed.

use super::names;
use domain::management::{
    reference::{Access, Definition, Field, FieldKind},
    table::{OPERATIONS, Verb},
};
use serde_json::{Map, Value, json};

/// The schemas that every resource's answers have in common.
pub(super) fn common() -> Map<String, Value> {
    let text = |about: &str| json!({ "type": "string", "description": about });
    let member = |properties: Value| json!({ "type": "object", "properties": properties });
    let broken = member(json!({
        "field": text("The field of the body, or the parameter."),
        "rule": text("A word for the rule that it breaks, such as `required`, `unknown`, `invalid`, `immutable`, `server_set`."),
        "detail": text("The rule, as the end of a sentence that begins with the field."),
    }));
    let users = member(json!({
        "kind": text("What they are: a resource of this API, or `resources` for people and the like."),
        "count": { "type": ["integer", "null"], "description": "How many there are, where that is known." },
        "first": { "type": "array", "items": { "type": "string" }, "description": "The ids of the first few." },
    }));
    let problem = json!({
        "type": "object",
        "description": "Problem details (RFC 9457).",
        "required": ["title", "status", "detail"],
        "additionalProperties": false,
        "properties": {
            "title": text("The status in words."),
            "status": { "type": "integer", "minimum": 400, "maximum": 599 },
            "code": text("A word for programs."),
            "detail": text("A sentence for people: what is wrong, and what to do about it."),
            "errors": { "type": "array", "items": broken, "description": "What is wrong with the request (400)." },
            "used_by": { "type": "array", "items": users, "description": "What stands in the way (409)." },
            "operation": { "type": "integer", "minimum": 0, "description": "The operation of a batch that stands in the way, counted from 0." },
        },
    });
    Map::from_iter([("Problem".to_owned(), problem)])
}

/// Those whose secrets are shown to whoever they are for: the connector that runs a profile.
const SHOW_SECRETS: [&str; 1] = ["sync-profiles"];

/// Adds the schemas of a resource: those that its operations speak of.
pub(super) fn add(definition: &Definition, schemas: &mut Map<String, Value>) {
    let name = names::schema(definition);
    let fields = || definition.fields.iter();
    let its_own = OPERATIONS
        .iter()
        .filter(|o| o.definition.resource == definition.resource);
    for operation in its_own {
        match operation.verb {
            Verb::Create | Verb::Report => {
                schemas.insert(format!("{name}Creation"), creation(definition));
            }
            Verb::Update => {
                let changed = fields().filter(|f| f.access == Access::Writable);
                let about = "A JSON merge patch (RFC 7396): what is left out stays, and `null` takes a value away.";
                schemas.insert(format!("{name}Patch"), object(about, changed, given));
            }
            Verb::List => drop(schemas.insert(format!("{name}Page"), page(&name))),
            Verb::Read | Verb::Delete => {}
        }
        if !matches!(operation.verb, Verb::Delete | Verb::Report) {
            let with_secrets = SHOW_SECRETS.contains(&definition.resource);
            let all = fields().filter(|f| with_secrets || !f.secret);
            schemas.insert(name.clone(), object(definition.about, all, shown));
        }
    }
}

fn creation(definition: &Definition) -> Value {
    let set = || {
        let fields = definition.fields.iter();
        fields.filter(|field| field.access != Access::ByServer)
    };
    let about = format!("What a new {} is made of.", definition.singular);
    let mut schema = object(&about, set(), given);
    let required: Vec<_> = set().filter(|f| f.required).map(|f| f.name).collect();
    if let (false, Some(schema)) = (required.is_empty(), schema.as_object_mut()) {
        schema.insert("required".into(), required.into());
    }
    schema
}

fn page(name: &str) -> Value {
    json!({
        "type": "object",
        "required": ["items"],
        "additionalProperties": false,
        "properties": {
            "items": { "type": "array", "maxItems": 200, "items": { "$ref": names::reference(name) } },
            "next_page_token": { "type": "string", "description": "What to ask for to get the next page, if there is one." },
        },
    })
}

fn object<'f>(
    about: &str,
    fields: impl Iterator<Item = &'f Field>,
    schema: fn(&Field) -> Value,
) -> Value {
    let properties: Map<String, Value> = fields
        .map(|field| (field.name.to_owned(), schema(field)))
        .collect();
    json!({
        "type": "object",
        "description": about,
        "additionalProperties": false,
        "properties": properties,
    })
}

/// A field as it is shown.
fn shown(field: &Field) -> Value {
    let mut schema = typed(field);
    if field.access == Access::ByServer {
        schema.insert("readOnly".into(), true.into());
    }
    Value::Object(schema)
}

/// A field as it is given: `null` stands for nothing, which is enough where nothing is needed.
fn given(field: &Field) -> Value {
    let mut schema = typed(field);
    if field.secret {
        schema.insert("writeOnly".into(), true.into());
    }
    if !field.required {
        if let Some(kind) = schema.get("type").cloned() {
            schema.insert("type".into(), json!([kind, "null"]));
        }
        if let Some(Value::Array(words)) = schema.get_mut("enum") {
            words.push(Value::Null);
        }
    }
    Value::Object(schema)
}

/// What a field holds, and what is said of it.
fn typed(field: &Field) -> Map<String, Value> {
    let mut schema = match field.kind {
        FieldKind::Text | FieldKind::Exact => json!({ "type": "string" }),
        FieldKind::Texts | FieldKind::Exacts => {
            json!({ "type": "array", "items": { "type": "string" } })
        }
        FieldKind::Boolean => json!({ "type": "boolean" }),
        FieldKind::Integer => json!({ "type": "integer" }),
        FieldKind::Time => json!({ "type": "string", "format": "date-time" }),
        FieldKind::Structure => json!({}),
    };
    if let Some(words) = field.words {
        // Within a list it is the values that are of the words.
        let of = match schema.get("items").is_some() {
            true => schema.get_mut("items").and_then(Value::as_object_mut),
            false => schema.as_object_mut(),
        };
        if let Some(of) = of {
            of.insert("enum".into(), words().into());
        }
    }
    let mut about = field.about.to_owned();
    if let Some(resource) = field.refers_to {
        about.push_str(&format!(" Of `{resource}`, by id."));
    }
    if let Some(default) = field.default {
        about.push_str(&format!(" Default: {default}."));
    }
    let Value::Object(mut schema) = schema else {
        return Map::new();
    };
    schema.insert("description".into(), about.into());
    schema
}
