//! Claims about the person who authorized the client (OpenID Connect Core §5.3).

use crate::{
    Core,
    access::{Caller, Permit, Refusal},
    claims::ClaimPath,
    config::RealmConfig,
    people::Person,
    snapshot::{RealmSnapshot, Types},
    store::StoreError,
    tokens::{InvalidToken, subject_of},
};
use oauth::PersonClaims;
use scim::AttributeSet;
use scope::{Action, Subject};
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

/// What `/userinfo` answers.
#[derive(Debug)]
pub enum UserInfo {
    /// As JSON.
    Plain(Map<String, Value>),
    /// Signed (§5.3.2), as the client is registered for.
    Signed(String),
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
    /// The claims about the person that the token speaks for.
    ///
    /// # Errors
    /// [`UserInfoError`].
    pub async fn userinfo(&self, permit: &Permit<ReadClaims>) -> Result<UserInfo, UserInfoError> {
        let (caller, snapshot) = (permit.caller(), permit.snapshot());
        let Subject::Person { user } = caller.grant().subject() else {
            return Err(InvalidToken::Inactive.into());
        };
        let client = snapshot.application(&caller.grant().client());
        let client = client.ok_or(InvalidToken::Inactive)?;
        let id = crate::store::ResourceId(user.as_str().into());
        let person = self.person(snapshot, &id).await?;
        let person = person.ok_or(InvalidToken::Revoked)?;
        let said = snapshot.claims().of(&person, permit.attributes(), |_| true);
        let sub = subject_of(self.secrets(), snapshot, client, &id);
        let mut answer = Map::new();
        answer.insert("sub".to_owned(), sub.into());
        answer.extend(said.as_map().clone());
        if answer.len() > 1 {
            let modified = person.resource.modified.seconds();
            answer.insert("updated_at".to_owned(), modified.into());
        }
        match client.openid.userinfo_signed_response_alg {
            None => Ok(UserInfo::Plain(answer)),
            Some(algorithm) => {
                answer.insert("iss".to_owned(), snapshot.issuer().as_str().into());
                answer.insert("aud".to_owned(), client.client_id().into());
                signed(snapshot, algorithm, &answer)
            }
        }
    }
}

/// §5.3.2: "the signed UserInfo Response … SHOULD contain iss and aud".
fn signed(
    snapshot: &RealmSnapshot,
    algorithm: jose::Algorithm,
    answer: &Map<String, Value>,
) -> Result<UserInfo, UserInfoError> {
    let failed = |error: &dyn std::fmt::Display| StoreError::Engine(error.to_string());
    let claims = serde_json::to_vec(answer).map_err(|error| failed(&error))?;
    crate::tokens::sign(snapshot, algorithm, "JWT", &claims)
        .map(UserInfo::Signed)
        .map_err(|error| failed(&error).into())
}
