//! Sign-out (OpenID Connect RP-Initiated Logout §2 and §6).

use askama::Template;

use crate::{Form, Frame, WebUrl, page::View, text::Markup};

/// Asks whether to sign out.
///
/// Actions: `sign-out`, `stay`.
#[derive(Clone, Template)]
#[template(path = "logout_confirm.html")]
pub struct LogoutConfirm {
    /// What is common to all pages.
    pub frame: Frame,
    /// Where it posts to.
    pub form: Form,
    /// The application that asks, if one does.
    pub client_name: Option<String>,
}

impl View for LogoutConfirm {
    fn frame(&self) -> &Frame {
        &self.frame
    }

    fn heading(&self) -> Markup {
        self.frame.say("logout-heading")
    }
}

/// Says that nobody is signed in any more.
#[derive(Clone, Debug, Template)]
#[template(path = "logged_out.html")]
pub struct LoggedOut {
    /// What is common to all pages.
    pub frame: Frame,
    /// The application to go back to, with its registered `post_logout_redirect_uri` (A10).
    pub return_to: Option<(String, WebUrl)>,
}

impl View for LoggedOut {
    fn frame(&self) -> &Frame {
        &self.frame
    }

    fn heading(&self) -> Markup {
        self.frame.say("logged-out-heading")
    }
}
