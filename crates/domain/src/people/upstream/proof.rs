//! What ties a provider's answer to our request: `state`, `nonce` and the PKCE verifier.

use super::error::UpstreamError;
use crate::{Secrets, Timestamp};
use jose::{JoseError, base64url};
use oauth::Secret;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// Chance that only this one request has. What must come back is derived from it under the server's
/// key, so that whoever sees a request or a database knows neither nonce nor verifier.
#[derive(Clone)]
pub(crate) struct Proof(String);

impl Proof {
    /// For a new request.
    pub(crate) fn generate() -> Result<Self, JoseError> {
        Ok(Self(base64url::encode(jose::random_bytes::<32>()?)))
    }

    /// `state` of the request: names the flow too (RFC 6749 §10.12).
    pub(crate) fn state(&self, flow: &str) -> String {
        format!("{flow}.{}", self.0)
    }

    /// What is kept of it.
    pub(super) fn hash(&self) -> String {
        base64url::encode(jose::sha256_parts(&[b"upstream:", self.0.as_bytes()]))
    }

    /// The ID token must have it (OpenID Connect Core §3.1.2.1).
    pub(super) fn nonce(&self, secrets: &Secrets) -> String {
        self.derived(secrets, "nonce")
    }

    /// The code is redeemed with it only (RFC 7636 §4.1).
    pub(super) fn verifier(&self, secrets: &Secrets) -> Secret {
        Secret::new(self.derived(secrets, "verifier"))
    }

    /// RFC 7636 §4.2, by `S256`.
    pub(super) fn challenge(&self, secrets: &Secrets) -> String {
        let verifier = self.verifier(secrets);
        base64url::encode(jose::sha256(verifier.expose().as_bytes()))
    }

    fn derived(&self, secrets: &Secrets, what: &str) -> String {
        let data = format!("{what} {}", self.0);
        base64url::encode(secrets.upstream().tag(data.as_bytes()))
    }
}

/// The handle of the flow and the chance that a `state` has.
pub(crate) fn split_state(state: &str) -> Option<(&str, Proof)> {
    let (flow, chance) = state.rsplit_once('.')?;
    base64url::decode_array::<32>(chance).ok()?;
    Some((flow, Proof(chance.to_owned())))
}

/// What is kept in a flow while its person is at a provider.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Pending {
    /// The provider.
    pub(crate) provider: Uuid,
    /// The hash of the proof.
    proof: String,
    /// Since when they must have signed in there, if that matters.
    pub(crate) fresh: Option<Timestamp>,
    /// Who wants to link the identity, if it is not for a sign-in.
    pub(crate) linking: Option<Linking>,
}

/// A person who wants to link an identity, in the session in which they want it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Linking {
    /// Who.
    pub(crate) person: String,
    /// In which session.
    pub(crate) sid: String,
}

impl Pending {
    /// A request that goes out now.
    pub(crate) fn new(provider: Uuid, proof: &Proof, fresh: Option<Timestamp>) -> Self {
        Self {
            provider,
            proof: proof.hash(),
            fresh,
            linking: None,
        }
    }

    /// Whether an answer with this proof is one to it.
    pub(crate) fn check(&self, proof: &Proof) -> Result<(), UpstreamError> {
        match jose::constant_time_eq(self.proof.as_bytes(), proof.hash().as_bytes()) {
            true => Ok(()),
            false => Err(UpstreamError::Answer("is to another request")),
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn reg_05_an_answer_is_to_one_request() {
        let (one, other) = (Proof::generate().unwrap(), Proof::generate().unwrap());
        let pending = Pending::new(Uuid::nil(), &one, None);
        assert!(pending.check(&one).is_ok() && pending.check(&other).is_err());
        let state = one.state("ambit_fl_x");
        let (flow, read) = split_state(&state).unwrap();
        assert_eq!(flow, "ambit_fl_x");
        assert!(pending.check(&read).is_ok());
        for bad in [
            "",
            "x",
            "ambit_fl_x.",
            "ambit_fl_x.AAAA",
            &format!("{state}A"),
        ] {
            assert!(split_state(bad).is_none(), "{bad}");
        }
    }

    #[test]
    fn what_is_kept_or_seen_tells_neither_nonce_nor_verifier() {
        let secrets = Secrets::derive(&[1; 32]).unwrap();
        let proof = Proof::generate().unwrap();
        let seen = format!(
            "{} {}",
            proof.state("f"),
            serde_json::to_string(&Pending::new(Uuid::nil(), &proof, None)).unwrap()
        );
        let (nonce, verifier) = (proof.nonce(&secrets), proof.verifier(&secrets));
        assert_ne!(nonce, verifier.expose());
        assert!(!seen.contains(&nonce) && !seen.contains(verifier.expose()));
        assert_eq!(verifier.expose().len(), 43, "RFC 7636 §4.1");
    }
}
