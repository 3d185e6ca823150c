//! Permission for an operation on the resources of a type, or on the caller's own identity: the one
//! place where SCIM [`Action`]s are built (product §6.1, S1).

use super::ScimFailure;
use crate::{
    Core, RealmKey,
    access::{Caller, Permit, Refusal},
    snapshot::{RealmSnapshot, TypeEntry},
    store::{ResourceId, TypeName},
};
use scim::{AttributeSet, ResourceSchema};
use scope::{Action, Operation, Subject};
use std::sync::Arc;

/// Where a SCIM request goes.
#[derive(Debug, Clone)]
pub struct Place {
    entry: TypeEntry,
    own: bool,
}

impl Place {
    /// Any resource of the type at `endpoint`, such as `Users`.
    pub fn at(snapshot: &RealmSnapshot, endpoint: &str) -> Option<Self> {
        snapshot.types().by_endpoint(endpoint).map(Self::of)
    }

    /// Any resource of the type.
    pub fn of(entry: &TypeEntry) -> Self {
        Self {
            entry: entry.clone(),
            own: false,
        }
    }

    /// The identity that authorized the client: `/Me` (RFC 7644 §3.11). None if the realm has no
    /// type of person.
    pub fn me(snapshot: &RealmSnapshot) -> Option<Self> {
        let identity = snapshot.catalogue().identity_type()?;
        snapshot.types().get(identity).map(|entry| Self {
            entry: entry.clone(),
            own: true,
        })
    }

    fn action<'a>(&self, operation: Operation, attributes: Option<&'a AttributeSet>) -> Action<'a> {
        match self.own {
            true => Action::Me {
                operation,
                attributes,
            },
            false => Action::Scim {
                resource_type: self.entry.id,
                operation,
                attributes,
            },
        }
    }
}

/// A kind of operation.
pub trait Kind {
    /// The operation that it is.
    const OPERATION: Operation;
}

macro_rules! kinds {
    ($($(#[$doc:meta])* $name:ident)+) => { $(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy)]
        pub struct $name;

        impl Kind for $name {
            const OPERATION: Operation = Operation::$name;
        }
    )+ };
}

kinds! {
    /// Read one resource by its id.
    Retrieve
    /// Find resources by a filter.
    Search
    /// Make a resource.
    Create
    /// Change a resource, by PUT or PATCH.
    Modify
    /// Delete a resource.
    Delete
}

/// Proof that the engine allows an operation at a [`Place`].
#[derive(Debug, Clone)]
pub struct ScimPermit<K> {
    permit: Permit<K>,
    place: Place,
}

impl Caller {
    /// Asks for the operation `K` at `place`, on whatever attributes.
    ///
    /// # Errors
    /// The refusal, which is the same whether or not the resource exists.
    pub fn permit_scim<K: Kind>(&self, place: &Place) -> Result<ScimPermit<K>, Refusal> {
        let permit = self.permit(&place.action(K::OPERATION, None))?;
        Ok(ScimPermit {
            permit,
            place: place.clone(),
        })
    }
}

impl Core {
    /// The same permit as of now, when no change of the configuration is under way (T6).
    ///
    /// # Errors
    /// 401 or the refusal, if it would not be given any more; 404 if the type is gone.
    pub(super) async fn renew_permit<K: Kind>(
        &self,
        permit: &ScimPermit<K>,
    ) -> Result<ScimPermit<K>, ScimFailure> {
        self.clear_doubts().await?;
        let caller = self.renew(permit.caller()).await?;
        let entry = caller.snapshot().types().by_name(permit.type_name());
        let place = Place {
            entry: entry.ok_or(ScimFailure::NotFound)?.clone(),
            own: permit.place.own,
        };
        Ok(caller.permit_scim(&place)?)
    }
}

impl<K: Kind> ScimPermit<K> {
    /// Asks for the operation on each of the attributes in `needed`.
    ///
    /// # Errors
    /// The refusal, which names an attribute that is missing.
    pub(super) fn require(&self, needed: &AttributeSet) -> Result<(), Refusal> {
        let action = self.place.action(K::OPERATION, Some(needed));
        self.caller().permit::<K>(&action).map(|_| ())
    }
}

impl<K> ScimPermit<K> {
    /// The attributes that the operation may use.
    pub(super) fn attributes(&self) -> &AttributeSet {
        self.permit.attributes()
    }

    /// Who was permitted.
    pub(super) fn caller(&self) -> &Caller {
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

    /// The type of the resources.
    pub(super) fn entry(&self) -> &TypeEntry {
        &self.place.entry
    }

    /// The attributes of the type.
    pub(super) fn schema(&self) -> &Arc<ResourceSchema> {
        &self.place.entry.schema
    }

    /// The name of the type.
    pub(super) fn type_name(&self) -> &TypeName {
        &self.place.entry.name
    }

    /// What the caller may see of a resource here, if anything.
    pub(super) fn readable(&self) -> Option<&AttributeSet> {
        let (grant, entry) = (self.caller().grant(), self.entry());
        match self.place.own {
            true => grant.me_attributes(self.snapshot().catalogue(), Operation::Retrieve),
            false => grant.attributes(entry.id, Operation::Retrieve),
        }
    }

    /// What the caller may retrieve or search here: all that a PATCH may test (product §6.2).
    pub(super) fn visible(&self) -> AttributeSet {
        let mut visible = self.readable().cloned().unwrap_or_default();
        if let Some(searchable) = self
            .caller()
            .grant()
            .attributes(self.entry().id, Operation::Search)
        {
            visible.union_with(searchable);
        }
        visible
    }

    /// The resource that a request is about: at `/Me` the caller's own whatever the path says,
    /// elsewhere the one with the id in the path. None for what can't be an id.
    pub(super) fn target(&self, path_id: &str) -> Option<ResourceId> {
        target_of(self.place.own, self.caller().grant().subject(), path_id)
    }
}

/// The same of a place that is one's own or not.
pub(super) fn target_of(own: bool, subject: &Subject, path_id: &str) -> Option<ResourceId> {
    let id = match (own, subject) {
        (true, Subject::Person { user }) => user,
        (true, Subject::Client) => return None,
        (false, _) => path_id,
    };
    let plain = (1..=MAX_ID).contains(&id.len()) && id.bytes().all(|b| b.is_ascii_graphic());
    plain.then(|| ResourceId(id.into()))
}

/// Longest id, in bytes; the server's own are shorter.
const MAX_ID: usize = 64;

#[cfg(test)]
mod tests;
