//! Reading an audit trail, and whether what is read can be believed.

use super::{
    Finding, Object,
    chain::{is_head_sealed, is_sealed},
    holds,
};
use crate::{
    Core, RealmKey,
    store::{AuditHead, AuditQuery, AuditRow, Page, StoreError},
};
use jose::HmacKey;
use serde_json::Value;

/// An event as read.
#[derive(Debug, Clone, PartialEq)]
pub struct KeptEvent {
    /// Its number.
    pub sequence: u64,
    /// What it says; nothing if that can't be read.
    pub event: Object,
    /// Its hash.
    pub hash: [u8; 32],
    /// Bytes of what is kept of it.
    pub size: usize,
    /// What is wrong with it, if anything is.
    pub finding: Option<Finding>,
}

/// The end of an audit trail as read.
#[derive(Debug, Clone, PartialEq)]
pub struct KeptEnd {
    /// Where it ends.
    pub head: AuditHead,
    /// Whether this server left it there.
    pub is_sealed: bool,
}

impl Core {
    /// Events of a place's audit trail. Each is held to its hash and seal, and to the event before it where
    /// the page has that too.
    ///
    /// # Errors
    /// If the store fails.
    pub async fn audit_events(
        &self,
        realm: &RealmKey,
        query: &AuditQuery,
    ) -> Result<Page<KeptEvent>, StoreError> {
        let page = self.store().list_audit_events(realm, query).await?;
        Ok(Page {
            items: read(realm, &page.items, self.secrets().audit()),
            more: page.more,
        })
    }

    /// Where a place's audit trail ends.
    ///
    /// # Errors
    /// If the store fails.
    pub async fn audit_end(&self, realm: &RealmKey) -> Result<Option<KeptEnd>, StoreError> {
        let head = self.store().audit_head(realm).await?;
        Ok(head.map(|head| KeptEnd {
            is_sealed: is_head_sealed(realm, &head, self.secrets().audit()),
            head,
        }))
    }
}

/// The events of rows that lie beside each other in their trail, or do not.
pub(super) fn read(realm: &RealmKey, rows: &[AuditRow], key: &HmacKey) -> Vec<KeptEvent> {
    let before = |row: &AuditRow| {
        let number = row.sequence.checked_sub(1)?;
        rows.iter().find(|other| other.sequence == number)
    };
    let event = |row: &AuditRow| {
        let event: Option<Object> = serde_json::from_str(&row.body).ok();
        let event = event.unwrap_or_default();
        let previous = before(row).map(|row| &row.hash);
        let held = held(realm, row, &event, previous, key);
        KeptEvent {
            sequence: row.sequence,
            finding: held.err(),
            hash: row.hash,
            size: row.body.len(),
            event,
        }
    };
    rows.iter().map(event).collect()
}

fn held(
    realm: &RealmKey,
    row: &AuditRow,
    event: &Object,
    previous: Option<&[u8; 32]>,
    key: &HmacKey,
) -> Result<(), Finding> {
    holds(realm, row.sequence, event, &row.hash, previous)?;
    if !says(event, row) {
        return Err(Finding::Changed);
    }
    match is_sealed(row, key) {
        true => Ok(()),
        false => Err(Finding::Unsealed),
    }
}

/// Whether what an event is found by is what it says.
fn says(event: &Object, row: &AuditRow) -> bool {
    let text = |name: &str| event.get(name).and_then(Value::as_str);
    text("at") == Some(row.at.to_rfc3339().as_str())
        && text("client_id") == row.client.as_deref()
        && text("person") == row.person.as_deref()
        && text("action") == Some(row.action.as_str())
        && text("resource") == Some(row.resource.as_str())
        && text("resource_id") == Some(row.id.as_str())
}
