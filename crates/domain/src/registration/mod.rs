//! Clients that register themselves (RFC 7591), and manage what they registered (RFC 7592).
//!
//! Off until an administrator opens it (H1). What such a client may be is said in one place,
//! [`policy`], to which a registration and an update are held alike and whole (H3, H4); what it may
//! ask for is under the realm's ceiling at every use, not only here
//! ([`RealmConfig::assigned`](crate::config::RealmConfig::assigned)). Use cases on a client take a
//! [`Registrant`], which is born where its registration access token was compared, and ask again
//! under the lock of the change (T6).

mod error;
mod information;
mod policy;
mod registrant;

pub use error::RegistrationError;
pub use registrant::Registrant;

use crate::{
    Core, Edit, RealmKey, Timestamp,
    audit::Actor,
    config::{Application, ClientSecret, ConfigObject},
    id::new_id,
    keys::{self, KeyError, Stock},
    people::{Counted, Crowd, Network},
    snapshot::RealmSnapshot,
    store::{Change, Kind},
    tokens::NewSecret,
};
use information::{Issued, information};
use oauth::{ClientInformation, ClientMetadata, ClientUpdate, IssuedSecret, OAuthError};
use policy::Policy;
use registrant::NewToken;
use scope::ClientId;
use std::sync::Arc;

type Outcome<T> = Result<T, RegistrationError>;

impl Core {
    /// Registers a client (RFC 7591 §3).
    ///
    /// # Errors
    /// If registration is closed, there is no room, there were too many from this network or at all, or
    /// the client can't be what it says; if the store fails.
    pub async fn register(
        &self,
        realm: &RealmKey,
        metadata: &ClientMetadata,
        network: Option<Network>,
    ) -> Outcome<ClientInformation> {
        // The network first: what one is refused uses up nobody else's.
        let network = network.map(|network| Crowd::Registrations(realm.clone(), network));
        let all = Crowd::AllRegistrations(realm.clone());
        network
            .into_iter()
            .chain([all])
            .try_for_each(|crowd| self.count_registration(crowd))?;
        let id = ClientId(new_id(self.now()));
        self.edit_registration(realm, id, |snapshot, stock, now| {
            let policy = Policy::of(snapshot)?;
            policy.has_room()?;
            let client = policy.registered(id, metadata, now)?;
            self.put(snapshot, stock, (client, false), now)
        })
        .await
    }

    /// What is registered (RFC 7592 §2.1). Nothing changes by it, not even the token.
    ///
    /// # Errors
    /// If that can't be said.
    pub fn registration(&self, registrant: &Registrant) -> Outcome<ClientInformation> {
        let issued = Issued {
            secret: None,
            token: registrant.token().clone(),
        };
        information(registrant.snapshot(), registrant.application(), issued)
    }

    /// Replaces what is registered, whole (RFC 7592 §2.2); the registration access token is another
    /// from then on (H5).
    ///
    /// # Errors
    /// As [`register`](Self::register), but that its changes are counted, and if the token is not the client's any more.
    pub async fn update_registration(
        &self,
        registrant: &Registrant,
        update: &ClientUpdate,
    ) -> Outcome<ClientInformation> {
        self.count_registration(Crowd::ChangesOf(registrant.application().id))?;
        let id = registrant.application().id;
        self.edit_registration(registrant.realm(), id, |snapshot, stock, now| {
            let before = registrant.still(snapshot)?;
            self.check_update(before, update, now)?;
            let client = Policy::of(snapshot)?.updated(before, &update.metadata, now)?;
            let had_secret = before.auth_method.uses_secret();
            self.put(snapshot, stock, (client, had_secret), now)
        })
        .await
    }

    /// Deletes the client with all its tokens and grants (RFC 7592 §2.3).
    ///
    /// # Errors
    /// If the token is not the client's any more, there were too many changes; if the store fails.
    pub async fn delete_registration(&self, registrant: &Registrant) -> Outcome<()> {
        self.count_registration(Crowd::ChangesOf(registrant.application().id))?;
        let actor = Actor::Registrant {
            client: registrant.application().id,
        };
        let deleted = self.edit_as(&actor, registrant.realm(), |snapshot, _| {
            let client = registrant.still(snapshot)?;
            let edit = Edit::none(()).first(Change::DeleteTokensOfClient(client.id));
            Ok::<_, RegistrationError>(edit.delete(Kind::Application, client.id))
        });
        Ok(deleted.await?)
    }

    /// Counts what rebuilds the realm at the wish of whoever comes.
    fn count_registration(&self, crowd: Crowd) -> Outcome<()> {
        let now = self.now();
        match self.crowds().count(crowd, now) {
            Counted::Once => Ok(()),
            Counted::TooMany { until } => {
                let seconds = until.seconds().saturating_sub(now.seconds());
                let retry_after = u64::try_from(seconds).unwrap_or_default().max(1);
                Err(RegistrationError::TooMany { retry_after })
            }
        }
    }

    /// An edit that may need keys, which are made for one client after another.
    async fn edit_registration<T>(
        &self,
        realm: &RealmKey,
        client: ClientId,
        mut decide: impl FnMut(&RealmSnapshot, &mut Stock, Timestamp) -> Outcome<Edit<T>>,
    ) -> Outcome<T> {
        self.check_ownership()?;
        let actor = Actor::Registrant { client };
        let _turn = self.registrations().lock().await;
        let mut stock = Stock::default();
        loop {
            let decide = |snapshot: &Arc<RealmSnapshot>, now| decide(snapshot, &mut stock, now);
            let edited = self.edit_as(&actor, realm, decide);
            let edited = edited.await;
            if !stock.refill().await? {
                return Ok(edited?);
            }
        }
    }

    /// The client with a new registration access token, and a secret if it needs one and had none.
    fn put(
        &self,
        snapshot: &RealmSnapshot,
        stock: &mut Stock,
        (mut client, had_secret): (Application, bool),
        now: Timestamp,
    ) -> Outcome<Edit<ClientInformation>> {
        let token = NewToken::generate()?;
        if let Some(registration) = &mut client.openid.registration {
            registration.token_hash = token.hash;
        }
        let needs_secret = client.auth_method.uses_secret();
        if !needs_secret {
            client.secrets.clear();
        }
        let new = match needs_secret && !had_secret {
            true => Some(NewSecret::generate(
                self.secrets().client_secrets(),
                now,
                None,
            )?),
            false => None,
        };
        let secret = new.map(|new| {
            client.secrets.push(new.record);
            IssuedSecret {
                client_secret: new.secret,
                client_secret_expires_at: 0,
            }
        });
        let issued = Issued {
            secret,
            token: token.text,
        };
        let answer = information(snapshot, &client, issued)?;
        let client = Arc::new(client);
        let edit = Edit::none(answer).put(ConfigObject::Application(client.clone()));
        Ok(keys::provide(
            snapshot,
            &client,
            self.secrets(),
            stock,
            now,
            edit,
        )?)
    }

    /// RFC 7592 §2.2: the client is the one of the address, and its secret, if it says that, the one
    /// that it has: "The client MUST NOT be allowed to overwrite its existing client secret".
    fn check_update(
        &self,
        client: &Application,
        update: &ClientUpdate,
        now: Timestamp,
    ) -> Result<(), OAuthError> {
        if update.client_id.as_str() != client.client_id() {
            return Err(policy::wrong(
                "client_id",
                "is not the client of this address",
            ));
        }
        let right = update.client_secret.as_ref().is_none_or(|secret| {
            ClientSecret::matches(&client.secrets, self.secrets(), secret, now)
        });
        match right {
            true => Ok(()),
            false => Err(policy::wrong("client_secret", "is not the client's")),
        }
    }
}

impl From<KeyError> for RegistrationError {
    fn from(error: KeyError) -> Self {
        Self::failed(&error)
    }
}
