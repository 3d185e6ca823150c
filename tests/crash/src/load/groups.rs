//! Groups and their members.

use super::{GROUP, PATCH, Worker};
use crate::journal::{Key, Kind, State};
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// About how many groups a worker keeps.
const KEPT: usize = 4;

impl Worker {
    pub(super) fn change_group(&mut self) {
        let groups = self.ledger.present(Kind::Group);
        let Some((key, State::Present { stamp, members })) = self.random.pick(&groups).cloned()
        else {
            return self.create_group();
        };
        let Some(id) = self.ledger.things[key].id.clone() else {
            return self.create_group();
        };
        let path = format!("/scim/v2/Groups/{id}");
        match self.random.below(10) {
            0..2 if groups.len() < KEPT => self.create_group(),
            0..2 => {
                let request = self.session.bare("DELETE", &path);
                self.write(&request, vec![(key, State::Absent)]);
            }
            2..4 => self.put_group(key, &path),
            4..8 => self.add_member(key, &path, stamp, members),
            _ => self.remove_member(key, &path, stamp, members),
        }
    }

    fn create_group(&mut self) {
        let name = format!("g{}-{}", self.ledger.worker, self.ledger.things.len());
        let key = self.ledger.add(Kind::Group, name);
        let (state, body) = self.group(key);
        let request = self.session.json("POST", "/scim/v2/Groups", &body);
        let made = self.write(&request, vec![(key, state)]);
        self.learn_id(key, made.as_ref());
    }

    fn put_group(&mut self, key: Key, path: &str) {
        let (state, body) = self.group(key);
        let request = self.session.json("PUT", path, &body);
        self.write(&request, vec![(key, state)]);
    }

    /// A group with a new stamp and a few members.
    fn group(&mut self, key: Key) -> (State, Value) {
        let members = (0..self.random.below(5)).filter_map(|_| self.some_user());
        let members: BTreeSet<Key> = members
            .map(|(user, _)| user)
            .collect::<Vec<_>>()
            .into_iter()
            .collect();
        let stamp = self.ledger.stamp();
        let body = json!({
            "schemas": [GROUP],
            "displayName": format!("{} {stamp}", self.ledger.things[key].name),
            "members": members.iter().map(|user| self.member(*user)).collect::<Vec<_>>(),
        });
        (State::Present { stamp, members }, body)
    }

    fn add_member(&mut self, key: Key, path: &str, stamp: String, mut members: BTreeSet<Key>) {
        let Some((user, _)) = self.some_user() else {
            return self.create_user();
        };
        let body = json!({ "schemas": [PATCH], "Operations": [
            { "op": "add", "path": "members", "value": [self.member(user)] },
        ]});
        members.insert(user);
        let request = self.session.json("PATCH", path, &body);
        self.write(&request, vec![(key, State::Present { stamp, members })]);
    }

    fn remove_member(&mut self, key: Key, path: &str, stamp: String, mut members: BTreeSet<Key>) {
        let listed: Vec<Key> = members.iter().copied().collect();
        let Some(user) = self.random.pick(&listed).copied() else {
            return self.add_member(key, path, stamp, members);
        };
        let id = self.ledger.things[user].id.clone().unwrap_or_default();
        let body = json!({ "schemas": [PATCH], "Operations": [
            { "op": "remove", "path": format!("members[value eq \"{id}\"]") },
        ]});
        members.remove(&user);
        let request = self.session.json("PATCH", path, &body);
        self.write(&request, vec![(key, State::Present { stamp, members })]);
    }

    fn member(&self, user: Key) -> Value {
        json!({ "value": self.ledger.things[user].id, "type": "User" })
    }
}
