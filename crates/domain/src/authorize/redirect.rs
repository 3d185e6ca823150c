//! Where an answer may be sent: the one birthplace of a [`RedirectTarget`] (A1, A2, REG-01).

use crate::{config::Application, snapshot::RealmSnapshot};
use oauth::{
    AuthorizationResponse, AuthorizationTarget, OAuthError, RedirectUri, ResponseMode, Secret,
};

/// A redirection URI that the client registered, and how an answer gets there.
#[derive(Debug, Clone)]
pub struct RedirectTarget {
    uri: String,
    mode: ResponseMode,
    state: Option<String>,
}

/// An answer to the client, on its way through the browser.
#[derive(Debug, Clone)]
pub struct Answer {
    target: RedirectTarget,
    response: AuthorizationResponse,
}

impl RedirectTarget {
    /// The target of a request of `client`.
    ///
    /// # Errors
    /// `invalid_request`, to be shown to the person and never redirected (RFC 6749 §4.1.2.1), if
    /// the URI is none of the client's, or is left out by a client that has not exactly one.
    pub(super) fn of(
        client: &Application,
        asked: &AuthorizationTarget,
    ) -> Result<Self, OAuthError> {
        let refused = |why: &str| Err(OAuthError::invalid_request(why));
        let uri = match (&asked.redirect_uri, client.redirect_uris.as_slice()) {
            (Some(uri), registered) => {
                let known = registered
                    .iter()
                    .filter_map(|known| known.parse::<RedirectUri>().ok())
                    .any(|known| known.matches(uri));
                if !known {
                    return refused(
                        "the redirection URI is not one that the application registered",
                    );
                }
                uri
            }
            // RFC 6749 §3.1.2.3: it may be left out if only one is registered in full.
            (None, [one]) => one,
            (None, _) => return refused("the request names no redirection URI"),
        };
        Ok(Self {
            uri: uri.clone(),
            mode: asked.response_mode,
            state: asked.state.clone(),
        })
    }

    /// The answer that has `outcome`: a code, or an error; always with `iss` (RFC 9207, A6).
    pub(super) fn answer(
        self,
        snapshot: &RealmSnapshot,
        outcome: Result<Secret, OAuthError>,
    ) -> Answer {
        let response = AuthorizationResponse {
            outcome,
            state: self.state.clone(),
            iss: snapshot.issuer().clone(),
        };
        Answer {
            target: self,
            response,
        }
    }

    /// Scheme, host and port of the URI, or its scheme where that is a private one: what a page
    /// that leads there must let forms reach.
    pub fn origin(&self) -> String {
        let scheme = || self.uri.split_inclusive(':').next().unwrap_or_default();
        match self.uri.split_once("://") {
            Some((_, rest)) => {
                let end = rest.find(['/', '?']).unwrap_or(rest.len());
                let host = rest.get(..end).unwrap_or_default();
                format!("{}//{host}", scheme())
            }
            None => scheme().to_owned(),
        }
    }
}

impl Answer {
    /// How it is sent.
    pub fn mode(&self) -> ResponseMode {
        self.target.mode
    }

    /// `Location` of a redirect.
    pub fn location(&self) -> String {
        self.response.to_query_location(&self.target.uri)
    }

    /// Address and fields of a form that is posted.
    pub fn form(&self) -> (&str, Vec<(&'static str, &str)>) {
        (&self.target.uri, self.response.parameters())
    }

    /// Where it goes.
    pub fn target(&self) -> &RedirectTarget {
        &self.target
    }

    /// Whether it has a code.
    pub fn is_code(&self) -> bool {
        self.response.outcome.is_ok()
    }
}
