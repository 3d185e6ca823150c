//! What the server says stands in the way, in the words of the command line.

use super::{definition, noun, noun::Noun, property::Property, table::visible};
use crate::client::Answer;
use reqwest::StatusCode;
use serde::Deserialize;
use std::fmt;

/// A refusal of the management API (RFC 9457).
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Problem {
    /// Its status.
    pub(super) status: StatusCode,
    /// A word for what stands in the way, if it has one.
    pub(super) code: Option<String>,
    /// Which operation of a batch it is about.
    pub(super) operation: Option<usize>,
    detail: String,
    errors: Vec<FieldProblem>,
    used_by: Vec<UsedBy>,
    /// What was to be changed, as far as that is known.
    noun: Option<&'static Noun>,
}

/// A field, and the rule that it breaks.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
struct FieldProblem {
    field: String,
    detail: String,
}

/// What uses a thing, of one kind.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
struct UsedBy {
    kind: String,
    count: Option<u64>,
    #[serde(default)]
    first: Vec<String>,
}

impl Problem {
    /// Reads an answer that is no success.
    pub(super) fn read(answer: &Answer) -> Self {
        #[derive(Default, Deserialize)]
        struct Body {
            code: Option<String>,
            detail: Option<String>,
            operation: Option<usize>,
            #[serde(default)]
            errors: Vec<FieldProblem>,
            #[serde(default)]
            used_by: Vec<UsedBy>,
        }
        let body: Body = serde_json::from_str(&answer.body).unwrap_or_default();
        Self {
            status: answer.status,
            code: body.code,
            operation: body.operation,
            detail: body.detail.unwrap_or_else(|| answer.complaint()),
            errors: body.errors,
            used_by: body.used_by,
            noun: None,
        }
    }

    /// The same of a kind of object, whose properties it then names as the command line does.
    pub(super) fn about(self, noun: &'static Noun) -> Self {
        Self {
            noun: Some(noun),
            ..self
        }
    }

    /// The paths of what uses the thing, as far as users have names.
    pub(super) fn users(&self) -> Vec<(String, &'static Noun)> {
        let mut users = Vec::new();
        for of_kind in &self.used_by {
            let noun = noun::of_resource(&of_kind.kind);
            if let Some(noun) = noun.filter(|noun| noun.named_by_author) {
                let paths = of_kind
                    .first
                    .iter()
                    .map(|id| format!("{}/{id}", of_kind.kind));
                users.extend(paths.map(|path| (path, noun)));
            }
        }
        users
    }

    /// The same with the name of the user at `path` in place of its id.
    pub(super) fn naming(mut self, path: &str, name: &str) -> Self {
        for of_kind in &mut self.used_by {
            for id in &mut of_kind.first {
                if format!("{}/{id}", of_kind.kind) == path {
                    *id = name.to_owned();
                }
            }
        }
        self
    }

    /// A field as a property: only its first part is a name of ours.
    fn property(&self, field: &str) -> String {
        let (first, rest) = match field.find(['.', '[']) {
            Some(at) => field.split_at(at),
            None => (field, ""),
        };
        let definition = self.noun.and_then(|noun| definition::of(noun.resource));
        let known = definition.and_then(|definition| definition.field(first));
        match known {
            Some(field) => format!("{}{rest}", Property { field }.name()),
            None => field.to_owned(),
        }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let fields: Vec<String> = self
            .errors
            .iter()
            .map(|error| format!("`{}` {}", self.property(&error.field), error.detail))
            .collect();
        let said = match fields.is_empty() {
            true => self.detail.clone(),
            false => fields.join("; "),
        };
        f.write_str(&visible(&said))?;
        for users in &self.used_by {
            let noun = noun::of_resource(&users.kind);
            let kind = match (noun, users.count) {
                (Some(noun), Some(1)) => noun.title.to_owned(),
                (Some(noun), _) => noun.titles(),
                (None, _) => users.kind.clone(),
            };
            write!(f, "\n  used by ")?;
            if let Some(count) = users.count {
                write!(f, "{count} ")?;
            }
            f.write_str(&visible(&kind))?;
            if !users.first.is_empty() {
                write!(f, ": {}", visible(&users.first.join(", ")))?;
            }
        }
        Ok(())
    }
}

impl std::error::Error for Problem {}

/// The error, with properties named as those of `noun`.
pub(super) fn about(noun: &'static Noun) -> impl Fn(anyhow::Error) -> anyhow::Error {
    move |error| match error.downcast::<Problem>() {
        Ok(problem) => problem.about(noun).into(),
        Err(other) => other,
    }
}
