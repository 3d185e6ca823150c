//! Pages that go on by themselves.

use askama::Template;

use crate::{Frame, WebUrl, page::View, text::Markup};

/// Sends an authorization response as a form (OAuth 2.0 Form Post Response Mode §2).
///
/// A script submits it; without JavaScript a button does. Its policy is `form_post_policy(target.as_str())`.
/// Not `Debug`: it carries a code.
#[derive(Clone, Template)]
#[template(path = "form_post.html")]
pub struct FormPost {
    /// What is common to all pages.
    pub frame: Frame,
    /// The redirect URI.
    pub target: WebUrl,
    /// The response's parameters, sent as they are.
    pub fields: Vec<(String, String)>,
}

impl View for FormPost {
    fn frame(&self) -> &Frame {
        &self.frame
    }

    fn heading(&self) -> Markup {
        self.frame.say("onward-heading")
    }
}

/// Leads on to an address, where a redirect after a POST would be stopped by `form-action`.
///
/// Browsers hold every hop of such a redirect to the policy of the page with the form, and the hops of an upstream
/// provider are not known here; nor can a policy name every address. A refresh is not held to it.
#[derive(Clone, Debug, Template)]
#[template(path = "onward.html")]
pub struct Onward {
    /// What is common to all pages.
    pub frame: Frame,
    /// Where to.
    pub target: WebUrl,
}

impl View for Onward {
    fn frame(&self) -> &Frame {
        &self.frame
    }

    fn heading(&self) -> Markup {
        self.frame.say("onward-heading")
    }
}
