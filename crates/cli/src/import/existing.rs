//! What of the file the realm has already, found by `externalId` and `userName`.

use super::{
    item::{Item, Kind, Whom},
    session::Session,
};
use serde_json::Value;
use std::collections::{BTreeSet, HashMap};

/// Resources of the realm that the file may mean.
#[derive(Default)]
pub(super) struct Existing {
    by_external_id: HashMap<(Kind, String), Value>,
    by_user_name: HashMap<String, Value>,
}

impl Existing {
    /// Asks the realm for every entry and everyone that the items refer to.
    pub(super) async fn look_up(session: &mut Session, items: &[Item]) -> anyhow::Result<Self> {
        let mut names: HashMap<Kind, BTreeSet<&str>> = HashMap::new();
        let mut user_names = BTreeSet::new();
        for item in items {
            names.entry(item.kind).or_default().insert(item.dn.as_str());
            user_names.extend(item.text("userName"));
        }
        let own: BTreeSet<&str> = names.values().flatten().copied().collect();
        for reference in items.iter().flat_map(|item| &item.references) {
            match &reference.to {
                // Somebody of an earlier import, of either kind.
                Whom::Entry(dn) if !own.contains(dn.as_str()) => {
                    for kind in [Kind::User, Kind::Group] {
                        names.entry(kind).or_default().insert(dn.as_str());
                    }
                }
                Whom::UserName(name) => {
                    user_names.insert(name.as_str());
                }
                Whom::Entry(_) | Whom::Nobody => {}
            }
        }
        let mut existing = Self::default();
        for (kind, names) in names {
            let names: Vec<&str> = names.into_iter().collect();
            for found in session.find(kind.endpoint(), "externalId", &names).await? {
                existing.add(kind, found);
            }
        }
        let user_names: Vec<&str> = user_names.into_iter().collect();
        for found in session
            .find(Kind::User.endpoint(), "userName", &user_names)
            .await?
        {
            existing.add(Kind::User, found);
        }
        Ok(existing)
    }

    fn add(&mut self, kind: Kind, resource: Value) {
        let text = |name: &str| {
            resource
                .get(name)
                .and_then(Value::as_str)
                .map(str::to_owned)
        };
        if let (Kind::User, Some(name)) = (kind, text("userName")) {
            self.by_user_name
                .insert(scim::fold(&name).into_owned(), resource.clone());
        }
        if let Some(name) = text("externalId") {
            self.by_external_id.insert((kind, name), resource);
        }
    }

    /// The resource that was made from the entry of this name.
    pub(super) fn entry(&self, kind: Kind, dn: &str) -> Option<&Value> {
        self.by_external_id.get(&(kind, dn.to_owned()))
    }

    /// The person with this `userName`.
    pub(super) fn user_name(&self, name: &str) -> Option<&Value> {
        self.by_user_name.get(&*scim::fold(name))
    }
}

/// A resource's id.
pub(super) fn id_of(resource: &Value) -> Option<&str> {
    resource.get("id").and_then(Value::as_str)
}
