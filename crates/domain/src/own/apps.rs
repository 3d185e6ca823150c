//! What applications have of a person.

use super::OwnError;
use crate::{
    Core, Timestamp,
    consents::ConsentRecord,
    people::LoginSession,
    snapshot::RealmSnapshot,
    store::{EntryKind, GrantQuery, GrantRecord, ResourceId, StoreError},
};
use scope::{ClientId, ConsentState, ScopeId};
use std::collections::{BTreeMap, BTreeSet};

/// How many grants are read at once.
const PAGE: u32 = 500;

/// An application that somebody allowed something.
#[derive(Debug, Clone, PartialEq)]
pub struct OwnApp {
    /// The client.
    pub client: ClientId,
    /// Its name.
    pub name: String,
    /// What the consent page says of each scope that it may use.
    pub scopes: Vec<String>,
    /// Since when.
    pub granted: Timestamp,
    /// When it last got a token by a live grant, if it has one.
    pub last_used: Option<Timestamp>,
}

/// What is known of one client.
#[derive(Default)]
struct Found {
    scopes: BTreeSet<ScopeId>,
    granted: Option<Timestamp>,
    last_used: Option<Timestamp>,
}

impl Found {
    fn since(&mut self, at: Timestamp) {
        self.granted = Some(self.granted.map_or(at, |known| known.min(at)));
    }
}

impl Core {
    /// The applications that have a consent of the person, or a live grant.
    ///
    /// # Errors
    /// If the store fails.
    pub async fn own_apps(
        &self,
        snapshot: &RealmSnapshot,
        session: &LoginSession,
    ) -> Result<Vec<OwnApp>, StoreError> {
        let person = &session.person().id;
        let mut found = BTreeMap::<ClientId, Found>::new();
        let consents = self.list_kept::<ConsentRecord>(snapshot.key(), EntryKind::Consent, person);
        for consent in consents.await?.into_iter().map(|kept| kept.value) {
            if consent.is_given() {
                let app = found.entry(consent.client).or_default();
                let granted = consent.scopes.iter();
                let granted = granted.filter(|(_, said)| said.state == ConsentState::Granted);
                for (scope, said) in granted {
                    app.scopes.insert(*scope);
                    app.since(said.at);
                }
            }
        }
        for grant in self.live_grants(snapshot, person).await? {
            let app = found.entry(grant.scope_set.client).or_default();
            app.scopes
                .extend(grant.scope_set.scopes.iter().map(|granted| granted.scope));
            app.since(grant.created_at);
            if grant.generation > 0 {
                app.last_used = app.last_used.max(Some(grant.renewed_at));
            }
        }
        Ok(shown(snapshot, found))
    }

    async fn live_grants(
        &self,
        snapshot: &RealmSnapshot,
        person: &ResourceId,
    ) -> Result<Vec<GrantRecord>, StoreError> {
        let mut query = GrantQuery {
            person: Some(person.clone()),
            live_at: Some(self.now()),
            limit: PAGE,
            ..GrantQuery::default()
        };
        let mut grants = Vec::new();
        loop {
            let page = self.store().list_grants(snapshot.key(), &query).await?;
            query.after = page.items.last().map(|grant| grant.id);
            let more = page.more;
            grants.extend(page.items);
            if !more || query.after.is_none() {
                return Ok(grants);
            }
        }
    }

    /// Takes back what somebody allowed a client: the consent is revoked, and grants end at once.
    ///
    /// # Errors
    /// If the store fails.
    pub async fn revoke_own_app(
        &self,
        snapshot: &RealmSnapshot,
        session: &LoginSession,
        client: ClientId,
    ) -> Result<(), OwnError> {
        self.revoke_consent(snapshot, &session.person().id, client)
            .await?;
        Ok(())
    }
}

/// Those that exist, by name.
fn shown(snapshot: &RealmSnapshot, found: BTreeMap<ClientId, Found>) -> Vec<OwnApp> {
    let config = snapshot.config();
    let prompt = |scope: &ScopeId| {
        let record = config.scopes.get(scope)?;
        Some(scope::consent_text(&record.definition).to_owned())
    };
    let mut apps: Vec<OwnApp> = found
        .into_iter()
        .filter_map(|(client, found)| {
            Some(OwnApp {
                client,
                name: config.applications.get(&client)?.name.clone(),
                scopes: found.scopes.iter().filter_map(prompt).collect(),
                granted: found.granted?,
                last_used: found.last_used,
            })
        })
        .collect();
    apps.sort_by(|one, other| (&one.name, one.client).cmp(&(&other.name, other.client)));
    apps
}
