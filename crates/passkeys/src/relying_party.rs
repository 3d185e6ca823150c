//! Whom authenticators make passkeys for.

use crate::error::{InvalidOrigin, PasskeyError};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;
use url::{Host, Url};
use webauthn_rs::{Webauthn, WebauthnBuilder};

/// The relying party: one origin, whose host is the relying party id.
///
/// Passkeys are bound to the host for good. A server whose host name changes loses them.
#[derive(Debug)]
pub struct RelyingParty {
    pub(crate) webauthn: Webauthn,
}

impl RelyingParty {
    /// The relying party at `base_url`, of which only scheme, host and port count. `name` is shown by authenticators.
    ///
    /// # Errors
    /// [`InvalidOrigin`] for what browsers would refuse: plain `http` anywhere but at `localhost`, and IP addresses, even
    /// `http://127.0.0.1`.
    pub fn new(base_url: &str, name: &str) -> Result<Self, InvalidOrigin> {
        let url = Url::parse(base_url).map_err(|_| InvalidOrigin::NotAnUrl)?;
        let is_https = match url.scheme() {
            "https" => true,
            "http" => false,
            _ => return Err(InvalidOrigin::NotAnUrl),
        };
        let domain = match url.host() {
            Some(Host::Domain(domain)) => domain.to_owned(),
            Some(Host::Ipv4(_) | Host::Ipv6(_)) => return Err(InvalidOrigin::IpAddress),
            None => return Err(InvalidOrigin::NotAnUrl),
        };
        if !is_https && domain != "localhost" && !domain.ends_with(".localhost") {
            return Err(InvalidOrigin::Insecure);
        }
        let origin = url.origin().ascii_serialization();
        let origin = Url::parse(&origin).map_err(|_| InvalidOrigin::NotAnUrl)?;
        let webauthn = WebauthnBuilder::new(&domain, &origin)
            .map(|builder| builder.rp_name(name))
            .and_then(WebauthnBuilder::build)
            .map_err(|_| InvalidOrigin::NotAnUrl)?;
        Ok(Self { webauthn })
    }
}

/// The library's form of a response, which must be of a public key (WebAuthn §5.1).
pub(crate) fn read<T: DeserializeOwned>(response: &Value) -> Result<T, PasskeyError> {
    if response.get("type").and_then(Value::as_str) != Some("public-key") {
        return Err(PasskeyError::Malformed("no public key".to_owned()));
    }
    T::deserialize(response).map_err(|error| PasskeyError::Malformed(error.to_string()))
}

/// The `publicKey` member of the library's options, which is what `parse…OptionsFromJSON` takes.
pub(crate) fn public_key(options: &impl Serialize) -> Result<Value, PasskeyError> {
    let mut options =
        serde_json::to_value(options).map_err(|error| PasskeyError::Unusable(error.to_string()))?;
    let public_key = options.get_mut("publicKey").map(Value::take);
    public_key.ok_or_else(|| PasskeyError::Unusable("no options".to_owned()))
}
