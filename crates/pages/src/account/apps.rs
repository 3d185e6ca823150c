//! Applications that were allowed something.

use askama::Template;

use super::{Account, AccountView, Place};
use crate::{Frame, page::View, text::Markup};

/// The applications with a consent, and what each may do.
///
/// Action: `revoke`, with the application's `id`.
#[derive(Clone, Template)]
#[template(path = "apps.html")]
pub struct Apps {
    /// What is common to the account pages.
    pub account: Account,
    /// The applications, in order.
    pub apps: Vec<App>,
}

/// An application with a consent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct App {
    /// What the form sends as `id`.
    pub id: String,
    /// Its name.
    pub client_name: String,
    /// The consent prompt text of each scope that is granted.
    pub scopes: Vec<String>,
    /// When it was granted, in seconds since the epoch.
    pub granted: i64,
    /// When it was last used, in seconds since the epoch.
    pub last_used: Option<i64>,
}

impl View for Apps {
    fn frame(&self) -> &Frame {
        &self.account.frame
    }

    fn heading(&self) -> Markup {
        Self::PLACE.title(self.frame())
    }
}

impl AccountView for Apps {
    const PLACE: Place = Place::Apps;
}
