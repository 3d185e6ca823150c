//! Logout (OpenID Connect RP-Initiated Logout 1.0): a session ends here, with the grants that end
//! with it, and the applications that took part hear of it.

mod backchannel;

use super::{LoginSession, SessionRecord, entries::Kept, handle::HandleKind};
use crate::{
    Core,
    authorize::Visitor,
    config::Application,
    snapshot::RealmSnapshot,
    store::{Change, CommitError, EntryKind, GrantsOf, StoreError},
    tokens::{Hint, session_of, subject_of, subject_of_hint},
};
use oauth::{LogoutRequest, OAuthError, PostLogoutRedirectUri};
use std::sync::Arc;

/// What a request at the logout endpoint comes to, before anything is done.
#[derive(Debug)]
pub struct Logout {
    /// The application that asks, if it is known.
    pub client: Option<Arc<Application>>,
    /// Where the browser goes afterwards: a URI that the application registered (A10), with `state`.
    pub location: Option<String>,
    /// What the person has to do with it.
    pub question: LogoutQuestion,
}

/// Whether the person is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogoutQuestion {
    /// They are: anyone may have sent them here (U2).
    Ask,
    /// They need not be: the application has shown that it knows this very session (§2).
    Proven,
    /// There is nothing to ask: nobody is signed in. Whether the application has shown that
    /// somebody was.
    Nobody {
        /// By an ID token of its own.
        proven: bool,
    },
}

/// Why nothing is done.
#[derive(Debug, thiserror::Error)]
pub enum LogoutError {
    /// The request is wrong; it is shown to the person and never redirected.
    #[error(transparent)]
    Refused(#[from] OAuthError),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Core {
    /// What a request comes to.
    ///
    /// # Errors
    /// `invalid_request` for a hint that is no ID token of the application, and for a URI that it has
    /// not registered.
    pub async fn logout(
        &self,
        snapshot: &RealmSnapshot,
        visitor: &Visitor,
        request: &LogoutRequest,
    ) -> Result<Logout, LogoutError> {
        self.check_ownership()?;
        let named = match &request.client_id {
            Some(id) => Some(known_client(snapshot, id.as_str())?),
            None => None,
        };
        let hint = match &request.id_token_hint {
            Some(hint) => {
                let hint = hint.expose();
                Some(subject_of_hint(
                    snapshot,
                    named.map(Arc::as_ref),
                    hint,
                    self.now(),
                )?)
            }
            None => None,
        };
        let client = match (&hint, named) {
            (_, Some(client)) => Some(client),
            (Some(hint), None) => Some(known_client(snapshot, &hint.client_id)?),
            (None, None) => None,
        };
        let location = match &request.post_logout_redirect_uri {
            Some(uri) if is_registered(client, uri) => request.location(),
            Some(_) => {
                let problem = "the application has not registered this 'post_logout_redirect_uri'";
                return Err(OAuthError::invalid_request(problem).into());
            }
            None => None,
        };
        let session = match &visitor.session {
            Some(cookie) => self.login_session(snapshot, cookie.expose()).await?,
            None => None,
        };
        let question = match (&session, &hint, client) {
            // Whoever registered a client may have an ID token of it, and send anybody on (A10).
            (None, hint, client) => LogoutQuestion::Nobody {
                proven: hint.is_some() && client.is_some_and(|client| !client.registered_itself()),
            },
            (Some(session), Some(hint), Some(client))
                if self.is_of(snapshot, client, hint, session) =>
            {
                LogoutQuestion::Proven
            }
            (Some(_), _, _) => LogoutQuestion::Ask,
        };
        Ok(Logout {
            client: client.cloned(),
            location,
            question,
        })
    }

    /// Whether an ID token is one of this session.
    fn is_of(
        &self,
        snapshot: &RealmSnapshot,
        client: &Application,
        hint: &Hint,
        session: &LoginSession,
    ) -> bool {
        let sub = subject_of(self.secrets(), snapshot, client, &session.person().id);
        let sid = session_of(self.secrets(), snapshot, client, &session.record().sid);
        hint.sub == sub && hint.sid == Some(sid)
    }

    /// Ends the session of a browser, if it has one: its cookie counts no more, nor do the grants that
    /// end with it. Applications that took part are told in the background.
    ///
    /// # Errors
    /// If the store fails.
    pub async fn log_out(
        &self,
        snapshot: &RealmSnapshot,
        visitor: &Visitor,
    ) -> Result<(), StoreError> {
        self.check_ownership()?;
        let cookie = visitor.session.as_ref();
        let Some(key) = cookie.and_then(|cookie| HandleKind::SESSION.key(cookie.expose())) else {
            return Ok(());
        };
        let found = self.find_kept::<SessionRecord>(snapshot.key(), EntryKind::Session, &key);
        let Some(session) = found.await? else {
            return Ok(());
        };
        match self.end_sessions(snapshot, &[session], Vec::new()).await {
            Ok(()) => Ok(()),
            Err(CommitError::Store(error)) => Err(error),
            Err(CommitError::Conflict(conflict)) => {
                Err(StoreError::Unavailable(conflict.to_string()))
            }
        }
    }

    /// Ends sessions of one person, as [`log_out`](Self::log_out), in one commit with `changes`.
    ///
    /// # Errors
    /// If the commit meets a conflict, or the store fails.
    pub(crate) async fn end_sessions(
        &self,
        snapshot: &RealmSnapshot,
        sessions: &[Kept<SessionRecord>],
        mut changes: Vec<Change>,
    ) -> Result<(), CommitError> {
        let told = self.told_of(snapshot, sessions).await?;
        for ended in sessions {
            changes.push(Change::DeleteEntry {
                kind: EntryKind::Session,
                key: ended.key,
                version: None,
            });
            changes.push(Change::RevokeGrants {
                of: GrantsOf::Session(ended.value.grants_key()),
                at: self.now(),
            });
        }
        self.commit_ending(snapshot.key(), changes).await?;
        self.tell(told);
        Ok(())
    }
}

fn known_client<'s>(
    snapshot: &'s RealmSnapshot,
    id: &str,
) -> Result<&'s Arc<Application>, OAuthError> {
    snapshot
        .client(id)
        .ok_or_else(|| OAuthError::invalid_request("there is no such application"))
}

/// A10: exactly as it was registered, by this very application.
fn is_registered(client: Option<&Arc<Application>>, presented: &str) -> bool {
    let registered = client.into_iter().flat_map(|client| {
        let uris = client.openid.post_logout_redirect_uris.iter();
        uris.filter_map(|uri| uri.parse::<PostLogoutRedirectUri>().ok())
    });
    registered.into_iter().any(|uri| uri.matches(presented))
}
