//! The words of OAuth 2.0 (RFC 6749 and its family) and OpenID discovery as types.
//!
//! What arrives is parsed into a type or refused with the standard's error; nothing is dropped
//! silently, and nothing is validated twice. Invariants: no clock, no I/O, no async, no HTTP
//! framework. Types that are written to the wire are `Serialize`; secrets are not printed.

mod authorization;
pub mod bearer;
mod bounded;
mod claims;
mod client_auth;
mod client_metadata;
mod device;
mod error;
pub mod form;
mod grant;
mod id_token;
mod introspection;
mod issuer;
mod logout;
mod metadata;
mod par;
mod pkce;
mod protected_resource;
mod redirect_uri;
mod resource;
mod revocation;
mod scope;
mod scope_token;
mod secret;
mod strict_json;
mod token;
mod web_uri;
pub mod well_known;

pub use authorization::{
    AuthorizationRequest, AuthorizationResponse, AuthorizationTarget, ClaimRequest, ClaimsRequest,
    PresentedRequest, Prompt, PromptValue, RequestObject, ResponseMode, ResponseType, WantedValue,
};
pub use claims::{AccessTokenClaims, Audience};
pub use client_auth::{CLIENT_ASSERTION_TYPE_JWT, ClientId, PresentedClient};
pub use client_metadata::{
    ApplicationType, ClientInformation, ClientMetadata, ClientUpdate, IssuedSecret,
    SIGNATURE_ALGORITHMS, SubjectType,
};
pub use device::{
    DeviceAuthorizationRequest, DeviceAuthorizationResponse, USER_CODE_ALPHABET, UserCode,
    UserCodeError,
};
pub use error::{ErrorCode, OAuthError};
pub use grant::{GrantType, TokenEndpointAuthMethod, UnknownName};
pub use id_token::{IdTokenClaims, LogoutSubject, LogoutTokenClaims, PersonClaims};
pub use introspection::{ActiveToken, IntrospectionRequest, IntrospectionResponse, WrittenToken};
pub use issuer::{Issuer, IssuerError};
pub use logout::LogoutRequest;
pub use metadata::ServerMetadata;
pub use par::{PushedAuthorizationResponse, REQUEST_URI_PREFIX, RequestUri};
pub use pkce::{CODE_CHALLENGE_METHOD, CodeChallenge, CodeVerifier};
pub use protected_resource::ProtectedResourceMetadata;
pub use redirect_uri::{
    MAX_REDIRECT_URI_BYTES, PostLogoutRedirectUri, RedirectUri, RedirectUriError,
};
pub use resource::{ResourceError, ResourceIndicator};
pub use revocation::{RevocationRequest, TokenTypeHint};
pub use scope::{MAX_SCOPE_BYTES, MAX_SCOPE_TOKENS, Scope, ScopeError};
pub use scope_token::{MAX_SCOPE_TOKEN_BYTES, ScopeToken, ScopeTokenError};
pub use secret::Secret;
pub use token::{
    AuthorizationCodeRequest, ClientCredentialsRequest, DeviceCodeRequest, RefreshTokenRequest,
    TokenRequest, TokenResponse,
};
pub use web_uri::{WebUri, WebUriError};
