//! Properties: the fields of an object as the command line names, reads and shows them.

use super::{
    definition::{Definition, Field, FieldKind},
    noun::Noun,
};
use crate::exit::UsageError;
use serde_json::Value;

/// How like a name another one must be to be suggested.
const LIKENESS: f64 = 0.6;

/// A property of a kind of object.
#[derive(Debug, Clone, Copy)]
pub(super) struct Property {
    /// Its field.
    pub(super) field: &'static Field,
}

impl Property {
    /// Its name: the field's with dashes, and in the singular if it has several values.
    pub(super) fn name(self) -> String {
        let name = self.field.name.replace('_', "-");
        match self.is_multiple() {
            true => singular(&name),
            false => name,
        }
    }

    /// Whether it can have several values.
    pub(super) fn is_multiple(self) -> bool {
        matches!(self.field.kind, FieldKind::Texts | FieldKind::Exacts)
    }

    /// Whether its value is a secret, that is written and never read.
    pub(super) fn is_secret(self) -> bool {
        self.field.secret
    }

    /// A value of it, from text.
    pub(super) fn read(self, text: &str) -> Result<Value, UsageError> {
        let name = self.name();
        let wrong =
            |what: &str| UsageError(format!("`{name}` must be {what}, not `{}`", short(text)));
        match self.field.kind {
            FieldKind::Boolean => match text.to_ascii_lowercase().as_str() {
                "true" => Ok(true.into()),
                "false" => Ok(false.into()),
                _ => Err(wrong("true or false")),
            },
            FieldKind::Integer => text
                .parse::<i64>()
                .map(Value::from)
                .map_err(|_| wrong("a whole number")),
            FieldKind::Structure if !self.is_secret() => structure(text)
                .map_err(|error| UsageError(format!("`{name}` must be JSON: {error}"))),
            _ => Ok(text.into()),
        }
    }

    /// Its values in an object, as texts, sorted.
    pub(super) fn values(self, value: Option<&Value>) -> Vec<String> {
        match value {
            None | Some(Value::Null) => Vec::new(),
            Some(Value::String(text)) if text.is_empty() => Vec::new(),
            Some(Value::Array(values)) if self.is_multiple() => {
                let mut texts: Vec<String> = values.iter().map(text_of).collect();
                texts.sort_unstable();
                texts
            }
            Some(Value::Array(values)) if values.is_empty() => Vec::new(),
            Some(value) => vec![text_of(value)],
        }
    }
}

/// JSON; a word that is none stands for itself, as some structures are a word in their simplest form.
fn structure(text: &str) -> Result<Value, serde_json::Error> {
    match serde_json::from_str(text) {
        Ok(value) => Ok(value),
        Err(error) if text.trim_start().starts_with(['{', '[', '"']) => Err(error),
        Err(_) => Ok(text.into()),
    }
}

fn text_of(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

fn short(text: &str) -> String {
    match text.chars().count() {
        0..=60 => text.to_owned(),
        _ => text.chars().take(59).chain(['…']).collect(),
    }
}

fn singular(name: &str) -> String {
    match (name.strip_suffix("ies"), name.strip_suffix('s')) {
        (Some(stem), _) => format!("{stem}y"),
        (None, Some(stem)) if !stem.ends_with('s') => stem.to_owned(),
        _ => name.to_owned(),
    }
}

/// All properties of a kind of object, by name.
pub(super) fn all(definition: &'static Definition) -> Vec<Property> {
    let mut all: Vec<Property> = definition
        .fields
        .iter()
        .map(|field| Property { field })
        .collect();
    all.sort_by_key(|property| property.name());
    all
}

/// The property of this name.
pub(super) fn find(
    noun: &Noun,
    definition: &'static Definition,
    name: &str,
) -> Result<Property, UsageError> {
    let name = noun.alias(name).unwrap_or(name);
    let all = all(definition);
    if let Some(found) = all.iter().find(|property| property.name() == name) {
        return Ok(*found);
    }
    let title = noun.title;
    let names: Vec<String> = all.iter().map(|property| property.name()).collect();
    let hint = nearest(name, names.iter().map(String::as_str))
        .map(|name| format!("; did you mean `{name}`?"))
        .unwrap_or_default();
    let name = short(name);
    Err(UsageError(format!(
        "{} {title} has no property `{name}`{hint}",
        article(title)
    )))
}

/// `A` or `An`.
pub(super) fn article(title: &str) -> &'static str {
    match title.starts_with(['A', 'E', 'I', 'O']) {
        true => "An",
        false => "A",
    }
}

/// The known name that was probably meant.
pub(super) fn nearest<'a>(name: &str, known: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let given: String = name.chars().take(80).flat_map(char::to_lowercase).collect();
    let given = given.replace('_', "-");
    known
        .map(|known| (strsim::normalized_damerau_levenshtein(&given, known), known))
        .filter(|(likeness, _)| *likeness >= LIKENESS)
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .map(|(_, name)| name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn several_values_have_a_name_in_the_singular() {
        let names = [
            "tags",
            "redirect-uris",
            "policies",
            "address",
            "resource-operations",
        ];
        assert_eq!(
            names.map(singular),
            [
                "tag",
                "redirect-uri",
                "policy",
                "address",
                "resource-operation"
            ]
        );
    }

    #[test]
    fn a_structure_is_json_or_a_word() {
        assert_eq!(structure("{\"a\":1}").unwrap()["a"], 1);
        assert_eq!(structure("reporting").unwrap(), "reporting");
        assert_eq!(structure("true").unwrap(), true);
        assert!(structure("{a").is_err());
    }
}
