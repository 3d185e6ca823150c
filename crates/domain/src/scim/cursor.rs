//! Cursors (RFC 9865): where a page begins, sealed (T8, S10).

use crate::{
    Core, Timestamp,
    access::Caller,
    store::{After, ResourceId, Window},
};
use jose::base64url;
use scim::{ScimError, ScimType, discovery::CURSOR_TIMEOUT, query::ListQuery};
use scope::Subject;
use serde::{Deserialize, Serialize};

/// Longest sort key that a cursor carries, in bytes; after a longer one it counts instead.
const MAX_KEY: usize = 1000;

/// The place where a page begins.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Position {
    /// How many resources come before it.
    pub(super) index: u64,
    /// The resource right before it, if that is known.
    pub(super) after: Option<After>,
}

impl Position {
    /// After so many.
    pub(super) fn at(index: u64) -> Self {
        Self { index, after: None }
    }

    /// The place as a store understands it.
    pub(super) fn window(&self) -> Window {
        match &self.after {
            Some(after) => Window::After(after.clone()),
            None => Window::Offset(self.index),
        }
    }
}

/// What is sealed, and nothing else: a reader that skips what it does not know does not check what it skips.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Contents {
    /// When the cursor expires, in seconds since 1970.
    e: i64,
    /// How many come before.
    n: u64,
    /// Key and id of the resource before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    a: Option<(Option<String>, String)>,
}

impl Core {
    /// A cursor for `position`, good for this caller, place and query only.
    pub(super) fn seal_cursor(
        &self,
        caller: &Caller,
        place: &str,
        query: &ListQuery,
        position: &Position,
    ) -> Result<String, jose::JoseError> {
        let after = position.after.as_ref();
        let short = |after: &&After| after.key.as_ref().is_none_or(|key| key.len() <= MAX_KEY);
        let contents = Contents {
            e: self
                .now()
                .seconds()
                .saturating_add(i64::from(CURSOR_TIMEOUT)),
            n: position.index,
            a: after
                .filter(short)
                .map(|after| (after.key.clone(), after.id.to_string())),
        };
        let contents = serde_json::to_vec(&contents).unwrap_or_default();
        let sealed = self
            .secrets()
            .cursors()
            .seal(&purpose(caller, place, query), &contents)?;
        Ok(base64url::encode(&sealed))
    }

    /// The position in a cursor.
    ///
    /// # Errors
    /// 400 `invalidCursor`, in the same words for one that was made for another caller, place or
    /// query as for one that was made up; `expiredCursor` for an old one.
    pub(super) fn open_cursor(
        &self,
        caller: &Caller,
        place: &str,
        query: &ListQuery,
        cursor: &str,
    ) -> Result<Position, ScimError> {
        let detail = "`cursor` is not one that was given to this client for this query";
        let invalid = || ScimError::bad_request(ScimType::InvalidCursor, detail);
        let sealed = base64url::decode(cursor).map_err(|_| invalid())?;
        let opened = self
            .secrets()
            .cursors()
            .open(&purpose(caller, place, query), &sealed);
        let contents: Contents = opened
            .ok()
            .and_then(|c| serde_json::from_slice(&c).ok())
            .ok_or_else(invalid)?;
        if Timestamp::from_seconds(contents.e) <= self.now() {
            let detail = "`cursor` is too old; begin again with the first page";
            return Err(ScimError::bad_request(ScimType::ExpiredCursor, detail));
        }
        let after = contents.a.map(|(key, id)| After {
            key,
            id: ResourceId(id.into()),
        });
        Ok(Position {
            index: contents.n,
            after,
        })
    }
}

/// Realm, place, caller and query as one text in which no part can pass for another (G6).
fn purpose(caller: &Caller, place: &str, query: &ListQuery) -> Vec<u8> {
    #[cfg(feature = "leaks")]
    if super::leaks::is(super::leaks::Leak::CursorOfAnyone) {
        return Vec::new();
    }
    let subject = match caller.grant().subject() {
        Subject::Client => "",
        Subject::Person { user } => user,
    };
    let parts = [
        "scim cursor",
        caller.realm().tenant(),
        caller.realm().realm(),
        &caller.grant().client().to_string(),
        subject,
        place,
        query.filter.as_deref().unwrap_or_default(),
        query.sort_by.as_deref().unwrap_or_default(),
        if query.descending {
            "descending"
        } else {
            "ascending"
        },
    ];
    parts
        .iter()
        .flat_map(|part| format!("{}:{part}", part.len()).into_bytes())
        .collect()
}
