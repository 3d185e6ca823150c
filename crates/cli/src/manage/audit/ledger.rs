//! What objects were called when something happened.

use crate::manage::{
    change::Object,
    definition,
    noun::{self, Noun, Place},
    world::{World, text},
};
use serde_json::Value;
use std::collections::BTreeMap;

/// What an object is called.
#[derive(Debug, Clone, Default)]
pub(super) struct Named {
    /// Its name.
    pub(super) name: String,
    /// Of a client, its version; empty if it has none.
    pub(super) version: String,
}

/// The names of objects, as far as events have told.
pub(super) struct Ledger {
    world: World,
    names: BTreeMap<(String, String), Named>,
}

impl Ledger {
    /// What no event has told, the realm as it is says.
    pub(super) fn new(world: World) -> Self {
        Self {
            world,
            names: BTreeMap::new(),
        }
    }

    /// Takes note of what a thing is called after an event.
    pub(super) fn note(&mut self, event: &Object) {
        let resource = text(event, "resource");
        let (Some(noun), Some(Value::Object(after))) =
            (noun::of_resource(resource), event.get("after"))
        else {
            return;
        };
        let named = Named {
            name: text(after, noun.name_field()).to_owned(),
            version: text(after, "version").to_owned(),
        };
        let key = (resource.to_owned(), text(event, "resource_id").to_owned());
        self.names.insert(key, named);
    }

    /// What the object of a resource is called.
    pub(super) async fn named(&mut self, resource: &'static str, id: &str) -> Named {
        match self.names.get(&(resource.to_owned(), id.to_owned())) {
            Some(named) => named.clone(),
            None => Named {
                name: self.world.name_of(resource, id).await,
                version: String::new(),
            },
        }
    }

    /// The client below which the thing of an event is: its id comes first.
    pub(super) async fn place(&mut self, noun: &'static Noun, event: &Object) -> Option<Named> {
        if noun.place != Place::Client {
            return None;
        }
        let (client, _) = text(event, "resource_id").split_once('/')?;
        Some(self.named("applications", client).await)
    }

    /// The object with names in place of the ids of others.
    pub(super) async fn with_names(&mut self, noun: &'static Noun, object: &Object) -> Object {
        let mut object = object.clone();
        let fields = definition::of(noun.resource).map_or(&[][..], |definition| definition.fields);
        for field in fields {
            let (Some(resource), Some(value)) = (field.refers_to, object.get(field.name).cloned())
            else {
                continue;
            };
            let named = match value {
                Value::String(id) => self.named(resource, &id).await.name.into(),
                Value::Array(ids) => {
                    let mut names = Vec::new();
                    for id in ids {
                        names.push(match id {
                            Value::String(id) => self.named(resource, &id).await.name.into(),
                            other => other,
                        });
                    }
                    names.into()
                }
                other => other,
            };
            object.insert(field.name.into(), named);
        }
        object
    }
}
