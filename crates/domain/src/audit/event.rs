//! What became of one thing.

use serde_json::{Map, Value};

/// A JSON object.
pub type Object = Map<String, Value>;

/// What was done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action {
    /// Something was made.
    Create,
    /// Something was changed.
    Update,
    /// Something went.
    Delete,
    /// Something counts no more, and is kept.
    Revoke,
    /// The chain begins, with the place that it is of.
    Begin,
    /// What comes before can't be vouched for: the head of the chain was not as it had been left.
    Break,
}

impl Action {
    /// The word for it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Create => "create",
            Self::Update => "update",
            Self::Delete => "delete",
            Self::Revoke => "revoke",
            Self::Begin => "begin",
            Self::Break => "break",
        }
    }
}

/// What became of one thing: the whole of it before and after, as the management API shows it. What
/// that never shows again, secrets above all, is in neither (V17).
#[derive(Debug, Clone, PartialEq)]
pub struct Event {
    /// What was done.
    pub action: Action,
    /// The resource of the management API, such as `scopes`.
    pub resource: &'static str,
    /// The id of the thing.
    pub id: String,
    /// What it is called, if it has a name.
    pub name: Option<String>,
    /// What it was.
    pub before: Option<Object>,
    /// What it is.
    pub after: Option<Object>,
}

impl Event {
    /// Something about which nothing is said but its id.
    pub fn new(action: Action, resource: &'static str, id: impl ToString) -> Self {
        Self {
            action,
            resource,
            id: id.to_string(),
            name: None,
            before: None,
            after: None,
        }
    }

    /// About how many bytes it shows of the thing before and after.
    pub(crate) fn weight(&self) -> usize {
        let shown = self.before.iter().chain(&self.after);
        shown.map(weight_of_object).sum()
    }

    /// Something was made.
    pub fn created(resource: &'static str, id: impl ToString, after: Object) -> Self {
        Self::new(Action::Create, resource, id).with(None, Some(after))
    }

    /// Something was changed.
    pub fn updated(
        resource: &'static str,
        id: impl ToString,
        before: Object,
        after: Object,
    ) -> Self {
        Self::new(Action::Update, resource, id).with(Some(before), Some(after))
    }

    /// Something went.
    pub fn deleted(resource: &'static str, id: impl ToString, before: Object) -> Self {
        Self::new(Action::Delete, resource, id).with(Some(before), None)
    }

    /// Something counts no more.
    pub fn revoked(resource: &'static str, id: impl ToString, before: Object) -> Self {
        Self::new(Action::Revoke, resource, id).with(Some(before), None)
    }

    /// The same of something that has another name than its field `name` says.
    pub fn named(mut self, name: impl ToString) -> Self {
        self.name = Some(name.to_string());
        self
    }

    fn with(self, before: Option<Object>, after: Option<Object>) -> Self {
        let newest = after.as_ref().or(before.as_ref());
        let name = newest.and_then(|object| object.get("name")?.as_str().map(str::to_owned));
        Self {
            name,
            before,
            after,
            ..self
        }
    }
}

fn weight_of_object(object: &Object) -> usize {
    let members = object.iter();
    members
        .map(|(name, value)| name.len() + weight(value))
        .sum()
}

fn weight(value: &Value) -> usize {
    match value {
        Value::String(text) => text.len() + 2,
        Value::Array(values) => values.iter().map(weight).sum(),
        Value::Object(object) => weight_of_object(object),
        Value::Null | Value::Bool(_) | Value::Number(_) => 8,
    }
}
