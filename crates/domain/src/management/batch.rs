//! Several operations that are made together or not at all: each is decided on the realm as those before
//! it leave it, for a caller measured by that realm, and all are one commit.
//!
//! No right is needed beyond those of the operations themselves.

mod conflict;
mod read;
mod rows;

pub use read::{Batch, MAX_OPERATIONS};

use super::{
    FieldError, ManagementError, Outcome,
    edit::{rehearsal, series},
    giving_way::giving_way,
    present::{Decided, Facts, Present},
    scopes,
};
use crate::{
    Core,
    access::Caller,
    audit::Event,
    core::Series,
    snapshot::RealmSnapshot,
    store::{Change, Conflict, StoreError, TypeName},
};
use conflict::Trace;
use read::Labels;
use rows::Row;
use std::{collections::BTreeSet, sync::Arc, time::Duration};

/// Why a batch was not made. Nothing of it was.
#[derive(Debug)]
pub struct BatchFailure {
    /// The operation that stands in the way, counted from 0, where one does.
    pub operation: Option<usize>,
    /// Why.
    pub error: ManagementError,
}

impl<E: Into<ManagementError>> From<E> for BatchFailure {
    fn from(error: E) -> Self {
        Self {
            operation: None,
            error: error.into(),
        }
    }
}

/// Longest time that deciding a batch may take, for all other changes wait meanwhile.
const LONGEST: Duration = Duration::from_secs(3);
/// Most that a batch may have to show of what it changes, in bytes: it is held in memory until all of it is made.
const HEAVIEST: usize = 16 * 1024 * 1024;

/// What came of deciding a batch.
#[derive(Default)]
struct Run {
    /// The operation that is being decided.
    at: usize,
    /// What is remembered of those before it.
    traces: Vec<Trace>,
    /// Whether all were decided.
    decided: bool,
}

impl Core {
    /// Makes the operations of `batch` together; answers what came of each, in order. A dry run makes
    /// nothing, and answers the same.
    ///
    /// # Errors
    /// The first operation that can't be made, and why.
    pub async fn batch(
        &self,
        caller: &Caller,
        batch: &Batch,
    ) -> Result<Vec<Outcome>, BatchFailure> {
        // Whoever may do none of it costs no more than this.
        for (at, operation) in batch.operations.iter().enumerate() {
            let allowed = match Row::of(operation, &Labels::default()) {
                Some((row, _)) => (row.permitted)(caller),
                None => Err(ManagementError::NotFound),
            };
            allowed.map_err(|error| BatchFailure {
                operation: Some(at),
                error,
            })?;
        }
        let types = depended_on(batch, caller.snapshot());
        let facts = Facts::read(self, caller.realm(), types).await?;
        let mut run = Run::default();
        let decide = |present: &mut Present<'_>| {
            run = Run::default();
            giving_way(|| decide(present, batch, &mut run))
        };
        let made = match batch.dry_run {
            // Nobody waits for what changes nothing.
            true => rehearsal(self, caller, &facts, decide).await,
            false => series(self, caller, &facts, decide).await,
        };
        match made {
            Ok(outcomes) if !batch.dry_run => Ok(outcomes),
            Err(error) if !run.decided => Err(BatchFailure {
                operation: Some(run.at),
                error,
            }),
            made => {
                self.objections(caller, &run.traces).await?;
                made.map_err(BatchFailure::from)
            }
        }
    }

    /// What the store would say, or said, of operations that were decided, by the operation of which it says so.
    async fn objections(&self, caller: &Caller, traces: &[Trace]) -> Result<(), BatchFailure> {
        let at = |operation, error| BatchFailure {
            operation: Some(operation),
            error,
        };
        if let Some((operation, kind)) = conflict::duplicate(caller.snapshot(), traces) {
            return Err(at(operation, Conflict::Duplicate { kind }.into()));
        }
        for (operation, trace) in traces.iter().enumerate() {
            for change in &trace.expected {
                if let Some(error) = self.objection(caller, change).await? {
                    return Err(at(operation, error));
                }
            }
        }
        Ok(())
    }

    /// Why a change that expects something of the store can't be made.
    async fn objection(
        &self,
        caller: &Caller,
        change: &Change,
    ) -> Result<Option<ManagementError>, StoreError> {
        let (store, realm) = (self.store(), caller.realm());
        let conflict = match change {
            Change::ReleaseScope { scope, .. } => {
                // No live token or grant may carry it.
                let blocked = scopes::live_users(self, caller.snapshot(), *scope).await?;
                return Ok(blocked.map(ManagementError::from));
            }
            Change::ExpectResource { resource_type, id } => {
                let found = store.find_resource(realm, resource_type, id).await?;
                let (resource_type, id) = (resource_type.clone(), id.clone());
                found
                    .is_none()
                    .then_some(Conflict::Unknown { resource_type, id })
            }
            Change::ExpectNoResources(name) => {
                let resource_type = name.clone();
                let some = store.has_resources(realm, name).await?;
                some.then_some(Conflict::HasResources { resource_type })
            }
            _ => None,
        };
        Ok(conflict.map(ManagementError::from))
    }
}

/// The resource types of which it matters whether there are resources. What the batch itself makes has
/// none.
fn depended_on(batch: &Batch, snapshot: &RealmSnapshot) -> BTreeSet<TypeName> {
    let labels = Labels::default();
    let rows = batch.operations.iter().filter_map(|o| Row::of(o, &labels));
    rows.flat_map(|(row, target)| (row.depends_on)(snapshot, &target))
        .collect()
}

/// Decides the operations one after the other, as long as that takes no longer, and comes to no more, than it
/// may.
fn decide(
    present: &mut Present<'_>,
    batch: &Batch,
    run: &mut Run,
) -> Result<Series<Vec<Outcome>>, ManagementError> {
    let began = present.core.now();
    let mut caller: Caller = present.caller.clone();
    let mut realm: Arc<RealmSnapshot> = caller.snapshot().clone();
    let mut labels = Labels::default();
    let (mut edits, mut outcomes, mut weight) = (Vec::new(), Vec::new(), 0_usize);
    for (at, operation) in batch.operations.iter().enumerate() {
        run.at = at;
        if weight > HEAVIEST || present.core.now() > began.plus(LONGEST) {
            let detail = "change too much to be made together: send fewer at a time";
            return Err(FieldError::new("operations", "too_much", detail).into());
        }
        let (row, target) = Row::of(operation, &labels).ok_or(ManagementError::NotFound)?;
        let body = labels.filled(&operation.body);
        let mut present = Present {
            snapshot: &realm,
            caller: &caller,
            core: present.core,
            now: present.now,
            stock: &mut *present.stock,
            facts: present.facts,
        };
        let Decided {
            edit,
            after,
            outcome,
        } = (row.decide)(&mut present, &target, &body, &operation.conditions)?;
        if let (Some(label), Outcome::Created(created)) = (&operation.label, &outcome) {
            labels.name(label, &created.id);
        }
        caller = caller.within(&after);
        realm = after;
        weight = weight.saturating_add(edit.events.iter().map(Event::weight).sum());
        run.traces.push(Trace::of(&edit));
        edits.push(edit);
        outcomes.push(outcome);
    }
    run.decided = true;
    Ok(Series {
        edits,
        after: realm,
        answer: outcomes,
    })
}
