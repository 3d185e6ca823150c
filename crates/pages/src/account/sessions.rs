//! Where somebody is signed in.

use askama::Template;

use super::{Account, AccountView, Place};
use crate::{Frame, page::View, text::Markup};

/// The sessions of a person.
///
/// Actions: `end`, with the session's `id`; `end-others`.
#[derive(Clone, Template)]
#[template(path = "sessions.html")]
pub struct Sessions {
    /// What is common to the account pages.
    pub account: Account,
    /// The sessions, in order.
    pub sessions: Vec<Session>,
}

/// A session.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Session {
    /// What the form sends as `id`.
    pub id: String,
    /// The browser and system, as far as they can be told; empty for unknown.
    pub device: String,
    /// When it began, in seconds since the epoch.
    pub created: i64,
    /// When it was last used, in seconds since the epoch.
    pub last_seen: i64,
    /// Whether it is the one that looks at the page.
    pub current: bool,
}

impl View for Sessions {
    fn frame(&self) -> &Frame {
        &self.account.frame
    }

    fn heading(&self) -> Markup {
        Self::PLACE.title(self.frame())
    }
}

impl AccountView for Sessions {
    const PLACE: Place = Place::Sessions;
}

impl Sessions {
    fn has_others(&self) -> bool {
        self.sessions.iter().any(|session| !session.current)
    }
}
