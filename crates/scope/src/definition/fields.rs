//! Reading a definition's JSON, one property at a time.

use super::{DefinitionError, DefinitionRule, ScopeType};
use crate::operation::{Named, OperationSet, by_name};
use serde_json::{Map, Value};
use std::{collections::HashSet, fmt::Display, str::FromStr};

/// Most values of one list.
pub(super) const MAX_VALUES: usize = 1000;
/// Longest text, in characters.
pub(super) const MAX_TEXT: usize = 4096;

/// Properties of every scope.
const COMMON: &[&str] = &["name", "type", "description", "tags", "built_in"];

/// What an authenticated-identity and a resource scope both have.
macro_rules! identity_properties {
    ($($more:literal),*) => {
        &[
            $($more,)*
            "consent_prompt_text",
            "resource_operations",
            "resource_attributes",
            "consent_operations",
            "external_identity_operations",
            "account_operations",
        ]
    };
}

/// The properties that scopes of a type have beside the common ones (product §2.2).
fn properties(kind: ScopeType) -> &'static [&'static str] {
    match kind {
        ScopeType::AuthenticatedIdentity => identity_properties!(),
        ScopeType::Resource => identity_properties!("scim_resource_type"),
        ScopeType::Service => &["services"],
        ScopeType::Management => &["management_operations"],
        ScopeType::Generic => &["resource_server"],
    }
}

/// The properties of a definition of a known type, all of which that type has.
pub(super) struct Fields<'a> {
    map: &'a Map<String, Value>,
}

impl<'a> Fields<'a> {
    /// Refuses every property that a scope of this type does not have.
    pub(super) fn of(
        kind: ScopeType,
        map: &'a Map<String, Value>,
    ) -> Result<Self, DefinitionError> {
        for field in map.keys() {
            if COMMON.contains(&field.as_str()) || properties(kind).contains(&field.as_str()) {
                continue;
            }
            let owners: Vec<_> = ScopeType::ALL
                .iter()
                .copied()
                .filter(|t| properties(*t).contains(&field.as_str()))
                .collect();
            let rule = if owners.is_empty() {
                let known = COMMON.iter().chain(properties(kind));
                DefinitionRule::Unknown(nearest(field, known.copied()))
            } else {
                DefinitionRule::OtherType { this: kind, owners }
            };
            return Err(DefinitionError::new(field, rule));
        }
        Ok(Self { map })
    }

    /// The property's value; `null` is as good as absent (RFC 7396).
    fn value(&self, field: &str) -> Option<&'a Value> {
        self.map.get(field).filter(|value| !value.is_null())
    }

    pub(super) fn boolean(&self, field: &str) -> Result<Option<bool>, DefinitionError> {
        self.value(field)
            .map(|v| {
                v.as_bool()
                    .ok_or_else(|| DefinitionError::invalid(field, "must be a boolean"))
            })
            .transpose()
    }

    /// A text that is neither blank nor over-long.
    pub(super) fn text(&self, field: &str) -> Result<Option<&'a str>, DefinitionError> {
        self.value(field)
            .map(|value| text(field, value))
            .transpose()
    }

    /// A text that must be there.
    pub(super) fn required_text(&self, field: &str) -> Result<&'a str, DefinitionError> {
        self.text(field)?.ok_or_else(|| missing(field))
    }

    /// A text in some grammar.
    pub(super) fn parsed<T>(&self, field: &str) -> Result<Option<T>, DefinitionError>
    where
        T: FromStr<Err: Display>,
    {
        self.text(field)?.map(|text| parse(field, text)).transpose()
    }

    /// A list of different texts; empty if absent.
    pub(super) fn texts(&self, field: &str) -> Result<Vec<&'a str>, DefinitionError> {
        let Some(value) = self.value(field) else {
            return Ok(Vec::new());
        };
        let Value::Array(values) = value else {
            return Err(DefinitionError::invalid(
                field,
                "must be an array of strings",
            ));
        };
        if values.len() > MAX_VALUES {
            return Err(DefinitionError::invalid(
                field,
                format!("has more than {MAX_VALUES} values"),
            ));
        }
        let texts: Vec<&str> = values
            .iter()
            .map(|v| text(field, v))
            .collect::<Result<_, _>>()?;
        let mut seen = HashSet::new();
        match texts
            .iter()
            .find(|text| !seen.insert(text.to_ascii_lowercase()))
        {
            Some(twice) => Err(DefinitionError::invalid(
                field,
                format!("has `{}` twice", short(twice)),
            )),
            None => Ok(texts),
        }
    }

    /// A list of different texts in some grammar.
    pub(super) fn list<T>(&self, field: &str) -> Result<Vec<T>, DefinitionError>
    where
        T: FromStr<Err: Display>,
    {
        self.texts(field)?
            .into_iter()
            .map(|text| parse(field, text))
            .collect()
    }

    /// A set of operations; empty if absent.
    pub(super) fn operations<O: Named>(
        &self,
        field: &str,
    ) -> Result<OperationSet<O>, DefinitionError> {
        let names = self.texts(field)?.into_iter();
        names
            .map(|name| by_name(name).map_err(|e| invalid(field, &e)))
            .collect()
    }
}

pub(super) fn missing(field: &str) -> DefinitionError {
    DefinitionError::new(field, DefinitionRule::Missing)
}

pub(super) fn parse<T: FromStr<Err: Display>>(
    field: &str,
    text: &str,
) -> Result<T, DefinitionError> {
    text.parse().map_err(|e| invalid(field, &e))
}

/// The known name that was probably meant.
pub(super) fn nearest(
    given: &str,
    known: impl Iterator<Item = &'static str>,
) -> Option<&'static str> {
    let given: String = given
        .chars()
        .take(80)
        .flat_map(char::to_lowercase)
        .collect();
    let likeness = |name| strsim::normalized_damerau_levenshtein(&given.replace('-', "_"), name);
    known
        .map(|name| (likeness(name), name))
        .filter(|(likeness, _)| *likeness >= 0.6)
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .map(|(_, name)| name)
}

fn text<'a>(field: &str, value: &'a Value) -> Result<&'a str, DefinitionError> {
    let text = value
        .as_str()
        .ok_or_else(|| DefinitionError::invalid(field, "must be a string"))?;
    if text.trim().is_empty() {
        return Err(DefinitionError::invalid(field, "must not be empty"));
    }
    if text.chars().count() > MAX_TEXT {
        let problem = format!("has more than {MAX_TEXT} characters");
        return Err(DefinitionError::invalid(field, problem));
    }
    if text
        .chars()
        .any(|c| c.is_control() && c != '\n' && c != '\t')
    {
        return Err(DefinitionError::invalid(field, "has a control character"));
    }
    Ok(text)
}

fn invalid(field: &str, error: &dyn Display) -> DefinitionError {
    DefinitionError::invalid(field, format!("is invalid: {error}"))
}

fn short(text: &str) -> String {
    text.chars().take(80).collect()
}
