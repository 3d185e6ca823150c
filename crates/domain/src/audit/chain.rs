//! The chains of all places, as far as they go.

use super::{
    Action, Actor, Event, GENESIS,
    record::{self, Around},
};
use crate::{
    RealmKey, Timestamp,
    directory::Directory,
    store::{AuditAppend, AuditHead, AuditRow, Change},
};
use jose::HmacKey;
use std::collections::BTreeMap;

/// What the resource of an event of the chain itself is.
const CHAIN: &str = "audit-events";

/// Where every chain ends.
#[derive(Debug, Clone, Default)]
pub(crate) struct Chains(BTreeMap<RealmKey, Standing>);

#[derive(Debug, Clone)]
enum Standing {
    /// As this server left it.
    Sound(AuditHead),
    /// The store's is not one that this server left there.
    Doubtful(AuditHead),
    /// The store has none any more.
    Gone(AuditHead),
}

impl Standing {
    fn head(&self) -> &AuditHead {
        let (Self::Sound(head) | Self::Doubtful(head) | Self::Gone(head)) = self;
        head
    }
}

/// Events of a place, by whom and when.
pub(crate) struct Noted<'a> {
    pub(crate) realm: &'a RealmKey,
    pub(crate) events: &'a [Event],
    pub(crate) actor: &'a Actor,
    pub(crate) at: Timestamp,
}

/// What a commit adds to chains.
#[derive(Debug, Default)]
pub(crate) struct Appended {
    /// What is written.
    pub(crate) changes: Vec<Change>,
    heads: Vec<(RealmKey, AuditHead)>,
}

impl Chains {
    /// What a store says of the ends of chains; `before` is what was known of them until now, which
    /// they can't lie before.
    pub(crate) fn read(heads: Vec<(RealmKey, AuditHead)>, before: &Self, key: &HmacKey) -> Self {
        let mut chains = Self::default();
        for (realm, head) in heads {
            let cut_off = before.0.get(&realm).is_some_and(|known| match known {
                Standing::Sound(known) => head.sequence < known.sequence,
                Standing::Doubtful(_) | Standing::Gone(_) => true,
            });
            let sound = !cut_off && key.verify(&of_head(&realm, &head), &head.seal);
            if !sound {
                tracing::error!(%realm, "the end of the audit trail is not as it was left");
            }
            let standing = match sound {
                true => Standing::Sound(head),
                false => Standing::Doubtful(head),
            };
            chains.0.insert(realm, standing);
        }
        for (realm, known) in &before.0 {
            if !chains.0.contains_key(realm) {
                tracing::error!(%realm, "the end of the audit trail is gone");
                let gone = Standing::Gone(known.head().clone());
                chains.0.insert(realm.clone(), gone);
            }
        }
        chains
    }

    /// What it takes to add events to the chain of their place, which begins with them if the place is
    /// not in `directory` yet. A chain that should be there and is not, or does not end as it was
    /// left, goes on with an event that says so: nobody gets rid of that again.
    pub(crate) fn append(
        &self,
        noted: &Noted<'_>,
        directory: &Directory,
        key: &HmacKey,
    ) -> Appended {
        let mut rows: Vec<AuditRow> = Vec::new();
        let known = self.0.get(noted.realm);
        let first = match known {
            Some(Standing::Sound(_)) => None,
            None if !exists(directory, noted.realm) => Some(Action::Begin),
            _ => Some(Action::Break),
        };
        let expected = match known {
            None | Some(Standing::Gone(_)) => 0,
            Some(standing) => standing.head().sequence,
        };
        let mut head = known.map_or_else(nothing, |standing| standing.head().clone());
        let first = first.map(|action| Event::new(action, CHAIN, head.sequence.saturating_add(1)));
        for event in first.iter().chain(noted.events) {
            let around = Around {
                realm: noted.realm,
                previous: &head,
                at: noted.at,
                actor: noted.actor,
            };
            let mut row = record::row(&around, event);
            row.seal = key.tag(&of_event(&row.hash));
            head = AuditHead {
                sequence: row.sequence,
                hash: row.hash,
                seal: [0; 32],
            };
            rows.push(row);
        }
        if rows.is_empty() {
            return Appended::default();
        }
        head.seal = key.tag(&of_head(noted.realm, &head));
        let append = AuditAppend {
            realm: noted.realm.clone(),
            expected,
            rows,
            head: head.clone(),
        };
        Appended {
            changes: vec![Change::AppendAudit(Box::new(append))],
            heads: vec![(noted.realm.clone(), head)],
        }
    }

    /// What was added is in the store.
    pub(crate) fn advance(&mut self, appended: Appended) {
        let heads = appended.heads.into_iter();
        self.0
            .extend(heads.map(|(realm, head)| (realm, Standing::Sound(head))));
    }
}

impl Appended {
    /// This and what is added to another chain.
    pub(crate) fn and(mut self, other: Self) -> Self {
        self.changes.extend(other.changes);
        self.heads.extend(other.heads);
        self
    }
}

/// Whether an event was sealed by this server.
pub(crate) fn is_sealed(row: &AuditRow, key: &HmacKey) -> bool {
    key.verify(&of_event(&row.hash), &row.seal)
}

/// Whether the end of a chain was.
pub(crate) fn is_head_sealed(realm: &RealmKey, head: &AuditHead, key: &HmacKey) -> bool {
    key.verify(&of_head(realm, head), &head.seal)
}

fn nothing() -> AuditHead {
    AuditHead {
        sequence: 0,
        hash: GENESIS,
        seal: [0; 32],
    }
}

/// Whether a place was there already: its chain should be, too.
fn exists(directory: &Directory, place: &RealmKey) -> bool {
    match (place.tenant(), place.realm()) {
        ("", _) => !directory.is_new(),
        (tenant, "") => directory.tenant(tenant).is_some(),
        _ => directory.realm_by_key(place).is_some(),
    }
}

/// What is sealed of an event. Its hash says the rest.
fn of_event(hash: &[u8; 32]) -> Vec<u8> {
    [b"event ".as_slice(), hash].concat()
}

/// What is sealed of an end: another seal than that of its event, or the end of a chain could be
/// moved to any event. The parts are length-prefixed (G6).
fn of_head(realm: &RealmKey, head: &AuditHead) -> Vec<u8> {
    let (tenant, name) = (realm.tenant(), realm.realm());
    let place = format!("{}:{tenant}{}:{name}", tenant.len(), name.len());
    let sequence = head.sequence.to_be_bytes();
    [b"head ".as_slice(), &sequence, &head.hash, place.as_bytes()].concat()
}

#[cfg(test)]
pub(super) mod tests {
    #![allow(clippy::unwrap_used, clippy::panic)]
    use super::*;

    /// What is written of one chain.
    pub(in super::super) fn rows_of(appended: &Appended) -> (Vec<AuditRow>, AuditHead) {
        match appended.changes.as_slice() {
            [Change::AppendAudit(append)] => (append.rows.clone(), append.head.clone()),
            other => panic!("{other:?}"),
        }
    }
}
