//! Permission for an operation on a person's sub-resources: the one place where these actions are
//! built (product §6.3).
//!
//! There are two doors: the operation of its own that a scope may have, such as `revoke-consent`,
//! and a resource scope that names the sub-resource type. Either opens.

use super::SubType;
use crate::{
    Core, RealmKey,
    access::{Caller, Permit, Refusal},
    people::Person,
    scim::{ScimFailure, permit::target_of},
    snapshot::{RealmSnapshot, TypeEntry},
};
use scim::{AttributeSet, ResourceSchema};
use scope::{
    AccountOperation, Action, ConsentOperation, DenialReason, ExternalIdentityOperation, Operation,
    SubResourceOperation, Target,
};
use std::{cmp::Ordering, sync::Arc};

/// Whose sub-resources a request is about.
#[derive(Debug, Clone)]
pub struct SubPlace {
    identity: TypeEntry,
    own: bool,
}

impl SubPlace {
    /// Those of any person, below `endpoint`; none if that is not where people are.
    pub fn at(snapshot: &RealmSnapshot, endpoint: &str) -> Option<Self> {
        let entry = snapshot.types().by_endpoint(endpoint)?;
        let of_people = snapshot.catalogue().identity_type() == Some(entry.id);
        of_people.then(|| Self {
            identity: entry.clone(),
            own: false,
        })
    }

    /// Those of the identity that authorized the client: `/Me/…`.
    pub fn me(snapshot: &RealmSnapshot) -> Option<Self> {
        let identity = snapshot.catalogue().identity_type()?;
        snapshot.types().get(identity).map(|entry| Self {
            identity: entry.clone(),
            own: true,
        })
    }

    fn action(&self, operation: SubResourceOperation) -> Action<'static> {
        let target = match self.own {
            true => Target::Own,
            false => Target::Any(self.identity.id),
        };
        Action::SubResource { target, operation }
    }
}

/// A kind of operation on a sub-resource.
pub trait SubKind {
    /// The type.
    const TYPE: SubType;
    /// The operation of its own.
    const OPERATION: SubResourceOperation;
    /// The operation of a resource scope that names the type.
    const SCIM: Operation;
    /// The operation that reads what this one answers with, if one does.
    const READ: Option<SubResourceOperation>;
}

const READ_CONSENT: SubResourceOperation =
    SubResourceOperation::Consent(ConsentOperation::RetrieveConsent);
const REVOKE_CONSENT: SubResourceOperation =
    SubResourceOperation::Consent(ConsentOperation::RevokeConsent);
const READ_HISTORY: SubResourceOperation =
    SubResourceOperation::Consent(ConsentOperation::RetrieveConsentHistory);
const READ_EXTERNAL: SubResourceOperation =
    SubResourceOperation::ExternalIdentity(ExternalIdentityOperation::RetrieveExternalIdentity);
const UNLINK_EXTERNAL: SubResourceOperation =
    SubResourceOperation::ExternalIdentity(ExternalIdentityOperation::UnlinkExternalIdentity);
const READ_ACCOUNT: SubResourceOperation =
    SubResourceOperation::Account(AccountOperation::RetrieveAccountState);
const REPLACE_ACCOUNT: SubResourceOperation =
    SubResourceOperation::Account(AccountOperation::ReplaceAccountState);
const READ_REQUIREMENTS: SubResourceOperation =
    SubResourceOperation::Account(AccountOperation::RetrievePasswordQualityRequirements);
const RESET_PASSWORD: SubResourceOperation =
    SubResourceOperation::Account(AccountOperation::ResetPassword);

macro_rules! kinds {
    ($($(#[$doc:meta])* $name:ident = $scim:ident $kind:ident by $operation:expr, shown by $read:expr;)+) => { $(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy)]
        pub struct $name;

        impl SubKind for $name {
            const TYPE: SubType = SubType::$kind;
            const OPERATION: SubResourceOperation = $operation;
            const SCIM: Operation = Operation::$scim;
            const READ: Option<SubResourceOperation> = $read;
        }
    )+ };
}

kinds! {
    /// Search consents.
    SearchConsents = Search Consent by READ_CONSENT, shown by Some(READ_CONSENT);
    /// Read a consent.
    ReadConsent = Retrieve Consent by READ_CONSENT, shown by Some(READ_CONSENT);
    /// Revoke a consent.
    RevokeConsent = Delete Consent by REVOKE_CONSENT, shown by None;
    /// Search what became of consents.
    SearchConsentHistory = Search ConsentHistory by READ_HISTORY, shown by Some(READ_HISTORY);
    /// Read something that became of a consent.
    ReadConsentHistory = Retrieve ConsentHistory by READ_HISTORY, shown by Some(READ_HISTORY);
    /// Search external identities.
    SearchExternalIdentities = Search ExternalIdentity by READ_EXTERNAL, shown by Some(READ_EXTERNAL);
    /// Read an external identity.
    ReadExternalIdentity = Retrieve ExternalIdentity by READ_EXTERNAL, shown by Some(READ_EXTERNAL);
    /// Unlink an external identity.
    UnlinkExternalIdentity = Delete ExternalIdentity by UNLINK_EXTERNAL, shown by None;
    /// Read the state of an account.
    ReadAccount = Retrieve Account by READ_ACCOUNT, shown by Some(READ_ACCOUNT);
    /// Replace the state of an account.
    ReplaceAccount = Modify Account by REPLACE_ACCOUNT, shown by Some(READ_ACCOUNT);
    /// Read what a password must be.
    ReadRequirements = Retrieve PasswordQualityRequirements by READ_REQUIREMENTS, shown by Some(READ_REQUIREMENTS);
    /// Change a password.
    ResetPassword = Modify Password by RESET_PASSWORD, shown by None;
}

/// Proof that the engine allows an operation on the sub-resources of a person, or of any.
#[derive(Debug, Clone)]
pub struct SubPermit<K> {
    permit: Permit<K>,
    place: SubPlace,
    entry: TypeEntry,
    attributes: AttributeSet,
}

impl Caller {
    /// Asks for the operation `K` at `place`, on whatever attributes.
    ///
    /// # Errors
    /// The refusal, which is the same whether or not the person exists.
    pub fn permit_sub<K: SubKind>(&self, place: &SubPlace) -> Result<SubPermit<K>, ScimFailure> {
        let entry = self.snapshot().types().sub(K::TYPE);
        let entry = entry.ok_or(ScimFailure::NotFound)?.clone();
        let (permit, attributes) = self.open::<K>(place, &entry, None)?;
        Ok(SubPermit {
            permit,
            place: place.clone(),
            entry,
            attributes,
        })
    }

    /// Opens either door, and says which attributes lie behind it: all of them behind the first.
    fn open<K: SubKind>(
        &self,
        place: &SubPlace,
        entry: &TypeEntry,
        needed: Option<&AttributeSet>,
    ) -> Result<(Permit<K>, AttributeSet), Refusal> {
        let refusal = match self.permit::<K>(&place.action(K::OPERATION)) {
            Ok(permit) => return Ok((permit, entry.schema.all_attributes().clone())),
            // S14: no scope makes a person of a client.
            Err(refusal) if refusal.reason == DenialReason::PersonRequired => return Err(refusal),
            Err(refusal) => refusal,
        };
        let named = Action::Scim {
            resource_type: entry.id,
            operation: K::SCIM,
            attributes: needed,
        };
        match self.permit::<K>(&named) {
            Ok(permit) => {
                let attributes = permit.attributes().clone();
                Ok((permit, attributes))
            }
            Err(other) => Err(smaller(refusal, other)),
        }
    }
}

/// Of two refusals, the one that names the smaller set of scopes that would do; of two alike, the
/// one that says which attribute is missing.
fn smaller(one: Refusal, other: Refusal) -> Refusal {
    let size = |refusal: &Refusal| match refusal.sufficient.iter().count() {
        0 => usize::MAX,
        count => count,
    };
    let attribute = matches!(other.reason, DenialReason::Attribute { .. });
    match size(&other).cmp(&size(&one)) {
        Ordering::Less => other,
        Ordering::Equal if attribute => other,
        Ordering::Equal | Ordering::Greater => one,
    }
}

impl<K: SubKind> SubPermit<K> {
    /// Asks for the operation on each of the attributes in `needed`.
    ///
    /// # Errors
    /// The refusal, which names an attribute that is missing.
    pub(super) fn require(&self, needed: &AttributeSet) -> Result<(), Refusal> {
        let opened = self
            .caller()
            .open::<K>(&self.place, &self.entry, Some(needed));
        opened.map(|_| ())
    }

    /// What the caller may see of the sub-resource, if anything.
    pub(super) fn readable(&self) -> Option<AttributeSet> {
        let (caller, schema) = (self.caller(), &self.entry.schema);
        let catalogue = caller.snapshot().catalogue();
        let reads = K::READ.is_some_and(|operation| {
            scope::decide(catalogue, caller.grant(), &self.place.action(operation)).is_allowed()
        });
        match reads {
            true => Some(schema.all_attributes().clone()),
            false => caller
                .grant()
                .attributes(self.entry.id, Operation::Retrieve)
                .cloned(),
        }
    }
}

impl<K> SubPermit<K> {
    /// The attributes that the operation may use.
    pub(super) fn attributes(&self) -> &AttributeSet {
        &self.attributes
    }

    /// Who was permitted.
    pub(in crate::scim) fn caller(&self) -> &Caller {
        self.permit.caller()
    }

    /// The realm in which it was permitted.
    pub(super) fn realm(&self) -> &RealmKey {
        self.permit.realm()
    }

    /// The realm as it was when it was permitted.
    pub(super) fn snapshot(&self) -> &Arc<RealmSnapshot> {
        self.permit.snapshot()
    }

    /// The attributes of the sub-resource type.
    pub(super) fn schema(&self) -> &Arc<ResourceSchema> {
        &self.entry.schema
    }

    /// The type of people.
    pub(super) fn identity(&self) -> &TypeEntry {
        &self.place.identity
    }

    /// Whether it is about the caller's own.
    pub(super) fn is_own(&self) -> bool {
        self.place.own
    }
}

impl Core {
    /// The person that a request is about: at `/Me` the caller's own identity whatever the path
    /// says, elsewhere whoever has the id in the path.
    ///
    /// # Errors
    /// 404 if there is nobody of that id in this realm (T1).
    pub(super) async fn owner<K>(
        &self,
        permit: &SubPermit<K>,
        path_id: &str,
    ) -> Result<Person, ScimFailure> {
        let subject = permit.caller().grant().subject();
        let id = target_of(permit.place.own, subject, path_id).ok_or(ScimFailure::NotFound)?;
        let found = self.person(permit.snapshot(), &id).await?;
        found.ok_or(ScimFailure::NotFound)
    }
}
