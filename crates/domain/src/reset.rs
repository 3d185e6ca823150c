//! The way back in for whoever lost every administrator of a realm (T10).

use crate::{
    Core, Edit, EditError, RealmKey, Timestamp,
    audit::Actor,
    config::{Application, ApplicationKind, ConfigObject, RealmConfig},
    store::Change,
    tokens::NewSecret,
};
use jose::JoseError;
use oauth::{GrantType, Secret, TokenEndpointAuthMethod};
use std::sync::Arc;

/// A realm's new way in, shown once and kept nowhere.
#[derive(Debug, Clone)]
pub struct WayIn {
    /// The realm.
    pub realm: RealmKey,
    /// `client_id` and the new secret of the client that was made with the realm, unless it was deleted.
    pub client: Option<(String, Secret)>,
    /// The address at which a person becomes an administrator, once.
    pub set_up: Secret,
}

/// Why there is no new way in. Nothing was changed.
#[derive(Debug, thiserror::Error)]
pub enum ResetError {
    /// The store is empty, or there is no such realm in it.
    #[error("there is no such realm")]
    NoSuchRealm,
    /// The crypto library refused.
    #[error(transparent)]
    Crypto(#[from] JoseError),
    /// The change can't be made.
    #[error("there can't be a new way in: {0}")]
    Edit(String),
}

impl Core {
    /// Makes a new set-up link of a realm, by which a person becomes an administrator; none that was made before
    /// works any more. The client that was made with the realm, if it is still there, gets a new secret as
    /// well, which is its only one from now on, and with which it can get tokens for itself again whatever
    /// was changed since then. Its scopes stay as they are.
    ///
    /// Nobody is asked: this is for whoever holds the store and its master key, offline.
    ///
    /// # Errors
    /// [`ResetError`]; nothing was changed then.
    pub async fn reset_administrator(&self, realm: &RealmKey) -> Result<WayIn, ResetError> {
        let edited = self.edit_as(&Actor::Operator, realm, |snapshot, now| {
            let renewed = made_with_realm(snapshot.config())
                .map(|client| self.with_new_secret(client, now))
                .transpose()?;
            let (set_up, link) = self
                .new_set_up_link(realm)
                .map_err(|error| ResetError::Edit(error.to_string()))?;
            // The one before, wherever it may lie by now, is worth nothing from now on (U6).
            let former = Change::DeleteEntry {
                kind: link.kind,
                key: link.key,
                version: None,
            };
            let link = Change::PutEntryIn {
                realm: realm.clone(),
                entry: link,
            };
            let (client, object) = renewed.unzip();
            let way_in = WayIn {
                realm: realm.clone(),
                client,
                set_up,
            };
            let edit = Edit::none(way_in).first(former).first(link);
            Ok(object.into_iter().fold(edit, Edit::put))
        });
        edited.await.map_err(|error| match error {
            EditError::Refused(refused) => refused,
            EditError::NoSuchRealm => ResetError::NoSuchRealm,
            other => ResetError::Edit(other.to_string()),
        })
    }

    /// The client as it can get tokens by a new secret; and what that is.
    fn with_new_secret(
        &self,
        client: &Application,
        now: Timestamp,
    ) -> Result<((String, Secret), ConfigObject), JoseError> {
        let new = NewSecret::generate(self.secrets().client_secrets(), now, None)?;
        let mut grant_types = client.grant_types.clone();
        if !grant_types.contains(&GrantType::ClientCredentials) {
            grant_types.push(GrantType::ClientCredentials);
        }
        let after = Application {
            active: true,
            kind: ApplicationKind::Confidential,
            grant_types,
            service_account: true,
            auth_method: TokenEndpointAuthMethod::ClientSecretBasic,
            secrets: vec![new.record],
            jwks: None,
            updated: now,
            ..client.clone()
        };
        let credentials = (after.client_id(), new.secret);
        Ok((credentials, ConfigObject::Application(Arc::new(after))))
    }
}

/// It was made in the same moment as its realm, and nothing that was made later was.
fn made_with_realm(config: &RealmConfig) -> Option<&Arc<Application>> {
    config
        .applications
        .values()
        .find(|client| client.created == config.realm.created && !client.is_built_in())
}
