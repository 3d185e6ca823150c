//! What a client is told of its registration (RFC 7591 §3.2.1), and its update (RFC 7592 §2.2).

use super::ClientMetadata;
use super::members::{Members, wrong};
use crate::{ClientId, OAuthError, Secret};
use serde::Serialize;
use serde_json::{Map, Value};

/// The answer to a registration, a read or an update. `Debug` shows no secret.
#[derive(Debug, Clone, Serialize)]
pub struct ClientInformation {
    /// The identifier, which the server chose (H6).
    pub client_id: ClientId,
    /// When, in seconds since 1970.
    pub client_id_issued_at: i64,
    /// The secret, in the one answer that has it.
    #[serde(flatten)]
    pub secret: Option<IssuedSecret>,
    /// The token for reads and updates, whenever there is a new one (H5).
    #[serde(
        skip_serializing_if = "Option::is_none",
        serialize_with = "Secret::serialize_some"
    )]
    pub registration_access_token: Option<Secret>,
    /// Where to read and update (RFC 7592 §3).
    pub registration_client_uri: String,
    /// All that is registered, also what was not asked for.
    #[serde(flatten)]
    pub metadata: ClientMetadata,
}

/// A secret, and until when it is good: RFC 7591 §3.2.1 requires both or none.
#[derive(Debug, Clone, Serialize)]
pub struct IssuedSecret {
    /// The secret.
    #[serde(serialize_with = "Secret::serialize_exposed")]
    pub client_secret: Secret,
    /// In seconds since 1970; 0 if it does not expire.
    pub client_secret_expires_at: i64,
}

/// A request to replace a client's metadata (RFC 7592 §2.2).
#[derive(Debug, Clone)]
pub struct ClientUpdate {
    /// The client, which must be the one of the address and of the token.
    pub client_id: ClientId,
    /// Its secret, if it says so: it "MUST match the currently issued client secret", and is never
    /// taken as a new one.
    pub client_secret: Option<Secret>,
    /// All of the metadata as it is to be.
    pub metadata: ClientMetadata,
}

impl ClientUpdate {
    /// Reads an update. Nothing of the metadata is taken to be as it was (H4).
    ///
    /// # Errors
    /// As [`ClientMetadata::from_json`]; `invalid_client_metadata` too without `client_id`, or
    /// with a member that "MUST NOT" be in an update.
    pub fn from_json(json: &Map<String, Value>) -> Result<Self, OAuthError> {
        let members = Members(json);
        for name in [
            "registration_access_token",
            "registration_client_uri",
            "client_secret_expires_at",
            "client_id_issued_at",
        ] {
            if members.get(name).is_some() {
                return Err(wrong(name, "must not be in an update (RFC 7592 §2.2)"));
            }
        }
        let client_id = members.parsed("client_id")?;
        Ok(Self {
            client_id: client_id.ok_or_else(|| wrong("client_id", "is missing"))?,
            client_secret: members.text("client_secret")?.map(Secret::new),
            metadata: ClientMetadata::from_json(json)?,
        })
    }
}
