//! The authorization response (RFC 6749 §4.1.2 and §4.1.2.1, RFC 9207).

use crate::bounded::with_query;
use crate::{Issuer, OAuthError, Secret};

/// What the client is told. `iss` is in success and error alike (A6), `state` exactly as it came.
#[derive(Debug, Clone)]
pub struct AuthorizationResponse {
    /// The code, or why there is none.
    pub outcome: Result<Secret, OAuthError>,
    /// The `state` of the request.
    pub state: Option<String>,
    /// Who answers (RFC 9207 §2).
    pub iss: Issuer,
}

impl AuthorizationResponse {
    /// The parameters in order: for a form that is posted (OAuth 2.0 Form Post Response Mode §2).
    pub fn parameters(&self) -> Vec<(&'static str, &str)> {
        let mut parameters = match &self.outcome {
            Ok(code) => vec![("code", code.expose())],
            Err(error) => {
                let mut parts = vec![
                    ("error", error.code().as_str()),
                    ("error_description", error.description()),
                ];
                parts.extend(error.uri().map(|uri| ("error_uri", uri)));
                parts
            }
        };
        parameters.extend(self.state.as_deref().map(|state| ("state", state)));
        parameters.push(("iss", self.iss.as_str()));
        parameters
    }

    /// The `Location` of a redirect to a redirection URI that was found to be the client's. RFC
    /// 6749 §3.1.2: a query in it "MUST be retained when adding additional query parameters".
    pub fn to_query_location(&self, redirect_uri: &str) -> String {
        with_query(redirect_uri, self.parameters())
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::ErrorCode;
    use proptest::prelude::*;
    use url::Url;

    fn response(outcome: Result<Secret, OAuthError>, state: Option<&str>) -> AuthorizationResponse {
        AuthorizationResponse {
            outcome,
            state: state.map(str::to_owned),
            iss: "https://as.example/r".parse().unwrap(),
        }
    }

    #[test]
    fn rfc6749_4_1_2_code_state_and_iss() {
        let answer = response(Ok(Secret::new("SplxlOBeZQQYbYS6WxSbIA")), Some("x y&z"));
        assert_eq!(
            answer.to_query_location("https://client.example.com/cb?a=1"),
            "https://client.example.com/cb?a=1&code=SplxlOBeZQQYbYS6WxSbIA&state=x+y%26z\
             &iss=https%3A%2F%2Fas.example%2Fr"
        );
        assert!(!format!("{answer:?}").contains("Splx"));
        let stateless = response(Ok(Secret::new("c")), None);
        assert_eq!(
            stateless.parameters(),
            [("code", "c"), ("iss", "https://as.example/r")]
        );
    }

    #[test]
    fn a6_an_error_has_iss_too() {
        let error = OAuthError::new(ErrorCode::LoginRequired, "nobody is signed in");
        let error = error.with_uri(&"https://as.example/help".parse().unwrap());
        assert_eq!(
            response(Err(error), Some("s")).parameters(),
            [
                ("error", "login_required"),
                ("error_description", "nobody is signed in"),
                ("error_uri", "https://as.example/help"),
                ("state", "s"),
                ("iss", "https://as.example/r"),
            ]
        );
    }

    proptest! {
        /// Whatever the state, the client reads it as it sent it, and a header can hold it.
        #[test]
        fn state_comes_back_as_it_went(state in "\\PC{0,40}|[\u{1}-\u{7f}]{1,20}") {
            let answer = response(Ok(Secret::new("c")), Some(&state));
            for uri in ["https://x.example/cb", "https://x.example?a=%20", "com.example.app:/cb"] {
                let location = answer.to_query_location(uri);
                prop_assert!(location.starts_with(uri));
                prop_assert!(location.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'#'));
                let url = Url::parse(&location).unwrap();
                let found = url.query_pairs().find(|(name, _)| name == "state").unwrap().1;
                prop_assert_eq!(found, state.as_str());
            }
        }
    }
}
