//! The authorization request (RFC 6749 §4.1.1, OpenID Connect Core §3.1.2.1).

use super::{error::UpstreamError, proof::Proof, provider_redirect_uri};
use crate::{Core, config::IdentityProvider, snapshot::RealmSnapshot};

/// How the person shall be asked there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Manner {
    /// As the provider sees fit.
    Any,
    /// They sign in anew, whoever is signed in there (A14).
    Anew,
    /// They choose who they are.
    Choose,
}

impl Core {
    /// The address at the provider to which the person goes.
    pub(crate) async fn upstream_address(
        &self,
        snapshot: &RealmSnapshot,
        provider: &IdentityProvider,
        (flow, proof): (&str, &Proof),
        manner: Manner,
    ) -> Result<String, UpstreamError> {
        let metadata = self.upstream_metadata(snapshot.key(), provider).await?;
        let redirect_uri = provider_redirect_uri(snapshot.issuer(), provider.id);
        let mut address = metadata.authorization_endpoint.clone();
        address
            .query_pairs_mut()
            .append_pair("response_type", "code")
            .append_pair("client_id", &provider.client_id)
            .append_pair("redirect_uri", &redirect_uri)
            .append_pair("scope", &provider.scopes.join(" "))
            .append_pair("state", &proof.state(flow))
            .append_pair("nonce", &proof.nonce(self.secrets()))
            .append_pair("code_challenge", &proof.challenge(self.secrets()))
            .append_pair("code_challenge_method", "S256");
        match manner {
            Manner::Any => {}
            // With `max_age`, the ID token must say when they signed in (§3.1.2.1).
            Manner::Anew => {
                address
                    .query_pairs_mut()
                    .append_pair("prompt", "login")
                    .append_pair("max_age", "0");
            }
            Manner::Choose if metadata.lets_people_choose => {
                address
                    .query_pairs_mut()
                    .append_pair("prompt", "select_account");
            }
            // A provider may refuse a prompt that it does not know, and must know this one (§15.1).
            Manner::Choose => {
                address.query_pairs_mut().append_pair("prompt", "login");
            }
        }
        Ok(address.into())
    }
}
