//! What all resources that are configuration have in common: how one is found and shown, and that each
//! change of one is decided purely, on the realm as it is, so that several can be made together.
//!
//! Whoever implements [`Make`], [`Alter`] and the others gets the operations of the management API
//! for it: permission asked for again under the writer's lock (T6), preconditions, answers.

use super::{
    Creatable, Created, Deletable, ListPage, ListQuery, Listable, ManagementError, Object,
    Readable, Target, Updatable,
    edit::{single, still_permitted},
    entity_tag,
    giving_way::giving_way,
    list::Listing,
    present::{Decided, Facts, Made, Outcome, Present},
    table::{Create, Delete, List, Managed, Permitted, Read, Update},
    texts,
};
use crate::{
    Core, Edit, RealmKey,
    access::{Caller, Permit},
    audit::Event,
    scim::Preconditions,
    snapshot::RealmSnapshot,
    store::TypeName,
};
use serde_json::Value;
use std::sync::Arc;

/// Configuration that has an address.
pub(super) trait Find: Managed {
    /// One, as the realm holds it.
    type Record<'s>;
    /// The one at the address.
    fn find<'s>(
        snapshot: &'s RealmSnapshot,
        target: &Target,
    ) -> Result<Self::Record<'s>, ManagementError>;
}

/// Configuration that can be shown.
pub(super) trait Show: Find {
    /// The resource types of which it matters whether there are resources, when the one at the address is
    /// changed.
    fn depends_on(snapshot: &RealmSnapshot, target: &Target) -> Vec<TypeName> {
        let _ = (snapshot, target);
        Vec::new()
    }

    /// The whole of it as JSON, without secrets.
    fn show(snapshot: &RealmSnapshot, record: Self::Record<'_>) -> Object;

    /// What this caller is shown of it beside that, which no entity tag covers.
    fn beside(
        core: &Core,
        caller: &Caller,
        record: Self::Record<'_>,
    ) -> impl Future<Output = Result<Object, ManagementError>> + Send {
        let _ = (core, caller, record);
        std::future::ready(Ok(Object::new()))
    }
}

/// Configuration that can be listed.
pub(super) trait All: Show {
    /// All of the collection with their ids, in order of them.
    fn all<'s>(
        snapshot: &'s RealmSnapshot,
        target: &Target,
    ) -> Result<impl Iterator<Item = (String, Self::Record<'s>)> + Send, ManagementError>;

    /// The same without those up to an id, where it is quicker not to begin with them.
    fn all_after<'s>(
        snapshot: &'s RealmSnapshot,
        target: &Target,
        after: Option<&str>,
    ) -> Result<impl Iterator<Item = (String, Self::Record<'s>)> + Send, ManagementError> {
        let _ = after;
        Self::all(snapshot, target)
    }

    /// The record, if nothing else decides what is shown of it: lists keep the text then.
    fn shown_alone(record: &Self::Record<'_>) -> Option<texts::Record> {
        let _ = record;
        None
    }
}

/// Configuration that administrators make.
pub(super) trait Make: Show {
    /// Decides the making of one from `body`.
    fn make(
        present: &mut Present<'_>,
        target: &Target,
        body: &Object,
    ) -> Result<Edit<Made>, ManagementError>;
}

/// Configuration that administrators change.
pub(super) trait Alter: Show {
    /// Decides a change by the merge patch `patch` (RFC 7396).
    fn alter(
        present: &mut Present<'_>,
        target: &Target,
        patch: &Object,
    ) -> Result<Edit<()>, ManagementError>;
}

/// Configuration that administrators delete.
pub(super) trait Remove: Show {
    /// Decides the deletion of the one at the address.
    fn remove(present: &mut Present<'_>, target: &Target) -> Result<Edit<()>, ManagementError>;

    /// Says what stands in the way of a deletion that was refused, as far as the store knows it.
    fn explain(
        core: &Core,
        realm: &RealmKey,
        snapshot: &RealmSnapshot,
        target: &Target,
        error: ManagementError,
    ) -> impl Future<Output = ManagementError> + Send {
        let _ = (core, realm, snapshot, target);
        std::future::ready(error)
    }
}

/// Decides a creation, for a caller that may.
pub(super) fn made<R: Make>(
    present: &mut Present<'_>,
    target: &Target,
    body: &Object,
) -> Result<Decided, ManagementError> {
    still_permitted::<Create<R>>(present.caller)?;
    let edit = R::make(present, target, body)?;
    let after = Arc::new(present.core.compiled(present.snapshot, &edit)?);
    let (Made { id, once }, edit) = edit.split();
    let item = target.item::<R>(&id);
    let object = R::show(&after, R::find(&after, &item)?);
    let event = Event::created(R::DEFINITION.resource, item.path(&after), object.clone());
    Ok(Decided {
        edit: edit.noting_first(named::<R>(event, &object)),
        after,
        outcome: Outcome::Created(Created { id, object, once }),
    })
}

/// Decides a change, for a caller that may, of a thing that is as the caller expects.
pub(super) fn altered<R: Alter>(
    present: &mut Present<'_>,
    target: &Target,
    patch: &Object,
    conditions: &Preconditions,
) -> Result<Decided, ManagementError> {
    still_permitted::<Update<R>>(present.caller)?;
    let before = expected::<R>(present, target, conditions)?;
    let edit = R::alter(present, target, patch)?;
    let after = Arc::new(present.core.compiled(present.snapshot, &edit)?);
    let object = R::show(&after, R::find(&after, target)?);
    let (resource, id) = (R::DEFINITION.resource, target.path(&after));
    let event = Event::updated(resource, id, before, object.clone());
    Ok(Decided {
        edit: edit.noting(named::<R>(event, &object)),
        after,
        outcome: Outcome::Updated(object),
    })
}

/// Decides a deletion, for a caller that may, of a thing that is as the caller expects.
pub(super) fn removed<R: Remove>(
    present: &mut Present<'_>,
    target: &Target,
    conditions: &Preconditions,
) -> Result<Decided, ManagementError> {
    still_permitted::<Delete<R>>(present.caller)?;
    let before = expected::<R>(present, target, conditions)?;
    let edit = R::remove(present, target)?;
    let after = Arc::new(present.core.compiled(present.snapshot, &edit)?);
    let (resource, id) = (R::DEFINITION.resource, target.path(&after));
    let event = Event::deleted(resource, id, before.clone());
    Ok(Decided {
        edit: edit.noting(named::<R>(event, &before)),
        after,
        outcome: Outcome::Deleted,
    })
}

/// The thing, which must be as the caller expects.
fn expected<R: Show>(
    present: &Present<'_>,
    target: &Target,
    conditions: &Preconditions,
) -> Result<Object, ManagementError> {
    let record = R::find(present.snapshot, target)?;
    let object = R::show(present.snapshot, record);
    entity_tag::check(conditions, || present.core.entity_tag(&object))?;
    Ok(object)
}

/// An event of a thing that people know by another field than `name`.
fn named<R: Show>(event: Event, object: &Object) -> Event {
    match object.get(R::DEFINITION.named_by) {
        Some(Value::String(name)) => event.named(name),
        _ => event,
    }
}

/// What the store must be asked before a change of one.
async fn facts<R: Show, K: Permitted>(
    core: &Core,
    permit: &Permit<K>,
    target: &Target,
) -> Result<Facts, ManagementError> {
    let types = R::depends_on(permit.snapshot(), target);
    Ok(Facts::read(core, permit.realm(), types).await?)
}

impl<R: Make> Creatable for R {
    async fn create(
        core: &Core,
        permit: &Permit<Create<Self>>,
        target: &Target,
        body: &Object,
    ) -> Result<Created, ManagementError> {
        let facts = Facts::default();
        let outcome = single(core, permit, &facts, |present| {
            made::<R>(present, target, body)
        });
        match outcome.await? {
            Outcome::Created(created) => Ok(created),
            Outcome::Updated(_) | Outcome::Deleted => Err(ManagementError::NotFound),
        }
    }
}

impl<R: All> Listable for R {
    async fn list(
        core: &Core,
        permit: &Permit<List<Self>>,
        target: &Target,
        query: &ListQuery,
    ) -> Result<ListPage, ManagementError> {
        let snapshot = permit.snapshot();
        // That there is what the collection belongs to comes before what is asked of it.
        R::all(snapshot, target).map(drop)?;
        let listing = Listing::new::<Self>(core.secrets(), permit.caller(), target, query)?;
        let all = R::all_after(snapshot, target, listing.after.as_deref())?;
        if !listing.is_unfiltered() {
            return giving_way(|| listing.page(all, |record| R::show(snapshot, record)));
        }
        listing.page_of_texts(all, |record| {
            Some(match R::shown_alone(&record) {
                Some(alone) => core.texts().text(alone, || R::show(snapshot, record)),
                None => Value::Object(R::show(snapshot, record)).to_string().into(),
            })
        })
    }
}

impl<R: Show> Readable for R
where
    R: Alter,
{
    async fn read(
        _: &Core,
        permit: &Permit<Read<Self>>,
        target: &Target,
    ) -> Result<Object, ManagementError> {
        let snapshot = permit.snapshot();
        R::find(snapshot, target).map(|record| R::show(snapshot, record))
    }

    async fn beside(
        core: &Core,
        permit: &Permit<Read<Self>>,
        target: &Target,
    ) -> Result<Object, ManagementError> {
        let record = R::find(permit.snapshot(), target)?;
        <R as Show>::beside(core, permit.caller(), record).await
    }
}

impl<R: Alter> Updatable for R {
    async fn update(
        core: &Core,
        permit: &Permit<Update<Self>>,
        target: &Target,
        patch: &Object,
        conditions: &Preconditions,
    ) -> Result<Object, ManagementError> {
        let facts = facts::<R, _>(core, permit, target).await?;
        let outcome = single(core, permit, &facts, |present| {
            altered::<R>(present, target, patch, conditions)
        });
        match outcome.await? {
            Outcome::Updated(object) => Ok(object),
            Outcome::Created(_) | Outcome::Deleted => Err(ManagementError::NotFound),
        }
    }
}

impl<R: Remove> Deletable for R {
    async fn delete(
        core: &Core,
        permit: &Permit<Delete<Self>>,
        target: &Target,
        conditions: &Preconditions,
    ) -> Result<(), ManagementError> {
        let facts = facts::<R, _>(core, permit, target).await?;
        let outcome = single(core, permit, &facts, |present| {
            removed::<R>(present, target, conditions)
        });
        match outcome.await {
            Ok(_) => Ok(()),
            Err(error) => {
                let (realm, snapshot) = (permit.realm(), permit.snapshot());
                Err(R::explain(core, realm, snapshot, target, error).await)
            }
        }
    }
}
