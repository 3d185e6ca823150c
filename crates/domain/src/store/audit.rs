//! Audit events as kept: rows of a chain, and where it ends.

use crate::{RealmKey, Timestamp};

/// One event. Everything but `hash` and `seal` is said in `body`; the rest of it is there to be found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditRow {
    /// Its number in its chain, from 1.
    pub sequence: u64,
    /// When.
    pub at: Timestamp,
    /// The client through which it was done.
    pub client: Option<String>,
    /// The person who did it.
    pub person: Option<String>,
    /// What was done.
    pub action: String,
    /// The resource of the management API.
    pub resource: String,
    /// The id of the thing.
    pub id: String,
    /// The event: the canonical text of a JSON object.
    pub body: String,
    /// SHA-256 of `body`, which holds the hash of the event before it.
    pub hash: [u8; 32],
    /// The server's seal on the hash.
    pub seal: [u8; 32],
}

/// The end of a chain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditHead {
    /// The number of the last event.
    pub sequence: u64,
    /// Its hash.
    pub hash: [u8; 32],
    /// The server's seal on place, number and hash.
    pub seal: [u8; 32],
}

/// Events to add to a chain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditAppend {
    /// The place that the chain is of.
    pub realm: RealmKey,
    /// The number of the event that it ends with; 0 if the store knows no end of it.
    pub expected: u64,
    /// The events that follow, in order.
    pub rows: Vec<AuditRow>,
    /// The end from now on.
    pub head: AuditHead,
}

/// Which events to list, and from which end.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AuditQuery {
    /// The last ones first, instead of the first ones.
    pub newest_first: bool,
    /// Only those after this one.
    pub after: Option<u64>,
    /// Only those before this one.
    pub before: Option<u64>,
    /// Only those through this client.
    pub client: Option<String>,
    /// Only those by this person.
    pub person: Option<String>,
    /// Only those of this action.
    pub action: Option<String>,
    /// Only those of this resource.
    pub resource: Option<String>,
    /// Only those of the thing with this id.
    pub id: Option<String>,
    /// Only those at or after this time.
    pub from: Option<Timestamp>,
    /// Only those at or before this time.
    pub to: Option<Timestamp>,
    /// At most this many.
    pub limit: u32,
}
