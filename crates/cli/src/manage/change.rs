//! What a command sets: the body of a creation, and the merge patch of a change.

use super::{
    assignment::{Assignment, Source, empty},
    definition::{Access, Definition},
    noun::Noun,
    property::{self, Property},
};
use crate::exit::UsageError;
use anyhow::bail;
use serde_json::{Map, Value};

/// What the API's JSON is.
pub(super) type Object = Map<String, Value>;

/// What `--set`, `--add`, `--remove` and `--reset` ask for, checked as far as that needs no object.
#[derive(Debug, Clone)]
pub(super) struct Changes {
    all: Vec<Change>,
}

/// What happens to one property.
#[derive(Debug, Clone)]
struct Change {
    property: Property,
    kind: ChangeKind,
}

#[derive(Clone)]
enum ChangeKind {
    /// It gets these values in place of its own.
    Set(Vec<Value>),
    /// It gets and loses these.
    Mend {
        added: Vec<Value>,
        removed: Vec<Value>,
    },
    /// It gets its default.
    Reset,
}

/// Values may be secrets.
impl std::fmt::Debug for ChangeKind {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Set(_) => "Set",
            Self::Mend { .. } => "Mend",
            Self::Reset => "Reset",
        })
    }
}

/// As given on the command line.
#[derive(Debug, Default, Clone)]
pub(super) struct Given {
    pub(super) set: Vec<Assignment>,
    pub(super) add: Vec<Assignment>,
    pub(super) remove: Vec<Assignment>,
    pub(super) reset: Vec<String>,
}

/// Whether an object is made or changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Moment {
    /// It is made.
    Creation,
    /// It is there.
    Change,
}

impl Changes {
    /// Checks what is asked for of one kind of object, and reads files that hold values.
    pub(super) fn read(
        noun: &'static Noun,
        definition: &'static Definition,
        given: &Given,
        moment: Moment,
    ) -> anyhow::Result<Self> {
        let mut changes = Self { all: Vec::new() };
        for assignment in &given.set {
            changes.set(noun, definition, assignment, moment)?;
        }
        for (flag, assignments) in [("--add", &given.add), ("--remove", &given.remove)] {
            for assignment in assignments {
                let (property, value) = value(noun, definition, assignment, moment)?;
                changes.mend(property, flag, value)?;
            }
        }
        for name in &given.reset {
            let property = changeable(noun, definition, name, moment)?;
            if changes.of(property).is_some() {
                let name = property.name();
                bail!(UsageError(format!(
                    "`{name}` is reset, and given a value as well"
                )));
            }
            changes.begin(property, ChangeKind::Reset);
        }
        Ok(changes)
    }

    /// Sets one more.
    pub(super) fn set(
        &mut self,
        noun: &'static Noun,
        definition: &'static Definition,
        assignment: &Assignment,
        moment: Moment,
    ) -> anyhow::Result<()> {
        let (property, value) = value(noun, definition, assignment, moment)?;
        match self.of(property) {
            None => self.begin(property, ChangeKind::Set(vec![value])),
            Some(ChangeKind::Set(values)) if property.is_multiple() => {
                if !values.contains(&value) {
                    values.push(value);
                }
            }
            Some(_) => {
                let name = property.name();
                bail!(UsageError(format!(
                    "`{name}` takes one value, and is set twice"
                )));
            }
        }
        Ok(())
    }

    fn of(&mut self, property: Property) -> Option<&mut ChangeKind> {
        let mut all = self.all.iter_mut();
        let found = all.find(|change| change.property.field.name == property.field.name);
        found.map(|change| &mut change.kind)
    }

    fn begin(&mut self, property: Property, kind: ChangeKind) {
        self.all.push(Change { property, kind });
    }

    fn mend(&mut self, property: Property, flag: &str, value: Value) -> Result<(), UsageError> {
        let name = property.name();
        if flag == "--add" && !property.is_multiple() {
            return Err(UsageError(format!(
                "`{name}` takes one value: use --set instead of --add"
            )));
        }
        if self.of(property).is_none() {
            let (added, removed) = (Vec::new(), Vec::new());
            self.begin(property, ChangeKind::Mend { added, removed });
        }
        match (self.of(property), flag) {
            (Some(ChangeKind::Mend { added, .. }), "--add") => added.push(value),
            (Some(ChangeKind::Mend { added, removed }), _) => {
                if added.contains(&value) {
                    let text = property.values(Some(&value)).join(", ");
                    return Err(UsageError(format!(
                        "`{text}` is both added to and removed from `{name}`"
                    )));
                }
                removed.push(value);
            }
            _ => {
                return Err(UsageError(format!(
                    "`{name}` can't be given to --set and to {flag} in one command"
                )));
            }
        }
        Ok(())
    }

    /// Whether nothing is asked for.
    pub(super) fn is_empty(&self) -> bool {
        self.all.is_empty()
    }

    /// The fields that are given a value or lose theirs.
    pub(super) fn fields(&self) -> impl Iterator<Item = &'static str> {
        self.all.iter().map(|change| change.property.field.name)
    }

    /// The fields whose present values matter.
    pub(super) fn mended(&self) -> impl Iterator<Item = &'static str> {
        let mended = |change: &&Change| matches!(change.kind, ChangeKind::Mend { .. });
        self.all
            .iter()
            .filter(mended)
            .map(|change| change.property.field.name)
    }

    /// The body of a creation.
    pub(super) fn body(&self) -> Object {
        let mut body = Object::new();
        for Change { property, kind } in &self.all {
            if let ChangeKind::Set(values) = kind {
                body.insert(property.field.name.into(), whole(*property, values.clone()));
            }
        }
        body
    }

    /// The merge patch (RFC 7396) that does this to `object`.
    pub(super) fn patch(&self, object: &Object) -> anyhow::Result<Object> {
        let mut patch = Object::new();
        for Change { property, kind } in &self.all {
            let present = object.get(property.field.name);
            let value = match kind {
                ChangeKind::Set(values) => replacement(present, whole(*property, values.clone())),
                ChangeKind::Reset => Value::Null,
                ChangeKind::Mend { added, removed } => mended(*property, present, added, removed)?,
            };
            patch.insert(property.field.name.into(), value);
        }
        Ok(patch)
    }

    /// Puts something else in the place of every value of a field, such as ids for names.
    pub(super) fn replace(&mut self, field: &str, with: &impl Fn(&Value) -> Option<Value>) {
        for change in self
            .all
            .iter_mut()
            .filter(|c| c.property.field.name == field)
        {
            let lists = match &mut change.kind {
                ChangeKind::Set(values) => vec![values],
                ChangeKind::Mend { added, removed } => vec![added, removed],
                ChangeKind::Reset => Vec::new(),
            };
            for value in lists.into_iter().flatten() {
                if let Some(other) = with(value) {
                    *value = other;
                }
            }
        }
    }

    /// Every value that is given for a field.
    pub(super) fn values_of(&self, field: &str) -> Vec<Value> {
        let of_field = self.all.iter().filter(|c| c.property.field.name == field);
        of_field
            .flat_map(|change| match &change.kind {
                ChangeKind::Set(values) => values.clone(),
                ChangeKind::Mend { added, removed } => [added.clone(), removed.clone()].concat(),
                ChangeKind::Reset => Vec::new(),
            })
            .collect()
    }
}

/// The property that may be given a value at this moment.
fn changeable(
    noun: &'static Noun,
    definition: &'static Definition,
    name: &str,
    moment: Moment,
) -> Result<Property, UsageError> {
    let property = property::find(noun, definition, name)?;
    let name = property.name();
    match (property.field.access, moment) {
        (Access::ByServer, _) => Err(UsageError(format!("`{name}` is set by the server"))),
        (Access::AtCreation, Moment::Change) => Err(UsageError(format!(
            "`{name}` can't be changed after creation"
        ))),
        _ => Ok(property),
    }
}

fn value(
    noun: &'static Noun,
    definition: &'static Definition,
    assignment: &Assignment,
    moment: Moment,
) -> anyhow::Result<(Property, Value)> {
    let property = changeable(noun, definition, &assignment.property, moment)?;
    let name = property.name();
    // T11: what is on a command line is seen by everybody on the machine.
    if property.is_secret() && matches!(assignment.value, Source::Given(_)) {
        bail!(UsageError(format!(
            "`{name}` is a secret and has no place on a command line: give it as \
             '{name}<FILE', or as '{name}<-' on standard input"
        )));
    }
    let text = assignment.value.text()?;
    if text.is_empty() {
        bail!(empty(&name));
    }
    Ok((property, property.read(&text)?))
}

/// Values of a property as its field has them.
fn whole(property: Property, mut values: Vec<Value>) -> Value {
    match property.is_multiple() {
        true => values.into(),
        false => values.pop().unwrap_or_default(),
    }
}

/// A merge patch that leaves nothing of `present`, whose members it would else keep (RFC 7396 §2).
pub(super) fn replacement(present: Option<&Value>, value: Value) -> Value {
    let (Some(Value::Object(present)), Value::Object(mut members)) = (present, value.clone())
    else {
        return value;
    };
    for (name, value) in present {
        let new = match members.remove(name) {
            Some(new) => replacement(Some(value), new),
            None => Value::Null,
        };
        members.insert(name.clone(), new);
    }
    members.into()
}

fn mended(
    property: Property,
    present: Option<&Value>,
    added: &[Value],
    removed: &[Value],
) -> anyhow::Result<Value> {
    let mut values: Vec<Value> = match present {
        Some(Value::Array(values)) if property.is_multiple() => values.clone(),
        None | Some(Value::Null) => Vec::new(),
        Some(value) => vec![value.clone()],
    };
    for gone in removed {
        let Some(at) = values.iter().position(|value| value == gone) else {
            let text = property.values(Some(gone)).join(", ");
            bail!(
                "`{}` has no value `{text}` that could be removed",
                property.name()
            );
        };
        values.remove(at);
    }
    for new in added {
        if !values.contains(new) {
            values.push(new.clone());
        }
    }
    Ok(match values.is_empty() && !property.is_multiple() {
        true => Value::Null,
        false => whole(property, values),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::manage::{definition, noun};
    use serde_json::json;

    fn read(given: &[(&str, &str)], moment: Moment) -> anyhow::Result<Changes> {
        let noun = noun::called("oauth2-scope").unwrap();
        let mut all = Given::default();
        for (flag, text) in given {
            let assignment = || Assignment::read(text).unwrap();
            match *flag {
                "set" => all.set.push(assignment()),
                "add" => all.add.push(assignment()),
                "remove" => all.remove.push(assignment()),
                _ => all.reset.push((*text).into()),
            }
        }
        Changes::read(noun, definition::of("scopes").unwrap(), &all, moment)
    }

    fn patch(given: &[(&str, &str)], object: Value) -> anyhow::Result<Value> {
        let changes = read(given, Moment::Change)?;
        changes
            .patch(object.as_object().unwrap())
            .map(Value::Object)
    }

    fn says(given: &[(&str, &str)]) -> String {
        patch(given, json!({"tags": ["a", "b"]}))
            .unwrap_err()
            .to_string()
    }

    #[test]
    fn the_first_set_replaces_and_later_ones_add() {
        let object = json!({"tags": ["a"], "description": "x"});
        let given = [("set", "tag:b"), ("set", "tag:c"), ("reset", "description")];
        assert_eq!(
            patch(&given, object).unwrap(),
            json!({"tags": ["b", "c"], "description": null})
        );
    }

    #[test]
    fn values_are_added_and_removed() {
        let object = json!({"tags": ["a", "b"]});
        let given = [("add", "tag:c"), ("remove", "tag:a"), ("add", "tag:b")];
        assert_eq!(patch(&given, object).unwrap(), json!({"tags": ["b", "c"]}));
        let object = json!({"description": "x"});
        assert_eq!(
            patch(&[("remove", "description:x")], object).unwrap(),
            json!({"description": null})
        );
    }

    #[test]
    fn what_makes_no_sense_is_refused() {
        assert_eq!(
            says(&[("set", "tag:c"), ("add", "tag:d")]),
            "`tag` can't be given to --set and to --add in one command"
        );
        assert_eq!(
            says(&[("set", "tag:c"), ("remove", "tag:a")]),
            "`tag` can't be given to --set and to --remove in one command"
        );
        assert_eq!(
            says(&[("remove", "tag:z")]),
            "`tag` has no value `z` that could be removed"
        );
        assert_eq!(
            says(&[("set", "tagz:z")]),
            "An OAuth2 Scope has no property `tagz`; did you mean `tag`?"
        );
        assert_eq!(
            says(&[("set", "description:a"), ("set", "description:b")]),
            "`description` takes one value, and is set twice"
        );
        assert_eq!(
            says(&[("add", "description:a")]),
            "`description` takes one value: use --set instead of --add"
        );
        assert_eq!(
            says(&[("reset", "tag"), ("set", "tag:a")]),
            "`tag` is reset, and given a value as well"
        );
        assert_eq!(
            says(&[("set", "name:other")]),
            "`name` can't be changed after creation"
        );
        assert_eq!(
            says(&[("set", "built-in:true")]),
            "`built-in` is set by the server"
        );
    }

    #[test]
    fn a_new_structure_leaves_nothing_of_the_old_one() {
        let present = json!({"a": {"b": 1, "c": 2}, "d": 3});
        let patch = replacement(Some(&present), json!({"a": {"b": 4}, "e": 5}));
        assert_eq!(patch, json!({"a": {"b": 4, "c": null}, "e": 5, "d": null}));
    }
}
