//! Request objects (RFC 9101 §4): the same parameters as the claims of a JWT. Here the signature
//! has been verified, and the claims have been read strictly.

use super::{AuthorizationRequest, AuthorizationTarget};
use crate::bounded::Source;
use crate::form::{MAX_TOKEN_BYTES, MAX_VALUE_BYTES};
use crate::{ClientId, ErrorCode, OAuthError};
use serde_json::{Map, Value};

/// The parameters that are strings. All others that are read have a form of their own.
const TEXTS: [&str; 14] = [
    "acr_values",
    "client_id",
    "code_challenge",
    "code_challenge_method",
    "id_token_hint",
    "login_hint",
    "nonce",
    "prompt",
    "redirect_uri",
    "response_mode",
    "response_type",
    "scope",
    "state",
    "ui_locales",
];

/// The parameters in a request object. Those beside it are not looked at: RFC 9101 §6.3: "The
/// authorization server MUST only use the parameters in the Request Object, even if the same
/// parameter is provided in the query parameter" (A14).
#[derive(Debug, Clone)]
pub struct RequestObject {
    parameters: Vec<(&'static str, String)>,
}

impl RequestObject {
    /// Reads the claims of the object that `client_id` presented.
    ///
    /// # Errors
    /// `invalid_request_object`: it is another client's (RFC 9101 §6.3: both identifiers "MUST be
    /// identical"), has a request within (§4), or a claim of a wrong type or length.
    pub fn from_claims(
        claims: &Map<String, Value>,
        client_id: &ClientId,
    ) -> Result<Self, OAuthError> {
        let object = Self::read(claims)?;
        if object.get("client_id") == Some(client_id.as_str()) {
            Ok(object)
        } else {
            Err(invalid("client_id", "is not the one beside the object"))
        }
    }

    /// To whom an answer would go.
    ///
    /// # Errors
    /// As [`AuthorizationTarget::parse`].
    pub fn target(&self) -> Result<AuthorizationTarget, OAuthError> {
        AuthorizationTarget::read(self)
    }

    /// The request.
    ///
    /// # Errors
    /// As [`AuthorizationRequest::parse`].
    pub fn request(&self) -> Result<AuthorizationRequest, OAuthError> {
        AuthorizationRequest::read(self)
    }

    pub(super) fn read(claims: &Map<String, Value>) -> Result<Self, OAuthError> {
        // RFC 9101 §4: "The parameters request and request_uri MUST NOT be included in Request
        // Objects."
        for name in ["request", "request_uri"] {
            if claims.contains_key(name) {
                return Err(invalid(name, "must not be in a request object"));
            }
        }
        let mut parameters = Vec::new();
        for name in TEXTS {
            match claims.get(name) {
                None => {}
                Some(Value::String(text)) => parameters.push((name, text.clone())),
                Some(_) => return Err(invalid(name, "is no string")),
            }
        }
        match claims.get("max_age") {
            None => {}
            Some(Value::Number(seconds)) => parameters.push(("max_age", seconds.to_string())),
            Some(_) => return Err(invalid("max_age", "is no number")),
        }
        match claims.get("claims") {
            None => {}
            Some(object @ Value::Object(_)) => parameters.push(("claims", object.to_string())),
            Some(_) => return Err(invalid("claims", "is no object")),
        }
        for resource in resources(claims)? {
            parameters.push(("resource", resource));
        }
        parameters.iter().try_for_each(check)?;
        Ok(Self { parameters })
    }
}

/// One resource, or several (RFC 8707 §2.1: "a JSON array" in a request object).
fn resources(claims: &Map<String, Value>) -> Result<Vec<String>, OAuthError> {
    let wrong = || invalid("resource", "is neither a string nor an array of strings");
    match claims.get("resource") {
        None => Ok(Vec::new()),
        Some(Value::String(one)) => Ok(vec![one.clone()]),
        Some(Value::Array(several)) if several.len() <= crate::form::MAX_PARAMETERS => several
            .iter()
            .map(|one| one.as_str().map(str::to_owned).ok_or_else(wrong))
            .collect(),
        Some(_) => Err(wrong()),
    }
}

/// The bounds that a form has (REG-09).
fn check((name, value): &(&'static str, String)) -> Result<(), OAuthError> {
    let longest = match *name {
        "id_token_hint" => MAX_TOKEN_BYTES,
        _ => MAX_VALUE_BYTES,
    };
    if value.len() > longest || value.contains('\0') {
        return Err(invalid(name, "is too long or has a NUL"));
    }
    Ok(())
}

fn invalid(name: &str, why: &str) -> OAuthError {
    let problem = format!("claim '{name}' of the request object {why}");
    OAuthError::new(ErrorCode::InvalidRequestObject, problem)
}

impl Source for RequestObject {
    fn get(&self, name: &str) -> Option<&str> {
        self.all(name).into_iter().next()
    }

    fn all(&self, name: &str) -> Vec<&str> {
        self.parameters
            .iter()
            .filter(|(own, value)| *own == name && !value.is_empty())
            .map(|(_, value)| value.as_str())
            .collect()
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::form::Parameters;
    use serde_json::json;

    fn object(claims: Value) -> Result<RequestObject, OAuthError> {
        RequestObject::from_claims(claims.as_object().unwrap(), &"c".parse().unwrap())
    }

    /// RFC 9101 §4, and the number of §4's example.
    #[test]
    fn rfc9101_4_is_the_same_request_as_a_form() {
        let claims = json!({
            "iss": "c", "aud": "https://as", "exp": 1, "jti": "x", "sub": 7,
            "client_id": "c", "response_type": "code", "redirect_uri": "https://c.example/cb",
            "scope": "openid", "state": "af0ifjsldkj", "nonce": "n", "max_age": 86400,
            "claims": {"userinfo": {"given_name": {"essential": true}}}, "resource": "urn:a",
            "display": {}, "prompt": "",
        });
        let form = "client_id=c&response_type=code&redirect_uri=https%3A%2F%2Fc.example%2Fcb\
            &scope=openid&state=af0ifjsldkj&nonce=n&max_age=86400&resource=urn%3Aa\
            &claims=%7B%22userinfo%22:%7B%22given_name%22:%7B%22essential%22:true%7D%7D%7D";
        let parameters = Parameters::parse(form.as_bytes()).unwrap();
        let plain = AuthorizationRequest::parse(&parameters).unwrap();
        let object = object(claims).unwrap();
        assert_eq!(
            serde_json::to_value(object.request().unwrap()).unwrap(),
            serde_json::to_value(&plain).unwrap()
        );
        assert_eq!(object.target().unwrap(), plain.target());
    }

    #[test]
    fn rfc9101_4_and_6_3_what_is_refused() {
        for (claims, part) in [
            (json!({}), "'client_id'"),
            (json!({"client_id": "d"}), "'client_id'"),
            (json!({"client_id": "C"}), "'client_id'"),
            (json!({"client_id": ["c"]}), "'client_id'"),
            (json!({"client_id": "c", "request": "e.y.j"}), "'request'"),
            (json!({"client_id": "c", "request": null}), "'request'"),
            (
                json!({"client_id": "c", "request_uri": "urn:x"}),
                "'request_uri'",
            ),
            (json!({"client_id": "c", "state": 1}), "'state'"),
            (json!({"client_id": "c", "scope": ["a"]}), "'scope'"),
            (json!({"client_id": "c", "nonce": null}), "'nonce'"),
            (json!({"client_id": "c", "max_age": "1"}), "'max_age'"),
            (json!({"client_id": "c", "claims": "{}"}), "'claims'"),
            (json!({"client_id": "c", "resource": {}}), "'resource'"),
            (json!({"client_id": "c", "resource": [1]}), "'resource'"),
            (
                json!({"client_id": "c", "resource": vec!["urn:a"; 65]}),
                "'resource'",
            ),
            (json!({"client_id": "c", "state": "a\0b"}), "'state'"),
            (
                json!({"client_id": "c", "state": "a".repeat(8193)}),
                "'state'",
            ),
        ] {
            let error = object(claims.clone()).unwrap_err();
            assert_eq!(error.code(), ErrorCode::InvalidRequestObject, "{claims}");
            assert!(error.description().contains(part), "{error}");
        }
        for max_age in [json!(-1), json!(1.5), json!(1e300)] {
            let claims = json!({"client_id": "c", "response_type": "code", "max_age": max_age});
            let error = object(claims).unwrap().request().unwrap_err();
            assert_eq!(error.code(), ErrorCode::InvalidRequest);
        }
    }

    /// REG-03: a request object opens no flow that a query does not.
    #[test]
    fn reg03_no_other_flow_by_a_request_object() {
        for (name, value) in [("response_type", "token"), ("response_mode", "fragment")] {
            let mut claims = json!({"client_id": "c", "response_type": "code"});
            claims[name] = json!(value);
            assert!(object(claims).unwrap().request().is_err(), "{name}");
        }
        // REG-04: nor a challenge that a query does not.
        let plain = json!({
            "client_id": "c", "response_type": "code", "code_challenge": "x".repeat(43),
        });
        assert!(object(plain).unwrap().request().is_err());
    }
}
