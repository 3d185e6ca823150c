//! Objects on standard output.

use super::{
    change::Object,
    command::Command,
    property::{self, Property},
    table::{Rows, Style},
};
use serde_json::Value;

/// A list of objects.
pub(super) fn list(
    command: &Command,
    asked: &[Property],
    style: Style,
    objects: &[Object],
) -> String {
    let noun = command.noun;
    let columns: Vec<Property> = match (asked.is_empty(), style) {
        (false, _) => asked.to_vec(),
        (true, Style::Table) => {
            let known = |name: &str| property::find(noun, command.definition, name).ok();
            noun.summary.iter().filter_map(|name| known(name)).collect()
        }
        (true, _) => Vec::new(),
    };
    // Names alone: what asks for more says `--tab-delimited`, whose header tells what is what.
    let columns = match style {
        Style::Script => Vec::new(),
        _ => columns,
    };
    let names = columns.iter().map(|property| property.name());
    let mut rows = Rows::new([noun.title.to_owned()].into_iter().chain(names));
    for object in objects {
        let name = object.get(noun.name_field());
        let mut row = vec![texts(name)];
        row.extend(columns.iter().map(|p| p.values(object.get(p.field.name))));
        rows.push(row);
    }
    match style {
        Style::Table => rows.table(),
        Style::Script => rows.lines(false),
        Style::Tabs => rows.cells(),
    }
}

/// The properties of an object.
pub(super) fn one(command: &Command, asked: &[Property], style: Style, object: &Object) -> String {
    let properties = match asked.is_empty() {
        true => property::all(command.definition),
        false => asked.to_vec(),
    };
    let mut rows = Rows::new(["Property".to_owned(), "Value(s)".to_owned()]);
    for property in properties {
        let values = property.values(object.get(property.field.name));
        rows.push(vec![vec![property.name()], values]);
    }
    match style {
        Style::Table => rows.table(),
        Style::Script => rows.lines(false),
        Style::Tabs => rows.lines(true),
    }
}

/// Of an object's JSON, what was asked for.
pub(super) fn json(asked: &[Property], object: &Object) -> Value {
    if asked.is_empty() {
        return object.clone().into();
    }
    let members = asked.iter().filter_map(|property| {
        let name = property.field.name;
        Some((name.to_owned(), object.get(name)?.clone()))
    });
    Value::Object(members.collect())
}

fn texts(value: Option<&Value>) -> Vec<String> {
    match value {
        Some(Value::String(text)) => vec![text.clone()],
        _ => Vec::new(),
    }
}
