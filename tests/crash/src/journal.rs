//! What a client knows: what it sent, what was acknowledged, and so what must be there.
//!
//! Each worker has things of its own that nobody else changes, and one request under way at a time.
//! A thing whose fate is not known is left alone until it has been looked at.

use crate::check::Found;
use std::collections::{BTreeMap, BTreeSet};

/// A thing, by its place in [`Ledger::things`].
pub(crate) type Key = usize;

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Kind {
    User,
    Group,
    Application,
    Scope,
    Token,
}

/// Something that a worker made, or tried to.
#[derive(Debug, Clone)]
pub(crate) struct Thing {
    pub(crate) kind: Kind,
    /// What it is found by if its id is not known; of a token, who it belongs to.
    pub(crate) name: String,
    /// Known once its creation was acknowledged; of a token, the token.
    pub(crate) id: Option<String>,
    /// The secret that was shown once.
    pub(crate) secret: Option<String>,
}

/// What a thing is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum State {
    /// Not there (yet, or any more); of a token, not active.
    Absent,
    /// There, with what was written last: every write has a stamp of its own.
    Present {
        stamp: String,
        /// A group's members, an application's scopes.
        members: BTreeSet<Key>,
    },
}

impl State {
    pub(crate) fn stamped(stamp: impl Into<String>) -> Self {
        Self::Present {
            stamp: stamp.into(),
            members: BTreeSet::new(),
        }
    }

    pub(crate) fn members(&self) -> BTreeSet<Key> {
        match self {
            Self::Absent => BTreeSet::new(),
            Self::Present { members, .. } => members.clone(),
        }
    }
}

/// What one write does, all of it or nothing.
pub(crate) type Effects = Vec<(Key, State)>;

/// What is known of a write.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// It was sent: it happened or did not.
    Unknown,
    /// It was acknowledged: it happened, for good.
    Acknowledged,
    /// It was refused: it did not happen.
    Refused,
}

#[derive(Debug, Clone)]
pub(crate) struct Write {
    pub(crate) effects: Effects,
    pub(crate) outcome: Outcome,
}

/// The books of one worker.
#[derive(Debug, Clone)]
pub(crate) struct Ledger {
    pub(crate) worker: usize,
    pub(crate) things: Vec<Thing>,
    /// What was there when it was looked at last.
    base: Vec<State>,
    /// What was sent since.
    pub(crate) writes: Vec<Write>,
    /// What is there, as far as is known.
    current: Vec<State>,
    /// What is not known.
    open: BTreeSet<Key>,
    stamps: u64,
}

/// What must be found.
#[derive(Debug)]
pub(crate) struct Expected {
    /// What every thing is, but for the open writes.
    pub(crate) settled: Vec<State>,
    /// Writes that happened or did not.
    pub(crate) open: Vec<usize>,
    /// Things that were written to.
    pub(crate) touched: BTreeSet<Key>,
}

impl Ledger {
    pub(crate) fn new(worker: usize) -> Self {
        Self {
            worker,
            things: Vec::new(),
            base: Vec::new(),
            writes: Vec::new(),
            current: Vec::new(),
            open: BTreeSet::new(),
            stamps: 0,
        }
    }

    /// A stamp that was never used before.
    pub(crate) fn stamp(&mut self) -> String {
        self.stamps += 1;
        format!("w{}.{}", self.worker, self.stamps)
    }

    /// A thing that is to be made.
    pub(crate) fn add(&mut self, kind: Kind, name: String) -> Key {
        self.things.push(Thing {
            kind,
            name,
            id: None,
            secret: None,
        });
        self.base.push(State::Absent);
        self.current.push(State::Absent);
        self.things.len() - 1
    }

    /// Notes that a write is sent; answers its number.
    pub(crate) fn sent(&mut self, effects: Effects) -> usize {
        self.mark_open(&effects);
        self.writes.push(Write {
            effects,
            outcome: Outcome::Unknown,
        });
        self.writes.len() - 1
    }

    /// Notes what became of a write.
    pub(crate) fn answered(&mut self, write: usize, outcome: Outcome) {
        let effects = self.writes[write].effects.clone();
        self.writes[write].outcome = outcome;
        if outcome == Outcome::Unknown {
            return;
        }
        for (key, state) in &effects {
            if outcome == Outcome::Acknowledged {
                self.current[*key] = state.clone();
            }
        }
        self.open.clear();
        let unknown: Vec<Effects> = self
            .writes
            .iter()
            .filter(|write| write.outcome == Outcome::Unknown)
            .map(|write| write.effects.clone())
            .collect();
        for effects in &unknown {
            self.mark_open(effects);
        }
    }

    fn mark_open(&mut self, effects: &Effects) {
        for (key, state) in effects {
            self.open.insert(*key);
            self.open.extend(state.members());
            self.open.extend(self.current[*key].members());
        }
    }

    /// Things of a kind that are there for certain, with what they are.
    pub(crate) fn present(&self, kind: Kind) -> Vec<(Key, State)> {
        (0..self.things.len())
            .filter(|key| self.things[*key].kind == kind && !self.open.contains(key))
            .filter(|key| self.current[*key] != State::Absent)
            .map(|key| (key, self.current[key].clone()))
            .collect()
    }

    /// Whether it is not known what the thing is, or what may refer to it.
    pub(crate) fn is_open(&self, key: Key) -> bool {
        self.open.contains(&key)
    }

    /// The name of a user that is gone for certain, and whose name is free.
    pub(crate) fn free_names(&self) -> Vec<String> {
        let mut free: BTreeMap<&str, bool> = BTreeMap::new();
        for (key, thing) in self.things.iter().enumerate() {
            if thing.kind == Kind::User {
                let gone = self.current[key] == State::Absent && !self.open.contains(&key);
                let name = free.entry(&thing.name).or_insert(true);
                *name &= gone;
            }
        }
        let free = free.into_iter().filter(|(_, free)| *free);
        free.map(|(name, _)| name.to_owned()).collect()
    }

    /// What must be there if of each write that is known which `outcome` says. Of the things that
    /// were touched the `recent` last ones are noted.
    pub(crate) fn expected(
        &self,
        recent: usize,
        outcome: impl Fn(usize, &Write) -> Outcome,
    ) -> Expected {
        let mut touched = Vec::new();
        let mut expected = Expected {
            settled: self.base.clone(),
            open: Vec::new(),
            touched: BTreeSet::new(),
        };
        for (number, write) in self.writes.iter().enumerate() {
            let outcome = outcome(number, write);
            if outcome != Outcome::Refused {
                touched.extend(write.effects.iter().map(|(key, _)| *key));
            }
            match outcome {
                Outcome::Refused => {}
                Outcome::Unknown => expected.open.push(number),
                Outcome::Acknowledged => {
                    for (key, state) in &write.effects {
                        expected.settled[*key] = state.clone();
                    }
                }
            }
        }
        expected.touched = touched.into_iter().rev().take(recent).collect();
        expected
    }

    /// Begins a new page: what was found is what is there.
    pub(crate) fn settle(&mut self, found: Found) {
        for (id, key) in found.keys {
            self.things[key].id = Some(id);
        }
        self.current.clone_from(&found.states);
        self.base = found.states;
        self.writes.clear();
        self.open.clear();
    }
}
