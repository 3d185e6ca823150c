//! One request of the story and what came of it.

use crate::client::Answer;
use reqwest::Method;
use serde::Serialize;
use serde_json::{Value, json};

/// A request of the story, with what the reader is told about it.
pub(super) struct Call<'a> {
    /// What it shows.
    pub(super) says: &'a str,
    /// The method.
    pub(super) method: Method,
    /// The path below the realm's root.
    pub(super) path: String,
    /// The body: SCIM below `/scim/v2`, else JSON.
    pub(super) body: Option<Value>,
    /// Whether the body of the answer is left out on the terminal.
    pub(super) is_brief: bool,
}

impl<'a> Call<'a> {
    /// A request without a body.
    pub(super) fn new(says: &'a str, method: Method, path: impl Into<String>) -> Self {
        Self {
            says,
            method,
            path: path.into(),
            body: None,
            is_brief: false,
        }
    }

    /// With a body.
    pub(super) fn body(mut self, body: Value) -> Self {
        self.body = Some(body);
        self
    }

    /// Whose answer is not worth a look.
    pub(super) fn brief(mut self) -> Self {
        self.is_brief = true;
        self
    }
}

/// A step as it was taken.
#[derive(Debug, Serialize)]
pub(super) struct Step {
    /// What it shows.
    pub(super) says: String,
    /// Who asks.
    pub(super) client: String,
    /// With which scope.
    pub(super) scope: String,
    /// Method and URL.
    pub(super) request: String,
    /// The body sent, trimmed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) body: Option<Value>,
    /// The answer's status.
    pub(super) status: u16,
    /// Its `WWW-Authenticate`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) challenge: Option<String>,
    /// Its body, trimmed.
    answer: Value,
    /// Why it was not answered as the story tells.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) astray: Option<String>,
    #[serde(skip)]
    is_brief: bool,
}

impl Step {
    /// What is remembered of a call and its answer.
    pub(super) fn new(
        call: &Call<'_>,
        client: &str,
        scope: &str,
        root: &str,
        answer: &Answer,
    ) -> Self {
        let challenge = answer
            .headers
            .get("www-authenticate")
            .and_then(|value| value.to_str().ok());
        let body = match answer.body.is_empty() {
            true => Value::Null,
            false => answer.json(),
        };
        Self {
            says: call.says.into(),
            client: client.into(),
            scope: scope.into(),
            request: format!("{} {root}{}", call.method, call.path),
            body: call.body.clone().map(trimmed),
            status: answer.status.as_u16(),
            challenge: challenge.map(str::to_owned),
            answer: trimmed(body),
            astray: None,
            is_brief: call.is_brief,
        }
    }

    /// The answer, if there is anything to look at.
    pub(super) fn worth_showing(&self) -> Option<&Value> {
        Some(&self.answer).filter(|answer| !self.is_brief && !answer.is_null())
    }
}

/// Most elements of an array that are shown.
const MOST_ELEMENTS: usize = 2;

/// A body without what tells a reader nothing: `schemas` and `meta`, empty settings, the rest of
/// long lists. Secrets never appear.
pub(super) fn trimmed(value: Value) -> Value {
    match value {
        Value::Object(members) => {
            let told = members.into_iter().filter(|(name, value)| {
                let empty = value.is_null() || value.as_array().is_some_and(Vec::is_empty);
                !empty && !matches!(name.as_str(), "schemas" | "meta" | "created" | "updated")
            });
            told.map(|(name, value)| match name.as_str() {
                "client_secret" | "set_up" => (name, json!("(shown once, to its owner)")),
                _ => (name, trimmed(value)),
            })
            .collect()
        }
        Value::Array(elements) => {
            let more = elements.len().saturating_sub(MOST_ELEMENTS);
            let all_text = elements.iter().all(Value::is_string);
            let most = if all_text { usize::MAX } else { MOST_ELEMENTS };
            let mut kept: Vec<Value> = elements.into_iter().take(most).map(trimmed).collect();
            if more > 0 && !all_text {
                kept.push(json!(format!("… and {more} more")));
            }
            Value::Array(kept)
        }
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_body_is_trimmed_and_shows_no_secret() {
        let body = json!({
            "schemas": ["x"], "meta": {}, "id": "1", "client_secret": "canary", "none": null,
            "tags": ["a", "b", "c"], "Resources": [{ "id": "1" }, { "id": "2" }, { "id": "3" }],
        });
        let told = json!({
            "id": "1", "client_secret": "(shown once, to its owner)", "tags": ["a", "b", "c"],
            "Resources": [{ "id": "1" }, { "id": "2" }, "… and 1 more"],
        });
        assert_eq!(trimmed(body), told);
    }
}
