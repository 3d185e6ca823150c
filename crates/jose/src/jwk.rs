//! One public signature key as JSON (RFC 7517).

use crate::{Algorithm, Curve, JoseError, KeyParams, StrictValue, base64url};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::{Map, Value};

/// Longest `kid` read, in bytes (J4).
pub(crate) const MAX_KID_BYTES: usize = 256;

/// A public key that verifies signatures. Private members of the input (`d`, `p`, …) are
/// never kept; `jku`, `x5u` and `x5c` are never followed (J5). The numbers have been checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Jwk {
    params: KeyParams,
    kid: Option<String>,
    algorithm: Option<Algorithm>,
}

impl Jwk {
    pub(crate) fn new(params: KeyParams, kid: String, algorithm: Algorithm) -> Self {
        Self {
            params,
            kid: Some(kid),
            algorithm: Some(algorithm),
        }
    }

    /// Reads a JWK from an object whose members are unique.
    ///
    /// # Errors
    /// [`JoseError::UnsupportedKey`] for a key that is well but not for signatures here,
    /// [`JoseError::InvalidKey`] for a malformed one.
    pub fn from_members(members: &Map<String, Value>) -> Result<Self, JoseError> {
        check_use(members)?;
        let algorithm = text(members, "alg", "`alg`")?
            .map(str::parse::<Algorithm>)
            .transpose()
            .map_err(|_| JoseError::UnsupportedKey("`alg`"))?;
        let kid = text(members, "kid", "`kid`")?;
        if kid.is_some_and(|kid| kid.len() > MAX_KID_BYTES) {
            return Err(JoseError::InvalidKey("`kid` is too long"));
        }
        let params = read_params(members)?;
        params.check()?;
        if algorithm.is_some_and(|algorithm| !params.fits(algorithm)) {
            return Err(JoseError::InvalidKey("`alg` does not fit `kty` and `crv`"));
        }
        Ok(Self {
            params,
            kid: kid.map(str::to_owned),
            algorithm,
        })
    }

    /// Reads a JWK from its JSON text.
    ///
    /// # Errors
    /// As [`Self::from_members`], and [`JoseError::Json`] or [`JoseError::DuplicateMember`].
    pub fn from_json(json: &[u8]) -> Result<Self, JoseError> {
        Self::from_members(&crate::parse_object(json)?)
    }

    /// The public parameters.
    pub const fn params(&self) -> &KeyParams {
        &self.params
    }

    /// `kid` (RFC 7517 §4.5).
    pub fn kid(&self) -> Option<&str> {
        self.kid.as_deref()
    }

    /// `alg` (RFC 7517 §4.4): the only algorithm the key is meant for, if it says.
    pub const fn algorithm(&self) -> Option<Algorithm> {
        self.algorithm
    }

    /// The JWK thumbprint with SHA-256, base64url (RFC 7638).
    pub fn thumbprint(&self) -> String {
        self.params.thumbprint()
    }

    /// Whether the key may verify a signature made with `algorithm`.
    pub fn allows(&self, algorithm: Algorithm) -> bool {
        self.params.fits(algorithm) && self.algorithm.is_none_or(|only| only == algorithm)
    }
}

/// RFC 7517 §4.2, §4.3: a key for encryption verifies nothing.
fn check_use(members: &Map<String, Value>) -> Result<(), JoseError> {
    if text(members, "use", "`use`")?.is_some_and(|key_use| key_use != "sig") {
        return Err(JoseError::UnsupportedKey("`use` is not `sig`"));
    }
    match members.get("key_ops") {
        None => Ok(()),
        Some(Value::Array(ops)) if ops.iter().all(Value::is_string) => {
            if ops.iter().any(|op| op == "verify") {
                Ok(())
            } else {
                Err(JoseError::UnsupportedKey("`key_ops` lacks `verify`"))
            }
        }
        Some(_) => Err(JoseError::InvalidKey("`key_ops`")),
    }
}

fn read_params(members: &Map<String, Value>) -> Result<KeyParams, JoseError> {
    let key_type = text(members, "kty", "`kty`")?.ok_or(JoseError::InvalidKey("`kty`"))?;
    match key_type {
        "EC" => Ok(KeyParams::Ec {
            curve: match text(members, "crv", "`crv`")? {
                Some("P-256") => Curve::P256,
                Some("P-384") => Curve::P384,
                Some("P-521") => Curve::P521,
                Some(_) => return Err(JoseError::UnsupportedKey("`crv`")),
                None => return Err(JoseError::InvalidKey("`crv`")),
            },
            x: octets(members, "x", "`x`")?,
            y: octets(members, "y", "`y`")?,
        }),
        "RSA" => Ok(KeyParams::Rsa {
            n: octets(members, "n", "`n`")?,
            e: octets(members, "e", "`e`")?,
        }),
        "OKP" => match text(members, "crv", "`crv`")? {
            Some("Ed25519") => Ok(KeyParams::Ed25519 {
                x: octets(members, "x", "`x`")?,
            }),
            Some(_) => Err(JoseError::UnsupportedKey("`crv`")),
            None => Err(JoseError::InvalidKey("`crv`")),
        },
        _ => Err(JoseError::UnsupportedKey("`kty`")),
    }
}

fn text<'a>(
    members: &'a Map<String, Value>,
    name: &str,
    wrong: &'static str,
) -> Result<Option<&'a str>, JoseError> {
    match members.get(name) {
        None => Ok(None),
        Some(Value::String(text)) => Ok(Some(text)),
        Some(_) => Err(JoseError::InvalidKey(wrong)),
    }
}

fn octets(
    members: &Map<String, Value>,
    name: &str,
    wrong: &'static str,
) -> Result<Vec<u8>, JoseError> {
    let text = text(members, name, wrong)?.ok_or(JoseError::InvalidKey(wrong))?;
    base64url::decode(text).map_err(|_| JoseError::InvalidKey(wrong))
}

/// The members written; all keys here are for signatures.
#[derive(Serialize, Default)]
struct Written<'a> {
    kty: &'static str,
    #[serde(rename = "use")]
    key_use: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    alg: Option<Algorithm>,
    #[serde(skip_serializing_if = "Option::is_none")]
    kid: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    crv: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    x: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    y: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    n: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    e: Option<String>,
}

impl Serialize for Jwk {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut written = Written {
            kty: self.params.key_type(),
            key_use: "sig",
            alg: self.algorithm,
            kid: self.kid(),
            ..Written::default()
        };
        match &self.params {
            KeyParams::Ec { curve, x, y } => {
                written.crv = Some(curve.as_str());
                written.x = Some(base64url::encode(x));
                written.y = Some(base64url::encode(y));
            }
            KeyParams::Rsa { n, e } => {
                written.n = Some(base64url::encode(n));
                written.e = Some(base64url::encode(e));
            }
            KeyParams::Ed25519 { x } => {
                written.crv = Some("Ed25519");
                written.x = Some(base64url::encode(x));
            }
        }
        written.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Jwk {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        use serde::de::Error as _;
        match StrictValue::deserialize(deserializer)?.0 {
            Value::Object(members) => Self::from_members(&members).map_err(D::Error::custom),
            _ => Err(D::Error::custom(JoseError::Json)),
        }
    }
}
