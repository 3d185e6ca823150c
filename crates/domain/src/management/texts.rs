//! What lists show of records that alone decide it, kept as text while it is asked for.
//!
//! A record is replaced, never altered, and what is kept holds on to it: so its address names it, in all
//! realms, and an edit needs to take nothing out.

use super::Object;
use quick_cache::{Weighter, sync::Cache};
use serde_json::Value;
use std::{any::Any, sync::Arc};

/// Most bytes of text that are kept.
const MAX_BYTES: u64 = 16 * 1024 * 1024;
/// About how large one is.
const USUAL_BYTES: u64 = 1024;

/// A record, whatever it is of.
pub(super) type Record = Arc<dyn Any + Send + Sync>;

#[derive(Debug, Clone)]
struct Kept {
    /// As long as it is here, no other record has its address.
    _record: Record,
    text: Arc<str>,
}

#[derive(Debug, Clone)]
struct Bytes;

impl Weighter<usize, Kept> for Bytes {
    fn weight(&self, _: &usize, kept: &Kept) -> u64 {
        // The record takes about as much as its text.
        u64::try_from(kept.text.len() * 2).unwrap_or(u64::MAX)
    }
}

/// The texts by the address of the record.
#[derive(Debug)]
pub(crate) struct Texts(Cache<usize, Kept, Bytes>);

impl Default for Texts {
    fn default() -> Self {
        let usual = usize::try_from(MAX_BYTES / USUAL_BYTES).unwrap_or(usize::MAX);
        Self(Cache::with_weighter(usual, MAX_BYTES, Bytes))
    }
}

impl Texts {
    /// The text of a record, made by `show` if it is not here.
    pub(super) fn text(&self, record: Record, show: impl FnOnce() -> Object) -> Arc<str> {
        let address = Arc::as_ptr(&record).addr();
        if let Some(kept) = self.0.get(&address) {
            return kept.text;
        }
        let text: Arc<str> = Value::Object(show()).to_string().into();
        let kept = Kept {
            _record: record,
            text: text.clone(),
        };
        self.0.insert(address, kept);
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn object(number: u64) -> Object {
        Object::from_iter([("number".to_owned(), json!(number))])
    }

    #[test]
    fn each_record_has_its_own_text_however_many_come_and_go() {
        let texts = Texts::default();
        for number in 0..50_000 {
            // Freed at once where it is not kept: an address would be given out again.
            let record: Arc<u64> = Arc::new(number);
            let text = texts.text(record.clone(), || object(number));
            assert_eq!(*text, *Value::Object(object(number)).to_string());
            let again = texts.text(record, || object(number));
            assert_eq!(text, again);
        }
        assert!(texts.0.weight() <= MAX_BYTES);
    }

    #[test]
    fn what_is_kept_is_not_made_again() {
        let texts = Texts::default();
        let record = Arc::new(1_u64);
        texts.text(record.clone(), || object(1));
        let text = texts.text(record, || object(2));
        assert_eq!(&*text, r#"{"number":1}"#);
    }
}
