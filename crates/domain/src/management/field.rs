//! The fields of a resource: what they hold and who sets them.

use super::{FieldError, Object};
use serde_json::Value;

/// One field of a resource's JSON: what it holds, who sets it, and what administrators are told of it.
///
/// Reading, filters, OpenAPI, the reference and the command line all come from these.
#[derive(Debug, Clone, Copy)]
pub struct Field {
    /// Its name, in snake_case.
    pub name: &'static str,
    /// What it holds.
    pub kind: FieldKind,
    /// Who sets it, and when.
    pub access: Access,
    /// What it means: a sentence or two.
    pub about: &'static str,
    /// Whether there is nothing without it.
    pub required: bool,
    /// What holds where nothing is said, in words.
    pub default: Option<&'static str>,
    /// The only values that it can have, if there are such.
    pub words: Option<fn() -> Vec<&'static str>>,
    /// Whether it is given and never shown: a secret.
    pub secret: bool,
    /// Whether filters know it: not if it is found out for each thing that a page shows.
    pub filtered: bool,
    /// The resource of the management API whose ids it holds.
    pub refers_to: Option<&'static str>,
}

/// What a field holds, as filters see it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FieldKind {
    /// A text; letter case makes no difference in filters.
    Text,
    /// A text such as an id or URI, compared exactly.
    Exact,
    /// A list of texts.
    Texts,
    /// A list of texts that are compared exactly.
    Exacts,
    /// A boolean.
    Boolean,
    /// A whole number.
    Integer,
    /// An instant (RFC 3339).
    Time,
    /// Something with parts; filters can't name it.
    Structure,
}

/// Who sets a field, and when.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// The administrator, at any time.
    Writable,
    /// The administrator, at creation only.
    AtCreation,
    /// The server.
    ByServer,
}

impl Field {
    /// A field that administrators write.
    pub(super) const fn writable(name: &'static str, kind: FieldKind, about: &'static str) -> Self {
        Self {
            name,
            kind,
            access: Access::Writable,
            about,
            required: false,
            default: None,
            words: None,
            secret: false,
            filtered: true,
            refers_to: None,
        }
    }

    /// A field that never changes once the thing is made.
    pub(super) const fn at_creation(
        name: &'static str,
        kind: FieldKind,
        about: &'static str,
    ) -> Self {
        Self {
            access: Access::AtCreation,
            ..Self::writable(name, kind, about)
        }
    }

    /// A field that the server sets.
    pub(super) const fn by_server(
        name: &'static str,
        kind: FieldKind,
        about: &'static str,
    ) -> Self {
        Self {
            access: Access::ByServer,
            ..Self::writable(name, kind, about)
        }
    }

    /// The id of the thing itself.
    pub(super) const fn id() -> Self {
        Self::by_server(
            "id",
            FieldKind::Exact,
            "The id, made by the server; never used again.",
        )
    }

    /// Whether Ambit brought the thing.
    pub(super) const fn built_in(about: &'static str) -> Self {
        Self::by_server("built_in", FieldKind::Boolean, about)
    }

    /// When the thing was made.
    pub(super) const fn created() -> Self {
        Self::by_server("created", FieldKind::Time, "When it was made.")
    }

    /// When the thing was last changed.
    pub(super) const fn updated() -> Self {
        Self::by_server("updated", FieldKind::Time, "When it was last changed.")
    }

    /// The same, without which there is nothing.
    pub(super) const fn required(self) -> Self {
        Self {
            required: true,
            ..self
        }
    }

    /// The same with what holds where nothing is said.
    pub(super) const fn default(self, default: &'static str) -> Self {
        Self {
            default: Some(default),
            ..self
        }
    }

    /// The same with the only values that it can have.
    pub(super) const fn words(self, words: fn() -> Vec<&'static str>) -> Self {
        Self {
            words: Some(words),
            ..self
        }
    }

    /// The same, unknown to filters.
    pub(super) const fn unfiltered(self) -> Self {
        Self {
            filtered: false,
            ..self
        }
    }

    /// The same, given and never shown.
    pub(super) const fn secret(self) -> Self {
        Self {
            secret: true,
            filtered: false,
            ..self
        }
    }

    /// The same, holding ids of that resource.
    pub(super) const fn refers_to(self, resource: &'static str) -> Self {
        Self {
            refers_to: Some(resource),
            ..self
        }
    }

    /// Whether it holds several values.
    pub const fn is_multi_valued(&self) -> bool {
        matches!(self.kind, FieldKind::Texts | FieldKind::Exacts)
    }
}

/// The words of a table of words.
pub(super) fn words_of<T>(table: &[(&'static str, T)]) -> Vec<&'static str> {
    table.iter().map(|(word, _)| *word).collect()
}

/// Refuses a body for creation that sets what only the server sets, or what no such thing has.
pub(super) fn check_creation(fields: &[Field], body: &Object) -> Result<(), FieldError> {
    for name in body.keys() {
        if find(fields, name)?.access == Access::ByServer {
            return Err(FieldError::new(name, "server_set", "is set by the server"));
        }
    }
    Ok(())
}

/// The fields of `current` that administrators set, after the merge patch `patch` (RFC 7396).
///
/// What results is read like a body for creation, so that every rule holds for it, changed or not.
pub(super) fn patched(
    fields: &[Field],
    current: Object,
    patch: &Object,
) -> Result<Object, FieldError> {
    for name in patch.keys() {
        match find(fields, name)?.access {
            Access::Writable => {}
            Access::AtCreation => {
                return Err(FieldError::new(
                    name,
                    "immutable",
                    "can't be changed after creation",
                ));
            }
            Access::ByServer => {
                return Err(FieldError::new(name, "server_set", "is set by the server"));
            }
        }
    }
    let set = |name: &str| {
        fields
            .iter()
            .any(|field| field.name == name && field.access != Access::ByServer)
    };
    let mut result: Object = current.into_iter().filter(|(name, _)| set(name)).collect();
    merge(&mut result, patch);
    Ok(result)
}

/// RFC 7396 §2. The patch's depth is bounded by the reader of bodies.
fn merge(target: &mut Object, patch: &Object) {
    for (name, value) in patch {
        match value {
            Value::Null => drop(target.remove(name)),
            Value::Object(inner) => {
                let mut merged = match target.remove(name) {
                    Some(Value::Object(object)) => object,
                    _ => Object::new(),
                };
                merge(&mut merged, inner);
                target.insert(name.clone(), Value::Object(merged));
            }
            other => drop(target.insert(name.clone(), other.clone())),
        }
    }
}

/// The field of this name.
fn find<'f>(fields: &'f [Field], name: &str) -> Result<&'f Field, FieldError> {
    fields
        .iter()
        .find(|field| field.name == name)
        .ok_or_else(|| {
            let known = fields
                .iter()
                .filter(|f| f.access != Access::ByServer)
                .map(|f| f.name);
            unknown(name, known)
        })
}

/// The refusal of a name that nothing here has, with the one that was probably meant.
pub(super) fn unknown<'a>(name: &str, known: impl Iterator<Item = &'a str>) -> FieldError {
    let given: String = name.chars().take(80).flat_map(char::to_lowercase).collect();
    let given = given.replace('-', "_");
    let nearest = known
        .map(|known| (strsim::normalized_damerau_levenshtein(&given, known), known))
        .filter(|(likeness, _)| *likeness >= 0.6)
        .max_by(|a, b| a.0.total_cmp(&b.0));
    let hint = nearest
        .map(|(_, name)| format!("; did you mean `{name}`?"))
        .unwrap_or_default();
    FieldError::new(name, "unknown", format!("is not known here{hint}"))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use serde_json::json;

    const FIELDS: &[Field] = &[
        Field::id(),
        Field::at_creation("name", FieldKind::Text, "a"),
        Field::writable("tags", FieldKind::Texts, "a"),
        Field::writable("settings", FieldKind::Structure, "a"),
    ];

    fn object(value: Value) -> Object {
        value.as_object().unwrap().clone()
    }

    fn refusal(result: Result<impl std::fmt::Debug, FieldError>) -> (String, &'static str) {
        let error = result.unwrap_err();
        (error.field, error.rule)
    }

    #[test]
    fn what_the_server_sets_is_refused_by_name() {
        let body = object(json!({"name": "a", "id": "x"}));
        assert_eq!(
            refusal(check_creation(FIELDS, &body)),
            ("id".into(), "server_set")
        );
        assert_eq!(
            refusal(patched(FIELDS, Object::new(), &body)),
            ("name".into(), "immutable")
        );
        let body = object(json!({"id": null}));
        assert_eq!(
            refusal(patched(FIELDS, Object::new(), &body)),
            ("id".into(), "server_set")
        );
    }

    #[test]
    fn an_unknown_field_is_refused_with_the_nearest_known() {
        let error = check_creation(FIELDS, &object(json!({"tag": []}))).unwrap_err();
        assert_eq!(
            error.to_string(),
            "`tag` is not known here; did you mean `tags`?"
        );
    }

    /// RFC 7396 appendix A, the cases that objects can have.
    #[test]
    fn rfc7396_merges() {
        let cases = [
            (json!({"a": "b"}), json!({"a": "c"}), json!({"a": "c"})),
            (
                json!({"a": "b"}),
                json!({"b": "c"}),
                json!({"a": "b", "b": "c"}),
            ),
            (json!({"a": "b"}), json!({"a": null}), json!({})),
            (json!({"a": ["b"]}), json!({"a": "c"}), json!({"a": "c"})),
            (json!({"a": "c"}), json!({"a": ["b"]}), json!({"a": ["b"]})),
            (
                json!({"a": {"b": "c"}}),
                json!({"a": {"b": "d", "c": null}}),
                json!({"a": {"b": "d"}}),
            ),
            (
                json!({"a": [{"b": "c"}]}),
                json!({"a": [1]}),
                json!({"a": [1]}),
            ),
            (
                json!({}),
                json!({"a": {"bb": {"ccc": null}}}),
                json!({"a": {"bb": {}}}),
            ),
        ];
        for (target, patch, expected) in cases {
            let mut merged = object(target);
            merge(&mut merged, &object(patch));
            assert_eq!(Value::Object(merged), expected);
        }
    }

    #[test]
    fn a_patched_object_has_only_what_administrators_set() {
        let current = object(json!({"id": "x", "name": "a", "tags": ["t"]}));
        let result = patched(FIELDS, current, &object(json!({"tags": null}))).unwrap();
        assert_eq!(Value::Object(result), json!({"name": "a"}));
    }
}
