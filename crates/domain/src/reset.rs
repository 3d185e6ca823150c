//! The way back in for whoever lost the first administrator's secret (T10).

use crate::{
    Bootstrap, Core, Edit, EditError, RealmKey,
    audit::Actor,
    config::{Application, ConfigObject},
    store::Change,
    tokens::NewSecret,
};
use jose::JoseError;
use oauth::TokenEndpointAuthMethod;
use std::sync::Arc;

/// Why the administrator has no new secret. Nothing was changed.
#[derive(Debug, thiserror::Error)]
pub enum ResetError {
    /// The store is empty, or the client that was made with the realm was deleted since then.
    #[error("the administrator's client that was made at the first start does not exist")]
    NoAdministrator,
    /// The crypto library refused.
    #[error(transparent)]
    Crypto(#[from] JoseError),
    /// The change can't be made.
    #[error("the administrator's client can't be changed: {0}")]
    Edit(String),
}

impl Core {
    /// Gives the client that was made with the system realm a new secret, which is its only one
    /// from now on, and with which it can authenticate again whatever was changed since then. Its
    /// scopes stay as they are. There is a new set-up link as well, by which a person becomes an
    /// administrator, and none that was made before works any more.
    ///
    /// Nobody is asked: this is for whoever holds the store and its master key, offline.
    ///
    /// # Errors
    /// [`ResetError`]; nothing was changed then.
    pub async fn reset_administrator(&self) -> Result<Bootstrap, ResetError> {
        let realm = RealmKey::system();
        let edited = self.edit_as(&Actor::Operator, &realm, |snapshot, now| {
            let config = snapshot.config();
            // It was made in the same moment as its realm, and nothing that was made later was.
            let made_with_realm = |client: &&Arc<Application>| {
                client.created == config.realm.created && !client.is_built_in()
            };
            let before = config.applications.values().find(made_with_realm);
            let before = before.ok_or(ResetError::NoAdministrator)?;
            let new = NewSecret::generate(self.secrets().client_secrets(), now, None)?;
            let after = Application {
                active: true,
                auth_method: TokenEndpointAuthMethod::ClientSecretBasic,
                secrets: vec![new.record],
                jwks: None,
                updated: now,
                ..Application::clone(before)
            };
            let (set_up, link) = self
                .new_set_up_link(&realm)
                .map_err(|error| ResetError::Edit(error.to_string()))?;
            let bootstrap = Bootstrap {
                realm: realm.clone(),
                client_id: after.client_id(),
                client_secret: new.secret,
                set_up,
            };
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
            let edit = Edit::none(bootstrap).first(former).first(link);
            Ok(edit.put(ConfigObject::Application(Arc::new(after))))
        });
        edited.await.map_err(|error| match error {
            EditError::Refused(refused) => refused,
            EditError::NoSuchRealm => ResetError::NoAdministrator,
            other => ResetError::Edit(other.to_string()),
        })
    }
}
