//! The authorization request (RFC 6749 §4.1.1, OpenID Connect Core §3.1.2.1).

use super::{error::UpstreamError, proof::Proof, provider_redirect_uri};
use crate::{Core, config::IdentityProvider, snapshot::RealmSnapshot};

/// How the person shall be asked there.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Manner {
    /// They choose who they are.
    pub(crate) choose: bool,
    /// How many seconds ago they may have signed in there at most: 0 if they do so anew, whoever is signed
    /// in (A14).
    pub(crate) max_age: Option<u64>,
}

impl Manner {
    /// `prompt` and `max_age` (OpenID Connect Core §3.1.2.1). With `max_age`, the ID token must say when they
    /// signed in.
    fn parameters(self, lets_people_choose: bool) -> Vec<(&'static str, String)> {
        // A provider may refuse a prompt that it does not know, and must know `login` (§15.1).
        let login = self.max_age == Some(0) || (self.choose && !lets_people_choose);
        let prompts = [
            login.then_some("login"),
            (self.choose && lets_people_choose).then_some("select_account"),
        ];
        let prompt: Vec<&str> = prompts.into_iter().flatten().collect();
        let prompt = (!prompt.is_empty()).then(|| ("prompt", prompt.join(" ")));
        let max_age = self.max_age.map(|most| ("max_age", most.to_string()));
        prompt.into_iter().chain(max_age).collect()
    }
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
        for (name, value) in manner.parameters(metadata.lets_people_choose) {
            address.query_pairs_mut().append_pair(name, &value);
        }
        Ok(address.into())
    }
}
