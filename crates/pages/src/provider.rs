//! Sign-in by an upstream OpenID provider.

use askama::Template;

use crate::{Form, Frame, page::View, text::Markup};

/// A button that leads to an upstream provider.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Provider {
    /// Its name, on the button.
    pub name: String,
    /// The value of `action` when the button is pressed.
    pub action: String,
}

/// Asks whether an account of an upstream provider shall sign in to the account here (an external identity).
///
/// Actions: `link`, `cancel`.
#[derive(Clone, Template)]
#[template(path = "link_confirm.html")]
pub struct LinkConfirm {
    /// What is common to all pages; [`Frame::signed_in_as`] is whose account it is.
    pub frame: Frame,
    /// Where it posts to.
    pub form: Form,
    /// The upstream provider.
    pub provider_name: String,
    /// What the provider calls the account: an e-mail address, a name.
    pub account_label: String,
}

impl View for LinkConfirm {
    fn frame(&self) -> &Frame {
        &self.frame
    }

    fn heading(&self) -> Markup {
        self.frame
            .about("link-heading", "provider", self.provider_name.as_str())
    }
}
