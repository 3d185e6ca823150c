//! Writes the file of a realm: kinds in a fixed order, objects by name, fields as they are defined.

use super::kinds::{self, Kind, REALM};
use crate::manage::{
    change::Object,
    world::{Selector, World, text},
};
use serde_json::Value;
use std::fmt::Write;

const HEAD: &str = "\
# The configuration of an Ambit realm. `ambit config plan FILE` compares a realm with it, and
# `ambit config apply FILE` makes the realm so. Kinds of objects that are not in it are left alone;
# of a kind that is, what is not in it is deleted. Secrets are named by the variable or the file that
# they come from: { env = \"NAME\" } or { file = \"path\" }.
";

/// Longest line that an array keeps to itself.
const WIDE: usize = 90;

/// The realm as a file.
pub(super) async fn realm(world: &mut World) -> anyhow::Result<String> {
    let mut out = HEAD.to_owned();
    if let Some(kind) = kinds::realm() {
        let found = world.one(kind.noun, &Selector::default()).await?;
        out.push_str(&format!("\n[{REALM}]\n"));
        let object = world.with_names(kind.noun, found.object).await?;
        fields(&mut out, kind, &object, false);
    }
    for kind in kinds::all() {
        for object in objects(world, kind, &Selector::default()).await? {
            let resource = kind.noun.resource;
            let built_in = kind.is_built_in(&object);
            if built_in && has_nothing(kind, &object) {
                continue;
            }
            let _ = write!(out, "\n[[{resource}]]\n");
            fields(&mut out, kind, &object, built_in);
            if let (true, Some(assigned)) = (kind.noun.has_versions(), kinds::assigned()) {
                for scope in objects(world, assigned, &below(&object)).await? {
                    let _ = write!(out, "\n[[{resource}.{}]]\n", assigned.noun.resource);
                    fields(&mut out, assigned, &scope, false);
                }
            }
        }
    }
    Ok(out)
}

/// All objects of a kind that belong in a file, by name, with names for ids.
pub(super) async fn objects(
    world: &mut World,
    kind: Kind,
    place: &Selector,
) -> anyhow::Result<Vec<Object>> {
    let mut objects = Vec::new();
    for object in world.all(kind.noun, place, None).await? {
        if !kind.is_foreign(&object) {
            objects.push(world.with_names(kind.noun, object).await?);
        }
    }
    Ok(objects)
}

/// Where the scopes assigned to a client are.
pub(super) fn below(client: &Object) -> Selector {
    let owned = |name: &str| Some(text(client, name).to_owned());
    Selector {
        client: Some(Box::new(Selector {
            name: owned("name"),
            version: owned("version"),
            client: None,
        })),
        ..Selector::default()
    }
}

fn has_nothing(kind: Kind, object: &Object) -> bool {
    let name = kind.name_field();
    let mut said = kind
        .fields(true)
        .into_iter()
        .filter(|field| field.name != name);
    said.all(|field| object.get(field.name).is_none_or(is_nothing))
}

fn is_nothing(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::Array(values) => values.is_empty(),
        _ => false,
    }
}

fn fields(out: &mut String, kind: Kind, object: &Object, built_in: bool) {
    let mut named = kind.fields(built_in);
    // What it is called stands first.
    named.sort_by_key(|field| field.name != kind.name_field());
    // Which realm it is stands outside of the file.
    let is_realm = kind.noun.resource == "realms";
    for field in named {
        if is_realm && field.name == kind.name_field() {
            continue;
        }
        if field.secret {
            if object.get(&Kind::has(field)) == Some(&Value::Bool(true)) {
                let variable = variable(kind, object, field.name);
                let _ = writeln!(out, "{} = {{ env = \"{variable}\" }}", field.name);
            }
            continue;
        }
        if let Some(value) = object.get(field.name).filter(|value| !value.is_null()) {
            let _ = writeln!(out, "{} = {}", field.name, written(value));
        }
    }
}

/// A name for the variable that a secret is to come from.
fn variable(kind: Kind, object: &Object, field: &str) -> String {
    let name = text(object, kind.name_field());
    let upper = |c: char| match c.is_ascii_alphanumeric() {
        true => c.to_ascii_uppercase(),
        false => '_',
    };
    format!("{name}_{field}").chars().map(upper).collect()
}

/// A value as TOML; a long array has a line for each of its elements.
pub(super) fn written(value: &Value) -> String {
    let whole = inline(value);
    match value {
        Value::Array(values) if whole.chars().count() > WIDE => {
            let lines = values
                .iter()
                .map(|value| format!("    {},\n", inline(value)));
            format!("[\n{}]", lines.collect::<String>())
        }
        _ => whole,
    }
}

fn inline(value: &Value) -> String {
    match value {
        Value::Null => "\"\"".into(),
        Value::String(text) => quoted(text),
        Value::Array(values) => {
            let values: Vec<String> = values.iter().map(inline).collect();
            format!("[{}]", values.join(", "))
        }
        Value::Object(members) => {
            let members: Vec<String> = members
                .iter()
                .filter(|(_, value)| !value.is_null())
                .map(|(name, value)| format!("{} = {}", key(name), inline(value)))
                .collect();
            match members.is_empty() {
                true => "{}".into(),
                false => format!("{{ {} }}", members.join(", ")),
            }
        }
        plain => plain.to_string(),
    }
}

/// A basic string (TOML 1.0 §String), which escapes as JSON does, and DEL besides.
fn quoted(text: &str) -> String {
    Value::from(text).to_string().replace('\u{7f}', "\\u007F")
}

fn key(name: &str) -> String {
    let bare = |c: char| c.is_ascii_alphanumeric() || "_-".contains(c);
    match !name.is_empty() && name.chars().all(bare) {
        true => name.to_owned(),
        false => quoted(name),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn values_are_read_back_as_they_were() {
        let value = json!({
            "text": "a \"b\"\n\u{1b}\u{7f} 'c'/", "number": 5, "yes": true, "list": ["x", "y".repeat(100)],
            "deep": [{"a b": {"c": []}, "d": {}}], "": "empty",
        });
        let text = format!("value = {}", written(&value));
        let read: Value = toml::from_str(&text).unwrap();
        assert_eq!(read["value"], value);
    }

    #[test]
    fn long_lists_have_a_line_for_each_element() {
        let long = json!(["a".repeat(60), "b".repeat(60)]);
        assert_eq!(written(&long).lines().count(), 4);
        assert_eq!(written(&json!(["a"])), "[\"a\"]");
    }
}
