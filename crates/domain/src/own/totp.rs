//! One-time passwords and recovery codes.

use super::{OwnError, Recent, enrolment::Enrolment};
use crate::{
    Core,
    people::{Totp, purpose},
    snapshot::RealmSnapshot,
    store::StoreError,
};
use factors::{recovery, totp::TotpSecret};
use jose::{JoseError, base64url};
use oauth::Secret;
use zeroize::Zeroizing;

/// A secret that is to be put into an authenticator application.
#[derive(Clone)]
pub struct NewTotp {
    /// In base32, for typing.
    pub secret: Zeroizing<String>,
    /// The `otpauth` URI, for scanning.
    pub uri: Zeroizing<String>,
}

impl std::fmt::Debug for NewTotp {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("NewTotp")
    }
}

impl Core {
    /// Begins to add an authenticator application: its secret counts once a code proved it.
    ///
    /// # Errors
    /// If the store fails.
    pub async fn begin_totp(
        &self,
        snapshot: &RealmSnapshot,
        recent: &Recent<'_>,
    ) -> Result<NewTotp, OwnError> {
        let session = recent.session();
        let secret = TotpSecret::from_bytes(jose::random_bytes().map_err(failed)?);
        let purpose = purpose("totp", snapshot.key(), &session.person().id.0);
        let sealed = self.secrets().factors().seal(&purpose, secret.as_bytes());
        let sealed = base64url::encode(sealed.map_err(failed)?);
        let enrolment = self.new_enrolment(snapshot, session, Enrolment::Totp(sealed));
        let enrolment = enrolment.await?.put()?;
        self.commit_own(snapshot, session, vec![enrolment]).await?;
        shown(snapshot, recent, &secret)
    }

    /// The secret that was begun with, once more.
    ///
    /// # Errors
    /// If none was; if the store fails.
    pub async fn begun_totp(
        &self,
        snapshot: &RealmSnapshot,
        recent: &Recent<'_>,
    ) -> Result<NewTotp, OwnError> {
        let enrolment = self.enrolment(snapshot, recent.session()).await?;
        let Some(Enrolment::Totp(sealed)) = enrolment.map(|kept| kept.value) else {
            return Err(OwnError::Unknown);
        };
        let secret = self.open_totp(snapshot, recent, &sealed);
        shown(snapshot, recent, &secret.ok_or(OwnError::Unknown)?)
    }

    /// Adds the authenticator application, if `code` is one of its codes. That code is used up by it
    /// (RFC 6238 §5.2).
    ///
    /// # Errors
    /// If it is not; if none was begun; if the store fails.
    pub async fn finish_totp(
        &self,
        snapshot: &RealmSnapshot,
        recent: &Recent<'_>,
        code: &Secret,
    ) -> Result<(), OwnError> {
        let session = recent.session();
        let enrolment = self.enrolment(snapshot, session).await?;
        let enrolment = enrolment.ok_or(OwnError::Unknown)?;
        let Enrolment::Totp(sealed) = &enrolment.value else {
            return Err(OwnError::Unknown);
        };
        let secret = self.open_totp(snapshot, recent, sealed);
        let now = self.now();
        let seconds = u64::try_from(now.seconds()).unwrap_or_default();
        let step = secret
            .ok_or(OwnError::Unknown)?
            .matching_step(code.expose(), seconds)
            .ok_or(OwnError::WrongCode)?;
        let mut account = session.account.clone();
        account.value.totp = Some(Totp {
            sealed_secret: sealed.clone(),
            last_step: Some(step),
            created: now,
        });
        let changes = vec![account.put()?, enrolment.delete()];
        self.commit_own(snapshot, session, changes).await
    }

    /// Takes the authenticator application away.
    ///
    /// # Errors
    /// If the account was changed at the same time; if the store fails.
    pub async fn remove_totp(
        &self,
        snapshot: &RealmSnapshot,
        recent: &Recent<'_>,
    ) -> Result<(), OwnError> {
        let mut account = recent.session().account.clone();
        account.value.totp = None;
        let changes = vec![account.put()?];
        self.commit_own(snapshot, recent.session(), changes).await
    }

    /// Makes recovery codes in the place of those there are; they are shown this once.
    ///
    /// # Errors
    /// If the account was changed at the same time; if the store fails.
    pub async fn make_recovery_codes(
        &self,
        snapshot: &RealmSnapshot,
        recent: &Recent<'_>,
    ) -> Result<Vec<Zeroizing<String>>, OwnError> {
        let session = recent.session();
        let person = &session.person().id;
        let (mut codes, mut hashes) = (Vec::new(), Vec::new());
        for _ in 0..recovery::CODES {
            let code = recovery::code(&jose::random_bytes().map_err(failed)?);
            let normal = recovery::normalise(&code).ok_or(OwnError::WrongCode)?;
            hashes.push(self.recovery_hash(person, &normal));
            codes.push(code);
        }
        let mut account = session.account.clone();
        account.value.recovery_codes = hashes;
        account.value.recovery_codes_made = true;
        let changes = vec![account.put()?];
        self.commit_own(snapshot, session, changes).await?;
        Ok(codes)
    }

    fn open_totp(
        &self,
        snapshot: &RealmSnapshot,
        recent: &Recent<'_>,
        sealed: &str,
    ) -> Option<TotpSecret> {
        let person = &recent.session().person().id.0;
        self.totp_secret(snapshot, person, sealed)
    }
}

fn shown(
    snapshot: &RealmSnapshot,
    recent: &Recent<'_>,
    secret: &TotpSecret,
) -> Result<NewTotp, OwnError> {
    let realm = &snapshot.config().realm;
    let issuer = realm.display_name.as_deref().unwrap_or(realm.name.as_str());
    // A colon parts the two in the URI.
    let without_colon = |text: &str| text.replace(':', " ");
    let person = without_colon(recent.session().person().user_name());
    let uri = secret
        .otpauth_uri(&without_colon(issuer), &person)
        .map_err(|error| StoreError::Corrupt(error.to_string()))?;
    Ok(NewTotp {
        secret: secret.to_base32(),
        uri,
    })
}

fn failed(error: JoseError) -> OwnError {
    StoreError::Engine(error.to_string()).into()
}
