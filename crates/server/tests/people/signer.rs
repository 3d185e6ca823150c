//! A client's own key, and the request objects that it signs (RFC 9101).

use crate::support::{CALLBACK, CHALLENGE, Client, TestServer};
use domain::config::{Application, ApplicationKind};
use jose::{Algorithm, JwkSet, SigningKey};
use oauth::TokenEndpointAuthMethod;
use serde_json::{Value, json};

/// A key pair of a client.
pub(crate) struct Signer(SigningKey);

impl Signer {
    pub(crate) fn new() -> Self {
        Self(SigningKey::generate(Algorithm::Es256).unwrap())
    }

    /// What is registered of it.
    pub(crate) fn jwks(&self) -> Value {
        serde_json::to_value(JwkSet::from_iter([self.0.public_jwk()])).unwrap()
    }

    /// Any claims, signed.
    pub(crate) fn sign(&self, typ: &str, claims: &Value) -> String {
        self.0
            .sign_compact(typ, claims.to_string().as_bytes())
            .unwrap()
    }

    /// A request object of the client with these claims instead of, or beside, those of a good one; `null`
    /// takes one away.
    pub(crate) fn request(
        &self,
        server: &TestServer,
        client: &Client,
        more: &[(&str, Value)],
    ) -> String {
        let mut claims = request_claims(server, client);
        for (name, value) in more {
            match value {
                Value::Null => drop(claims.as_object_mut().unwrap().remove(*name)),
                value => claims[*name] = value.clone(),
            }
        }
        self.sign("oauth-authz-req+jwt", &claims)
    }
}

/// The claims of a good request object.
pub(crate) fn request_claims(server: &TestServer, client: &Client) -> Value {
    let now = server.core.now().seconds();
    json!({
        "iss": client.id, "aud": server.snapshot().issuer().as_str(), "iat": now, "exp": now + 300,
        "client_id": client.id, "response_type": "code", "redirect_uri": CALLBACK, "scope": "openid",
        "state": "signed state", "code_challenge": CHALLENGE, "code_challenge_method": "S256",
    })
}

/// Makes a client one that has no secret (RFC 6749 §2.1).
pub(crate) fn public(app: &mut Application) {
    app.kind = ApplicationKind::Public;
    app.auth_method = TokenEndpointAuthMethod::None;
    app.secrets.clear();
}
