//! Users: POST, PATCH, PUT and DELETE (RFC 7644 §3.3, §3.5, §3.6).

use super::{PATCH, USER, Worker};
use crate::journal::{Effects, Key, Kind, State};
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// About how many users a worker keeps.
const KEPT: usize = 30;

impl Worker {
    pub(super) fn create_user(&mut self) {
        if self.ledger.present(Kind::User).len() >= KEPT {
            return self.delete_user();
        }
        let key = self.new_user();
        let stamp = self.ledger.stamp();
        let body = self.user(key, &stamp);
        let request = self.session.json("POST", "/scim/v2/Users", &body);
        let made = self.write(&request, vec![(key, State::stamped(stamp))]);
        self.learn_id(key, made.as_ref());
    }

    pub(super) fn put_user(&mut self) {
        let Some((key, path)) = self.some_user() else {
            return self.create_user();
        };
        let stamp = self.ledger.stamp();
        let body = self.user(key, &stamp);
        let request = self.session.json("PUT", &path, &body);
        self.write(&request, vec![(key, State::stamped(stamp))]);
    }

    pub(super) fn patch_user(&mut self) {
        let Some((key, path)) = self.some_user() else {
            return self.create_user();
        };
        let stamp = self.ledger.stamp();
        let body = self.user_patch(&stamp);
        let request = self.session.json("PATCH", &path, &body);
        self.write(&request, vec![(key, State::stamped(stamp))]);
    }

    /// A PATCH whose last operation is impossible: none of it may happen.
    pub(super) fn patch_in_vain(&mut self) {
        let Some((_, path)) = self.some_user() else {
            return self.create_user();
        };
        let body = json!({ "schemas": [PATCH], "Operations": [
            { "op": "replace", "path": "nickName", "value": "half a patch" },
            { "op": "replace", "path": "id", "value": "another" },
        ]});
        let request = self.session.json("PATCH", &path, &body);
        if let Some(Ok(answer)) = self.send(&request)
            && !(answer.status == 400 || answer.status == 503 && answer.retry_after)
        {
            self.wrong(&request, &format!("{} {}", answer.status, answer.body));
        }
    }

    pub(super) fn delete_user(&mut self) {
        let Some((key, path)) = self.some_user() else {
            return self.create_user();
        };
        let effects = self.deletion(key);
        let request = self.session.bare("DELETE", &path);
        self.write(&request, effects);
    }

    /// A user with a new name, or that of one who is gone.
    pub(super) fn new_user(&mut self) -> Key {
        let free = self.ledger.free_names();
        let name = match self.random.pick(&free) {
            Some(name) if self.random.chance(30) => name.clone(),
            _ => format!("u{}-{}", self.ledger.worker, self.ledger.things.len()),
        };
        self.ledger.add(Kind::User, name)
    }

    /// A user whose every attribute has the stamp, of random length.
    pub(super) fn user(&mut self, key: Key, stamp: &str) -> Value {
        json!({
            "schemas": [USER],
            "userName": self.ledger.things[key].name,
            "displayName": stamp,
            "nickName": stamp,
            "title": stamp,
            "name": self.long_name(stamp),
            "emails": [{ "value": format!("{stamp}@example.com"), "type": "work" }],
        })
    }

    pub(super) fn user_patch(&mut self, stamp: &str) -> Value {
        let replace =
            |path: &str, value: Value| json!({ "op": "replace", "path": path, "value": value });
        let email = json!([{ "value": format!("{stamp}@example.com"), "type": "work" }]);
        json!({ "schemas": [PATCH], "Operations": [
            replace("displayName", stamp.into()),
            replace("nickName", stamp.into()),
            replace("title", stamp.into()),
            replace("name", self.long_name(stamp)),
            replace("emails", email),
        ]})
    }

    /// Some names are longer than a page of the database.
    fn long_name(&mut self, stamp: &str) -> Value {
        let most = if self.random.chance(10) { 1500 } else { 60 };
        let times = 1 + self.random.index(most);
        let formatted = vec![stamp; times].join(" ");
        json!({ "familyName": stamp, "formatted": formatted })
    }

    /// Someone who is there for certain, and the path.
    pub(super) fn some_user(&mut self) -> Option<(Key, String)> {
        let users = self.ledger.present(Kind::User);
        let (key, _) = self.random.pick(&users)?;
        let id = self.ledger.things[*key].id.as_ref()?;
        Some((*key, format!("/scim/v2/Users/{id}")))
    }

    /// A deleted user is a member of nothing any more.
    pub(super) fn deletion(&self, user: Key) -> Effects {
        let mut effects = vec![(user, State::Absent)];
        for (group, state) in self.ledger.present(Kind::Group) {
            if let State::Present { stamp, members } = state
                && members.contains(&user)
            {
                let members: BTreeSet<Key> = members
                    .into_iter()
                    .filter(|member| *member != user)
                    .collect();
                effects.push((group, State::Present { stamp, members }));
            }
        }
        effects
    }

    /// Remembers the id of what was made.
    pub(super) fn learn_id(&mut self, key: Key, made: Option<&Value>) {
        if let Some(made) = made {
            self.ledger.things[key].id = made["id"].as_str().map(str::to_owned);
            self.ledger.things[key].secret = made["client_secret"].as_str().map(str::to_owned);
        }
    }
}
