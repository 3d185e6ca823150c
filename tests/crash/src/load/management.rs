//! Configuration: applications with their assigned scopes, and scopes.

use super::Worker;
use crate::journal::{Key, Kind, State};
use serde_json::json;
use std::collections::BTreeSet;

/// About how many applications and scopes a worker keeps.
const KEPT: usize = 4;

impl Worker {
    pub(super) fn change_application(&mut self) {
        let applications = self.ledger.present(Kind::Application);
        let some = self.random.pick(&applications).cloned();
        let Some((key, State::Present { stamp, members })) = some else {
            return self.create_application();
        };
        let id = self.ledger.things[key].id.clone().unwrap_or_default();
        let path = format!("/applications/{id}");
        match self.random.below(10) {
            0..3 if applications.len() < KEPT => self.create_application(),
            0..3 => {
                let request = self.session.bare("DELETE", &path);
                self.write(&request, vec![(key, State::Absent)]);
            }
            3..6 => {
                let stamp = self.ledger.stamp();
                let request = self
                    .session
                    .json("PATCH", &path, &json!({ "description": stamp }));
                self.write(&request, vec![(key, State::Present { stamp, members })]);
            }
            6..9 => self.assign(key, &path, stamp, members),
            _ => self.withdraw(key, &path, stamp, members),
        }
    }

    fn create_application(&mut self) {
        let name = format!("a{}-{}", self.ledger.worker, self.ledger.things.len());
        let key = self.ledger.add(Kind::Application, name.clone());
        let stamp = self.ledger.stamp();
        let body = json!({
            "name": name,
            "description": stamp,
            "type": "confidential",
            "service_account": true,
            "grant_types": ["client_credentials"],
        });
        let request = self.session.json("POST", "/applications", &body);
        let made = self.write(&request, vec![(key, State::stamped(stamp))]);
        self.learn_id(key, made.as_ref());
    }

    fn assign(&mut self, key: Key, path: &str, stamp: String, mut members: BTreeSet<Key>) {
        let scopes = self.ledger.present(Kind::Scope);
        let unassigned: Vec<Key> = scopes
            .into_iter()
            .map(|(scope, _)| scope)
            .filter(|scope| !members.contains(scope))
            .collect();
        let Some(scope) = self.random.pick(&unassigned).copied() else {
            return self.create_scope();
        };
        members.insert(scope);
        let body = json!({ "scope": self.ledger.things[scope].name });
        let request = self
            .session
            .json("POST", &format!("{path}/assigned-scopes"), &body);
        self.write(&request, vec![(key, State::Present { stamp, members })]);
    }

    fn withdraw(&mut self, key: Key, path: &str, stamp: String, mut members: BTreeSet<Key>) {
        let listed: Vec<Key> = members.iter().copied().collect();
        let Some(scope) = self.random.pick(&listed).copied() else {
            return self.assign(key, path, stamp, members);
        };
        members.remove(&scope);
        let id = self.ledger.things[scope].id.clone().unwrap_or_default();
        let request = self
            .session
            .bare("DELETE", &format!("{path}/assigned-scopes/{id}"));
        self.write(&request, vec![(key, State::Present { stamp, members })]);
    }

    pub(super) fn change_scope(&mut self) {
        let scopes = self.ledger.present(Kind::Scope);
        let Some((key, State::Present { members, .. })) = self.random.pick(&scopes).cloned() else {
            return self.create_scope();
        };
        let id = self.ledger.things[key].id.clone().unwrap_or_default();
        let path = format!("/scopes/{id}");
        match self.random.below(10) {
            0..3 if scopes.len() < KEPT => self.create_scope(),
            0..5 if !self.is_assigned(key) => {
                let request = self.session.bare("DELETE", &path);
                self.write(&request, vec![(key, State::Absent)]);
            }
            _ => {
                let stamp = self.ledger.stamp();
                let request = self
                    .session
                    .json("PATCH", &path, &json!({ "description": stamp }));
                self.write(&request, vec![(key, State::Present { stamp, members })]);
            }
        }
    }

    fn create_scope(&mut self) {
        let name = format!("w{}:{}", self.ledger.worker, self.ledger.things.len());
        let key = self.ledger.add(Kind::Scope, name.clone());
        let stamp = self.ledger.stamp();
        let body = json!({ "name": name, "type": "generic", "description": stamp });
        let request = self.session.json("POST", "/scopes", &body);
        let made = self.write(&request, vec![(key, State::stamped(stamp))]);
        self.learn_id(key, made.as_ref());
    }

    /// A scope that is assigned can't be deleted.
    fn is_assigned(&self, scope: Key) -> bool {
        let applications = self.ledger.present(Kind::Application);
        let mut applications = applications.iter();
        self.ledger.is_open(scope)
            || applications.any(|(_, application)| application.members().contains(&scope))
    }
}
