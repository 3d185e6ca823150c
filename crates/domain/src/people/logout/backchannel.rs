//! Telling applications of a logout (OpenID Connect Back-Channel Logout 1.0).

use crate::{
    Core, Outbound, OutboundMethod, OutboundRequest,
    config::Application,
    people::{Kept, SessionRecord},
    snapshot::RealmSnapshot,
    store::{GrantQuery, ResourceId, StoreError},
    tokens::{GrantBody, RequestError, session_of, sign, subject_of, unexpected},
};
use jose::base64url;
use oauth::{LogoutSubject, LogoutTokenClaims};
use scope::ClientId;
use std::{collections::BTreeSet, sync::Arc, time::Duration};

/// The `typ` of a logout token (§2.4; J7).
const TYPE: &str = "logout+jwt";
/// How long a logout token counts: "at most two minutes in the future" (§4).
const LIFETIME: Duration = Duration::from_secs(120);
/// How long after one another an application is told, until it has heard it.
const ATTEMPTS: [Duration; 3] = [
    Duration::ZERO,
    Duration::from_secs(2),
    Duration::from_secs(15),
];
/// Grants that are read at a time.
const BATCH: u32 = 200;

/// A logout token that is to be delivered.
pub(crate) struct Notice {
    client: ClientId,
    address: String,
    token: String,
}

impl Core {
    /// What is to be said to whom when sessions of one person end: every application that has a grant
    /// of one of them, and wants to know.
    pub(crate) async fn told_of(
        &self,
        snapshot: &RealmSnapshot,
        sessions: &[Kept<SessionRecord>],
    ) -> Result<Vec<Notice>, StoreError> {
        let Some(person) = sessions.iter().find_map(|session| session.person.clone()) else {
            return Ok(Vec::new());
        };
        let sids: BTreeSet<&str> = sessions.iter().map(|s| s.value.sid.as_str()).collect();
        let mut query = GrantQuery {
            person: Some(person.clone()),
            limit: BATCH,
            ..GrantQuery::default()
        };
        let mut concerned = BTreeSet::new();
        loop {
            let page = self.store().list_grants(snapshot.key(), &query).await?;
            for grant in &page.items {
                // Also those that outlive the session: whoever has one may have the person signed in.
                let sid = GrantBody::of(grant)?.sid;
                if let Some(sid) = sids.get(sid.as_str()) {
                    concerned.insert((grant.scope_set.client, *sid));
                }
            }
            query.after = page.items.last().map(|grant| grant.id);
            if !page.more || query.after.is_none() {
                break;
            }
        }
        let notices = concerned.into_iter().filter_map(|(client, sid)| {
            let client = snapshot.application(&client)?;
            let address = client.openid.backchannel_logout_uri.clone()?;
            let sub = subject_of(self.secrets(), snapshot, client, &person);
            // What went wrong is in the log already; the logout itself goes on.
            let sid = session_of(self.secrets(), snapshot, client, sid);
            let token = self.logout_token(snapshot, client, sub, sid);
            Some(Notice {
                client: client.id,
                address,
                token: token.ok()?,
            })
        });
        Ok(notices.collect())
    }

    /// The same when all sessions of a person end.
    pub(crate) async fn told_of_person(
        &self,
        snapshot: &RealmSnapshot,
        person: &ResourceId,
    ) -> Result<Vec<Notice>, StoreError> {
        let sessions = self.sessions(snapshot, person).await?;
        self.told_of(snapshot, &sessions).await
    }

    fn logout_token(
        &self,
        snapshot: &RealmSnapshot,
        client: &Application,
        sub: String,
        sid: String,
    ) -> Result<String, RequestError> {
        let now = self.now();
        let jti = jose::random_bytes::<16>().map_err(|error| unexpected(&error))?;
        let claims = LogoutTokenClaims::new(
            snapshot.issuer().clone(),
            &client.client_id(),
            now.seconds(),
            now.plus(LIFETIME).seconds(),
            base64url::encode(jti),
            LogoutSubject::SessionOf { sub, sid },
        );
        let claims = serde_json::to_vec(&claims).map_err(|error| unexpected(&error))?;
        let algorithm = client.openid.id_token_signed_response_alg;
        sign(snapshot, algorithm, TYPE, &claims)
    }

    /// Delivers notices while nobody waits for it (§2.5).
    pub(crate) fn tell(&self, notices: Vec<Notice>) {
        for notice in notices {
            tokio::spawn(deliver(Arc::clone(self.outbound()), notice));
        }
    }
}

async fn deliver(outbound: Arc<dyn Outbound>, notice: Notice) {
    let mut last = None;
    for wait in ATTEMPTS {
        tokio::time::sleep(wait).await;
        let form = vec![("logout_token".to_owned(), notice.token.clone())];
        let request = OutboundRequest {
            method: OutboundMethod::PostForm(form),
            url: notice.address.clone(),
            headers: Vec::new(),
            accept: "*/*",
        };
        match outbound.send(request).await {
            // §2.8: 400 says that the application could not do it, and never will.
            Ok(answer) if answer.status < 300 => return,
            Ok(answer) => {
                tracing::warn!(client = %notice.client, status = answer.status, "a logout was refused");
                return;
            }
            Err(error) => last = Some(error),
        }
    }
    let why = last.as_ref().map(|error| error.detail());
    tracing::warn!(client = %notice.client, why, "a logout could not be told");
}
