//! Text that must not be printed.

use serde::Serializer;
use std::fmt;
use zeroize::Zeroizing;

/// A client secret, a token or an assertion in transit. `Debug` prints the type's name only,
/// there is no `Display`, and the memory is cleared on drop.
#[derive(Clone)]
pub struct Secret(Zeroizing<String>);

impl Secret {
    /// Wraps the text.
    pub fn new(text: impl Into<String>) -> Self {
        Self(Zeroizing::new(text.into()))
    }

    /// The text itself, to be compared, hashed or sent, and not to be logged.
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// Writes the text: for the one answer that hands the secret to its owner.
    pub(crate) fn serialize_exposed<S: Serializer>(
        &self,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.expose())
    }

    /// The same of one that may be missing.
    pub(crate) fn serialize_some<S: Serializer>(
        secret: &Option<Self>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        match secret {
            Some(secret) => secret.serialize_exposed(serializer),
            None => serializer.serialize_none(),
        }
    }
}

impl From<String> for Secret {
    fn from(text: String) -> Self {
        Self::new(text)
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret")
    }
}
