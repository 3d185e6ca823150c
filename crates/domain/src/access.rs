//! Who calls, and what they were permitted: proof types with one birthplace each.
//!
//! A use case takes a [`Permit`] and takes tenant, realm and attribute set from it, never from a
//! path. There is no other way to get one than `Caller::permit`, which asks the engine; a
//! handler that skips the check does not compile.

use crate::{RealmKey, snapshot::RealmSnapshot, store::TokenRecord};
use oauth::Scope;
use scim::AttributeSet;
use scope::{Action, ClientId, Decision, DecisionRecord, DenialReason, EffectiveGrant};
use std::{marker::PhantomData, sync::Arc};

/// Who presented a valid access token of this realm, and what it allows now.
#[derive(Debug, Clone)]
pub struct Caller {
    snapshot: Arc<RealmSnapshot>,
    token: Arc<TokenRecord>,
    grant: Arc<EffectiveGrant>,
}

/// A refused action.
#[derive(Debug, Clone, PartialEq)]
pub struct Refusal {
    /// What is missing.
    pub reason: DenialReason,
    /// What is missing, as a sentence without a full stop.
    pub sentence: String,
    /// One smallest set of scopes that would do; empty if none would.
    pub sufficient: Scope,
    /// The engine's record of the decision.
    pub record: DecisionRecord,
}

/// Proof that the engine allowed one action; `K` says what kind of action.
#[derive(Debug, Clone)]
pub struct Permit<K> {
    caller: Caller,
    attributes: AttributeSet,
    record: DecisionRecord,
    kind: PhantomData<K>,
}

impl Caller {
    /// Born where a bearer token was verified, and nowhere else.
    pub(crate) fn new(
        snapshot: Arc<RealmSnapshot>,
        token: Arc<TokenRecord>,
        grant: Arc<EffectiveGrant>,
    ) -> Self {
        Self {
            snapshot,
            token,
            grant,
        }
    }

    /// The same caller in the realm as it will be after a change that is under way.
    pub(crate) fn within(&self, snapshot: &Arc<RealmSnapshot>) -> Self {
        let set = &self.token.scope_set;
        let subject = self.token.speaks_for();
        let grant = EffectiveGrant::new(snapshot.catalogue(), set.client, subject, &set.scopes);
        Self::new(snapshot.clone(), self.token.clone(), Arc::new(grant))
    }

    /// The realm, as it was when the token was verified.
    pub fn snapshot(&self) -> &Arc<RealmSnapshot> {
        &self.snapshot
    }

    /// The realm's address.
    pub fn realm(&self) -> &RealmKey {
        self.snapshot.key()
    }

    /// The token as recorded.
    pub fn token(&self) -> &TokenRecord {
        &self.token
    }

    /// What the token allows now.
    pub fn grant(&self) -> &EffectiveGrant {
        &self.grant
    }

    /// Whether it may manage anything at all.
    pub fn manages(&self) -> bool {
        !self.grant.rights().management().is_empty()
    }

    /// Whether it is this client itself, acting for nobody else (RFC 6749 §4.4).
    pub(crate) fn is_itself(&self, client: ClientId) -> bool {
        self.token.grant.is_none() && self.grant.client() == client
    }

    /// The same, to be recognised by being the very same.
    pub(crate) fn shared_grant(&self) -> &Arc<EffectiveGrant> {
        &self.grant
    }

    /// Asks the engine for `action`. `K` names the kind of action for those who demand a permit;
    /// it is chosen by the constructors in `scim` and `management`, which build the action.
    pub(crate) fn permit<K>(&self, action: &Action<'_>) -> Result<Permit<K>, Refusal> {
        let catalogue = self.snapshot.catalogue();
        match scope::decide(catalogue, &self.grant, action) {
            Decision::Allowed { attributes, record } => Ok(Permit {
                caller: self.clone(),
                attributes: attributes.clone(),
                record,
                kind: PhantomData,
            }),
            Decision::Denied { reason, record } => Err(Refusal {
                reason,
                sentence: reason.sentence(catalogue),
                sufficient: scope::smallest_sufficient(catalogue, &self.grant, action),
                record,
            }),
        }
    }
}

impl<K> Permit<K> {
    /// Who was permitted.
    pub fn caller(&self) -> &Caller {
        &self.caller
    }

    /// The realm in which it was permitted.
    pub fn realm(&self) -> &RealmKey {
        self.caller.realm()
    }

    /// The realm as it was when it was permitted.
    pub fn snapshot(&self) -> &Arc<RealmSnapshot> {
        self.caller.snapshot()
    }

    /// The attributes that the operation may use.
    pub fn attributes(&self) -> &AttributeSet {
        &self.attributes
    }

    /// Which scope and which rule decided.
    pub fn record(&self) -> DecisionRecord {
        self.record
    }
}
