//! The page for what cannot go on.

use askama::Template;

use crate::{Frame, page::View, text::Markup};

/// Says what went wrong, and what can be done about it.
#[derive(Clone, Debug, Template)]
#[template(path = "error.html")]
pub struct ErrorPage {
    /// What is common to all pages.
    pub frame: Frame,
    /// What went wrong.
    pub fault: Fault,
    /// The error code for whoever is asked for help (`invalid_request`, a request's id).
    pub code: Option<String>,
    /// More about it, as it is: an `error_description`.
    pub hint: Option<String>,
}

/// What went wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fault {
    /// The application is unknown here, or not active (A2).
    UnknownClient,
    /// The application asked for an answer at an address that is not registered (A2).
    UnknownRedirectUri,
    /// The application's request cannot be understood.
    InvalidRequest,
    /// The page was open for too long, or was answered already.
    Expired,
    /// A form came from elsewhere, or without its cookie (U2).
    NotOurForm,
    /// A one-time link that was used, or is too old (U6).
    LinkUsed,
    /// No page has this address.
    NotFound,
    /// Who is signed in may not see this.
    Forbidden,
    /// Too many requests.
    TooManyRequests,
    /// A provider that was asked to sign somebody in did not answer as it must.
    Provider,
    /// An account at a provider was not linked.
    NotLinked(NotLinked),
    /// The server cannot answer now.
    Unavailable,
    /// A defect of the server.
    Internal,
    /// Anything else, in words that are shown as they are.
    Other {
        /// What the page is called.
        title: String,
        /// What went wrong.
        sentence: String,
    },
}

/// Why an account at a provider was not linked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotLinked {
    /// The provider did not answer as it must.
    Provider,
    /// It is linked to somebody else's account.
    Taken,
    /// The person's account has another one of that provider.
    Another,
    /// Something was changed at the same time.
    Overtaken,
}

impl View for ErrorPage {
    fn frame(&self) -> &Frame {
        &self.frame
    }

    fn heading(&self) -> Markup {
        match self.fault.ids() {
            Ok((heading, _)) => self.frame.say(heading),
            Err((title, _)) => self.frame.about("as-is", "text", title),
        }
    }
}

impl ErrorPage {
    fn sentence(&self) -> Markup {
        match self.fault.ids() {
            Ok((_, sentence)) => self.frame.say(sentence),
            Err((_, sentence)) => self.frame.about("as-is", "text", sentence),
        }
    }
}

impl Fault {
    /// The ids of heading and sentence, or both in words of their own.
    fn ids(&self) -> Result<(&'static str, &'static str), (&str, &str)> {
        Ok(match self {
            Self::UnknownClient => ("error-client-heading", "error-client"),
            Self::UnknownRedirectUri => ("error-redirect-heading", "error-redirect"),
            Self::InvalidRequest => ("error-request-heading", "error-request"),
            Self::Expired => ("error-expired-heading", "error-expired"),
            Self::NotOurForm => ("error-form-heading", "error-form"),
            Self::LinkUsed => ("error-link-heading", "error-link"),
            Self::NotFound => ("error-not-found-heading", "error-not-found"),
            Self::Forbidden => ("error-forbidden-heading", "error-forbidden"),
            Self::TooManyRequests => ("error-too-many-heading", "error-too-many"),
            Self::Provider => ("error-provider-heading", "error-provider"),
            Self::NotLinked(why) => ("error-not-linked-heading", why.id()),
            Self::Unavailable => ("error-unavailable-heading", "error-unavailable"),
            Self::Internal => ("error-internal-heading", "error-internal"),
            Self::Other { title, sentence } => return Err((title, sentence)),
        })
    }
}

impl NotLinked {
    fn id(self) -> &'static str {
        match self {
            Self::Provider => "error-not-linked-provider",
            Self::Taken => "error-not-linked-taken",
            Self::Another => "error-not-linked-another",
            Self::Overtaken => "error-not-linked-overtaken",
        }
    }
}
