//! A set of keys as JSON (RFC 7517 §5).

use crate::{JoseError, Jwk, StrictValue, parse_object};
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::{Map, Value};

/// Most keys read from one set: bounds what one document can cost.
pub const MAX_KEYS: usize = 64;

/// A JWK Set. Keys that can't be used here are left out of a set that is read, as RFC 7517 §5
/// asks, but not silently: [`Self::ignored`] says why.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct JwkSet {
    keys: Vec<Jwk>,
    #[serde(skip)]
    ignored: Vec<JoseError>,
}

impl JwkSet {
    /// Reads a JWK Set from its JSON text.
    ///
    /// # Errors
    /// [`JoseError::Json`], [`JoseError::DuplicateMember`], [`JoseError::TooManyKeys`], or
    /// [`JoseError::InvalidKey`] without an array `keys`.
    pub fn from_json(json: &[u8]) -> Result<Self, JoseError> {
        Self::from_members(&parse_object(json)?)
    }

    fn from_members(members: &Map<String, Value>) -> Result<Self, JoseError> {
        let Some(Value::Array(entries)) = members.get("keys") else {
            return Err(JoseError::InvalidKey("`keys` is not an array"));
        };
        if entries.len() > MAX_KEYS {
            return Err(JoseError::TooManyKeys);
        }
        let mut set = Self::default();
        for entry in entries {
            let jwk = match entry {
                Value::Object(members) => Jwk::from_members(members),
                _ => Err(JoseError::InvalidKey("not an object")),
            };
            match jwk {
                Ok(jwk) => set.keys.push(jwk),
                Err(reason) => set.ignored.push(reason),
            }
        }
        Ok(set)
    }

    /// The usable keys, in the order given.
    pub fn keys(&self) -> &[Jwk] {
        &self.keys
    }

    /// Why entries of the document were left out, one reason each, in the order given.
    pub fn ignored(&self) -> &[JoseError] {
        &self.ignored
    }
}

impl FromIterator<Jwk> for JwkSet {
    fn from_iter<I: IntoIterator<Item = Jwk>>(keys: I) -> Self {
        Self {
            keys: keys.into_iter().collect(),
            ignored: Vec::new(),
        }
    }
}

impl<'de> Deserialize<'de> for JwkSet {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        use serde::de::Error as _;
        match StrictValue::deserialize(deserializer)?.0 {
            Value::Object(members) => Self::from_members(&members).map_err(D::Error::custom),
            _ => Err(D::Error::custom(JoseError::Json)),
        }
    }
}
