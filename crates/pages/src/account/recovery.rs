//! Recovery codes.

use askama::Template;

use super::{Account, AccountView, Place};
use crate::{Frame, page::View, text::Markup};

/// Shows new recovery codes, this once.
///
/// Not `Debug`: they are secrets.
#[derive(Clone, Template)]
#[template(path = "recovery_codes.html")]
pub struct RecoveryCodes {
    /// What is common to the account pages.
    pub account: Account,
    /// The codes.
    pub codes: Vec<String>,
}

impl View for RecoveryCodes {
    fn frame(&self) -> &Frame {
        &self.account.frame
    }

    fn heading(&self) -> Markup {
        self.frame().say("recovery-codes-heading")
    }
}

impl AccountView for RecoveryCodes {
    const PLACE: Place = Place::SignInMethods;
}
