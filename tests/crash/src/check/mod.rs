//! What a server shows, held to what its clients know.

mod database;
mod details;
mod seen;

pub(crate) use database::integrity;

use crate::{
    http::{Answer, Http, Request},
    journal::{Expected, Key, Kind, Ledger, State},
    random::Random,
    session::{Session, form},
};
use anyhow::{Result, bail};
use seen::Seen;
use std::{collections::BTreeMap, net::SocketAddr};

/// What is there.
pub(crate) struct Found {
    pub(crate) states: Vec<State>,
    pub(crate) keys: BTreeMap<String, Key>,
}

/// Someone who looks at everything.
pub(crate) struct Checker {
    pub(crate) session: Session,
    http: Http,
    random: Random,
    /// Of things long untouched, how many in a hundred are looked at one by one.
    sample: u64,
    /// What is not as it must be.
    pub(crate) losses: Vec<String>,
    /// How many questions were asked.
    pub(crate) questions: u64,
}

impl Checker {
    /// Begins with a new token of the administrator's: the store can be written to.
    pub(crate) fn new(
        session: &Session,
        address: SocketAddr,
        random: Random,
        sample: u64,
    ) -> Result<Self> {
        let mut session = session.clone();
        session.refresh(address)?;
        Ok(Self {
            session,
            http: Http::new(address),
            random,
            sample,
            losses: Vec::new(),
            questions: 0,
        })
    }

    /// Holds what is there to the books; answers what is there, and the ids of what was listed.
    pub(crate) fn check(&mut self, ledger: &Ledger, mut expected: Expected) -> Result<Found> {
        let seen = Seen::look(self, ledger)?;
        let keys = seen.keys(ledger);
        for phantom in seen.unknown(&keys) {
            self.lost(ledger, format!("{phantom} is there, and nobody made it"));
        }
        let mut found = seen.states(ledger, &keys);
        self.look_at_tokens(ledger, &expected, &mut found)?;
        for number in std::mem::take(&mut expected.open) {
            let effects = &ledger.writes[number].effects;
            let happened = effects.iter().all(|(key, state)| found[*key] == *state);
            let did_not = effects
                .iter()
                .all(|(key, _)| found[*key] == expected.settled[*key]);
            if happened {
                for (key, state) in effects {
                    expected.settled[*key] = state.clone();
                }
            } else if !did_not {
                self.lost(ledger, format!("half a write: {effects:?}"));
            }
        }
        for (key, thing) in ledger.things.iter().enumerate() {
            if found[key] != expected.settled[key] {
                let (is, should) = (&found[key], &expected.settled[key]);
                let text = format!(
                    "{:?} `{}` is {is:?}, and must be {should:?}",
                    thing.kind, thing.name
                );
                self.lost(ledger, text);
            }
        }
        for loss in seen.memberships(ledger, &keys, &expected.settled) {
            self.lost(ledger, loss);
        }
        self.details(ledger, &expected, &seen)?;
        Ok(Found {
            states: found,
            keys,
        })
    }

    /// Introspection (RFC 7662) of the tokens that were touched, and of some others.
    fn look_at_tokens(
        &mut self,
        ledger: &Ledger,
        expected: &Expected,
        found: &mut [State],
    ) -> Result<()> {
        for (key, thing) in ledger.things.iter().enumerate() {
            let (Kind::Token, Some(token)) = (thing.kind, &thing.id) else {
                continue;
            };
            if !self.looks_at(expected, key) {
                found[key] = expected.settled[key].clone();
                continue;
            }
            let answer = self.ask(&form(&thing.name, "/introspect", &format!("token={token}")))?;
            found[key] = match answer.json()["active"].as_bool() {
                Some(true) => State::stamped(""),
                Some(false) => State::Absent,
                None => bail!("introspection: {} {}", answer.status, answer.body),
            };
        }
        Ok(())
    }

    /// Whether a thing is looked at by itself.
    fn looks_at(&mut self, expected: &Expected, key: Key) -> bool {
        expected.touched.contains(&key) || self.random.chance(self.sample)
    }

    fn ask(&mut self, request: &Request) -> Result<Answer> {
        self.questions += 1;
        match self.http.send(request) {
            Ok(answer) => Ok(answer),
            Err(lost) => bail!("{} {}: no answer ({lost:?})", request.method, request.path),
        }
    }

    fn lost(&mut self, ledger: &Ledger, text: String) {
        self.losses
            .push(format!("worker {}: {text}", ledger.worker));
    }
}
