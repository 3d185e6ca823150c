//! Things one by one: the document and the index agree, what is gone is gone, names are unique.

use super::{Checker, seen::Seen};
use crate::{
    journal::{Expected, Kind, Ledger, State},
    load::USER,
    session::{basic, form},
};
use anyhow::Result;
use serde_json::{Value, json};

impl Checker {
    pub(super) fn details(
        &mut self,
        ledger: &Ledger,
        expected: &Expected,
        seen: &Seen,
    ) -> Result<()> {
        for (key, thing) in ledger.things.iter().enumerate() {
            let Some(id) = &thing.id else { continue };
            if thing.kind == Kind::Token || !self.looks_at(expected, key) {
                continue;
            }
            let (name, state) = (&thing.name, &expected.settled[key]);
            match (thing.kind, state) {
                (Kind::User, State::Present { stamp, .. }) => {
                    self.user(ledger, seen, id, name, stamp)?
                }
                (Kind::Group, State::Present { .. }) => self.same(ledger, seen, "Groups", id)?,
                (Kind::User, State::Absent) => {
                    self.gone(ledger, &format!("/scim/v2/Users/{id}"))?
                }
                (Kind::Group, State::Absent) => {
                    self.gone(ledger, &format!("/scim/v2/Groups/{id}"))?
                }
                (Kind::Application, State::Absent) => {
                    self.gone(ledger, &format!("/applications/{id}"))?
                }
                (Kind::Scope, State::Absent) => self.gone(ledger, &format!("/scopes/{id}"))?,
                (Kind::Application, State::Present { .. }) => {
                    // Nobody was shown the secret if the answer did not arrive.
                    if let Some(secret) = &thing.secret {
                        self.secret(ledger, id, secret)?;
                    }
                }
                _ => {}
            }
        }
        Ok(())
    }

    fn user(
        &mut self,
        ledger: &Ledger,
        seen: &Seen,
        id: &str,
        name: &str,
        stamp: &str,
    ) -> Result<()> {
        self.same(ledger, seen, "Users", id)?;
        for filter in [
            format!("userName%20eq%20%22{name}%22"),
            format!("nickName%20eq%20%22{stamp}%22"),
            format!("emails.value%20eq%20%22{stamp}@example.com%22"),
        ] {
            let path = format!("/scim/v2/Users?attributes=id&filter={filter}");
            let list = self.ask(&self.session.bare("GET", &path))?.json();
            if list["totalResults"] != 1 || list["Resources"][0]["id"] != id {
                self.lost(ledger, format!("{filter} finds {list}, and not {id}"));
            }
        }
        let twin = json!({ "schemas": [USER], "userName": name });
        let answer = self.ask(&self.session.json("POST", "/scim/v2/Users", &twin))?;
        if answer.status != 409 || answer.json()["scimType"] != "uniqueness" {
            let text = format!("a second user `{name}`: {} {}", answer.status, answer.body);
            self.lost(ledger, text);
        }
        Ok(())
    }

    /// GET shows what the search showed.
    fn same(&mut self, ledger: &Ledger, seen: &Seen, endpoint: &str, id: &str) -> Result<()> {
        let path = format!("/scim/v2/{endpoint}/{id}");
        let answer = self.ask(&self.session.bare("GET", &path))?;
        let listed = seen.0.get(id).map_or(&Value::Null, |found| &found.whole);
        if answer.status != 200 || answer.json() != *listed {
            let text = format!(
                "{path} is {} {}, and in the list {listed}",
                answer.status, answer.body
            );
            self.lost(ledger, text);
        }
        Ok(())
    }

    fn gone(&mut self, ledger: &Ledger, path: &str) -> Result<()> {
        let answer = self.ask(&self.session.bare("GET", path))?;
        if answer.status != 404 {
            self.lost(
                ledger,
                format!("{path} was deleted: {} {}", answer.status, answer.body),
            );
        }
        Ok(())
    }

    /// A secret that was shown once is good still.
    fn secret(&mut self, ledger: &Ledger, id: &str, secret: &str) -> Result<()> {
        let answer = self.ask(&form(&basic(id, secret), "/introspect", "token=none"))?;
        if answer.status != 200 {
            let text = format!("the secret of {id}: {} {}", answer.status, answer.body);
            self.lost(ledger, text);
        }
        Ok(())
    }
}
