//! Entries with what they hold read, and written back at the version that was read.

use crate::{
    Core, RealmKey, Timestamp,
    store::{Change, Entry, EntryKey, EntryKind, Expect, ResourceId, StoreError},
};
use scope::ClientId;
use serde::{Serialize, de::DeserializeOwned};

/// An entry as it was read, or as it will be first written.
#[derive(Debug, Clone)]
pub(crate) struct Kept<T> {
    /// What it is.
    pub(crate) kind: EntryKind,
    /// What it is found by.
    pub(crate) key: EntryKey,
    /// Whose it is.
    pub(crate) person: Option<ResourceId>,
    /// The client that it goes with.
    pub(crate) client: Option<ClientId>,
    /// When it may be forgotten.
    pub(crate) expires_at: Option<Timestamp>,
    /// The version that was read; none of what is new.
    pub(crate) version: Option<u64>,
    /// What it holds.
    pub(crate) value: T,
}

impl<T> Kept<T> {
    /// Something new that lasts.
    pub(crate) fn new(kind: EntryKind, key: EntryKey, value: T) -> Self {
        Self {
            kind,
            key,
            person: None,
            client: None,
            expires_at: None,
            version: None,
            value,
        }
    }

    /// Whose it is.
    pub(crate) fn of(mut self, person: &ResourceId) -> Self {
        self.person = Some(person.clone());
        self
    }

    /// The client that it goes with.
    pub(crate) fn for_client(mut self, client: ClientId) -> Self {
        self.client = Some(client);
        self
    }

    /// When it may be forgotten.
    pub(crate) fn until(mut self, end: Timestamp) -> Self {
        self.expires_at = Some(end);
        self
    }

    /// Whether it still counts at `now`.
    pub(crate) fn is_live(&self, now: Timestamp) -> bool {
        self.expires_at.is_none_or(|end| now < end)
    }

    /// The change that deletes it at the version that was read.
    pub(crate) fn delete(&self) -> Change {
        Change::DeleteEntry {
            kind: self.kind,
            key: self.key,
            version: self.version,
        }
    }

    /// The expectation that it is still as it was read; of what is new, nothing.
    pub(crate) fn expect(&self) -> Option<Change> {
        self.version.map(|version| Change::ExpectEntry {
            kind: self.kind,
            key: self.key,
            version,
        })
    }

    fn expected(&self) -> Expect {
        self.version.map_or(Expect::Absent, Expect::Version)
    }
}

impl<T: Serialize> Kept<T> {
    /// The change that writes it over the version that was read.
    ///
    /// # Errors
    /// If it can't be written as JSON, which is a defect of ours.
    pub(crate) fn put(&self) -> Result<Change, StoreError> {
        Ok(Change::PutEntry {
            expect: self.expected(),
            entry: self.entry()?,
        })
    }

    /// The entry itself.
    ///
    /// # Errors
    /// If it can't be written as JSON, which is a defect of ours.
    pub(crate) fn entry(&self) -> Result<Entry, StoreError> {
        let body = serde_json::to_string(&self.value)
            .map_err(|error| StoreError::Corrupt(error.to_string()))?;
        Ok(Entry {
            kind: self.kind,
            key: self.key,
            person: self.person.clone(),
            client: self.client,
            version: self.version.unwrap_or_default(),
            expires_at: self.expires_at,
            body,
        })
    }
}

impl<T: DeserializeOwned> Kept<T> {
    /// An entry as it was read.
    ///
    /// # Errors
    /// If it holds something else.
    pub(crate) fn read(entry: Entry) -> Result<Self, StoreError> {
        let value = serde_json::from_str(&entry.body).map_err(|error| {
            StoreError::Corrupt(format!("an entry of kind {}: {error}", entry.kind.as_str()))
        })?;
        Ok(Self {
            kind: entry.kind,
            key: entry.key,
            person: entry.person,
            client: entry.client,
            expires_at: entry.expires_at,
            version: Some(entry.version),
            value,
        })
    }
}

impl Core {
    /// The entry with this key that has not expired.
    pub(crate) async fn find_kept<T: DeserializeOwned>(
        &self,
        realm: &RealmKey,
        kind: EntryKind,
        key: &EntryKey,
    ) -> Result<Option<Kept<T>>, StoreError> {
        let found = self.store().find_entry(realm, kind, key).await?;
        let kept = found.map(Kept::read).transpose()?;
        Ok(kept.filter(|kept| kept.is_live(self.now())))
    }

    /// The entries of a kind that belong to a person and have not expired.
    pub(crate) async fn list_kept<T: DeserializeOwned>(
        &self,
        realm: &RealmKey,
        kind: EntryKind,
        person: &ResourceId,
    ) -> Result<Vec<Kept<T>>, StoreError> {
        let found = self.store().list_entries(realm, kind, person, MOST).await?;
        let now = self.now();
        let kept = found.into_iter().map(Kept::read);
        kept.filter(|kept| {
            kept.as_ref()
                .map_or(true, |kept: &Kept<T>| kept.is_live(now))
        })
        .collect()
    }
}

/// Most entries of one kind that are read of one person.
const MOST: u32 = 10_000;
