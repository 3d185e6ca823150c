//! What objects were called when something happened.

use crate::manage::{
    change::Object,
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
    names: BTreeMap<String, Named>,
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
        let id = text(event, "resource_id");
        self.world.learn(id, noun, after);
        self.names.insert(id.to_owned(), named);
    }

    /// What the object of a resource is called.
    pub(super) async fn named(
        &mut self,
        resource: &'static str,
        id: &str,
    ) -> anyhow::Result<Named> {
        Ok(match self.names.get(id) {
            Some(named) => named.clone(),
            None => Named {
                name: self.world.name_of(resource, id).await?,
                version: String::new(),
            },
        })
    }

    /// The client below which the thing of an event is: its id comes first.
    pub(super) async fn place(
        &mut self,
        noun: &'static Noun,
        event: &Object,
    ) -> anyhow::Result<Option<Named>> {
        if noun.place != Place::Client {
            return Ok(None);
        }
        Ok(match text(event, "resource_id").split_once('/') {
            Some((client, _)) => Some(self.named("applications", client).await?),
            None => None,
        })
    }

    /// The object with names in place of the ids of others.
    pub(super) async fn with_names(
        &mut self,
        noun: &'static Noun,
        object: &Object,
    ) -> anyhow::Result<Object> {
        self.world.with_names(noun, object.clone()).await
    }
}
