//! What is kept of people besides their resource: grants, and entries of many kinds.

use super::{ResourceId, ScopeSet, TokenStatus};
use crate::Timestamp;
use scope::{ClientId, ScopeId};
use std::{fmt, sync::Arc};

/// The id of a grant, never used again: a UUID of version 7 (RFC 9562 §5.7), so that what is made at a
/// time stands together, and writing it touches few pages. It is no secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct GrantId(pub [u8; 16]);

/// What a person allowed a client (RFC 6749 §1.3): codes and tokens hang from it, and end with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GrantRecord {
    /// Its id.
    pub id: GrantId,
    /// The granted scopes and their client.
    pub scope_set: Arc<ScopeSet>,
    /// Who granted them.
    pub person: ResourceId,
    /// The sign-in that it ends with, if it does.
    pub session: Option<EntryKey>,
    /// 0 until its code was redeemed; then the number of the refresh token in force.
    pub generation: u64,
    /// When it came to this generation.
    pub renewed_at: Timestamp,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it ends.
    pub expires_at: Timestamp,
    /// Revoked or not.
    pub status: TokenStatus,
    /// The rest, in the domain's JSON.
    pub body: String,
}

impl GrantRecord {
    /// Whether it is neither revoked nor expired at `now`.
    pub fn is_live(&self, now: Timestamp) -> bool {
        self.status == TokenStatus::Issued && now < self.expires_at
    }
}

/// Which grants to list.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct GrantQuery {
    /// Only those to this client.
    pub client: Option<ClientId>,
    /// Only those of this scope.
    pub scope: Option<ScopeId>,
    /// Only those of this person.
    pub person: Option<ResourceId>,
    /// Only those that end with this session.
    pub session: Option<EntryKey>,
    /// Only those that are neither revoked nor expired at this time.
    pub live_at: Option<Timestamp>,
    /// Only those with a greater id.
    pub after: Option<GrantId>,
    /// At most this many.
    pub limit: u32,
}

/// Grants that are revoked together, with all that hangs from them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum GrantsOf {
    /// One.
    One(GrantId),
    /// All that a person made, but one.
    Person {
        /// Whose.
        person: ResourceId,
        /// The one that stays.
        but: Option<GrantId>,
    },
    /// All that end with a session.
    Session(EntryKey),
    /// All that a person made to a client.
    Consent {
        /// Whose.
        person: ResourceId,
        /// To whom.
        client: ClientId,
    },
}

/// The kinds of [`Entry`]. What is kept as one kind is never found as another (B3).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum EntryKind {
    /// A person's sign-in data, by the id of their resource.
    Account,
    /// A person who is signed in, by the hash of the cookie.
    Session,
    /// An authorization that is under way in a browser, by the hash of its handle.
    Flow,
    /// A pushed authorization request, by the hash of its `request_uri` (RFC 9126).
    PushedRequest,
    /// A device code, by its hash (RFC 8628).
    DeviceCode,
    /// The device code that a user code stands for, by the hash of the latter.
    UserCode,
    /// What a person consented to, by person and client.
    Consent,
    /// What became of a consent.
    ConsentEvent,
    /// An identity at a provider, by provider and its `sub` there.
    ExternalIdentity,
    /// A link by which someone sets up an account, by its hash.
    SetUpLink,
    /// Failed attempts that belong to no account, by what was tried.
    Attempts,
    /// A user handle of WebAuthn, by its value: whose it is.
    UserHandle,
    /// A way to sign in that someone is about to add, by their session.
    Enrolment,
    /// The `jti` of something that may be used once, by client and `jti`.
    Used,
    /// What a connector reported last, by its id.
    ConnectorReport,
}

impl EntryKind {
    /// The name under which a store keeps it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Account => "account",
            Self::Session => "session",
            Self::Flow => "flow",
            Self::PushedRequest => "pushed-request",
            Self::DeviceCode => "device-code",
            Self::UserCode => "user-code",
            Self::Consent => "consent",
            Self::ConsentEvent => "consent-event",
            Self::ExternalIdentity => "external-identity",
            Self::SetUpLink => "set-up-link",
            Self::Attempts => "attempts",
            Self::UserHandle => "user-handle",
            Self::Enrolment => "enrolment",
            Self::Used => "used",
            Self::ConnectorReport => "connector-report",
        }
    }
}

/// What an entry is found by: a hash, or an id of this width.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct EntryKey(pub [u8; 32]);

impl fmt::Debug for EntryKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("EntryKey")
    }
}

/// Something small that is kept by its key. The body is the domain's JSON, opaque to the store.
#[derive(Clone, PartialEq, Eq)]
pub struct Entry {
    /// What it is.
    pub kind: EntryKind,
    /// What it is found by.
    pub key: EntryKey,
    /// Whose it is, if it is someone's.
    pub person: Option<ResourceId>,
    /// The client that it goes with, if it does.
    pub client: Option<ClientId>,
    /// Counts its changes from 1; of what is written, the store makes it.
    pub version: u64,
    /// When it may be forgotten, if ever.
    pub expires_at: Option<Timestamp>,
    /// The content; empty if there is none yet.
    pub body: String,
}

/// What it holds does not show: some of it is secret (S5).
impl fmt::Debug for Entry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Entry({} v{})", self.kind.as_str(), self.version)
    }
}

/// Which entries to list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EntryQuery {
    /// Of which kind.
    pub kind: EntryKind,
    /// Only those that go with this client.
    pub client: Option<ClientId>,
    /// Only those of this person.
    pub person: Option<ResourceId>,
    /// Only those with a greater key.
    pub after: Option<EntryKey>,
    /// At most this many.
    pub limit: u32,
}
