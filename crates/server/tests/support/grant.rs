//! Grants of people, put into the store by hand: what signing in leaves there.

use super::{Client, TestServer};
use domain::{
    RealmKey,
    store::{
        Change, Commit, GrantId, GrantRecord, ResourceId, ScopeSet, ScopeSetId, Store, TokenKey,
        TokenRecord, TokenStatus,
    },
};
use jose::base64url;
use scope::GrantedScope;
use serde_json::json;
use std::{sync::Arc, time::Duration};

/// A grant, and whose it is.
#[derive(Debug, Clone)]
pub struct Grant {
    pub realm: RealmKey,
    pub record: GrantRecord,
}

impl Grant {
    /// Its id in the management API.
    pub fn id(&self) -> String {
        self.record.id.to_string()
    }
}

impl TestServer {
    /// A person's grant of scopes to a client, good for an hour.
    pub async fn add_grant(&self, client: &Client, scope: &str) -> Grant {
        let person = "26118915-6090-4610-87e4-49d8ca9f808d";
        self.add_grant_of(client, scope, person).await
    }

    /// The same of this person.
    pub async fn add_grant_of(&self, client: &Client, scope: &str, person: &str) -> Grant {
        let snapshot = self.snapshot_of(&client.realm);
        let granted = |name: &str| {
            let scope = snapshot.config().scope_by_name(name).unwrap();
            GrantedScope {
                scope: scope.id,
                version: scope.version,
            }
        };
        let scope_set = Arc::new(ScopeSet {
            id: ScopeSetId(jose::random_bytes().unwrap()),
            client: client.id.parse().unwrap(),
            scopes: scope.split(' ').map(granted).collect(),
        });
        let now = self.core.now();
        let body = json!({
            "auth_time": now, "methods": ["password"], "provider": null, "ends": null,
            "sid": "a session", "nonce": null, "claims": null, "resources": [],
        });
        let record = GrantRecord {
            id: GrantId(jose::random_bytes().unwrap()),
            scope_set: scope_set.clone(),
            person: ResourceId(person.into()),
            session: None,
            generation: 1,
            renewed_at: now,
            created_at: now,
            expires_at: now.plus(Duration::from_secs(3600)),
            status: TokenStatus::Issued,
            body: body.to_string(),
        };
        let changes = vec![
            Change::EnsureScopeSet(ScopeSet::clone(&scope_set)),
            Change::InsertGrant(record.clone()),
        ];
        self.write(&client.realm, changes).await;
        Grant {
            realm: client.realm.clone(),
            record,
        }
    }

    /// An opaque access token that hangs from a grant, good for ten minutes.
    pub async fn add_token(&self, grant: &Grant) -> String {
        let now = self.core.now();
        let handle: [u8; 38] = {
            let time = (now.micros() / 1000).to_be_bytes();
            let chance: [u8; 32] = jose::random_bytes().unwrap();
            let bytes = time.into_iter().skip(2).chain(chance).collect::<Vec<_>>();
            bytes.try_into().unwrap()
        };
        let token = format!("ambit_at_{}", base64url::encode(handle));
        let hash = jose::sha256_parts(&[b"opaque:", token.as_bytes()]);
        let key = handle[..6].iter().chain(&hash).copied().take(32);
        let key = TokenKey(key.collect::<Vec<_>>().try_into().unwrap());
        let snapshot = self.snapshot_of(&grant.realm);
        let record = TokenRecord {
            key,
            scope_set: grant.record.scope_set.clone(),
            subject: grant.record.person.to_string(),
            audience: vec![snapshot.issuer().to_string()],
            issued_at: now,
            expires_at: now.plus(Duration::from_secs(600)),
            status: TokenStatus::Issued,
            grant: Some(grant.record.id),
        };
        self.write(&grant.realm, vec![Change::InsertToken(record)])
            .await;
        token
    }

    pub(super) async fn write(&self, realm: &RealmKey, changes: Vec<Change>) {
        let commit = Commit {
            realm: realm.clone(),
            changes,
        };
        self.store.commit(commit).await.unwrap();
    }
}
