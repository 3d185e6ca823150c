//! Logout by the client's wish (OpenID Connect RP-Initiated Logout 1.0 §2).

use crate::bounded::{text, words};
use crate::form::Parameters;
use crate::{ClientId, MAX_REDIRECT_URI_BYTES, OAuthError, Secret};

/// A request to the logout endpoint, of a query or of a form. Nothing in it is trusted: whether
/// the browser is sent on is decided by what the client registered (A10).
#[derive(Debug, Clone)]
pub struct LogoutRequest {
    /// An ID token that says whose session at which client is meant.
    pub id_token_hint: Option<Secret>,
    /// Whom the client believes to be logged in.
    pub logout_hint: Option<String>,
    /// The client, which must be the one of the ID token if there is one.
    pub client_id: Option<ClientId>,
    /// Where the browser goes afterwards, as presented:
    /// [`PostLogoutRedirectUri::matches`](crate::PostLogoutRedirectUri::matches) decides.
    pub post_logout_redirect_uri: Option<String>,
    /// Handed back with the redirect.
    pub state: Option<String>,
    /// Languages of the page, the preferred first.
    pub ui_locales: Vec<String>,
}

impl LogoutRequest {
    /// Reads the request. Every error is shown to the person and never redirected.
    ///
    /// # Errors
    /// `invalid_request` naming the parameter, `invalid_client` for a malformed `client_id`.
    pub fn parse(parameters: &Parameters) -> Result<Self, OAuthError> {
        Ok(Self {
            id_token_hint: parameters.get("id_token_hint").map(Secret::new),
            logout_hint: text(parameters, "logout_hint", 512)?,
            client_id: parameters.get("client_id").map(str::parse).transpose()?,
            post_logout_redirect_uri: text(
                parameters,
                "post_logout_redirect_uri",
                MAX_REDIRECT_URI_BYTES,
            )?,
            state: parameters.get("state").map(str::to_owned),
            ui_locales: words(parameters, "ui_locales")?,
        })
    }

    /// Where the browser is sent, with `state` added (§3).
    pub fn location(&self) -> Option<String> {
        let uri = self.post_logout_redirect_uri.as_deref()?;
        let state = self.state.as_deref().map(|state| ("state", state));
        Some(crate::bounded::with_query(uri, state))
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::ErrorCode;

    fn parse(form: &str) -> Result<LogoutRequest, OAuthError> {
        LogoutRequest::parse(&Parameters::parse(form.as_bytes()).unwrap())
    }

    #[test]
    fn rp_initiated_logout_2_parameters() {
        let request = parse(
            "id_token_hint=e.y.j&logout_hint=alice&client_id=c&state=a+b%26c&ui_locales=de+en&x=1\
             &post_logout_redirect_uri=https%3A%2F%2Fc.example%2Fbye%3Fa%3D1",
        )
        .unwrap();
        assert_eq!(request.id_token_hint.as_ref().unwrap().expose(), "e.y.j");
        assert_eq!(request.logout_hint.as_deref(), Some("alice"));
        assert_eq!(request.client_id.as_ref().unwrap().as_str(), "c");
        assert_eq!(request.ui_locales, ["de", "en"]);
        assert_eq!(
            request.location().unwrap(),
            "https://c.example/bye?a=1&state=a+b%26c"
        );
        assert!(!format!("{request:?}").contains("e.y.j"));

        let bare = parse("").unwrap();
        assert!(bare.id_token_hint.is_none() && bare.location().is_none());
        let stateless = parse("post_logout_redirect_uri=https%3A%2F%2Fc.example").unwrap();
        assert_eq!(stateless.location().unwrap(), "https://c.example");
    }

    #[test]
    fn reg09_bounds_are_refusals() {
        for (name, longest) in [("logout_hint", 512), ("post_logout_redirect_uri", 2048)] {
            let form = |length| format!("{name}={}", "x".repeat(length));
            assert!(parse(&form(longest)).is_ok(), "{name}");
            let error = parse(&form(longest + 1)).unwrap_err();
            assert_eq!(
                error.description(),
                format!("parameter '{name}' is too long")
            );
        }
        let code = parse("client_id=%C3%A9").unwrap_err().code();
        assert_eq!(code, ErrorCode::InvalidClient);
    }
}
