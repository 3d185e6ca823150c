//! What a person does on the pages of a flow.

use super::{
    flow::{DevicePurpose, Flow, FlowError, Identified, Purpose, Visitor},
    run::{FlowState, Known},
    stage::Stage,
    step::Next,
};
use crate::{
    Core, Timestamp,
    people::{
        Account, Amr, Checked, ExternalIdentity, FactorFailure, Kept, NewSession, PasswordFailure,
        Person, SessionError, Vouched,
    },
    snapshot::RealmSnapshot,
    store::{Change, CommitError, Conflict, StoreError},
    tokens::unexpected,
};
use oauth::{ErrorCode, OAuthError, Secret};
use scope::AskedScope;
use std::{collections::BTreeSet, sync::Arc};

/// Something that a person does.
#[derive(Debug)]
pub enum Act {
    /// Signs in with a password.
    Password {
        /// `userName`.
        username: String,
        /// The password.
        password: Secret,
    },
    /// Signs in with a passkey.
    Passkey {
        /// What the browser answered: `AuthenticationResponseJSON` (WebAuthn §5.1).
        credential: Secret,
    },
    /// Gives a second factor.
    Factor {
        /// Which.
        method: FactorMethod,
        /// What was typed.
        code: Secret,
    },
    /// Chooses another password.
    NewPassword {
        /// The one in force.
        current: Secret,
        /// The new one.
        new: Secret,
    },
    /// Allows the client what was asked, but optional scopes that are not chosen.
    Allow {
        /// The optional scopes that are chosen.
        scopes: Vec<String>,
        /// What the page showed, as [`Stage::Consent`] says.
        shown: String,
    },
    /// Allows nothing.
    Deny,
    /// Says that the device is theirs.
    ConfirmDevice,
    /// Wants to sign in as somebody else.
    Switch,
}

/// A second factor that is typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FactorMethod {
    /// A time-based one-time password.
    Totp,
    /// A recovery code.
    RecoveryCode,
}

/// Why something that a person did came to nothing.
#[derive(Debug, thiserror::Error)]
pub enum ActError {
    /// The flow can't be gone on with.
    #[error(transparent)]
    Flow(#[from] FlowError),
    /// The name or the password is wrong; which of them is not said (U5).
    #[error("the user name or the password is wrong")]
    WrongPassword,
    /// The code is wrong.
    #[error("the code is wrong")]
    WrongCode,
    /// The passkey was not accepted.
    #[error("the passkey was not accepted")]
    WrongPasskey,
    /// There were too many attempts.
    #[error("there were too many attempts; the next one is possible later")]
    TooMany {
        /// When.
        until: Timestamp,
    },
    /// The new password does not do.
    #[error("the new password does not meet the requirements")]
    Password(Vec<factors::password::Checked>),
    /// The identity provider signed nobody in; why is in the log.
    #[error("the identity provider signed nobody in")]
    Provider,
    /// The identity provider signed somebody in who has no account here, or none that may sign in.
    #[error("there is no account for that identity")]
    NoAccount,
    /// The page is not the one that is shown now.
    #[error("the page has changed meanwhile")]
    Stale,
}

impl From<StoreError> for ActError {
    fn from(error: StoreError) -> Self {
        Self::Flow(error.into())
    }
}

impl From<SessionError> for ActError {
    fn from(error: SessionError) -> Self {
        match error {
            SessionError::Store(error) => error.into(),
            SessionError::Crypto(error) => Self::Flow(FlowError::Refused(unexpected(&error))),
        }
    }
}

impl Core {
    /// Does what the person wants, and goes on as far as that gets.
    ///
    /// # Errors
    /// [`ActError`], after which the same page may be shown again.
    pub async fn act(
        &self,
        snapshot: &Arc<RealmSnapshot>,
        handle: &str,
        visitor: &Visitor,
        act: Act,
    ) -> Result<FlowState, ActError> {
        let flow = self.find_flow(snapshot, handle, visitor).await?;
        let known = self.know(snapshot, flow, visitor).await?;
        let stage = match (&act, known.next(snapshot, &[], self.now())) {
            (_, Next::Show(stage)) => stage,
            // Whoever refuses is heard, whatever else was settled meanwhile.
            (Act::Deny, Next::Done(_)) => return self.denied(snapshot, known).await,
            (Act::Switch, Next::Done(_)) => {
                self.switch(snapshot, known.flow).await?;
                return self.further(snapshot, handle, visitor, None, &[]).await;
            }
            (_, Next::Refuse(_) | Next::Done(_)) => {
                let outcome = self.go_on(snapshot, handle, visitor, &[]).await?;
                return Ok(FlowState {
                    outcome,
                    cookie: None,
                });
            }
        };
        let mut cookie = None;
        let mut said = Vec::new();
        match (act, stage) {
            (Act::Password { username, password }, Stage::SignIn { .. }) => {
                cookie = self
                    .password_step(snapshot, known, visitor, &username, &password)
                    .await?;
            }
            (Act::Passkey { credential }, Stage::SignIn { .. }) => {
                cookie = self
                    .passkey_step(snapshot, known, visitor, &credential)
                    .await?;
            }
            (Act::Factor { method, code }, Stage::SecondFactor { .. }) => {
                cookie = self
                    .factor_step(snapshot, known, visitor, method, &code)
                    .await?;
            }
            (Act::NewPassword { current, new }, Stage::ChangePassword { .. }) => {
                self.password_change_step(snapshot, &known, &current, &new)
                    .await?;
            }
            (
                Act::Allow { scopes, shown },
                Stage::Consent {
                    items, shown: now, ..
                },
            ) => {
                if shown != now {
                    return Err(ActError::Stale);
                }
                let chosen =
                    |item: &super::ConsentItem| !item.optional || scopes.contains(&item.name);
                said = items
                    .into_iter()
                    .map(|item| (chosen(&item), item.scope))
                    .map(|(allowed, scope)| (scope, allowed))
                    .collect();
            }
            (Act::Deny, Stage::Consent { .. } | Stage::ConfirmDevice { .. }) => {
                return self.denied(snapshot, known).await;
            }
            (Act::ConfirmDevice, Stage::ConfirmDevice { .. }) => {
                let mut flow = known.flow;
                if let Purpose::Device(device) = &mut flow.value.purpose {
                    let confirmed = true;
                    **device = DevicePurpose {
                        confirmed,
                        ..DevicePurpose::clone(device)
                    };
                }
                self.keep_flow(snapshot, flow).await?;
            }
            (Act::Switch, _) => self.switch(snapshot, known.flow).await?,
            _ => return Err(ActError::Stale),
        }
        self.further(snapshot, handle, visitor, cookie, &said).await
    }

    /// The person is somebody else than who is signed in.
    async fn switch(
        &self,
        snapshot: &RealmSnapshot,
        mut flow: Kept<Flow>,
    ) -> Result<(), StoreError> {
        flow.value.switching = true;
        flow.value.identified = None;
        flow.value.began = self.now();
        self.keep_flow(snapshot, flow).await
    }

    /// The person refused: the client hears so.
    async fn denied(
        &self,
        snapshot: &Arc<RealmSnapshot>,
        known: Known,
    ) -> Result<FlowState, ActError> {
        let denied = OAuthError::new(ErrorCode::AccessDenied, "the person refused");
        let outcome = self.refuse(snapshot, known, denied).await?;
        Ok(FlowState {
            outcome,
            cookie: None,
        })
    }

    /// Goes on, after whatever the person did: whoever signed in by that is known by the new cookie
    /// only.
    pub(super) async fn further(
        &self,
        snapshot: &Arc<RealmSnapshot>,
        handle: &str,
        visitor: &Visitor,
        cookie: Option<Secret>,
        said: &[(AskedScope, bool)],
    ) -> Result<FlowState, ActError> {
        let visitor = match &cookie {
            Some(cookie) => &Visitor {
                session: Some(Secret::clone(cookie)),
                ..visitor.clone()
            },
            None => visitor,
        };
        let outcome = self.go_on(snapshot, handle, visitor, said).await?;
        Ok(FlowState { outcome, cookie })
    }

    /// A name and a password; answers the cookie of a session, unless a second factor is missing.
    async fn password_step(
        &self,
        snapshot: &Arc<RealmSnapshot>,
        known: Known,
        visitor: &Visitor,
        username: &str,
        password: &Secret,
    ) -> Result<Option<Secret>, ActError> {
        let checked = self
            .check_password(snapshot, username, password, &visitor.browser)
            .await;
        let Checked {
            person,
            account,
            changes,
        } = match checked {
            Ok(checked) => checked,
            Err(PasswordFailure::Wrong) => return Err(ActError::WrongPassword),
            Err(PasswordFailure::TooMany { until }) => return Err(ActError::TooMany { until }),
            Err(PasswordFailure::Store(error)) => return Err(error.into()),
        };
        let methods = BTreeSet::from([Amr::Password]);
        let how = (methods, None);
        self.first_factor(snapshot, known, visitor, (person, account), how, changes)
            .await
    }

    /// Someone gave a first factor: they are signed in, or give a second one next.
    pub(super) async fn first_factor(
        &self,
        snapshot: &Arc<RealmSnapshot>,
        known: Known,
        visitor: &Visitor,
        (person, account): (Person, Kept<Account>),
        (methods, provider): (BTreeSet<Amr>, Option<Vouched>),
        mut changes: Vec<Change>,
    ) -> Result<Option<Secret>, ActError> {
        if account.value.lacks_second_factor(&methods) {
            let mut flow = known.flow;
            flow.value.identified = Some(Identified {
                person: person.id.to_string(),
                methods,
                provider,
                at: self.now(),
            });
            changes.push(flow.put()?);
            changes.push(account.put()?);
            self.commit_sign_in(snapshot, changes).await?;
            return Ok(None);
        }
        let how = (methods, provider);
        self.signed_in(snapshot, known, visitor, (person, account), how, changes)
            .await
            .map(Some)
    }

    async fn factor_step(
        &self,
        snapshot: &Arc<RealmSnapshot>,
        known: Known,
        visitor: &Visitor,
        method: FactorMethod,
        code: &Secret,
    ) -> Result<Option<Secret>, ActError> {
        let identified = known.flow.value.identified.clone().ok_or(ActError::Stale)?;
        let account = match self
            .check_factor(snapshot, &identified.id(), &visitor.browser, (method, code))
            .await
        {
            Ok(account) => account,
            Err(FactorFailure::Wrong) => return Err(ActError::WrongCode),
            Err(FactorFailure::TooMany { until }) => return Err(ActError::TooMany { until }),
            Err(FactorFailure::Store(error)) => return Err(error.into()),
        };
        let person = self.person(snapshot, &identified.id()).await?;
        // B6: a first factor that was given before the password changed is none any more.
        let changed = account.value.state.password_changed;
        let outdated = changed.is_some_and(|changed| identified.at < changed);
        let usable = |person: &Person| {
            !outdated && person.is_active() && account.value.is_usable(self.now())
        };
        let person = person.filter(usable).ok_or(ActError::WrongCode)?;
        // B11: nor is one that an identity gave which was unlinked since. Whoever unlinks writes the account too.
        if let Some(word) = identified.provider {
            let linked = self.external_identities_of(snapshot.key(), &person.id);
            let there = |kept: &Kept<ExternalIdentity>| kept.value.provider == word.provider;
            if !linked.await?.iter().any(there) {
                return Err(ActError::Stale);
            }
        }
        let mut methods = identified.methods;
        methods.insert(match method {
            FactorMethod::Totp => Amr::Totp,
            FactorMethod::RecoveryCode => Amr::RecoveryCode,
        });
        self.signed_in(
            snapshot,
            known,
            visitor,
            (person, account),
            (methods, identified.provider),
            Vec::new(),
        )
        .await
        .map(Some)
    }

    /// Begins a session under a new cookie (U1), in one commit with the account that it rests on.
    async fn signed_in(
        &self,
        snapshot: &Arc<RealmSnapshot>,
        known: Known,
        visitor: &Visitor,
        (person, mut account): (Person, Kept<Account>),
        how: (BTreeSet<Amr>, Option<Vouched>),
        mut changes: Vec<Change>,
    ) -> Result<Secret, ActError> {
        let now = self.now();
        account.value.succeeded(&visitor.browser.id, now);
        changes.push(account.put()?);
        let before = known.session.as_ref().map(|session| &session.record);
        let session = NewSession::begin(&person.id, how, &visitor.browser, before, now)?;
        changes.extend(session.changes);
        let mut flow = known.flow;
        flow.value.identified = None;
        flow.value.switching = false;
        flow.value.challenge = None;
        changes.push(flow.put()?);
        // Whoever was signed in with this browser before is signed out by that.
        let somebody_else = before.filter(|before| before.person.as_ref() != Some(&person.id));
        let ended: Vec<_> = somebody_else.cloned().into_iter().collect();
        let told = self.told_of(snapshot, &ended).await?;
        self.commit_sign_in(snapshot, changes).await?;
        self.tell(told);
        Ok(session.cookie.text)
    }

    async fn password_change_step(
        &self,
        snapshot: &Arc<RealmSnapshot>,
        known: &Known,
        current: &Secret,
        new: &Secret,
    ) -> Result<(), ActError> {
        let session = known.session.as_ref().ok_or(ActError::Stale)?;
        let changed = self.change_own_password(snapshot, session, current, new);
        Ok(changed.await?)
    }

    /// Commits a step of a sign-in; what was overtaken is to be tried again by the person.
    pub(super) async fn commit_sign_in(
        &self,
        snapshot: &RealmSnapshot,
        changes: Vec<Change>,
    ) -> Result<(), ActError> {
        match self.commit_ending(snapshot.key(), changes).await {
            Ok(()) => Ok(()),
            Err(CommitError::Conflict(Conflict::Version | Conflict::Exists)) => {
                Err(ActError::Stale)
            }
            Err(CommitError::Conflict(_)) => Err(FlowError::Over.into()),
            Err(CommitError::Store(error)) => Err(error.into()),
        }
    }
}
