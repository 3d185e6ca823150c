//! Asking a provider for its metadata and its keys.

use super::{
    error::UpstreamError,
    kept::{FRESH, REST, Remembered},
    metadata::Metadata,
};
use crate::{Core, OutboundMethod, OutboundRequest, RealmKey, Timestamp, config::IdentityProvider};
use jose::{Algorithm, JwkSet, VerifyingKeys};
use serde_json::{Map, Value};
use std::sync::Arc;

/// What ID tokens may be signed with: no `none`, and nothing with a shared secret (J2, J3).
pub(super) const ALGORITHMS: &[Algorithm] = &Algorithm::ALL;

impl Core {
    /// The metadata of a provider.
    pub(super) async fn upstream_metadata(
        &self,
        realm: &RealmKey,
        provider: &IdentityProvider,
    ) -> Result<Arc<Metadata>, UpstreamError> {
        let kept = self.upstreams().of(realm, provider.id, &provider.issuer);
        let mut kept = kept.lock().await;
        let now = self.now();
        if let Some((metadata, _)) = kept.metadata.as_ref().filter(|(_, until)| now < *until) {
            return Ok(metadata.clone());
        }
        kept.awake(now)?;
        let found = self.discover(&provider.issuer).await;
        let metadata = Arc::new(kept.rests_if_failed(found, now)?);
        kept.metadata = Some((metadata.clone(), now.plus(FRESH)));
        Ok(metadata)
    }

    async fn discover(&self, issuer: &str) -> Result<Metadata, UpstreamError> {
        let document = self
            .get_json(&Metadata::address(issuer), Vec::new())
            .await?;
        Metadata::read(&document, issuer)
    }

    /// The keys of a provider, among them one that may have signed a token with this header, if it
    /// has such a one (F4: for a key that it has not, it is asked rarely).
    pub(super) async fn upstream_keys(
        &self,
        realm: &RealmKey,
        provider: &IdentityProvider,
        jwks_uri: &str,
        (kid, algorithm): (Option<&str>, Algorithm),
    ) -> Result<Arc<VerifyingKeys>, UpstreamError> {
        let kept = self.upstreams().of(realm, provider.id, &provider.issuer);
        let mut kept = kept.lock().await;
        let now = self.now();
        if let Some((keys, read)) = &kept.keys {
            let has = keys.candidates(kid, algorithm).next().is_some();
            let fresh = now < read.plus(FRESH);
            if (has && fresh) || now < read.plus(REST) {
                return Ok(keys.clone());
            }
        }
        kept.awake(now)?;
        let found = self.read_keys(jwks_uri).await;
        let keys = Arc::new(kept.rests_if_failed(found, now)?);
        kept.keys = Some((keys.clone(), now));
        Ok(keys)
    }

    async fn read_keys(&self, jwks_uri: &str) -> Result<VerifyingKeys, UpstreamError> {
        let document = self.get_json(jwks_uri, Vec::new()).await?;
        let set = JwkSet::from_json(Value::Object(document).to_string().as_bytes())?;
        Ok(VerifyingKeys::from_jwk_set(&set, ALGORITHMS)?)
    }

    /// A JSON object from a provider.
    pub(super) async fn get_json(
        &self,
        address: &str,
        headers: Vec<(&'static str, secrecy::SecretString)>,
    ) -> Result<Map<String, Value>, UpstreamError> {
        let request = OutboundRequest {
            method: OutboundMethod::Get,
            url: address.to_owned(),
            headers,
            accept: "application/json, application/jwk-set+json",
        };
        let answer = self.outbound().send(request).await?;
        Ok(jose::parse_object(&answer.body)?)
    }
}

impl Remembered {
    fn awake(&self, now: Timestamp) -> Result<(), UpstreamError> {
        match self.rests_until {
            Some(until) if now < until => Err(UpstreamError::Resting),
            _ => Ok(()),
        }
    }

    fn rests_if_failed<T>(
        &mut self,
        found: Result<T, UpstreamError>,
        now: Timestamp,
    ) -> Result<T, UpstreamError> {
        self.rests_until = found.is_err().then(|| now.plus(REST));
        found
    }
}
