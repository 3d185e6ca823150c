//! Who changed something.

use crate::{access::Caller, store::TokenKey};
use scope::ClientId;

/// Who changed something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Actor {
    /// A client, for itself, with an access token.
    Client {
        /// The client.
        client: ClientId,
        /// The token.
        token: TokenKey,
    },
    /// A person, through a client, with an access token.
    Person {
        /// The client.
        client: ClientId,
        /// `sub` of the token: the id of the person's resource.
        person: String,
        /// The token.
        token: TokenKey,
    },
    /// Someone who registers a client (RFC 7591), or changes what was registered (RFC 7592).
    Registrant {
        /// The client.
        client: ClientId,
    },
    /// Ambit itself: what time does to a realm.
    Server,
    /// Whoever started Ambit for the first time, or used the link that this gave.
    SetUp,
    /// Whoever holds the store and its master key, offline.
    Operator,
}

impl Actor {
    /// Whoever presented an access token.
    pub fn of(caller: &Caller) -> Self {
        let record = caller.token();
        let (client, token) = (record.scope_set.client, record.key);
        match record.grant {
            None => Self::Client { client, token },
            Some(_) => Self::Person {
                client,
                person: record.subject.clone(),
                token,
            },
        }
    }

    /// The word for its kind.
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Client { .. } => "client",
            Self::Person { .. } => "person",
            Self::Registrant { .. } => "registrant",
            Self::Server => "server",
            Self::SetUp => "set_up",
            Self::Operator => "operator",
        }
    }

    /// The client through which it was done.
    pub const fn client(&self) -> Option<ClientId> {
        match self {
            Self::Client { client, .. }
            | Self::Person { client, .. }
            | Self::Registrant { client } => Some(*client),
            Self::Server | Self::SetUp | Self::Operator => None,
        }
    }

    /// The person who did it.
    pub fn person(&self) -> Option<&str> {
        match self {
            Self::Person { person, .. } => Some(person),
            _ => None,
        }
    }

    /// The token that was presented.
    pub const fn token(&self) -> Option<TokenKey> {
        match self {
            Self::Client { token, .. } | Self::Person { token, .. } => Some(*token),
            _ => None,
        }
    }
}
