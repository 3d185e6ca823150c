//! A client's own keys, and what it signs with them.

use crate::support::TestServer;
use jose::{Algorithm, JwkSet, SigningKey};
use serde_json::{Value, json};
use uuid::Uuid;

/// A key pair of a client.
pub(crate) struct KeyPair(SigningKey);

impl KeyPair {
    pub(crate) fn new(algorithm: Algorithm) -> Self {
        Self(SigningKey::generate(algorithm).unwrap())
    }

    /// What is registered of it.
    pub(crate) fn jwks(&self) -> Value {
        serde_json::to_value(JwkSet::from_iter([self.0.public_jwk()])).unwrap()
    }

    /// The claims of a good assertion (RFC 7523 §3).
    pub(crate) fn claims(server: &TestServer, client_id: &str) -> Value {
        let now = server.core.now().seconds();
        json!({
            "iss": client_id,
            "sub": client_id,
            "aud": server.snapshot().issuer().as_str(),
            "iat": now,
            "exp": now + 60,
            "jti": Uuid::new_v4().to_string(),
        })
    }

    /// A good assertion, used by nobody yet.
    pub(crate) fn assertion(&self, server: &TestServer, client_id: &str) -> String {
        self.sign("JWT", &Self::claims(server, client_id))
    }

    /// Any claims, signed.
    pub(crate) fn sign(&self, typ: &str, claims: &Value) -> String {
        self.0
            .sign_compact(typ, claims.to_string().as_bytes())
            .unwrap()
    }
}
