//! What can be wrong, named for the step of WebAuthn that found it.

use thiserror::Error;
use webauthn_rs::prelude::WebauthnError;

/// Why passkeys can't be used at an address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum InvalidOrigin {
    /// It is no URL with a host.
    #[error("the base URL is no http or https URL")]
    NotAnUrl,
    /// Browsers offer WebAuthn in secure contexts only: `https`, or `localhost`.
    #[error("passkeys need https, or http at localhost")]
    Insecure,
    /// A relying party id is a domain (WebAuthn §5.1.2): browsers refuse `127.0.0.1` where they take `localhost`.
    #[error("passkeys need a domain name; use localhost in the place of a loopback address")]
    IpAddress,
}

/// Why a ceremony failed. Tell the person no more than that it did.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum PasskeyError {
    /// The response is not what a browser makes.
    #[error("the response is malformed: {0}")]
    Malformed(String),
    /// The response answers another challenge, or is of the other ceremony: a replay.
    #[error("the response is not for this ceremony")]
    WrongCeremony,
    /// The browser was at another origin, or in a frame of another: phishing.
    #[error("the response comes from another origin")]
    WrongOrigin,
    /// The authenticator answered for another relying party.
    #[error("the response is for another relying party")]
    WrongRelyingParty,
    /// The authenticator did not see that somebody was there, or did not verify who.
    #[error("the authenticator did not verify its user")]
    NotVerified,
    /// The passkey is none of those that were asked for, or another person's.
    #[error("the passkey is not known here")]
    Unknown,
    /// The passkey is one of those that the person has.
    #[error("the passkey is registered already")]
    AlreadyRegistered,
    /// The signature is wrong.
    #[error("the signature is wrong")]
    WrongSignature,
    /// The signature counter did not grow: there may be a copy of the passkey (WebAuthn §6.1.1). Treat it as compromised.
    #[error("the signature counter did not grow")]
    Cloned,
    /// A property of the passkey that never changes has changed.
    #[error("the passkey can be backed up now, or no longer")]
    Changed,
    /// The library refused for another reason.
    #[error("the passkey can't be used: {0}")]
    Unusable(String),
}

impl From<WebauthnError> for PasskeyError {
    fn from(error: WebauthnError) -> Self {
        use WebauthnError as Library;
        match error {
            Library::InvalidClientDataType | Library::MismatchedChallenge => Self::WrongCeremony,
            Library::InvalidRPOrigin | Library::CredentialCrossOrigin => Self::WrongOrigin,
            Library::InvalidRPIDHash => Self::WrongRelyingParty,
            Library::UserNotPresent | Library::UserNotVerified => Self::NotVerified,
            Library::CredentialNotFound => Self::Unknown,
            Library::CredentialExcludedFromRequest => Self::AlreadyRegistered,
            Library::AuthenticationFailure | Library::SignatureInvalid => Self::WrongSignature,
            Library::CredentialPossibleCompromise => Self::Cloned,
            Library::CredentialBackupEligibilityInconsistent
            | Library::CredentialMayNotBeHardwareBound => Self::Changed,
            Library::ParseBase64Failure(_)
            | Library::ParseCBORFailure(_)
            | Library::ParseJSONFailure(_)
            | Library::ParseNOMFailure
            | Library::ParseInsufficientBytesAvailable => Self::Malformed(error.to_string()),
            other => Self::Unusable(other.to_string()),
        }
    }
}
