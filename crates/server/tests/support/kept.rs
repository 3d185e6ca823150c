//! What is kept of people, put into the store by hand: what signing in leaves there.

use super::{Client, TestServer};
use domain::{
    consents::{ConsentAction, ConsentEvent, ConsentRecord, ScopeConsent},
    people::ExternalIdentity,
    store::{Change, Entry, EntryKey, EntryKind, Expect, ResourceId},
};
use scope::ConsentState;
use serde::Serialize;
use uuid::Uuid;

impl TestServer {
    /// A person's consent to a scope, with what became of it; answers the ids of both.
    pub async fn add_consent(&self, client: &Client, scope: &str, person: &str) -> [String; 2] {
        let snapshot = self.snapshot_of(&client.realm);
        let record = snapshot.config().scope_by_name(scope).unwrap();
        let (id, now) = (Uuid::new_v4(), self.core.now());
        let said = ScopeConsent {
            state: ConsentState::Granted,
            version: record.version,
            at: now,
        };
        let consent = ConsentRecord {
            id,
            client: client.id.parse().unwrap(),
            scopes: [(record.id, said)].into(),
            registered: String::new(),
            created: now,
            updated: now,
        };
        let event = ConsentEvent {
            id: Uuid::new_v4(),
            consent: id,
            client: client.id.parse().unwrap(),
            client_name: "a client".to_owned(),
            action: ConsentAction::Given,
            granted: vec![scope.to_owned()],
            denied: Vec::new(),
            at: now,
        };
        self.keep(client, EntryKind::Consent, person, &consent)
            .await;
        self.keep(client, EntryKind::ConsentEvent, person, &event)
            .await;
        [id.to_string(), event.id.to_string()]
    }

    /// Links a person to an identity at a provider of the client's realm.
    pub async fn link(&self, client: &Client, provider: &str, subject: &str, person: &str) {
        let identity = ExternalIdentity {
            provider: provider.parse().unwrap(),
            issuer: "https://idp.example".to_owned(),
            subject: subject.to_owned(),
            label: Some(format!("{subject}@idp")),
            linked: self.core.now(),
        };
        self.keep(client, EntryKind::ExternalIdentity, person, &identity)
            .await;
    }

    async fn keep(&self, client: &Client, kind: EntryKind, person: &str, value: &impl Serialize) {
        let entry = Entry {
            kind,
            key: EntryKey(jose::random_bytes().unwrap()),
            person: Some(ResourceId(person.into())),
            // A consent goes with its client; its history stays.
            client: (kind == EntryKind::Consent).then(|| client.id.parse().unwrap()),
            version: 0,
            expires_at: None,
            body: serde_json::to_string(value).unwrap(),
        };
        let expect = Expect::Absent;
        self.write(&client.realm, vec![Change::PutEntry { expect, entry }])
            .await;
    }
}
