//! Accounts elsewhere that sign in here.

use askama::Template;

use super::{Account, AccountView, Place};
use crate::{Frame, page::View, text::Markup};

/// The upstream providers, with the accounts there that are linked.
///
/// Actions: `link`, `unlink`, each with the provider's or identity's `id`.
#[derive(Clone, Template)]
#[template(path = "linked_identities.html")]
pub struct LinkedIdentities {
    /// What is common to the account pages.
    pub account: Account,
    /// The providers, in order.
    pub providers: Vec<IdentityProvider>,
}

/// A provider, and what is linked of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IdentityProvider {
    /// What the form sends as `id` to link.
    pub id: String,
    /// The provider's name.
    pub name: String,
    /// The account that is linked.
    pub linked: Option<LinkedIdentity>,
}

/// A linked account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LinkedIdentity {
    /// What the form sends as `id` to unlink.
    pub id: String,
    /// What the provider calls the account.
    pub label: String,
    /// When it was linked, in seconds since the epoch.
    pub linked_at: i64,
    /// Whether it can be unlinked: not if it is the only way to sign in.
    pub can_unlink: bool,
}

impl View for LinkedIdentities {
    fn frame(&self) -> &Frame {
        &self.account.frame
    }

    fn heading(&self) -> Markup {
        Self::PLACE.title(self.frame())
    }
}

impl AccountView for LinkedIdentities {
    const PLACE: Place = Place::Identities;
}
