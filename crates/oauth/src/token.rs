//! The token endpoint's request and answer (RFC 6749 §3.2, §4.1.3, §4.4.2, §5.1 and §6, RFC 8628
//! §3.4).

use crate::bounded::{Source, refused, text};
use crate::form::Parameters;
use crate::{CodeVerifier, ErrorCode, GrantType, MAX_REDIRECT_URI_BYTES, OAuthError};
use crate::{ResourceIndicator, Scope, Secret};
use serde::Serialize;

/// A token request, by grant type.
#[derive(Debug, Clone)]
pub enum TokenRequest {
    /// RFC 6749 §4.1.3.
    AuthorizationCode(AuthorizationCodeRequest),
    /// RFC 6749 §4.4.2.
    ClientCredentials(ClientCredentialsRequest),
    /// RFC 6749 §6.
    RefreshToken(RefreshTokenRequest),
    /// RFC 8628 §3.4.
    DeviceCode(DeviceCodeRequest),
}

/// A request that redeems a code.
#[derive(Debug, Clone)]
pub struct AuthorizationCodeRequest {
    /// The code.
    pub code: Secret,
    /// Must be that of the authorization request, or absent as it was there (RFC 6749 §4.1.3).
    pub redirect_uri: Option<String>,
    /// Must be there if, and only if, the authorization request had a challenge (A5).
    pub code_verifier: Option<CodeVerifier>,
    /// Which of the granted resources the token is for (RFC 8707 §2.2); none means all.
    pub resource: Vec<ResourceIndicator>,
}

/// A request for a token of the client's own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClientCredentialsRequest {
    /// The scope asked for; `None` asks for the client's default (RFC 6749 §3.3).
    pub scope: Option<Scope>,
    /// The resources at which the token will be used (RFC 8707 §2.2), each once.
    pub resource: Vec<ResourceIndicator>,
}

/// A request for a new access token of a grant.
#[derive(Debug, Clone)]
pub struct RefreshTokenRequest {
    /// The refresh token.
    pub refresh_token: Secret,
    /// The scope asked for, never more than was granted; `None` asks for all of it.
    pub scope: Option<Scope>,
    /// Which of the granted resources the token is for; none means all.
    pub resource: Vec<ResourceIndicator>,
}

/// A device asking whether its person has answered. It names no scope: the token has the one that
/// was approved (B7).
#[derive(Debug, Clone)]
pub struct DeviceCodeRequest {
    /// The device code.
    pub device_code: Secret,
}

impl TokenRequest {
    /// Reads the request.
    ///
    /// # Errors
    /// `invalid_request` without `grant_type` or what the grant requires, or for a malformed
    /// `code_verifier`; `unsupported_grant_type`, `invalid_scope`, `invalid_target`.
    pub fn parse(parameters: &Parameters) -> Result<Self, OAuthError> {
        let grant_type = parameters.required("grant_type")?.parse();
        // A verifier is never passed over (A5, REG-04): no other grant has a challenge.
        if grant_type != Ok(GrantType::AuthorizationCode)
            && parameters.get("code_verifier").is_some()
        {
            return Err(refused("code_verifier", "belongs to authorization_code"));
        }
        match grant_type {
            Ok(GrantType::AuthorizationCode) => {
                AuthorizationCodeRequest::parse(parameters).map(Self::AuthorizationCode)
            }
            Ok(GrantType::ClientCredentials) => {
                Ok(Self::ClientCredentials(ClientCredentialsRequest {
                    scope: scope(parameters)?,
                    resource: resources(parameters)?,
                }))
            }
            Ok(GrantType::RefreshToken) => Ok(Self::RefreshToken(RefreshTokenRequest {
                refresh_token: Secret::new(parameters.required("refresh_token")?),
                scope: scope(parameters)?,
                resource: resources(parameters)?,
            })),
            Ok(GrantType::DeviceCode) => Ok(Self::DeviceCode(DeviceCodeRequest {
                device_code: Secret::new(parameters.required("device_code")?),
            })),
            Ok(GrantType::TokenExchange) | Err(_) => Err(OAuthError::new(
                ErrorCode::UnsupportedGrantType,
                "the grant type is not supported",
            )),
        }
    }

    /// The grant type asked for.
    pub const fn grant_type(&self) -> GrantType {
        match self {
            Self::AuthorizationCode(_) => GrantType::AuthorizationCode,
            Self::ClientCredentials(_) => GrantType::ClientCredentials,
            Self::RefreshToken(_) => GrantType::RefreshToken,
            Self::DeviceCode(_) => GrantType::DeviceCode,
        }
    }
}

impl AuthorizationCodeRequest {
    fn parse(parameters: &Parameters) -> Result<Self, OAuthError> {
        let verifier = parameters.get("code_verifier");
        Ok(Self {
            code: Secret::new(parameters.required("code")?),
            redirect_uri: text(parameters, "redirect_uri", MAX_REDIRECT_URI_BYTES)?,
            code_verifier: verifier.map(str::parse).transpose()?,
            resource: resources(parameters)?,
        })
    }
}

pub(crate) fn scope(parameters: &impl Source) -> Result<Option<Scope>, OAuthError> {
    Ok(parameters
        .get("scope")
        .map(str::parse::<Scope>)
        .transpose()?)
}

pub(crate) fn resources(parameters: &impl Source) -> Result<Vec<ResourceIndicator>, OAuthError> {
    let mut resources = Vec::new();
    for text in parameters.all("resource") {
        let resource = text.parse()?;
        if !resources.contains(&resource) {
            resources.push(resource);
        }
    }
    Ok(resources)
}

/// A successful answer (RFC 6749 §5.1). `Debug` shows no token.
#[derive(Debug, Clone, Serialize)]
pub struct TokenResponse {
    /// The access token.
    #[serde(serialize_with = "Secret::serialize_exposed")]
    pub access_token: Secret,
    /// `Bearer` (RFC 6750).
    pub token_type: &'static str,
    /// Lifetime in seconds.
    pub expires_in: u64,
    /// The scope granted, always said, even when it is the one asked for.
    pub scope: Scope,
    /// The next refresh token.
    #[serde(
        skip_serializing_if = "Option::is_none",
        serialize_with = "Secret::serialize_some"
    )]
    pub refresh_token: Option<Secret>,
    /// The ID token (OIDC Core §3.1.3.3).
    #[serde(
        skip_serializing_if = "Option::is_none",
        serialize_with = "Secret::serialize_some"
    )]
    pub id_token: Option<Secret>,
}

#[cfg(test)]
mod tests;
