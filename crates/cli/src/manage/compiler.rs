//! From commands to operations of the API: names become ids, and values the patches that give them.

use super::{
    api::Operation,
    change::{Changes, Object},
    command::{Action, Command},
    definition::{Definition, Field},
    noun::{self, Noun},
    property::Property,
    world::{Found, World, text},
};
use anyhow::bail;
use reqwest::Method;
use serde_json::Value;

/// Turns commands into operations, each as if those before were done.
pub(super) struct Compiler {
    /// What the commands find.
    pub(super) world: World,
    /// The operations so far.
    pub(super) operations: Vec<Operation>,
    /// Whether the operations will be one batch; else each is done before the next is compiled.
    batch: bool,
}

impl Compiler {
    /// One that begins with the realm as it is.
    pub(super) fn new(world: World, batch: bool) -> Self {
        Self {
            world,
            operations: Vec::new(),
            batch,
        }
    }

    /// Adds the operation of a command that changes something; `false` if there is nothing to do.
    pub(super) async fn add(&mut self, command: &Command) -> anyhow::Result<bool> {
        let noun = command.noun;
        let collection = self.world.collection(noun, &command.selector).await?;
        let operation = match &command.action {
            Action::Create { changes, .. } => {
                let changes = self.with_ids(command, changes).await?;
                self.create(noun, &collection, changes.body())
            }
            Action::Set { changes, .. } => {
                let mut found = self.world.one(noun, &command.selector).await?;
                let changes = self.with_ids(command, changes).await?;
                if changes
                    .mended()
                    .any(|field| !found.object.contains_key(field))
                {
                    found = self.as_made(noun, &collection, found).await?;
                }
                let patch = changes.patch(&found.object)?;
                self.update(noun, &collection, found, patch)
            }
            Action::Delete { force } => match self.world.find(noun, &command.selector).await? {
                Some(found) => self.delete(noun, &collection, found),
                None if *force => return Ok(false),
                None => {
                    // Says what is missing.
                    self.world.one(noun, &command.selector).await?;
                    return Ok(false);
                }
            },
            Action::List { .. } | Action::Get { .. } => return Ok(false),
        };
        if self.batch && operation.path.starts_with('/') {
            bail!(
                "{} are not the realm's own, and can't be part of a batch that is applied as one: \
                 --batch-continue-on-error applies commands one by one",
                noun.titles()
            );
        }
        self.operations.push(operation);
        Ok(true)
    }

    /// The operation that makes an object, which later ones will find.
    pub(super) fn create(
        &mut self,
        noun: &'static Noun,
        collection: &str,
        body: Object,
    ) -> Operation {
        let label = self
            .batch
            .then(|| format!("operation-{}", self.operations.len() + 1));
        if let Some(label) = &label {
            let path = format!("{collection}/@{label}");
            self.world.hold(noun, collection, path, body.clone());
        }
        Operation {
            method: Method::POST,
            path: collection.to_owned(),
            body: Some(body),
            if_match: None,
            label,
        }
    }

    /// The operation that changes an object.
    pub(super) fn update(
        &mut self,
        noun: &'static Noun,
        collection: &str,
        found: Found,
        patch: Object,
    ) -> Operation {
        if self.batch {
            let object = merged(found.object, &patch);
            self.world
                .hold(noun, collection, found.path.clone(), object);
        }
        Operation {
            method: Method::PATCH,
            path: found.path,
            body: Some(patch),
            if_match: found.tag,
            label: None,
        }
    }

    /// The operation that deletes an object.
    pub(super) fn delete(
        &mut self,
        noun: &'static Noun,
        collection: &str,
        found: Found,
    ) -> Operation {
        let path = found.path.clone();
        if self.batch {
            self.world.lose(noun, collection, found);
        }
        Operation {
            method: Method::DELETE,
            path,
            body: None,
            if_match: None,
            label: None,
        }
    }

    /// What the server would make of an object that an earlier command of the batch makes, with all
    /// its defaults; other objects as they are.
    async fn as_made(
        &mut self,
        noun: &'static Noun,
        collection: &str,
        found: Found,
    ) -> anyhow::Result<Found> {
        let is_new = found
            .path
            .rsplit('/')
            .next()
            .is_some_and(|id| id.starts_with('@'));
        if !is_new || found.object.contains_key("id") {
            return Ok(found);
        }
        let mut object = found.object.clone();
        let results = self.world.api.batch(&self.operations, true).await?;
        for (operation, result) in self.operations.iter().zip(results) {
            let made = operation
                .label
                .as_ref()
                .is_some_and(|label| found.path == format!("{}/@{label}", operation.path));
            if made || operation.path == found.path {
                object = result;
            }
        }
        self.world
            .hold(noun, collection, found.path.clone(), object.clone());
        Ok(Found { object, ..found })
    }

    /// An object with ids in place of the names of others.
    pub(super) async fn ids_in(
        &mut self,
        definition: &'static Definition,
        mut object: Object,
    ) -> anyhow::Result<Object> {
        for field in definition.fields {
            let (Some(_), Some(value)) = (field.refers_to, object.get(field.name).cloned()) else {
                continue;
            };
            let value = match value {
                Value::Array(names) => {
                    let mut ids = Vec::new();
                    for name in names {
                        ids.push(self.id_for(field, name).await?);
                    }
                    ids.into()
                }
                name => self.id_for(field, name).await?,
            };
            object.insert(field.name.into(), value);
        }
        Ok(object)
    }

    /// The id of what a value of a field names.
    async fn id_for(&mut self, field: &'static Field, value: Value) -> anyhow::Result<Value> {
        let (Some(resource), Value::String(name)) = (field.refers_to, &value) else {
            return Ok(value);
        };
        match self.world.id_of(resource, name).await? {
            Some(id) => Ok(id.into()),
            None => {
                let title = noun::of_resource(resource).map_or(resource, |noun| noun.title);
                let property = Property { field }.name();
                bail!("`{property}` names `{name}`, and there is no such {title}")
            }
        }
    }

    /// The changes with ids in place of the names of other objects.
    async fn with_ids(&mut self, command: &Command, changes: &Changes) -> anyhow::Result<Changes> {
        let mut changes = changes.clone();
        for field in command.definition.fields {
            if field.refers_to.is_none() {
                continue;
            }
            let mut ids = Vec::new();
            for value in changes.values_of(field.name) {
                let id = self.id_for(field, value.clone()).await?;
                ids.push((value, id));
            }
            changes.replace(field.name, &|value| {
                let mut all = ids.iter();
                all.find(|(name, _)| name == value)
                    .map(|(_, id)| id.clone())
            });
        }
        Ok(changes)
    }
}

/// What becomes of an object by a merge patch (RFC 7396 §2).
pub(super) fn merged(mut object: Object, patch: &Object) -> Object {
    for (name, value) in patch {
        match value {
            // Kept as a null, so that it is known to be absent.
            Value::Null => drop(object.insert(name.clone(), Value::Null)),
            Value::Object(members) => {
                let inner = match object.remove(name) {
                    Some(Value::Object(inner)) => inner,
                    _ => Object::new(),
                };
                object.insert(name.clone(), merged(inner, members).into());
            }
            other => drop(object.insert(name.clone(), other.clone())),
        }
    }
    object
}

/// What a person is to know of an object that was made, besides what they said: names and secrets
/// that the server gave.
pub(super) fn given_by_server(noun: &Noun, made: &Object) -> Vec<(String, String)> {
    let id = (!noun.named_by_author).then_some("id");
    let client_id = noun.has_versions().then_some("client_id");
    let names = id.into_iter().chain(client_id);
    let shown = names.filter(|name| !text(made, name).is_empty());
    shown
        .map(|name| (name.replace('_', "-"), text(made, name).to_owned()))
        .collect()
}

/// The secrets that a new object comes with, which are never shown again.
pub(super) fn secrets(made: &Object) -> Vec<(&'static str, &Value)> {
    ["client_secret", "administrator"]
        .into_iter()
        .filter_map(|name| Some((name, made.get(name).filter(|value| !value.is_null())?)))
        .collect()
}
