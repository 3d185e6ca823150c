//! Who acts, and what they have got hold of.

use crate::{
    reach::{Reach, roles_of},
    rng::Rng,
    sequence::Stage,
    support::Client,
};
use domain::{access::Caller, snapshot::RealmSnapshot};
use scope::ManagementRights;
use std::collections::{BTreeMap, BTreeSet};

/// Whose sequence it is.
#[derive(Debug, Clone)]
pub enum Author {
    /// A client that acts for itself.
    Client(Client),
    /// A person, who signs in whenever their roles allow another token.
    Person(String),
    /// Whoever has one token of a person, of these scopes.
    Token {
        token: String,
        scopes: Vec<String>,
        person: String,
    },
}

/// What the author has credentials of.
#[derive(Debug)]
pub struct Controlled {
    pub author: Author,
    /// Clients by id, with a secret where it is known.
    pub clients: BTreeMap<String, Option<String>>,
    /// A friend, who does what the author wants.
    pub friend: String,
}

/// Who does an action.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Actor {
    Author,
    Friend,
    Client(String),
}

impl Controlled {
    pub fn reach(&self, snapshot: &RealmSnapshot) -> Reach {
        let mut reach = Reach::default();
        for client in self.clients.keys() {
            reach.add_client(snapshot, client);
        }
        let config = snapshot.config();
        reach.add_offered(config);
        reach.add_person(config, &self.friend);
        match &self.author {
            Author::Client(_) => {}
            Author::Person(person) => reach.add_person(config, person),
            Author::Token { scopes, person, .. } => reach.add_token(config, scopes, person),
        }
        reach
    }

    /// What the author holds themselves, and what they may give, one beside the other.
    pub fn held(&self, snapshot: &RealmSnapshot) -> BTreeSet<String> {
        match &self.author {
            Author::Client(client) => {
                let mut reach = Reach::default();
                reach.add_client(snapshot, &client.id);
                reach.management.into_iter().chain(reach.data).collect()
            }
            Author::Person(person) | Author::Token { person, .. } => {
                let mut held = BTreeSet::new();
                for role in roles_of(snapshot.config(), person) {
                    held.extend(names(role.holds));
                    let gives = names(role.may_delegate).into_iter();
                    held.extend(gives.map(|right| format!("may give {right}")));
                    let capabilities = role.delegates_capabilities;
                    held.extend(capabilities.then(|| "may give capabilities".to_owned()));
                }
                held
            }
        }
    }

    /// Somebody to act next.
    pub fn actor(&self, rng: &mut Rng) -> Actor {
        let able: Vec<&String> = self
            .clients
            .iter()
            .filter(|(_, secret)| secret.is_some())
            .map(|(id, _)| id)
            .collect();
        match rng.below(10) {
            0 | 1 => Actor::Friend,
            2 | 3 if !able.is_empty() => Actor::Client((*rng.pick(&able)).clone()),
            _ => Actor::Author,
        }
    }

    /// The token by which somebody acts; none if they can have none.
    pub async fn token(&self, stage: &Stage<'_>, actor: &Actor) -> Option<(String, Caller)> {
        let token = match actor {
            Actor::Friend => stage.sign_in(&self.friend).await?,
            Actor::Client(id) => {
                let secret = self.clients.get(id)?.clone()?;
                let client = Client {
                    id: id.clone(),
                    secret,
                    ..stage.server.admin.clone()
                };
                let answer = client.ask(stage.server, None).await;
                answer.json()["access_token"].as_str()?.to_owned()
            }
            Actor::Author => match &self.author {
                Author::Client(client) => {
                    let answer = client.ask(stage.server, None).await;
                    answer.json()["access_token"].as_str()?.to_owned()
                }
                Author::Person(person) => stage.sign_in(person).await?,
                Author::Token { token, .. } => token.clone(),
            },
        };
        let realm = &stage.server.admin.realm;
        let caller = stage.server.authenticate(realm, &token).await.ok()?;
        Some((token, caller))
    }
}

/// Names of rights.
pub fn names(rights: ManagementRights) -> BTreeSet<String> {
    rights.iter().map(|right| right.to_string()).collect()
}
