//! What a token gives now: what was granted, measured by the realm as it is.

use crate::{
    catalogue::{Catalogue, CompiledScope},
    id::{ClientId, ScopeId, TypeId},
    operation::Operation,
    rights::{OperationTable, Rights},
};
use oauth::Scope;
use scim::{AttrId, AttributeSet};
use std::{borrow::Cow, sync::Arc};

/// A scope as tokens, grants and consents hold it: its id, and the version that was granted.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize,
)]
pub struct GrantedScope {
    /// The scope.
    pub scope: ScopeId,
    /// The version of its definition at the grant.
    pub version: u32,
}

/// Whom a token speaks for (`sub`, RFC 9068 §2.2).
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Subject {
    /// The client itself (RFC 6749 §4.4).
    Client,
    /// A person.
    Person {
        /// The id of the person's SCIM resource.
        user: String,
    },
}

/// Whether a grant's client may do anything at all (B11).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Standing {
    Active,
    Inactive,
    Unknown,
    /// It acts for itself, and may not any more.
    NoServiceAccount,
}

/// A scope of a grant that is in effect.
#[derive(Debug, Clone)]
struct EffectiveScope {
    scope: Arc<CompiledScope>,
    version: u32,
}

/// Everything that a grant allows under one catalogue, added up beforehand.
///
/// It holds for that catalogue only: [`decide()`](crate::decide()) denies with any other.
#[derive(Debug, Clone)]
pub struct EffectiveGrant {
    catalogue_version: u64,
    catalogue_hash: [u8; 32],
    client: ClientId,
    standing: Standing,
    subject: Subject,
    scopes: Vec<EffectiveScope>,
    /// The union, without what must not be seen of other resources (S3).
    rights: Rights,
    /// What may be done at `/Me`: own and any together, for the identity's type.
    me: OperationTable,
    nothing: AttributeSet,
}

impl EffectiveGrant {
    /// Measures a grant: a scope is in effect if it still exists, the client is active, still
    /// assigned it and, where it acts for itself, still a service account, and the granted version
    /// is known; for a person only as far as their roles allow, now (product §2.4).
    pub fn new(
        catalogue: &Catalogue,
        client: ClientId,
        subject: Subject,
        granted: &[GrantedScope],
    ) -> Self {
        let entry = catalogue.client(client);
        let standing = match entry {
            None => Standing::Unknown,
            Some(entry) if !entry.active => Standing::Inactive,
            Some(entry) if subject == Subject::Client && !entry.service_account => {
                Standing::NoServiceAccount
            }
            Some(_) => Standing::Active,
        };
        let roles = match &subject {
            Subject::Person { user } => Some(catalogue.rights_of_person(user)),
            Subject::Client => None,
        };
        let mut scopes: Vec<EffectiveScope> = Vec::new();
        let mut union = Rights::default();
        for GrantedScope { scope: id, version } in granted.iter().copied() {
            let assigned = standing == Standing::Active
                && entry.is_some_and(|entry| entry.assignment(id).is_some());
            let Some(scope) = catalogue.scope(id).filter(|_| assigned) else {
                continue;
            };
            let allowed = scope.rights(version).and_then(|rights| match roles {
                Some(roles) => roles.leave(scope.definition(), rights),
                None => Some(Cow::Borrowed(rights)),
            });
            let Some(rights) = allowed else {
                continue;
            };
            union.union_with(&rights);
            scopes.push(EffectiveScope {
                scope: scope.clone(),
                version,
            });
        }
        if subject == Subject::Client {
            // A client has no identity of a person to act on.
            union.own = OperationTable::default();
            union.own_sub_resources = Default::default();
        }
        let (rights, me) = settle(catalogue, union, &subject);
        Self {
            catalogue_version: catalogue.version(),
            catalogue_hash: *catalogue.hash(),
            client,
            standing,
            subject,
            scopes,
            rights,
            me,
            nothing: AttributeSet::new(),
        }
    }

    /// The client that the grant was made to.
    pub fn client(&self) -> ClientId {
        self.client
    }

    /// Whom the grant speaks for.
    pub fn subject(&self) -> &Subject {
        &self.subject
    }

    /// Whether the client exists, is active, and may act for itself if it does; tokens of any other
    /// are invalid (B11).
    pub fn is_live(&self) -> bool {
        self.standing == Standing::Active
    }

    /// The names of the scopes in effect, in granted order and stored spelling (RFC 7662 §2.2).
    pub fn scope_names(&self) -> Scope {
        self.scopes
            .iter()
            .map(|s| s.scope.definition().name.clone())
            .collect()
    }

    /// The ids of the scopes in effect, in granted order.
    pub fn scope_ids(&self) -> impl Iterator<Item = ScopeId> + '_ {
        self.scopes.iter().map(|s| s.scope.id())
    }

    /// Whether the scope is in effect as it was granted in this version.
    pub fn has(&self, scope: ScopeId, version: u32) -> bool {
        let mut scopes = self.scopes.iter();
        scopes.any(|s| s.scope.id() == scope && s.version == version)
    }

    /// Everything that the grant allows.
    pub fn rights(&self) -> &Rights {
        &self.rights
    }

    /// The leaves that an operation on any resource of the type may use; none if the operation may
    /// not be done at all.
    pub fn attributes(&self, resource_type: TypeId, operation: Operation) -> Option<&AttributeSet> {
        self.rights.any.get(resource_type, operation)
    }

    /// The leaves that an operation at `/Me` may use.
    pub fn me_attributes(
        &self,
        catalogue: &Catalogue,
        operation: Operation,
    ) -> Option<&AttributeSet> {
        self.me.get(catalogue.identity_type()?, operation)
    }

    /// The leaves that claims at `/userinfo` may be made of.
    pub fn claim_attributes(&self, catalogue: &Catalogue) -> Option<&AttributeSet> {
        self.rights
            .own
            .get(catalogue.identity_type()?, Operation::Retrieve)
    }

    pub(crate) fn is_of(&self, catalogue: &Catalogue) -> bool {
        self.catalogue_version == catalogue.version() && self.catalogue_hash == *catalogue.hash()
    }

    pub(crate) fn standing(&self) -> Standing {
        self.standing
    }

    pub(crate) fn nothing(&self) -> &AttributeSet {
        &self.nothing
    }

    /// Each scope in effect with what it allows by itself, in granted order; of the rights of management also what
    /// the person's roles do not hold.
    pub(crate) fn each(&self) -> impl Iterator<Item = (ScopeId, &Rights)> {
        self.scopes
            .iter()
            .filter_map(|s| Some((s.scope.id(), s.scope.rights(s.version)?)))
    }
}

/// Adds up what may be done at `/Me`, then takes out what would show other resources.
fn settle(catalogue: &Catalogue, union: Rights, subject: &Subject) -> (Rights, OperationTable) {
    let types = catalogue.type_table();
    let mut me = OperationTable::default();
    if let (Some(identity), Subject::Person { .. }) = (types.identity(), subject) {
        for operation in [Operation::Retrieve, Operation::Modify] {
            for table in [&union.own, &union.any] {
                if let Some(attributes) = table.get(identity, operation) {
                    me.add(identity, operation, attributes);
                }
            }
        }
        if let Some(attributes) = me.get_mut(identity, Operation::Modify) {
            attributes.subtract(types.password());
        }
    }
    let mut rights = union.clone();
    for table in [&mut rights.own, &mut rights.any, &mut me] {
        withhold(catalogue, table, &union.any);
    }
    (rights, me)
}

/// What is resolved from another resource needs a right to that one (S3): its name as shown here
/// may be read, or searched by, only by who may do so there; and whom an attribute refers to may
/// be searched by only by who may retrieve or search such resources.
fn withhold(catalogue: &Catalogue, table: &mut OperationTable, any: &OperationTable) {
    for reference in catalogue.type_table().cross_references() {
        for operation in [Operation::Retrieve, Operation::Search] {
            let Some(attributes) = table.get_mut(reference.resource_type, operation) else {
                continue;
            };
            // Of whichever type the other resource is, it must not be told by what is found.
            let of_each = |may: &dyn Fn(TypeId, AttrId) -> bool| {
                let targets = &reference.targets;
                !targets.is_empty() && targets.iter().all(|(target, name)| may(*target, *name))
            };
            let shown = of_each(&|target, name| {
                any.get(target, operation)
                    .is_some_and(|there| there.contains(name))
            });
            if let Some(display) = reference.display.filter(|_| !shown) {
                attributes.remove(display);
            }
            let known =
                of_each(&|target, _| any.any(target, &[Operation::Retrieve, Operation::Search]));
            let hidden = operation == Operation::Search && !known;
            if let Some(value) = reference.value.filter(|_| hidden) {
                attributes.remove(value);
            }
        }
    }
}
