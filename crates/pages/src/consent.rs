//! The consent page.

use askama::Template;

use crate::{Form, Frame, Unchecked, WebUrl, page::View, text::Markup};

/// Asks whether an application may have what it asks for.
///
/// Fields: `scope`, once for each optional scope that is checked (its value is the scope's name). Actions: `allow`,
/// `deny`, `switch-account`. What is required is not in the form: the server knows what it asked.
#[derive(Clone, Template)]
#[template(path = "consent.html")]
pub struct Consent {
    /// What is common to all pages; [`Frame::signed_in_as`] is who consents.
    pub frame: Frame,
    /// Where it posts to.
    pub form: Form,
    /// The application.
    pub client_name: String,
    /// The application's home page (`client_uri`, RFC 7591 §2).
    pub client_uri: Option<WebUrl>,
    /// Whether nobody has checked the application.
    pub unchecked: Option<Unchecked>,
    /// What it asks for, in the order to show.
    pub scopes: Vec<ConsentScope>,
    /// Why it is asked once more.
    pub error: Option<ConsentError>,
}

/// A scope on the consent page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConsentScope {
    /// Its token name.
    pub name: String,
    /// Its consent prompt text.
    pub prompt_text: String,
    /// Whether it may be left out.
    pub optional: bool,
    /// Whether an optional one begins checked.
    pub checked: bool,
    /// Whether it is asked for the first time, where others were granted before.
    pub new: bool,
    /// Whether it was granted before, and allows more by now.
    pub widened: bool,
}

/// Why consent is asked for once more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ConsentError {
    /// The page was open for too long, or a second time.
    Expired,
    /// What the application asks for changed while the page was open.
    Changed,
}

impl View for Consent {
    fn frame(&self) -> &Frame {
        &self.frame
    }

    fn heading(&self) -> Markup {
        self.frame
            .about("consent-heading", "client", self.client_name.as_str())
    }

    fn problem(&self) -> Option<Markup> {
        Some(self.frame.say(match self.error? {
            ConsentError::Expired => "page-expired",
            ConsentError::Changed => "consent-changed",
        }))
    }
}

impl Consent {
    fn required(&self) -> Vec<&ConsentScope> {
        self.scopes.iter().filter(|scope| !scope.optional).collect()
    }

    fn optional(&self) -> Vec<&ConsentScope> {
        self.scopes.iter().filter(|scope| scope.optional).collect()
    }
}
