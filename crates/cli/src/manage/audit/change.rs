//! A change of one object, as the command that does it.

use super::Named;
use crate::manage::{
    assignment::{Assignment, Source},
    batch,
    change::Object,
    command::naming,
    definition::{Access, Definition, Field, names_people},
    noun::{self, Noun, Place},
    property::Property,
    world::{Selector, text},
};
use serde_json::Value;

/// A change of one object.
pub(super) struct Change {
    pub(super) noun: &'static Noun,
    pub(super) definition: &'static Definition,
    /// The client below which it is.
    pub(super) place: Option<Named>,
    pub(super) before: Option<Object>,
    pub(super) after: Option<Object>,
}

impl Change {
    /// What the object is called.
    pub(super) fn title(&self, event: &Object) -> String {
        let newest = self.after.as_ref().or(self.before.as_ref());
        let name = newest
            .map(|object| text(object, self.noun.name_field()))
            .unwrap_or_default();
        match name {
            "" => text(event, "resource_id").to_owned(),
            name => name.to_owned(),
        }
    }

    /// The command that does it, or the one that undoes it.
    pub(super) fn command(&self, undo: bool) -> Option<String> {
        let registered =
            |object: &Object| object.get("self_registered") == Some(&Value::Bool(true));
        let sides = [self.before.as_ref(), self.after.as_ref()];
        if !self.noun.named_by_author || sides.into_iter().flatten().any(registered) {
            return None;
        }
        let (from, to) = match undo {
            false => (self.before.as_ref(), self.after.as_ref()),
            true => (self.after.as_ref(), self.before.as_ref()),
        };
        let mut words = Vec::new();
        match (from, to) {
            (None, Some(to)) => {
                words.push(self.noun.command(noun::Verb::Create));
                words.extend(self.named(to));
                for field in self.fields(true) {
                    words.extend(self.given(field, to.get(field.name)));
                }
            }
            (Some(from), Some(to)) => {
                words.push(self.noun.command(noun::Verb::Set));
                words.extend(self.named(from));
                let named = words.len();
                for field in self.fields(false) {
                    let (old, new) = (from.get(field.name), to.get(field.name));
                    if old == new {
                        continue;
                    }
                    let given = self.given(field, new);
                    match given.is_empty() {
                        true => words.extend(["--reset".into(), Property { field }.name()]),
                        false => words.extend(given),
                    }
                }
                if words.len() == named {
                    return None;
                }
            }
            (Some(from), None) => {
                words.push(self.noun.command(noun::Verb::Delete));
                words.extend(self.named(from));
            }
            (None, None) => return None,
        }
        Some(batch::join(words.iter().map(String::as_str)))
    }

    /// Whether it changes what people the object names, and nothing that a command would do again.
    pub(super) fn is_of_people(&self) -> bool {
        let (Some(before), Some(after)) = (&self.before, &self.after) else {
            return false;
        };
        let mut fields = self.definition.fields.iter();
        fields.any(|field| {
            names_people(self.definition.resource, field.name)
                && before.get(field.name) != after.get(field.name)
        })
    }

    /// The flags that name the object.
    fn named(&self, object: &Object) -> Vec<String> {
        let given = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        let client = self.place.as_ref().map(|client| Selector {
            name: Some(client.name.clone()),
            version: given(&client.version),
            client: None,
        });
        // The realm that it all is about needs no name.
        let is_named = self.noun.place != Place::Realms;
        let selector = Selector {
            name: is_named.then(|| text(object, self.noun.name_field()).to_owned()),
            version: given(text(object, "version")).filter(|_| self.noun.has_versions()),
            client: client.map(Box::new),
        };
        naming(self.noun, &selector)
    }

    /// The fields that an administrator gives a value.
    fn fields(&self, creation: bool) -> impl Iterator<Item = &'static Field> {
        let name = self.noun.name_field();
        let versioned = self.noun.has_versions();
        let resource = self.definition.resource;
        self.definition.fields.iter().filter(move |field| {
            if names_people(resource, field.name) {
                return false;
            }
            let given_by_name = field.name == name || (versioned && field.name == "version");
            match field.access {
                Access::Writable => !(creation && given_by_name),
                Access::AtCreation => creation && !given_by_name,
                Access::ByServer => false,
            }
        })
    }

    /// The flags that give a field a value.
    fn given(&self, field: &'static Field, value: Option<&Value>) -> Vec<String> {
        let property = Property { field };
        let values: Vec<String> = match value {
            // In their own order, which may matter.
            Some(Value::Array(values)) if property.is_multiple() => {
                let texts = values.iter().flat_map(|value| property.values(Some(value)));
                texts.collect()
            }
            value => property.values(value),
        };
        let flags = values.into_iter().flat_map(|text| {
            let assignment = Assignment {
                property: property.name(),
                value: Source::Given(text),
            };
            ["--set".to_owned(), assignment.written()]
        });
        flags.collect()
    }

    /// The secrets that the object has.
    pub(super) fn secrets(&self) -> Vec<String> {
        let Some(after) = &self.after else {
            return Vec::new();
        };
        let has = |field: &&Field| {
            field.secret && after.get(&format!("has_{}", field.name)) == Some(&Value::Bool(true))
        };
        let secrets = self.definition.fields.iter().filter(has);
        secrets.map(|field| Property { field }.name()).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::manage::definition;
    use serde_json::json;

    fn change(before: Value, after: Value) -> Change {
        let noun = noun::called("oauth2-scope").unwrap();
        Change {
            noun,
            definition: definition::of("scopes").unwrap(),
            place: None,
            before: before.as_object().cloned(),
            after: after.as_object().cloned(),
        }
    }

    #[test]
    fn who_is_in_a_role_is_no_configuration() {
        let role = |members: Value, description: &str| {
            let role =
                json!({"id": "1", "name": "A", "description": description, "members": members});
            role.as_object().cloned()
        };
        let change = |before, after| Change {
            noun: noun::called("role").unwrap(),
            definition: definition::of("roles").unwrap(),
            place: None,
            before,
            after,
        };
        let joined = change(role(json!([]), "x"), role(json!(["2"]), "x"));
        assert_eq!(joined.command(false), None);
        assert!(joined.is_of_people());
        let described = change(role(json!([]), "x"), role(json!([]), "y"));
        assert!(described.command(false).is_some() && !described.is_of_people());
    }

    #[test]
    fn a_change_is_a_command_and_the_one_that_undoes_it() {
        let made = json!({"id": "1", "name": "a:b", "type": "generic", "tags": ["x y", "z"], "version": 1});
        let creation = change(Value::Null, made.clone());
        let create =
            "create-oauth2-scope --scope-name a:b --set type:generic --set 'tag:x y' --set tag:z";
        assert_eq!(creation.command(false).unwrap(), create);
        assert_eq!(
            creation.command(true).unwrap(),
            "delete-oauth2-scope --scope-name a:b"
        );
        let mut later = made.clone();
        later["tags"] = json!([]);
        later["description"] = json!("it's\nlong");
        let update = change(made.clone(), later);
        assert_eq!(
            update.command(false).unwrap(),
            r"set-oauth2-scope-prop --scope-name a:b --set $'description:it\'s\nlong' --reset tag"
        );
        assert_eq!(
            update.command(true).unwrap(),
            "set-oauth2-scope-prop --scope-name a:b --reset description --set 'tag:x y' --set tag:z"
        );
        assert_eq!(change(made, Value::Null).command(true).unwrap(), create);
    }
}
