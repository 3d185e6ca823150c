//! Authorization requests and responses (RFC 6749 §4.1.1 and §4.1.2, OIDC Core §3.1.2), whether
//! plain, pushed (RFC 9126) or a request object (RFC 9101).
//!
//! A request is read in two steps. An error of the first, [`AuthorizationTarget`], is shown to the
//! person: RFC 6749 §4.1.2.1: "the authorization server … MUST NOT automatically redirect the
//! user-agent to the invalid redirection URI" (A2). Whoever found client and redirection URI to be
//! good reads the second, [`AuthorizationRequest`], and hands its errors to the client.

use crate::bounded::{Source, refused, text};
use crate::form::Parameters;
use crate::{ClientId, ErrorCode, MAX_REDIRECT_URI_BYTES, OAuthError};
use crate::{RequestUri, Secret, UnknownName};
use serde::{Deserialize, Serialize};
use std::str::FromStr;

mod claims_request;
mod prompt;
mod request;
mod request_object;
mod response;

pub use claims_request::{ClaimRequest, ClaimsRequest, WantedValue};
pub use prompt::{Prompt, PromptValue};
pub use request::AuthorizationRequest;
pub use request_object::RequestObject;
pub use response::AuthorizationResponse;

/// Where the parameters of a request are.
#[derive(Debug, Clone)]
pub enum PresentedRequest {
    /// In the query or form itself.
    Plain,
    /// In a signed JWT (RFC 9101 §5.1); then only `client_id` counts beside it.
    Object(Secret),
    /// Here already (RFC 9126 §4); then only `client_id` counts beside it.
    Pushed(RequestUri),
}

impl PresentedRequest {
    /// Looks where the request at the authorization endpoint is.
    ///
    /// # Errors
    /// `invalid_request` if it is in two places (RFC 9101 §5), `request_uri_not_supported` and
    /// `invalid_request_uri` as [`RequestUri`].
    pub fn parse(parameters: &Parameters) -> Result<Self, OAuthError> {
        match (parameters.get("request"), parameters.get("request_uri")) {
            (None, None) => Ok(Self::Plain),
            (Some(object), None) => Ok(Self::Object(Secret::new(object))),
            (None, Some(uri)) => uri.parse().map(Self::Pushed),
            (Some(_), Some(_)) => Err(OAuthError::invalid_request(
                "parameters 'request' and 'request_uri' exclude each other",
            )),
        }
    }

    /// Looks where the request at the pushed authorization request endpoint is: never in a third
    /// place. RFC 9126 §2.1: "The request_uri authorization request parameter … MUST NOT be
    /// provided" (A13).
    ///
    /// # Errors
    /// `invalid_request`.
    pub fn parse_pushed(parameters: &Parameters) -> Result<Self, OAuthError> {
        match parameters.get("request_uri") {
            None => Self::parse(parameters),
            Some(_) => Err(refused("request_uri", "must not be pushed")),
        }
    }
}

/// To whom an answer would go: what must be found good before anybody is redirected.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuthorizationTarget {
    /// The client.
    pub client_id: ClientId,
    /// The redirection URI as presented: [`RedirectUri::matches`](crate::RedirectUri::matches)
    /// decides.
    pub redirect_uri: Option<String>,
    /// Handed back with any answer.
    pub state: Option<String>,
    /// How an answer is sent; `query` where the request says nothing valid, which
    /// [`AuthorizationRequest::parse`] then answers with an error.
    pub response_mode: ResponseMode,
}

impl AuthorizationTarget {
    /// Reads the first part of a request.
    ///
    /// # Errors
    /// `invalid_request` without `client_id`, or for an overlong `redirect_uri`; `invalid_client`
    /// for an identifier that no client has. None of them may be redirected.
    pub fn parse(parameters: &Parameters) -> Result<Self, OAuthError> {
        Self::read(parameters)
    }

    fn read(source: &impl Source) -> Result<Self, OAuthError> {
        let client_id = source.get("client_id");
        Ok(Self {
            client_id: client_id
                .ok_or_else(|| OAuthError::missing("client_id"))?
                .parse()?,
            redirect_uri: text(source, "redirect_uri", MAX_REDIRECT_URI_BYTES)?,
            state: source.get("state").map(str::to_owned),
            response_mode: ResponseMode::read(source).unwrap_or_default(),
        })
    }
}

/// What is asked for at the authorization endpoint: a code, and nothing else ever (B9, REG-03).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ResponseType {
    /// RFC 6749 §4.1.1.
    Code,
}

impl FromStr for ResponseType {
    type Err = UnknownName;

    fn from_str(name: &str) -> Result<Self, UnknownName> {
        match name {
            "code" => Ok(Self::Code),
            _ => Err(UnknownName),
        }
    }
}

impl ResponseType {
    fn read(source: &impl Source) -> Result<Self, OAuthError> {
        let name = source.get("response_type");
        let name = name.ok_or_else(|| OAuthError::missing("response_type"))?;
        name.parse().map_err(|UnknownName| {
            OAuthError::new(
                ErrorCode::UnsupportedResponseType,
                "the response type must be code",
            )
        })
    }
}

/// How an authorization response is sent (OAuth 2.0 Multiple Response Types §2.1, OAuth 2.0 Form
/// Post Response Mode). A code never goes into a fragment (REG-03).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ResponseMode {
    /// In the query of the redirection URI.
    #[default]
    Query,
    /// In a form that the browser posts to the redirection URI.
    FormPost,
}

impl ResponseMode {
    /// Every mode.
    pub const ALL: [Self; 2] = [Self::Query, Self::FormPost];

    /// The registered name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Query => "query",
            Self::FormPost => "form_post",
        }
    }

    fn read(source: &impl Source) -> Result<Self, OAuthError> {
        let Some(name) = source.get("response_mode") else {
            return Ok(Self::default());
        };
        let mode = Self::ALL.into_iter().find(|mode| mode.as_str() == name);
        mode.ok_or_else(|| refused("response_mode", "must be query or form_post"))
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn parameters(form: &str) -> Parameters {
        Parameters::parse(form.as_bytes()).unwrap()
    }

    #[test]
    fn a2_the_target_is_read_before_and_without_the_rest() {
        let form = "client_id=c&redirect_uri=https%3A%2F%2Fx%2Fcb&state=s&response_mode=form_post\
                    &response_type=nonsense&scope=%22&max_age=-1";
        let target = AuthorizationTarget::parse(&parameters(form)).unwrap();
        assert_eq!(target.client_id.as_str(), "c");
        assert_eq!(target.redirect_uri.as_deref(), Some("https://x/cb"));
        assert_eq!(target.state.as_deref(), Some("s"));
        assert_eq!(target.response_mode, ResponseMode::FormPost);

        let bare = AuthorizationTarget::parse(&parameters("client_id=c&state=")).unwrap();
        assert_eq!((bare.redirect_uri, bare.state), (None, None));
        for mode in ["fragment", "query.jwt", "FORM_POST", "web_message"] {
            let form = format!("client_id=c&response_mode={mode}");
            let target = AuthorizationTarget::parse(&parameters(&form)).unwrap();
            assert_eq!(target.response_mode, ResponseMode::Query, "{mode}");
        }
    }

    #[test]
    fn a2_what_is_wrong_with_the_target() {
        let code = |form: &str| {
            AuthorizationTarget::parse(&parameters(form))
                .unwrap_err()
                .code()
        };
        assert_eq!(code("state=s"), ErrorCode::InvalidRequest);
        assert_eq!(code("client_id="), ErrorCode::InvalidRequest);
        assert_eq!(code("client_id=%0a"), ErrorCode::InvalidClient);
        let uri = |length| format!("client_id=c&redirect_uri={}", "x".repeat(length));
        assert!(AuthorizationTarget::parse(&parameters(&uri(2048))).is_ok());
        assert_eq!(code(&uri(2049)), ErrorCode::InvalidRequest);
    }

    /// A9, A1: a second redirect_uri, client_id or state never gets that far.
    #[test]
    fn a9_repeated_parameters_are_no_request_at_all() {
        for name in [
            "client_id",
            "redirect_uri",
            "state",
            "response_mode",
            "request_uri",
        ] {
            let form = format!("client_id=c&{name}=a&{name}=b");
            assert!(Parameters::parse(form.as_bytes()).is_err(), "{name}");
        }
    }

    #[test]
    fn rfc9101_5_a_request_is_in_one_place() {
        let at = |form: &str| PresentedRequest::parse(&parameters(form));
        let urn = "urn:ietf:params:oauth:request_uri:abc";
        assert!(matches!(
            at("client_id=c").unwrap(),
            PresentedRequest::Plain
        ));
        assert!(matches!(
            at("client_id=c&request=").unwrap(),
            PresentedRequest::Plain
        ));
        match at("request=e.y.j").unwrap() {
            PresentedRequest::Object(object) => assert_eq!(object.expose(), "e.y.j"),
            other => panic!("{other:?}"),
        }
        match at(&format!("request_uri={urn}")).unwrap() {
            PresentedRequest::Pushed(uri) => assert_eq!(uri.reference(), "abc"),
            other => panic!("{other:?}"),
        }
        let code = |form: &str| at(form).unwrap_err().code();
        let both = format!("request=e.y.j&request_uri={urn}");
        assert_eq!(code(&both), ErrorCode::InvalidRequest);
        assert_eq!(
            code("request_uri=https%3A%2F%2Fc.example%2Fr"),
            ErrorCode::RequestUriNotSupported
        );
    }

    #[test]
    fn a13_a_request_uri_is_not_pushed() {
        let at = |form: &str| PresentedRequest::parse_pushed(&parameters(form));
        let refused = at("request_uri=urn:ietf:params:oauth:request_uri:abc").unwrap_err();
        assert_eq!(refused.code(), ErrorCode::InvalidRequest);
        assert!(matches!(
            at("request=e.y.j"),
            Ok(PresentedRequest::Object(_))
        ));
        assert!(matches!(at("scope=a"), Ok(PresentedRequest::Plain)));
    }

    #[test]
    fn names_and_json_agree() {
        for mode in ResponseMode::ALL {
            assert_eq!(serde_json::to_value(mode).unwrap(), mode.as_str());
        }
        assert_eq!(serde_json::to_value(ResponseType::Code).unwrap(), "code");
    }
}
