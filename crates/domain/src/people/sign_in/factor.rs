//! Second factors that are typed: one-time passwords and recovery codes.

use crate::{
    Core, Timestamp,
    authorize::FactorMethod,
    people::{Account, Browser, Kept, SHORT_CODES, purpose},
    snapshot::RealmSnapshot,
    store::{CommitError, Conflict, ResourceId, StoreError},
};
use factors::{recovery, totp::TotpSecret};
use jose::base64url;
use oauth::Secret;

/// How often a count is written anew because others counted at the same time.
const MAX_TRIES: usize = 32;

/// Why a second factor opens nothing.
#[derive(Debug, thiserror::Error)]
pub(crate) enum FactorFailure {
    #[error("wrong")]
    Wrong,
    #[error("too many attempts")]
    TooMany { until: Timestamp },
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Core {
    /// Whether `code` is a second factor of the person; it is used up by that, once the account that
    /// is answered is written.
    pub(crate) async fn check_factor(
        &self,
        snapshot: &RealmSnapshot,
        person: &ResourceId,
        browser: &Browser,
        (method, code): (FactorMethod, &Secret),
    ) -> Result<Kept<Account>, FactorFailure> {
        let mut account = self.count_factor(snapshot, person, browser).await?;
        let right = match method {
            FactorMethod::Totp => self.use_totp(snapshot, person, &mut account.value, code),
            FactorMethod::RecoveryCode => self.use_recovery_code(person, &mut account.value, code),
        };
        match right {
            true => Ok(account),
            false => Err(FactorFailure::Wrong),
        }
    }

    /// Counts an attempt as failed, for the time being, before it is looked at.
    async fn count_factor(
        &self,
        snapshot: &RealmSnapshot,
        person: &ResourceId,
        browser: &Browser,
    ) -> Result<Kept<Account>, FactorFailure> {
        for _ in 0..MAX_TRIES {
            let now = self.now();
            let mut account = self.account(snapshot.key(), person).await?;
            let failures = account.value.factor_failures(&browser.id);
            if let Some(until) = failures.wait(SHORT_CODES, now) {
                return Err(FactorFailure::TooMany { until });
            }
            failures.add(SHORT_CODES, now);
            match self.commit_kept(snapshot, account.put()?).await {
                Ok(()) => {
                    account.version = Some(account.version.map_or(1, |version| version + 1));
                    return Ok(account);
                }
                Err(CommitError::Conflict(Conflict::Version | Conflict::Exists)) => {}
                Err(CommitError::Conflict(_)) => return Err(FactorFailure::Wrong),
                Err(CommitError::Store(error)) => return Err(error.into()),
            }
        }
        Err(StoreError::Unavailable("too many attempts at one account at once".to_owned()).into())
    }

    /// RFC 6238 §5.2: a code is good once.
    fn use_totp(
        &self,
        snapshot: &RealmSnapshot,
        person: &ResourceId,
        account: &mut Account,
        code: &Secret,
    ) -> bool {
        let Some(totp) = account.totp.as_mut() else {
            return false;
        };
        let Some(secret) = self.totp_secret(snapshot, &person.0, &totp.sealed_secret) else {
            return false;
        };
        let now = u64::try_from(self.now().seconds()).unwrap_or_default();
        let step = secret.matching_step(code.expose(), now);
        match step.filter(|step| totp.last_step.is_none_or(|last| last < *step)) {
            Some(step) => {
                totp.last_step = Some(step);
                true
            }
            None => false,
        }
    }

    /// The secret of a person's authenticator application.
    pub(crate) fn totp_secret(
        &self,
        snapshot: &RealmSnapshot,
        person: &str,
        sealed: &str,
    ) -> Option<TotpSecret> {
        let sealed = base64url::decode(sealed).ok()?;
        let purpose = purpose("totp", snapshot.key(), person);
        let opened = self.secrets().factors().open(&purpose, &sealed).ok()?;
        opened
            .as_slice()
            .try_into()
            .ok()
            .map(TotpSecret::from_bytes)
    }

    fn use_recovery_code(&self, person: &ResourceId, account: &mut Account, code: &Secret) -> bool {
        let Some(code) = recovery::normalise(code.expose()) else {
            return false;
        };
        let hash = self.recovery_hash(person, &code);
        let same = |kept: &String| jose::constant_time_eq(kept.as_bytes(), hash.as_bytes());
        match account.recovery_codes.iter().position(same) {
            Some(at) => {
                account.recovery_codes.remove(at);
                true
            }
            None => false,
        }
    }

    /// How a recovery code is kept: it has 80 bits and more, so that a keyed hash is enough.
    pub(crate) fn recovery_hash(&self, person: &ResourceId, normalised: &str) -> String {
        let named = format!("recovery {}:{}{normalised}", person.0.len(), person.0);
        base64url::encode(self.secrets().client_secrets().tag(named.as_bytes()))
    }
}
