//! Browsers, as pages know them.

use jose::{JoseError, base64url};
use oauth::Secret;

/// What a browser says of itself.
#[derive(Debug, Clone, Default)]
pub struct Browser {
    /// The hash of its cookie.
    pub id: String,
    /// `User-Agent`, cut to a bearable length.
    pub user_agent: String,
}

/// The cookie by which a browser is known again: what begins in it goes on in it only (REG-05).
#[derive(Debug, Clone)]
pub struct BrowserCookie(Secret);

impl BrowserCookie {
    /// A cookie for a browser that has none.
    ///
    /// # Errors
    /// If there is no randomness.
    pub fn generate() -> Result<Self, JoseError> {
        let chance = jose::random_bytes::<32>()?;
        Ok(Self(Secret::new(base64url::encode(chance))))
    }

    /// What a browser presented, if it has the form of one.
    pub fn parse(text: &str) -> Option<Self> {
        base64url::decode_array::<32>(text).ok()?;
        Some(Self(Secret::new(text)))
    }

    /// The cookie's value.
    pub fn expose(&self) -> &str {
        self.0.expose()
    }

    /// What is kept of it.
    pub fn id(&self) -> String {
        let hash = jose::sha256_parts(&[b"browser:", self.0.expose().as_bytes()]);
        base64url::encode(hash)
    }
}
