//! Pages of what the store is asked for in batches.

use super::{ListPage, ManagementError, Object, list::Listing};
use crate::store::Page;
use serde_json::Value;

/// How many records are read at a time.
pub(super) const BATCH: u32 = 200;
/// How many are read for one page; a page may end early, and the next one goes on.
const MOST: usize = 2_000;
/// A page ends with the record that reaches this many bytes, with those that the filter does not match.
const MOST_BYTES: usize = 4 * 1024 * 1024;

/// A page that is being filled.
pub(super) struct Gathering<'l> {
    listing: &'l Listing<'l>,
    items: Vec<Value>,
    /// The id of the last record that was looked at.
    last: Option<String>,
    looked_at: usize,
    bytes: usize,
    /// Whether there are more after that one.
    more: bool,
}

/// A record as the gathering takes it.
pub(super) struct Shown {
    /// What the next page begins after.
    pub(super) id: String,
    /// The whole of it.
    pub(super) object: Object,
    /// How large it is in the store, if that matters.
    pub(super) bytes: usize,
}

impl<'l> Gathering<'l> {
    pub(super) fn new(listing: &'l Listing<'l>) -> Self {
        Self {
            listing,
            items: Vec::new(),
            last: None,
            looked_at: 0,
            bytes: 0,
            more: true,
        }
    }

    /// Whether the store is to be asked for another batch.
    pub(super) fn goes_on(&self) -> bool {
        self.more && !self.is_full() && self.looked_at < MOST
    }

    /// Takes what matches of a batch, which begins after the last record that was looked at.
    ///
    /// # Errors
    /// If a record can't be shown.
    pub(super) fn take<T>(
        &mut self,
        batch: Page<T>,
        mut show: impl FnMut(T) -> Result<Shown, ManagementError>,
    ) -> Result<(), ManagementError> {
        self.more = batch.more;
        for record in batch.items {
            if self.is_full() {
                self.more = true;
                break;
            }
            let Shown { id, object, bytes } = show(record)?;
            self.last = Some(id);
            self.looked_at += 1;
            self.bytes += bytes;
            let object = Value::Object(object);
            if self.listing.matches(&object) {
                self.items.push(object);
            }
        }
        Ok(())
    }

    /// The page.
    ///
    /// # Errors
    /// If the next page's token can't be made.
    pub(super) fn end(self) -> Result<ListPage, ManagementError> {
        let last = self.last.filter(|_| self.more);
        self.listing.ending_at(self.items, last.as_deref())
    }

    fn is_full(&self) -> bool {
        self.items.len() >= self.listing.page_size() || self.bytes >= MOST_BYTES
    }
}
