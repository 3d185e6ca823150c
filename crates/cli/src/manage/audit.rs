//! `ambit config config-audit`: what was changed, as commands that can be replayed.

use super::{
    api::Api,
    assignment::{Assignment, Source},
    batch,
    change::Object,
    definition::{self, Access, Definition, Field},
    noun::{self, Noun, Place},
    property::Property,
    run::Options,
    table::visible,
    world::{Selector, World, text},
};
use crate::terminal;
use clap::{Arg, ArgMatches, Command};
use serde_json::Value;

/// The command.
pub(super) fn command() -> Command {
    Command::new("config-audit")
        .about("Show what was changed, as a batch file that does the same again")
        .arg(
            Arg::new("since")
                .long("since")
                .value_name("TIME")
                .help("Only what was done at this time or later (RFC 3339)"),
        )
        .after_long_help(
            "Before each command stands who did it and when, and the command that undoes it. What \
             can't be done again by a command, such as new keys and secrets, is a comment.\n\n\
             Examples:\n  ambit config config-audit > changes.batch\n  ambit config config-audit \
             --since 2026-11-01T00:00:00Z",
        )
}

/// Runs it.
pub(super) async fn run(options: &Options, found: &ArgMatches) -> anyhow::Result<()> {
    let mut world = World::new(Api::open(&options.connection)?);
    let filter = found
        .get_one::<String>("since")
        .map(|since| format!("at ge {}", Value::from(since.as_str())));
    let events = world.api.list("audit-events", filter.as_deref()).await?;
    if options.json {
        terminal::say(serde_json::to_string_pretty(&events)?)?;
        return Ok(());
    }
    for event in &events {
        if let Some(entry) = entry(&mut world, event).await {
            terminal::say(entry)?;
        }
    }
    Ok(())
}

/// What happened, as lines of a batch file; none, if it was no configuration of an administrator.
async fn entry(world: &mut World, event: &Object) -> Option<String> {
    let noun = noun::of_resource(text(event, "resource"))?;
    let definition = definition::of(noun.resource)?;
    let is_configuration = matches!(text(event, "actor"), "client" | "person")
        && noun.verbs.contains(&noun::Verb::Create);
    if !is_configuration {
        return None;
    }
    let mut heading = format!("# {} by {}", text(event, "at"), actor(world, event).await);
    let (before, after) = (
        side(world, noun, event, "before").await,
        side(world, noun, event, "after").await,
    );
    let place = place(world, noun, event).await;
    let change = Change {
        noun,
        definition,
        place,
        before,
        after,
    };
    let lines = change.command(false).zip(change.command(true));
    let Some((done, undone)) = lines else {
        heading.push_str(&format!(
            ": {} {} `{}`, which no command does again\n",
            text(event, "action"),
            noun.title,
            visible(&change.title(event))
        ));
        return Some(heading);
    };
    for secret in change.secrets() {
        heading.push_str(&format!("\n# its {secret} is not recorded"));
    }
    Some(format!("{heading}\n# undo: {undone}\n{done}\n"))
}

async fn actor(world: &mut World, event: &Object) -> String {
    let clients = world.name_of_client(text(event, "client_id")).await;
    match text(event, "person") {
        "" => format!("the client {}", visible(&clients)),
        person => format!(
            "the person {} through {}",
            visible(person),
            visible(&clients)
        ),
    }
}

/// The object before or after, with names for ids.
async fn side(
    world: &mut World,
    noun: &'static Noun,
    event: &Object,
    name: &str,
) -> Option<Object> {
    match event.get(name)? {
        Value::Object(object) => Some(world.with_names(noun, object.clone()).await),
        _ => None,
    }
}

/// The client below which the thing is.
async fn place(world: &mut World, noun: &'static Noun, event: &Object) -> Option<String> {
    if noun.place != Place::Client {
        return None;
    }
    let id = ["application", "client_id"].iter().find_map(|name| {
        let of = |side: &str| event.get(side)?.get(name)?.as_str();
        of("after").or_else(|| of("before"))
    });
    let (first, _) = text(event, "resource_id")
        .split_once('/')
        .unwrap_or_default();
    let id = id.unwrap_or(first).to_owned();
    Some(world.name_of("applications", &id).await)
}

/// A change of one object.
struct Change {
    noun: &'static Noun,
    definition: &'static Definition,
    /// The client below which it is.
    place: Option<String>,
    before: Option<Object>,
    after: Option<Object>,
}

impl Change {
    fn title(&self, event: &Object) -> String {
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
    fn command(&self, undo: bool) -> Option<String> {
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

    /// The flags that name the object.
    fn named(&self, object: &Object) -> Vec<String> {
        let selector = Selector {
            name: Some(text(object, self.noun.name_field()).to_owned()),
            ..Selector::default()
        };
        let mut words = Vec::new();
        if let Some(client) = &self.place {
            words.extend(["--client-name".into(), client.clone()]);
        }
        if self.noun.place != Place::Realms {
            let name = selector.name.unwrap_or_default();
            words.extend([format!("--{}", self.noun.flag()), name]);
        }
        match text(object, "version") {
            version if self.noun.has_versions() && !version.is_empty() => {
                words.extend([format!("--{}", noun::CLIENT_VERSION), version.to_owned()]);
            }
            _ => {}
        }
        words
    }

    /// The fields that an administrator gives a value.
    fn fields(&self, creation: bool) -> impl Iterator<Item = &'static Field> {
        let name = self.noun.name_field();
        let versioned = self.noun.has_versions();
        self.definition.fields.iter().filter(move |field| {
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
    fn secrets(&self) -> Vec<String> {
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
