//! By which `sub` a client knows a person (OpenID Connect Core §8).

use crate::{
    Secrets, Timestamp,
    config::{Application, SubjectType},
    people::purpose,
    snapshot::RealmSnapshot,
    store::ResourceId,
};
use jose::{Expect, RegisteredClaims, Unverified, base64url};
use oauth::{ErrorCode, OAuthError};

/// The `sub` of a person for a client: the id of their resource, or a pairwise one.
pub(crate) fn subject_of(
    secrets: &Secrets,
    snapshot: &RealmSnapshot,
    client: &Application,
    person: &ResourceId,
) -> String {
    match client.openid.subject_type {
        SubjectType::Public => person.to_string(),
        SubjectType::Pairwise => {
            // §8.1: it must not be possible to get the local one from it.
            pairwise(secrets, snapshot, client, "subject", &person.0)
        }
    }
}

/// The `sid` of a session for a client (Back-Channel Logout §2.1): clients that know people by pairwise
/// subjects must not tell by it that they have the same person.
pub(crate) fn session_of(
    secrets: &Secrets,
    snapshot: &RealmSnapshot,
    client: &Application,
    sid: &str,
) -> String {
    match client.openid.subject_type {
        SubjectType::Public => sid.to_owned(),
        SubjectType::Pairwise => pairwise(secrets, snapshot, client, "session", sid),
    }
}

/// Another name of something for each sector; a client of no sector is one by itself.
fn pairwise(
    secrets: &Secrets,
    snapshot: &RealmSnapshot,
    client: &Application,
    of: &str,
    id: &str,
) -> String {
    let sector = client.sector().unwrap_or_else(|| client.client_id());
    let name = format!("{}:{sector}{id}", sector.len());
    let named = purpose(of, snapshot.key(), &name);
    base64url::encode(secrets.subjects().tag(&named))
}

/// What an ID token of ours says, handed back as a hint.
pub(crate) struct Hint {
    pub(crate) sub: String,
    /// The client that it was issued to.
    pub(crate) client_id: String,
    /// The session that it is of.
    pub(crate) sid: Option<String>,
}

/// Whom an ID token of this realm is about. It may have expired (OpenID Connect Core §3.1.2.1,
/// RP-Initiated Logout §2), but its key must be published still.
///
/// # Errors
/// `invalid_request` for what is none, or was issued to another client.
pub(crate) fn subject_of_hint(
    snapshot: &RealmSnapshot,
    client: Option<&Application>,
    token: &str,
    now: Timestamp,
) -> Result<Hint, OAuthError> {
    read_hint(snapshot, client, token, now).ok_or_else(|| {
        OAuthError::new(
            ErrorCode::InvalidRequest,
            "parameter 'id_token_hint' is no ID token of this server for this application",
        )
    })
}

fn read_hint(
    snapshot: &RealmSnapshot,
    client: Option<&Application>,
    token: &str,
    now: Timestamp,
) -> Option<Hint> {
    let kid = Unverified::peek(token).ok()?.kid?;
    let key = snapshot.keys().published(&kid, now)?;
    let expect = Expect {
        algs: &[key.record.algorithm],
        typ: &["JWT"],
        untyped: false,
    };
    let verified = jose::verify_compact(token, &key.verifying, &expect).ok()?;
    let claims = RegisteredClaims::from_map(&verified.claims).ok()?;
    let of_realm = claims.iss.as_deref() == Some(snapshot.issuer().as_str());
    let aud = match claims.aud? {
        jose::Audience::One(aud) => aud,
        jose::Audience::Many(_) => return None,
    };
    // Signed claims of `/userinfo` have the same type and no end: they are no ID token (REG-07).
    claims.exp?;
    let for_client = client.is_none_or(|client| client.client_id() == aud);
    if !(of_realm && for_client) {
        return None;
    }
    let sid = verified.claims.get("sid").and_then(|sid| sid.as_str());
    Some(Hint {
        sub: claims.sub?,
        client_id: aud,
        sid: sid.map(str::to_owned),
    })
}
