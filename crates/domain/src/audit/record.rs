//! An event as it is kept: one JSON object, whose canonical text is hashed.

use super::{Action, Actor, Event, Object, canonical};
use crate::{
    RealmKey, Timestamp,
    store::{AuditHead, AuditRow},
};
use serde_json::{Value, json};
use std::fmt::Write as _;

/// `previous_hash` of the first event.
pub const GENESIS: [u8; 32] = [0; 32];

/// Largest text of one event, in bytes: of what is larger, hashes are kept, and what changed.
const MAX_EVENT: usize = 256 * 1024;
/// Most names of changed fields.
const MAX_CHANGED: usize = 200;

/// What an event says besides what happened.
pub(super) struct Around<'a> {
    pub(super) realm: &'a RealmKey,
    pub(super) previous: &'a AuditHead,
    pub(super) at: Timestamp,
    pub(super) actor: &'a Actor,
}

/// The row of the event that follows `previous`, not yet sealed.
pub(super) fn row(around: &Around<'_>, event: &Event) -> AuditRow {
    let sequence = around.previous.sequence.saturating_add(1);
    let mut body = canonical(&object(around, event, sequence));
    if body.len() > MAX_EVENT {
        let mut short = object(around, &without_contents(event), sequence);
        short.extend(digests(event));
        body = canonical(&short);
    }
    AuditRow {
        sequence,
        at: around.at,
        client: around.actor.client().map(|client| client.to_string()),
        person: around.actor.person().map(str::to_owned),
        action: event.action.as_str().to_owned(),
        resource: event.resource.to_owned(),
        id: event.id.clone(),
        hash: jose::sha256(body.as_bytes()),
        seal: [0; 32],
        body,
    }
}

fn object(around: &Around<'_>, event: &Event, sequence: u64) -> Object {
    let (realm, actor) = (around.realm, around.actor);
    let fields = [
        ("tenant", Some(json!(realm.tenant()))),
        ("realm", Some(json!(realm.realm()))),
        ("sequence", Some(json!(sequence))),
        ("previous_hash", Some(json!(hex(&around.previous.hash)))),
        ("at", Some(json!(around.at.to_rfc3339()))),
        ("actor", Some(json!(actor.kind()))),
        ("client_id", actor.client().map(|id| json!(id.to_string()))),
        ("person", actor.person().map(|person| json!(person))),
        ("token", actor.token().map(|key| json!(key.to_string()))),
        ("action", Some(json!(event.action.as_str()))),
        ("resource", Some(json!(event.resource))),
        ("resource_id", Some(json!(event.id))),
        ("resource_name", event.name.as_ref().map(|name| json!(name))),
        ("before", event.before.clone().map(Value::Object)),
        ("after", event.after.clone().map(Value::Object)),
    ];
    let said = fields
        .into_iter()
        .filter_map(|(name, value)| Some((name.to_owned(), value?)));
    said.collect()
}

fn without_contents(event: &Event) -> Event {
    Event {
        before: None,
        after: None,
        id: event.id.clone(),
        name: event.name.clone(),
        ..*event
    }
}

/// What is kept of contents that are too large: their hashes, and the names of what differs.
fn digests(event: &Event) -> Object {
    let mut object = Object::new();
    let contents = [("before_hash", &event.before), ("after_hash", &event.after)];
    for (name, content) in contents {
        if let Some(content) = content {
            let hash = jose::sha256(canonical(content).as_bytes());
            object.insert(name.to_owned(), hex(&hash).into());
        }
    }
    let empty = Object::new();
    let before = event.before.as_ref().unwrap_or(&empty);
    let after = event.after.as_ref().unwrap_or(&empty);
    let gone = before.keys().filter(|name| !after.contains_key(*name));
    let differs = |name: &&String| before.get(*name) != after.get(*name);
    let changed: Vec<&String> = after.keys().filter(differs).chain(gone).collect();
    let changed: Vec<&&String> = changed.iter().take(MAX_CHANGED).collect();
    object.insert("changed".to_owned(), json!(changed));
    object
}

/// What is wrong with an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Finding {
    /// It can't be read, or is not of this place, or not of this number.
    #[error("is not what belongs there")]
    Foreign,
    /// Its hash is another.
    #[error("was changed")]
    Changed,
    /// It does not follow the one before it.
    #[error("does not follow the event before it")]
    Unlinked,
    /// It was not sealed by this server.
    #[error("was not sealed by this server")]
    Unsealed,
    /// It says itself that nothing before it can be vouched for.
    #[error("says that what comes before it can't be vouched for")]
    Break,
}

/// Whether an event is what its hash says, belongs where it is found, and has `previous` before it, if
/// that is known. Only the seal is not looked at: that takes a key.
///
/// # Errors
/// What is wrong.
pub fn holds(
    realm: &RealmKey,
    sequence: u64,
    event: &Object,
    hash: &[u8; 32],
    previous: Option<&[u8; 32]>,
) -> Result<(), Finding> {
    let is = |name: &str, value: Value| event.get(name) == Some(&value);
    let belongs = is("tenant", realm.tenant().into())
        && is("realm", realm.realm().into())
        && is("sequence", sequence.into());
    if !belongs {
        return Err(Finding::Foreign);
    }
    if hash_of(event) != *hash {
        return Err(Finding::Changed);
    }
    // The first has nothing before it.
    let genesis = (sequence == 1).then_some(&GENESIS);
    if let Some(previous) = genesis.or(previous)
        && !is("previous_hash", hex(previous).into())
    {
        return Err(Finding::Unlinked);
    }
    let action = event.get("action").and_then(Value::as_str);
    let begins = action == Some(Action::Begin.as_str());
    if action == Some(Action::Break.as_str()) || begins != (sequence == 1) {
        return Err(Finding::Break);
    }
    Ok(())
}

/// The hash of an event: SHA-256 of its canonical text.
pub fn hash_of(event: &Object) -> [u8; 32] {
    jose::sha256(canonical(event).as_bytes())
}

/// A hash as events write it.
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        // Writing to a string can't fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}
