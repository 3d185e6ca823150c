//! Where somebody is signed in. Applications are told of what ends here, as of every logout.

use super::OwnError;
use crate::{
    Core, Timestamp,
    people::{Kept, LoginSession, SessionRecord},
    snapshot::RealmSnapshot,
    store::StoreError,
};

/// How often ending sessions is decided anew because something else was written.
const MAX_TRIES: usize = 8;

/// A session of somebody's own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwnSession {
    /// Its public id.
    pub sid: String,
    /// What the browser called itself.
    pub user_agent: String,
    /// When it began.
    pub created: Timestamp,
    /// When its owner last came in by it.
    pub came_in: Timestamp,
    /// Whether it is the one that looks.
    pub current: bool,
}

/// Which sessions end.
#[derive(Clone, Copy)]
enum Which<'a> {
    /// The one with this `sid`.
    One(&'a str),
    /// All but the one that looks.
    Others,
}

impl Core {
    /// The sessions of whoever is signed in, latest first.
    ///
    /// # Errors
    /// If the store fails.
    pub async fn own_sessions(
        &self,
        snapshot: &RealmSnapshot,
        session: &LoginSession,
    ) -> Result<Vec<OwnSession>, StoreError> {
        let sessions = self.sessions(snapshot, &session.person().id).await?;
        let own = |kept: Kept<SessionRecord>| OwnSession {
            current: kept.key == session.record.key,
            came_in: kept.value.came_in(),
            sid: kept.value.sid,
            user_agent: kept.value.user_agent,
            created: kept.value.created,
        };
        Ok(sessions.into_iter().map(own).collect())
    }

    /// Ends one of the person's sessions, with the grants that end with it.
    ///
    /// # Errors
    /// If they have no such session; if the store fails.
    pub async fn end_own_session(
        &self,
        snapshot: &RealmSnapshot,
        session: &LoginSession,
        sid: &str,
    ) -> Result<(), OwnError> {
        self.end_own(snapshot, session, Which::One(sid)).await
    }

    /// Ends all of the person's sessions but this one, with the grants that end with them.
    ///
    /// # Errors
    /// If the store fails.
    pub async fn end_other_sessions(
        &self,
        snapshot: &RealmSnapshot,
        session: &LoginSession,
    ) -> Result<(), OwnError> {
        self.end_own(snapshot, session, Which::Others).await
    }

    /// Signs out: this session ends, with the grants that end with it.
    ///
    /// # Errors
    /// If the store fails.
    pub async fn sign_out(
        &self,
        snapshot: &RealmSnapshot,
        session: &LoginSession,
    ) -> Result<(), OwnError> {
        let sid = Which::One(&session.record().sid);
        match self.end_own(snapshot, session, sid).await {
            // It is over already.
            Err(OwnError::Unknown) => Ok(()),
            other => other,
        }
    }

    async fn end_own(
        &self,
        snapshot: &RealmSnapshot,
        session: &LoginSession,
        which: Which<'_>,
    ) -> Result<(), OwnError> {
        let person = &session.person().id;
        for _ in 0..MAX_TRIES {
            // Whoever signs in writes the account: no session begins between the look and the end.
            let account = self.account(snapshot.key(), person).await?;
            let mut sessions = self.sessions(snapshot, person).await?;
            sessions.retain(|kept| match which {
                Which::One(sid) => kept.value.sid == sid,
                Which::Others => kept.key != session.record.key,
            });
            if sessions.is_empty() {
                return match which {
                    Which::One(_) => Err(OwnError::Unknown),
                    Which::Others => Ok(()),
                };
            }
            let changes = account.expect().into_iter().collect();
            let ended = self.end_sessions(snapshot, &sessions, changes).await;
            match ended.map_err(OwnError::from) {
                Err(OwnError::Overtaken) => {}
                other => return other,
            }
        }
        Err(OwnError::Overtaken)
    }
}
