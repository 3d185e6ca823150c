//! ID tokens (OpenID Connect Core §2, §3.1.3.6).

use super::{
    AuthenticatedClient, GrantBody, OPENID, RequestError,
    mint::Draft,
    subject::{session_of, subject_of},
    unexpected,
};
use crate::{
    Core,
    people::{Acr, Amr},
    snapshot::RealmSnapshot,
    store::GrantRecord,
};
use jose::{Algorithm, base64url};
use oauth::{IdTokenClaims, PersonClaims, Secret};
use std::time::Duration;

/// How long an ID token may be shown as a proof of who signed in.
const LIFETIME: Duration = Duration::from_secs(10 * 60);
/// The `typ` of an ID token: not that of an access token (J7).
const ID_TOKEN_TYPE: &str = "JWT";

impl Core {
    /// The ID token that comes with an access token, if its scope has `openid`. It has the claims of
    /// the protocol, and of the person those that were asked for by name and that the granted
    /// scopes reach (product §4).
    pub(super) async fn id_token(
        &self,
        client: &AuthenticatedClient,
        grant: &GrantRecord,
        body: &GrantBody,
        draft: &Draft,
    ) -> Result<Option<Secret>, RequestError> {
        if !draft.scope.iter().any(|scope| scope.as_str() == OPENID) {
            return Ok(None);
        }
        let (snapshot, application) = (client.snapshot(), client.application());
        let algorithm = application.openid.id_token_signed_response_alg;
        let now = self.now();
        let asked = body.claims_request();
        let wanted: Vec<&str> = asked
            .id_token
            .iter()
            .map(|claim| claim.name.as_str())
            .collect();
        let claims = match wanted.is_empty() {
            true => PersonClaims::default(),
            false => {
                self.claims_in_id_token(snapshot, grant, draft, &wanted)
                    .await?
            }
        };
        let claims = IdTokenClaims {
            iss: snapshot.issuer().clone(),
            sub: subject_of(self.secrets(), snapshot, application, &grant.person),
            aud: [application.client_id()].into_iter().collect(),
            exp: now.plus(LIFETIME).seconds(),
            iat: now.seconds(),
            auth_time: Some(body.auth_time.seconds()),
            nonce: body.nonce.clone(),
            acr: Some(Acr::of(&body.methods).to_string()),
            amr: Amr::claim(&body.methods),
            azp: None,
            sid: Some(session_of(self.secrets(), snapshot, application, &body.sid)),
            at_hash: at_hash(algorithm, &draft.token),
            c_hash: None,
            claims,
        };
        let claims = serde_json::to_vec(&claims).map_err(|error| unexpected(&error))?;
        let token = sign(snapshot, algorithm, ID_TOKEN_TYPE, &claims)?;
        Ok(Some(Secret::new(token)))
    }

    async fn claims_in_id_token(
        &self,
        snapshot: &RealmSnapshot,
        grant: &GrantRecord,
        draft: &Draft,
        wanted: &[&str],
    ) -> Result<PersonClaims, RequestError> {
        let effective = self.live_tokens().grant(snapshot, &draft.record);
        let allowed = effective.claim_attributes(snapshot.catalogue());
        let person = self.person(snapshot, &grant.person).await?;
        Ok(match (allowed, person) {
            (Some(allowed), Some(person)) => snapshot
                .claims()
                .of(&person, allowed, |name| wanted.contains(&name)),
            _ => PersonClaims::default(),
        })
    }
}

/// Signs with the realm's active key of the algorithm.
pub(crate) fn sign(
    snapshot: &RealmSnapshot,
    algorithm: Algorithm,
    typ: &'static str,
    claims: &[u8],
) -> Result<String, RequestError> {
    let key = snapshot.keys().active(algorithm);
    let key = key.ok_or_else(|| unexpected(&format!("no active key for {algorithm}")))?;
    let signed = key.sign_compact(typ, claims);
    Ok(signed.map_err(|error| unexpected(&error))?)
}

/// §3.1.3.6: the left half of the hash of the access token, by the hash of the algorithm. Those
/// whose hash is no SHA-256 leave it out, as they may.
pub(crate) fn at_hash(algorithm: Algorithm, token: &str) -> Option<String> {
    let sha256 = matches!(
        algorithm,
        Algorithm::Rs256 | Algorithm::Es256 | Algorithm::Ps256
    );
    let hash = jose::sha256(token.as_bytes());
    let half = hash.first_chunk::<16>().filter(|_| sha256)?;
    Some(base64url::encode(half))
}
