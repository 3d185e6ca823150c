//! One change of a realm, as people review it.

use super::{kinds::Kind, write::written};
use crate::manage::{change::Object, definition::FieldKind};
use serde_json::{Value, json};

/// One change of a realm.
#[derive(Debug)]
pub(super) struct Step {
    pub(super) kind: Kind,
    /// What is changed, in words.
    pub(super) title: String,
    /// What it is, with names for ids; none if it is made.
    pub(super) before: Option<Object>,
    /// What it becomes; none if it goes.
    pub(super) after: Option<Object>,
}

impl Step {
    /// Takes the server's word for what becomes of the object, with names for ids.
    pub(super) fn believe(&mut self, result: &Object) {
        let Some(after) = &mut self.after else {
            return;
        };
        for field in self.kind.definition.fields {
            if field.secret {
                continue;
            }
            match result.get(field.name) {
                Some(value) => drop(after.insert(field.name.to_owned(), value.clone())),
                None => drop(after.remove(field.name)),
            }
        }
    }

    /// What changes of it, a line each.
    pub(super) fn changes(&self) -> Vec<String> {
        let mut lines = Vec::new();
        let mut again = Vec::new();
        let (Some(before), Some(after)) = (&self.before, &self.after) else {
            return lines;
        };
        for field in self.kind.fields(false) {
            let (old, new) = (before.get(field.name), after.get(field.name));
            if field.secret {
                let had = before.get(&Kind::has(field)) == Some(&Value::Bool(true));
                if new.is_some() && !had {
                    lines.push(format!("{}: - → (secret)", field.name));
                } else if new.is_some_and(Value::is_null) && had {
                    lines.push(format!("{}: (secret) → -", field.name));
                } else if new.is_some() {
                    again.push(format!("{}: (secret) → (secret)", field.name));
                }
                continue;
            }
            if same(field.kind, old, new) {
                continue;
            }
            match (old, new) {
                (Some(Value::Array(old)), Some(Value::Array(new))) if !reordered(old, new) => {
                    let gone = old.iter().filter(|value| !new.contains(value));
                    let come = new.iter().filter(|value| !old.contains(value));
                    let gone = gone.map(|value| format!("-{}", shown(Some(value))));
                    let come = come.map(|value| format!("+{}", shown(Some(value))));
                    let both: Vec<String> = gone.chain(come).collect();
                    lines.push(format!("{}: {}", field.name, both.join(" ")));
                }
                _ => lines.push(format!("{}: {} → {}", field.name, shown(old), shown(new))),
            }
        }
        // Secrets that go along with something else are no change by themselves.
        if !lines.is_empty() {
            lines.extend(again);
        }
        lines
    }

    /// The step as people review it.
    pub(super) fn report(&self) -> String {
        let (sign, lines) = match (&self.before, &self.after) {
            (None, Some(after)) => {
                let fields = self.kind.fields(false).into_iter();
                let lines = fields.filter_map(|field| {
                    let value = after.get(field.name).filter(|value| !value.is_null())?;
                    (field.name != self.kind.name_field()).then(|| match field.secret {
                        true => format!("{} = (secret)", field.name),
                        false => format!("{} = {}", field.name, shown(Some(value))),
                    })
                });
                ('+', lines.collect())
            }
            (Some(_), Some(_)) => ('~', self.changes()),
            _ => ('-', Vec::new()),
        };
        let mut text = format!("{sign} {}\n", self.title);
        for line in lines {
            for part in line.lines() {
                text.push_str(&format!("    {part}\n"));
            }
        }
        text
    }

    /// The step for programs; secrets are not in it.
    pub(super) fn to_json(&self) -> Value {
        let shown = |object: &Object| -> Value {
            let secret = |name: &str| self.kind.definition.field(name).is_some_and(|f| f.secret);
            let open = object.iter().filter(|(name, _)| !secret(name));
            open.map(|(name, value)| (name.clone(), value.clone()))
                .collect::<Object>()
                .into()
        };
        json!({
            "action": match self.sign() {
                '+' => "create",
                '~' => "change",
                _ => "delete",
            },
            "object": self.kind.noun.singular,
            "title": self.title,
            "before": self.before.as_ref().map(shown),
            "after": self.after.as_ref().map(shown),
        })
    }

    /// Whether it makes, changes or deletes.
    pub(super) fn sign(&self) -> char {
        match (&self.before, &self.after) {
            (None, _) => '+',
            (_, Some(_)) => '~',
            (_, None) => '-',
        }
    }
}

fn reordered(a: &[Value], b: &[Value]) -> bool {
    a.len() == b.len() && a.iter().all(|value| b.contains(value))
}

/// Whether two values are the same in the file.
pub(super) fn same(kind: FieldKind, a: Option<&Value>, b: Option<&Value>) -> bool {
    let (a, b) = (normal(a), normal(b));
    match (a, b) {
        // The order of labels and words means nothing; that of paths and addresses may.
        (Value::Array(mut a), Value::Array(mut b)) if kind == FieldKind::Texts => {
            let text = |value: &Value| value.to_string();
            a.sort_by_key(text);
            b.sort_by_key(text);
            a == b
        }
        (a, b) => a == b,
    }
}

/// A value without what the file can't say: nulls, and empty lists that are as good as none.
fn normal(value: Option<&Value>) -> Value {
    match value {
        None => Value::Null,
        Some(Value::Array(values)) if values.is_empty() => Value::Null,
        Some(value) => without_nulls(value),
    }
}

fn without_nulls(value: &Value) -> Value {
    match value {
        Value::Array(values) => values.iter().map(without_nulls).collect(),
        Value::Object(members) => {
            let kept = members.iter().filter(|(_, value)| !value.is_null());
            kept.map(|(name, value)| (name.clone(), without_nulls(value)))
                .collect::<Object>()
                .into()
        }
        other => other.clone(),
    }
}

/// A value as it stands in the file.
pub(super) fn shown(value: Option<&Value>) -> String {
    match value {
        None | Some(Value::Null) => "-".into(),
        Some(value) => written(&without_nulls(value)),
    }
}
