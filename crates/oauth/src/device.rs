//! Device authorization (RFC 8628): the request and the answer of its endpoint.

use crate::bounded::refused;
use crate::form::Parameters;
use crate::token::{resources, scope};
use crate::{OAuthError, ResourceIndicator, Scope, Secret};
use serde::Serialize;

mod user_code;

pub use user_code::{USER_CODE_ALPHABET, UserCode, UserCodeError};

/// What a device asks for (RFC 8628 §3.1); the client is presented as at the token endpoint.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeviceAuthorizationRequest {
    /// The scope asked for; `None` asks for the client's default.
    pub scope: Option<Scope>,
    /// The resources at which the token will be used (RFC 8707 §2), each once.
    pub resource: Vec<ResourceIndicator>,
}

impl DeviceAuthorizationRequest {
    /// Reads the request.
    ///
    /// # Errors
    /// `invalid_scope`, `invalid_target`; `invalid_request` for a `code_challenge`, which this grant
    /// does not have and which is never passed over (REG-04).
    pub fn parse(parameters: &Parameters) -> Result<Self, OAuthError> {
        for name in ["code_challenge", "code_challenge_method"] {
            if parameters.get(name).is_some() {
                return Err(refused(name, "belongs to authorization_code"));
            }
        }
        Ok(Self {
            scope: scope(parameters)?,
            resource: resources(parameters)?,
        })
    }
}

/// What the device is told, and tells its person (RFC 8628 §3.2).
#[derive(Debug, Clone, Serialize)]
pub struct DeviceAuthorizationResponse {
    /// What the device polls with.
    #[serde(serialize_with = "Secret::serialize_exposed")]
    pub device_code: Secret,
    /// What the person types, as it is shown.
    #[serde(serialize_with = "UserCode::serialize_shown")]
    pub user_code: UserCode,
    /// Where the person types it.
    pub verification_uri: String,
    /// The same with the code in it, for a QR code.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub verification_uri_complete: Option<String>,
    /// Lifetime of both codes in seconds.
    pub expires_in: u64,
    /// The least number of seconds between two polls.
    pub interval: u64,
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::ErrorCode;
    use serde_json::json;

    fn parse(form: &str) -> Result<DeviceAuthorizationRequest, OAuthError> {
        DeviceAuthorizationRequest::parse(&Parameters::parse(form.as_bytes()).unwrap())
    }

    #[test]
    fn rfc8628_3_1_request() {
        let request = parse("client_id=1406020730&scope=a+b&resource=urn%3Ax").unwrap();
        assert_eq!(request.scope.unwrap().to_string(), "a b");
        assert_eq!(request.resource.len(), 1);
        assert_eq!(parse("client_id=x").unwrap().scope, None);
        let code = |form| parse(form).unwrap_err().code();
        assert_eq!(code("scope=a++b"), ErrorCode::InvalidScope);
        assert_eq!(code("resource=x"), ErrorCode::InvalidTarget);
        assert_eq!(code("code_challenge=x"), ErrorCode::InvalidRequest);
        assert_eq!(
            code("code_challenge_method=S256"),
            ErrorCode::InvalidRequest
        );
    }

    #[test]
    fn rfc8628_3_2_answer() {
        let response = DeviceAuthorizationResponse {
            device_code: Secret::new("GmRhmhcxhwAzkoEqiMEg_DnyEysNkuNhszIySk9eS"),
            user_code: "wdjb-mjht".parse().unwrap(),
            verification_uri: "https://as.example/device".into(),
            verification_uri_complete: None,
            expires_in: 1800,
            interval: 5,
        };
        assert_eq!(
            serde_json::to_value(&response).unwrap(),
            json!({
                "device_code": "GmRhmhcxhwAzkoEqiMEg_DnyEysNkuNhszIySk9eS",
                "user_code": "WDJB-MJHT",
                "verification_uri": "https://as.example/device",
                "expires_in": 1800,
                "interval": 5,
            })
        );
        let printed = format!("{response:?}");
        assert!(!printed.contains("GmRh") && !printed.contains("WDJB"));
    }
}
