//! Reads the file of a realm.

use super::kinds::{self, Kind, REALM};
use crate::{
    exit::UsageError,
    manage::{change::Object, definition::Field, property::nearest},
};
use anyhow::{Context, bail};
use serde_json::Value;
use std::collections::BTreeSet;

/// What the file says.
#[derive(Debug, Default)]
pub(super) struct Wanted {
    /// The realm's own settings, if they are in it.
    pub(super) realm: Option<Object>,
    /// The objects of each kind that is in it.
    pub(super) kinds: Vec<(Kind, Vec<Entry>)>,
}

/// An object of the file.
#[derive(Debug)]
pub(super) struct Entry {
    /// Its fields, with names for ids.
    pub(super) object: Object,
    /// Of a client, the scopes assigned to it, if the file says anything of them.
    pub(super) assigned: Option<Vec<Object>>,
}

/// Reads a file that [`super::write`] or a person wrote.
pub(super) fn realm(text: &str) -> anyhow::Result<Wanted> {
    let file: Value = toml::from_str(text).map_err(|error| UsageError(error.to_string()))?;
    let Value::Object(mut file) = file else {
        bail!(UsageError("the file is no table".into()));
    };
    let mut wanted = Wanted::default();
    if let (Some(value), Some(kind)) = (file.remove(REALM), kinds::realm()) {
        let object = object(REALM, value)?;
        check(kind, REALM, &object)?;
        wanted.realm = Some(object);
    }
    for kind in kinds::all() {
        if let Some(value) = file.remove(kind.noun.resource) {
            wanted.kinds.push((kind, entries(kind, value)?));
        }
    }
    match file.keys().next() {
        Some(unknown) => {
            let known: Vec<&str> = kinds::all().iter().map(|kind| kind.noun.resource).collect();
            let hint = hint(unknown, known.into_iter().chain([REALM]));
            Err(UsageError(format!(
                "the file has `{unknown}`, which is not known here{hint}"
            ))
            .into())
        }
        None => Ok(wanted),
    }
}

fn entries(kind: Kind, value: Value) -> anyhow::Result<Vec<Entry>> {
    let mut entries = Vec::new();
    let mut names = BTreeSet::new();
    for value in list(kind.noun.resource, value)? {
        let mut object = object(kind.noun.resource, value)?;
        let assigned = match (kind.noun.has_versions(), kinds::assigned()) {
            (true, Some(assigned)) => match object.remove(assigned.noun.resource) {
                Some(value) => Some(scopes(kind, assigned, &object, value)?),
                None => None,
            },
            _ => None,
        };
        let title = named(kind, &object)?;
        check(kind, &title, &object)?;
        if !names.insert(kind.key(&object)) {
            bail!(UsageError(format!("{title} is there twice")));
        }
        entries.push(Entry { object, assigned });
    }
    Ok(entries)
}

fn scopes(
    kind: Kind,
    assigned: Kind,
    client: &Object,
    value: Value,
) -> anyhow::Result<Vec<Object>> {
    let place = kind.title(client);
    let mut scopes = Vec::new();
    let mut names = BTreeSet::new();
    for value in list(assigned.noun.resource, value)? {
        let object = object(assigned.noun.resource, value)?;
        let title = format!("{place}: {}", named(assigned, &object)?);
        check(assigned, &title, &object)?;
        if !names.insert(assigned.key(&object)) {
            bail!(UsageError(format!("{title} is there twice")));
        }
        scopes.push(object);
    }
    Ok(scopes)
}

fn list(name: &str, value: Value) -> Result<Vec<Value>, UsageError> {
    match value {
        Value::Array(values) => Ok(values),
        _ => Err(UsageError(format!(
            "`{name}` must be an array of tables: [[{name}]]"
        ))),
    }
}

fn object(name: &str, value: Value) -> Result<Object, UsageError> {
    match value {
        Value::Object(object) => Ok(object),
        _ => Err(UsageError(format!("`{name}` must be a table"))),
    }
}

fn named(kind: Kind, object: &Object) -> Result<String, UsageError> {
    match object.get(kind.name_field()) {
        Some(Value::String(name)) if !name.is_empty() => Ok(kind.title(object)),
        _ => Err(UsageError(format!(
            "{} of the file has no `{}`, by which it is known",
            a(kind.noun.title),
            kind.name_field()
        ))),
    }
}

fn a(title: &str) -> String {
    format!(
        "{} {title}",
        crate::manage::property::article(title).to_lowercase()
    )
}

/// Refuses fields that there are not, or that nobody sets.
fn check(kind: Kind, title: &str, object: &Object) -> Result<(), UsageError> {
    let fields = kind.fields(false);
    for name in object.keys() {
        if !fields.iter().any(|field| field.name == name) {
            let hint = hint(name, fields.iter().map(|field| field.name));
            return Err(UsageError(format!(
                "{title}: `{name}` is not known here{hint}"
            )));
        }
    }
    Ok(())
}

fn hint<'a>(name: &str, known: impl Iterator<Item = &'a str>) -> String {
    // As properties are: with dashes.
    let known: Vec<(String, &str)> = known.map(|name| (name.replace('_', "-"), name)).collect();
    nearest(name, known.iter().map(|(dashed, _)| dashed.as_str()))
        .and_then(|found| known.iter().find(|(dashed, _)| dashed == found))
        .map(|(_, name)| format!("; did you mean `{name}`?"))
        .unwrap_or_default()
}

/// A secret, from where the file says that it is.
pub(super) fn secret(title: &str, field: &Field, source: &Value) -> anyhow::Result<Value> {
    let place = |name: &str| source.get(name).and_then(Value::as_str);
    let field = field.name;
    let text = match (place("env"), place("file")) {
        (Some(variable), None) => std::env::var(variable).map_err(|_| {
            anyhow::anyhow!(
                "{title}: `{field}` is to come from the variable {variable}, which is not set"
            )
        })?,
        (None, Some(file)) => std::fs::read_to_string(file)
            .with_context(|| format!("{title}: `{field}` is to come from {file}"))?
            .trim_end_matches(['\r', '\n'])
            .to_owned(),
        _ => bail!(UsageError(format!(
            "{title}: `{field}` must be {{ env = \"NAME\" }} or {{ file = \"path\" }}: secrets \
             have no place in the file"
        ))),
    };
    Ok(text.into())
}
