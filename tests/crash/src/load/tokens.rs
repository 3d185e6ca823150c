//! Tokens: issued (RFC 6749 §4.4) and revoked (RFC 7009).

use super::Worker;
use crate::{
    journal::{Kind, State},
    session::{form, grant},
};

/// About how many live tokens a worker keeps.
const KEPT: usize = 60;

impl Worker {
    pub(super) fn issue_token(&mut self) {
        if self.ledger.present(Kind::Token).len() >= KEPT {
            return self.revoke_token();
        }
        let clients = &self.session.clients;
        let client = clients[self.random.index(clients.len())].clone();
        let key = self.ledger.add(Kind::Token, client.clone());
        let request = form(&client, "/token", &grant(""));
        let made = self.write(&request, vec![(key, State::stamped(""))]);
        if let Some(made) = made {
            self.ledger.things[key].id = made["access_token"].as_str().map(str::to_owned);
        }
    }

    pub(super) fn revoke_token(&mut self) {
        let tokens = self.ledger.present(Kind::Token);
        let Some((key, _)) = self.random.pick(&tokens) else {
            return self.issue_token();
        };
        let thing = &self.ledger.things[*key];
        let (client, token) = (thing.name.clone(), thing.id.clone().unwrap_or_default());
        let request = form(&client, "/revoke", &format!("token={token}"));
        let before = self.acknowledged;
        self.write(&request, vec![(*key, State::Absent)]);
        if let (Some(watch), true) = (&self.watch, self.acknowledged > before) {
            watch.revoked(&client, &token);
        }
    }
}
