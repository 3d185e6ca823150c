//! Claims about the person who authorized the client (OpenID Connect Core §5.3).

use crate::{
    Core,
    access::{Caller, Permit, Refusal},
    claims::{ClaimPath, is_of_profile},
    config::RealmConfig,
    people::Person,
    scim::Seen,
    snapshot::Types,
    store::{ResourceId, StoreError},
    tokens::{InvalidToken, subject_of},
};
use bytes::Bytes;
use oauth::PersonClaims;
use quick_cache::sync::Cache;
use scim::AttributeSet;
use scope::{Action, EffectiveGrant, Subject};
use serde_json::{Map, Value};
use std::sync::Arc;

/// The claims of a realm, with their paths resolved.
#[derive(Debug, Clone, Default)]
pub struct Claims(Arc<[Claim]>);

/// A claim and where its value comes from.
#[derive(Debug)]
struct Claim {
    name: String,
    /// The first with a value gives it.
    paths: Vec<ClaimPath>,
}

impl Claims {
    /// The claims of `config`. A path that the schemas do not have any more gives nothing.
    pub(crate) fn compile(config: &RealmConfig, types: &Types) -> Self {
        let Some(entry) = types.by_name("User") else {
            return Self::default();
        };
        let claim = |record: &Arc<crate::config::ClaimRecord>| Claim {
            name: record.name.clone(),
            paths: record
                .paths
                .iter()
                .filter_map(|path| ClaimPath::parse(path, &entry.schema).ok())
                .collect(),
        };
        Self(config.claims.values().map(claim).collect())
    }

    /// The names of all claims.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(|claim| claim.name.as_str())
    }

    /// What may be said of a person to who may see `allowed`, of the claims that are `wanted`.
    pub(crate) fn of(
        &self,
        person: &Person,
        allowed: &AttributeSet,
        wanted: impl Fn(&str) -> bool,
    ) -> PersonClaims {
        let mut said = PersonClaims::default();
        for claim in self.0.iter().filter(|claim| wanted(&claim.name)) {
            let mut values = claim.paths.iter();
            let value = values.find_map(|path| path.value(&person.document, allowed));
            if let Some(value) = value {
                // A protocol claim can't be configured, and nothing is said in its place.
                let _ = said.set(&claim.name, value);
            }
        }
        said
    }
}

/// What `/userinfo` answers: JSON, or signed (§5.3.2) as the client is registered for.
#[derive(Debug)]
pub struct UserInfo {
    /// `Content-Type`.
    pub media_type: &'static str,
    /// The answer.
    pub body: Bytes,
    /// What it was made for, and as what the person was then: it holds as long as both are the same.
    grant: Arc<EffectiveGrant>,
    person: Seen,
}

/// Most answers that are kept.
const MAX_KEPT: usize = 20_000;

/// Answers that were given before, by the very grant that they were given for.
#[derive(Debug)]
pub(crate) struct Told(Cache<usize, Arc<UserInfo>>);

impl Default for Told {
    fn default() -> Self {
        Self(Cache::new(MAX_KEPT))
    }
}

/// The kind of permit to read claims.
#[derive(Debug, Clone, Copy)]
pub struct ReadClaims;

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
pub enum UserInfoError {
    /// The person or the client is gone.
    #[error(transparent)]
    Invalid(#[from] InvalidToken),
    /// The store failed, or the answer could not be signed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Caller {
    /// Asks to read the claims that the token's scopes reach.
    ///
    /// # Errors
    /// The refusal.
    pub fn permit_userinfo(&self) -> Result<Permit<ReadClaims>, Refusal> {
        self.permit(&Action::UserInfo)
    }
}

impl Core {
    /// The claims about the person that the token speaks for. What was told before is told again
    /// without asking the store, as long as neither the grant nor the person changed.
    ///
    /// # Errors
    /// [`UserInfoError`].
    pub async fn userinfo(
        &self,
        permit: &Permit<ReadClaims>,
    ) -> Result<Arc<UserInfo>, UserInfoError> {
        let grant = permit.caller().shared_grant();
        let place = Arc::as_ptr(grant).addr();
        if let Some(told) = self.told().0.get(&place)
            && Arc::ptr_eq(&told.grant, grant)
            && self.kept().still(&told.person)
        {
            return Ok(told);
        }
        let made = Arc::new(self.make_userinfo(permit).await?);
        if self.kept().still(&made.person) {
            self.told().0.insert(place, made.clone());
        }
        Ok(made)
    }

    async fn make_userinfo(&self, permit: &Permit<ReadClaims>) -> Result<UserInfo, UserInfoError> {
        let (caller, snapshot) = (permit.caller(), permit.snapshot());
        let Subject::Person { user } = caller.grant().subject() else {
            return Err(InvalidToken::Inactive.into());
        };
        let client = snapshot.application(&caller.grant().client());
        let client = client.ok_or(InvalidToken::Inactive)?;
        let id = ResourceId(user.as_str().into());
        let seen = self.kept().see(snapshot.key(), &id);
        let person = self.person(snapshot, &id).await?;
        let person = person.ok_or(InvalidToken::Revoked)?;
        let said = snapshot.claims().of(&person, permit.attributes(), |_| true);
        let sub = subject_of(self.secrets(), snapshot, client, &id);
        let mut answer = Map::new();
        answer.insert("sub".to_owned(), sub.into());
        answer.extend(said.as_map().clone());
        if answer.keys().any(|name| is_of_profile(name)) {
            let modified = person.resource.modified.seconds();
            answer.insert("updated_at".to_owned(), modified.into());
        }
        let (media_type, body) = match client.openid.userinfo_signed_response_alg {
            None => ("application/json", written(&answer)?),
            Some(algorithm) => {
                // §5.3.2: "the signed UserInfo Response … SHOULD contain iss and aud".
                answer.insert("iss".to_owned(), snapshot.issuer().as_str().into());
                answer.insert("aud".to_owned(), client.client_id().into());
                let token = crate::tokens::sign(snapshot, algorithm, "JWT", &written(&answer)?);
                let token = token.map_err(|error| StoreError::Engine(error.to_string()))?;
                ("application/jwt", Bytes::from(token))
            }
        };
        Ok(UserInfo {
            media_type,
            body,
            grant: caller.shared_grant().clone(),
            person: seen,
        })
    }
}

fn written(answer: &Map<String, Value>) -> Result<Bytes, StoreError> {
    serde_json::to_vec(answer)
        .map(Bytes::from)
        .map_err(|error| StoreError::Engine(error.to_string()))
}
