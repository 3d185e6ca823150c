//! A batch as it is sent.

use super::super::{FieldError, Object, body::Body, field};
use crate::scim::Preconditions;
use scim::etag::EntityTags;
use serde_json::Value;
use std::{
    collections::{HashMap, HashSet},
    fmt,
};

/// Most operations of one batch.
pub const MAX_OPERATIONS: usize = 1000;
/// Longest label, in characters.
const MAX_LABEL: usize = 100;

/// The members of a batch.
const BATCH_FIELDS: [&str; 2] = ["operations", "dry_run"];
const OPERATION_FIELDS: [&str; 5] = ["method", "path", "body", "if_match", "label"];

/// Operations that are made together.
#[derive(Debug)]
pub struct Batch {
    pub(super) operations: Vec<Operation>,
    pub(super) dry_run: bool,
}

/// What an operation does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Method {
    Post,
    Patch,
    Delete,
}

const METHODS: [(&str, Method); 3] = [
    ("POST", Method::Post),
    ("PATCH", Method::Patch),
    ("DELETE", Method::Delete),
];

/// One operation; `Debug` does not print its body, which may hold secrets.
pub(super) struct Operation {
    pub(super) method: Method,
    /// Below the realm's root, such as `scopes/{id}`; empty for the realm itself.
    pub(super) path: String,
    pub(super) body: Object,
    pub(super) conditions: Preconditions,
    /// What later operations call the thing that this one makes.
    pub(super) label: Option<String>,
}

impl fmt::Debug for Operation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut operation = f.debug_struct("Operation");
        operation.field("method", &self.method);
        operation.field("path", &self.path).finish_non_exhaustive()
    }
}

impl Batch {
    /// Reads a batch.
    ///
    /// # Errors
    /// For a member that is unknown, missing or not acceptable, by its place such as
    /// `operations[3].path`.
    pub fn read(object: &Object) -> Result<Self, FieldError> {
        known(object, &BATCH_FIELDS)?;
        let body = Body(object);
        let values = body
            .value("operations")
            .ok_or_else(|| FieldError::required("operations"))?;
        let values = values
            .as_array()
            .ok_or_else(|| FieldError::invalid("operations", "must be an array of objects"))?;
        if values.len() > MAX_OPERATIONS {
            let detail = format!("has more than {MAX_OPERATIONS} operations");
            return Err(FieldError::invalid("operations", detail));
        }
        let each = values.iter().enumerate().map(|(index, value)| {
            operation(value).map_err(|error| error.within(&format!("operations[{index}]")))
        });
        let operations: Vec<Operation> = each.collect::<Result<_, _>>()?;
        let mut labels = HashSet::new();
        for (index, operation) in operations.iter().enumerate() {
            if operation
                .label
                .as_ref()
                .is_some_and(|label| !labels.insert(label))
            {
                let field = format!("operations[{index}].label");
                return Err(FieldError::invalid(&field, "is given twice"));
            }
        }
        Ok(Self {
            operations,
            dry_run: body.boolean("dry_run")?.unwrap_or(false),
        })
    }
}

fn operation(value: &Value) -> Result<Operation, FieldError> {
    let object = value.as_object().ok_or_else(|| {
        FieldError::new(
            "method",
            "required",
            "is required: an operation is an object",
        )
    })?;
    known(object, &OPERATION_FIELDS)?;
    let body = Body(object);
    let method = body
        .one_of("method", &METHODS)?
        .ok_or_else(|| FieldError::required("method"))?;
    let path = match object.get("path").and_then(Value::as_str) {
        // The realm itself.
        Some("") => "",
        _ => body.required_text("path")?,
    };
    let content = match (body.value("body"), method) {
        (None, _) => Object::new(),
        (Some(_), Method::Delete) => {
            return Err(FieldError::invalid(
                "body",
                "is for `POST` and `PATCH` only",
            ));
        }
        (Some(value), Method::Post | Method::Patch) => value
            .as_object()
            .cloned()
            .ok_or_else(|| FieldError::invalid("body", "must be an object"))?,
    };
    let tags = body.text("if_match")?.map(EntityTags::parse).transpose();
    let if_match = tags.map_err(|error| FieldError::invalid("if_match", error.detail))?;
    if method == Method::Post && if_match.is_some() {
        let detail = "is for what exists already: `PATCH` and `DELETE`";
        return Err(FieldError::invalid("if_match", detail));
    }
    let label = body.owned("label", MAX_LABEL)?;
    if label.is_some() && method != Method::Post {
        return Err(FieldError::invalid(
            "label",
            "is for what is made: `POST` only",
        ));
    }
    Ok(Operation {
        method,
        path: path.trim_matches('/').to_owned(),
        body: content,
        conditions: Preconditions {
            if_match,
            if_none_match: None,
        },
        label,
    })
}

fn known(object: &Object, fields: &[&str]) -> Result<(), FieldError> {
    match object.keys().find(|name| !fields.contains(&name.as_str())) {
        Some(other) => Err(field::unknown(other, fields.iter().copied())),
        None => Ok(()),
    }
}

/// The ids of what was made so far, by label.
#[derive(Debug, Default)]
pub(super) struct Labels(HashMap<String, String>);

impl Labels {
    /// Remembers what a label stands for.
    pub(super) fn name(&mut self, label: &str, id: &str) {
        self.0.insert(format!("@{label}"), id.to_owned());
    }

    /// What stands for `text`: an id, if it is `@` and a label.
    pub(super) fn resolve<'t>(&'t self, text: &'t str) -> &'t str {
        self.0.get(text).map_or(text, String::as_str)
    }

    /// The object with ids in the place of labels, wherever a whole string is one.
    pub(super) fn filled(&self, object: &Object) -> Object {
        let each = object.iter();
        each.map(|(name, value)| (name.clone(), self.value(value)))
            .collect()
    }

    fn value(&self, value: &Value) -> Value {
        match value {
            Value::String(text) => self.resolve(text).into(),
            Value::Array(values) => values.iter().map(|value| self.value(value)).collect(),
            Value::Object(object) => Value::Object(self.filled(object)),
            other => other.clone(),
        }
    }
}
