//! The first administrator: an account that is made by a one-time link (T10, U6).

use super::{
    Account, Amr, EntryHandle, HandleKind, Kept, NewSession, SessionError, hash_password, key_of,
};
use crate::{
    Core, RealmKey, Timestamp,
    authorize::Visitor,
    config::{ConfigObject, RoleRecord},
    people::account::account_key,
    scim::{CommitFailure, ScimFailure},
    snapshot::RealmSnapshot,
    store::{Entry, EntryKey, EntryKind, ResourceId, StoreError},
};
use factors::password::{Checked, Context, accepted};
use jose::base64url;
use oauth::Secret;
use scim::ScimType;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use std::{collections::BTreeSet, sync::Arc, time::Duration};
use zeroize::Zeroizing;

/// How long a link lasts.
pub const SET_UP_LIFETIME: Duration = Duration::from_secs(7 * 24 * 60 * 60);

/// What is kept of a realm's link. There is one at a time, and at one key: another one takes its place, and
/// whoever signs up by it takes it away, so that none that was handed out before is left (U6).
#[derive(Debug, Clone, Serialize, Deserialize)]
struct SetUpLink {
    /// The hash of what its owner shows, base64url.
    shown: String,
}

/// What somebody says of themselves to become an administrator.
#[derive(Debug, Clone)]
pub struct NewAdministrator {
    /// `userName`.
    pub user_name: String,
    /// `name.givenName`, if any.
    pub given_name: String,
    /// `name.familyName`, if any.
    pub family_name: String,
    /// An e-mail address, if any.
    pub email: String,
    /// The password.
    pub password: Secret,
}

/// Why no account was made. Nothing was changed, and the link is as good as before.
#[derive(Debug, thiserror::Error)]
pub enum SetUpFailure {
    /// There is no such link, or it was used, or is too old.
    #[error("this link no longer works")]
    Link,
    /// There is no user name.
    #[error("a user name is needed")]
    UserNameRequired,
    /// Somebody else has the user name.
    #[error("somebody else has this user name")]
    UserNameTaken,
    /// The password does not meet every requirement.
    #[error("the password does not meet every requirement")]
    Requirements(Vec<Checked>),
    /// What was typed is not what the realm wants of people.
    #[error("{0}")]
    Invalid(String),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Core {
    /// A link by which whoever has it becomes an administrator of the realm, once: its address, and
    /// the entry without which it is nothing.
    pub(crate) fn new_set_up_link(&self, realm: &RealmKey) -> Result<(Secret, Entry), StoreError> {
        let handle = EntryHandle::generate(HandleKind::SET_UP)
            .map_err(|error| StoreError::Engine(error.to_string()))?;
        let value = SetUpLink {
            shown: base64url::encode(handle.key.0),
        };
        let link = Kept::new(EntryKind::SetUpLink, the_link(), value);
        let entry = link.until(self.now().plus(SET_UP_LIFETIME)).entry()?;
        let (base, path) = (self.base_url(), realm.path());
        let link = handle.text.expose();
        let address = Secret::new(format!("{base}{path}/set-up?link={link}"));
        Ok((address, entry))
    }

    /// Whether a link would work now.
    ///
    /// # Errors
    /// If the store fails.
    pub async fn is_set_up_link(
        &self,
        snapshot: &RealmSnapshot,
        link: &str,
    ) -> Result<bool, StoreError> {
        Ok(self.find_set_up_link(snapshot, link).await?.is_some())
    }

    async fn find_set_up_link(
        &self,
        snapshot: &RealmSnapshot,
        link: &str,
    ) -> Result<Option<Kept<SetUpLink>>, StoreError> {
        self.check_ownership()?;
        let Some(shown) = HandleKind::SET_UP
            .key(link)
            .map(|key| base64url::encode(key.0))
        else {
            return Ok(None);
        };
        let key = the_link();
        let found = self.find_kept(snapshot.key(), EntryKind::SetUpLink, &key);
        let is_it = |kept: &Kept<SetUpLink>| {
            jose::constant_time_eq(kept.value.shown.as_bytes(), shown.as_bytes())
        };
        Ok(found.await?.filter(is_it))
    }

    /// Makes the account that a link is for, puts its owner into the role of administrators, and signs them
    /// in; answers the cookie of the session. The link is used up in the same commit, so that there is
    /// one account (REG-06).
    ///
    /// # Errors
    /// If the link does not work, or what was typed does not do; if the store fails.
    pub async fn set_up_administrator(
        &self,
        snapshot: &RealmSnapshot,
        link: &str,
        visitor: &Visitor,
        new: &NewAdministrator,
    ) -> Result<Secret, SetUpFailure> {
        let link = self.find_set_up_link(snapshot, link).await?;
        let link = link.ok_or(SetUpFailure::Link)?;
        if new.user_name.trim().is_empty() {
            return Err(SetUpFailure::UserNameRequired);
        }
        check_password(snapshot, new)?;
        let password = Zeroizing::new(new.password.expose().to_owned());
        let hash = hash_password(password).await?;
        let made = self.new_person(snapshot, new.document(), hash);
        let (person, made) = made.map_err(refused)?;
        let now = self.now();
        let role = administrators_with(snapshot, &person, now)?;
        let mut changes = vec![made];
        let before = match &visitor.session {
            Some(cookie) => self.login_session(snapshot, cookie.expose()).await?,
            None => None,
        };
        let before = before.map(|session| session.record);
        let how = (BTreeSet::from([Amr::Password]), None);
        let session = NewSession::begin(&person, how, &visitor.browser, before.as_ref(), now)
            .map_err(|error| match error {
                SessionError::Store(error) => error,
                SessionError::Crypto(error) => StoreError::Engine(error.to_string()),
            })?;
        let mut account = Account::default();
        account.state.password_changed = Some(now);
        account.succeeded(&visitor.browser.id, now);
        let account = Kept::new(EntryKind::Account, account_key(&person), account);
        changes.push(link.delete());
        changes.push(account.of(&person).put()?);
        changes.extend(session.changes);
        let made = self.commit_person_in(snapshot, changes, role);
        match made.await {
            Ok(()) => Ok(session.cookie.text),
            // Whoever came first has it; or the realm changed, and the form is sent again.
            Err(CommitFailure::Overtaken) => Err(SetUpFailure::Link),
            Err(CommitFailure::Failed(failure)) => Err(refused(failure)),
        }
    }
}

impl NewAdministrator {
    /// The person's resource.
    fn document(&self) -> Map<String, Value> {
        let mut document = Map::new();
        let mut put = |key: &str, value: Value| drop(document.insert(key.to_owned(), value));
        put("userName", json!(self.user_name.trim()));
        let (given, family) = (self.given_name.trim(), self.family_name.trim());
        let mut name = Map::new();
        for (key, part) in [("givenName", given), ("familyName", family)] {
            if !part.is_empty() {
                name.insert(key.to_owned(), part.into());
            }
        }
        if !name.is_empty() {
            put("displayName", format!("{given} {family}").trim().into());
            put("name", Value::Object(name));
        }
        if !self.email.trim().is_empty() {
            let email = self.email.trim();
            put("emails", json!([{"value": email, "primary": true}]));
        }
        put("active", json!(true));
        document
    }
}

/// The role of administrators with one more member, also where it has as many as it may be given
/// otherwise: a link is the way in where none of them is of any use.
fn administrators_with(
    snapshot: &RealmSnapshot,
    person: &ResourceId,
    now: Timestamp,
) -> Result<ConfigObject, SetUpFailure> {
    let role = snapshot.config().administrators();
    let mut role = RoleRecord::clone(role.ok_or_else(|| {
        let problem = "the realm has no role of administrators";
        StoreError::Corrupt(problem.to_owned())
    })?);
    role.members.insert(person.clone());
    role.updated = now;
    Ok(ConfigObject::Role(Arc::new(role)))
}

/// Where the link of a realm is.
fn the_link() -> EntryKey {
    key_of(EntryKind::SetUpLink, b"")
}

/// Whether the password is what the realm wants (U4).
fn check_password(snapshot: &RealmSnapshot, new: &NewAdministrator) -> Result<(), SetUpFailure> {
    let policy = &snapshot.config().realm.settings.password_policy;
    let context = Context {
        username: new.user_name.trim(),
        names: &[new.given_name.trim(), new.family_name.trim()],
        emails: &[new.email.trim()],
        was_used_before: false,
        current_age_seconds: None,
    };
    let checked = policy.check(new.password.expose(), &context);
    match accepted(&checked) {
        true => Ok(()),
        false => Err(SetUpFailure::Requirements(checked)),
    }
}

fn refused(failure: ScimFailure) -> SetUpFailure {
    match failure {
        ScimFailure::Error(error) if error.scim_type == Some(ScimType::Uniqueness) => {
            SetUpFailure::UserNameTaken
        }
        ScimFailure::Error(error) => SetUpFailure::Invalid(error.detail),
        ScimFailure::Store(error) => error.into(),
        other => StoreError::Engine(other.to_string()).into(),
    }
}
