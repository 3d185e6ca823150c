//! Everything of a worker's that the lists show.

use super::Checker;
use crate::journal::{Key, Kind, Ledger, State};
use anyhow::{Result, bail};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// One thing of a list.
pub(super) struct Found {
    pub(super) kind: Kind,
    name: String,
    stamp: String,
    /// Ids of a group's members, of an application's scopes.
    members: BTreeSet<String>,
    /// Ids of a user's groups.
    groups: BTreeSet<String>,
    /// The whole thing as the list shows it.
    pub(super) whole: Value,
}

/// By id.
pub(super) struct Seen(pub(super) BTreeMap<String, Found>);

impl Seen {
    /// Searches for all that bears the worker's name; everything is found through the index.
    pub(super) fn look(checker: &mut Checker, ledger: &Ledger) -> Result<Self> {
        let worker = ledger.worker;
        let mut seen = Self(BTreeMap::new());
        for (kind, path, field) in [
            (
                Kind::User,
                format!("/scim/v2/Users?count=200&filter=userName%20sw%20%22u{worker}-%22"),
                "userName",
            ),
            (
                Kind::Group,
                format!("/scim/v2/Groups?count=200&filter=displayName%20sw%20%22g{worker}-%22"),
                "displayName",
            ),
            (
                Kind::Application,
                format!("/applications?page_size=200&filter=name%20sw%20%22a{worker}-%22"),
                "name",
            ),
            (
                Kind::Scope,
                format!("/scopes?page_size=200&filter=name%20sw%20%22w{worker}:%22"),
                "name",
            ),
        ] {
            let answer = checker.ask(&checker.session.bare("GET", &path))?;
            if answer.status != 200 {
                bail!("{path}: {} {}", answer.status, answer.body);
            }
            let list = answer.json();
            let things = list["Resources"].as_array().or(list["items"].as_array());
            let things = things.cloned().unwrap_or_default();
            if list["totalResults"]
                .as_u64()
                .is_some_and(|total| total != things.len() as u64)
            {
                checker.lost(
                    ledger,
                    format!(
                        "{path}: {} things, not {}",
                        things.len(),
                        list["totalResults"]
                    ),
                );
            }
            for thing in things {
                let name = thing[field].as_str().unwrap_or_default().to_owned();
                seen.note(checker, ledger, kind, name, thing)?;
            }
        }
        Ok(seen)
    }

    fn note(
        &mut self,
        checker: &mut Checker,
        ledger: &Ledger,
        kind: Kind,
        name: String,
        whole: Value,
    ) -> Result<()> {
        let id = whole["id"].as_str().unwrap_or_default().to_owned();
        let values = |list: &Value, field: &str| -> BTreeSet<String> {
            let items = list.as_array().into_iter().flatten();
            items
                .filter_map(|item| item[field].as_str().map(str::to_owned))
                .collect()
        };
        let mut found = Found {
            kind,
            stamp: whole["description"].as_str().unwrap_or_default().to_owned(),
            members: values(&whole["members"], "value"),
            groups: values(&whole["groups"], "value"),
            name,
            whole,
        };
        match kind {
            Kind::User => match one_stamp(&found.whole) {
                Some(stamp) => found.stamp = stamp,
                None => checker.lost(ledger, format!("half a write: {}", found.whole)),
            },
            Kind::Group => {
                let (name, stamp) = found.name.split_once(' ').unwrap_or_default();
                (found.stamp, found.name) = (stamp.to_owned(), name.to_owned());
            }
            Kind::Application => {
                let path = format!("/applications/{id}/assigned-scopes?page_size=200");
                let assigned = checker.ask(&checker.session.bare("GET", &path))?.json();
                found.members = values(&assigned["items"], "id");
            }
            Kind::Scope | Kind::Token => {}
        }
        if self.0.insert(id.clone(), found).is_some() {
            checker.lost(ledger, format!("{id} is listed twice"));
        }
        Ok(())
    }

    /// Which thing of the books each is: by id, or if that was never heard of, by name.
    pub(super) fn keys(&self, ledger: &Ledger) -> BTreeMap<String, Key> {
        let known: BTreeMap<&str, Key> = (0..ledger.things.len())
            .filter_map(|key| Some((ledger.things[key].id.as_deref()?, key)))
            .collect();
        let unheard = |found: &Found| {
            (0..ledger.things.len()).rev().find(|key| {
                let thing = &ledger.things[*key];
                thing.id.is_none() && thing.kind == found.kind && thing.name == found.name
            })
        };
        let keys = self.0.iter().filter_map(|(id, found)| {
            let key = known.get(id.as_str()).copied().or_else(|| unheard(found))?;
            Some((id.clone(), key))
        });
        keys.collect()
    }

    /// What is in no book.
    pub(super) fn unknown(&self, keys: &BTreeMap<String, Key>) -> Vec<String> {
        let unknown = self.0.iter().filter(|(id, _)| !keys.contains_key(*id));
        unknown
            .map(|(id, found)| format!("{:?} {} ({id})", found.kind, found.name))
            .collect()
    }

    /// What every thing is; tokens are in no list.
    pub(super) fn states(&self, ledger: &Ledger, keys: &BTreeMap<String, Key>) -> Vec<State> {
        let mut states = vec![State::Absent; ledger.things.len()];
        for (id, found) in &self.0 {
            if let Some(key) = keys.get(id) {
                let members = found.members.iter();
                states[*key] = State::Present {
                    stamp: found.stamp.clone(),
                    // Someone unknown is a member that no write made.
                    members: members
                        .map(|id| keys.get(id).copied().unwrap_or(Key::MAX))
                        .collect(),
                };
            }
        }
        states
    }

    /// A user's `groups` are those that it is a member of (RFC 7643 §4.1.2).
    pub(super) fn memberships(
        &self,
        ledger: &Ledger,
        keys: &BTreeMap<String, Key>,
        states: &[State],
    ) -> Vec<String> {
        let mut losses = Vec::new();
        for (id, found) in self.0.iter().filter(|(_, found)| found.kind == Kind::User) {
            let Some(user) = keys.get(id) else { continue };
            let groups = self.0.iter().filter_map(|(id, found)| {
                let group = *keys.get(id).filter(|_| found.kind == Kind::Group)?;
                states[group].members().contains(user).then(|| id.clone())
            });
            let groups: BTreeSet<String> = groups.collect();
            if groups != found.groups {
                let name = &ledger.things[*user].name;
                losses.push(format!(
                    "`groups` of {name} are {:?}, and its groups {groups:?}",
                    found.groups
                ));
            }
        }
        losses
    }
}

/// The stamp that every attribute of a user has.
fn one_stamp(user: &Value) -> Option<String> {
    let stamp = user["nickName"].as_str()?;
    let name = &user["name"];
    let whole = user["displayName"] == stamp
        && user["title"] == stamp
        && name["familyName"] == stamp
        && name["formatted"]
            .as_str()?
            .split(' ')
            .all(|word| word == stamp)
        && user["emails"].as_array()?.len() == 1
        && user["emails"][0]["value"] == format!("{stamp}@example.com");
    whole.then(|| stamp.to_owned())
}
