//! Several operations that are made together or not at all: each is decided on the realm as those before
//! it leave it, for a caller measured by that realm, and all are one commit.
//!
//! No right is needed beyond those of the operations themselves.

mod conflict;
mod read;
mod rows;

pub use read::{Batch, MAX_OPERATIONS};

use super::{
    ManagementError, Outcome,
    edit::series,
    present::{Decided, Facts, Present},
    scopes,
};
use crate::{
    Core, Edit,
    access::Caller,
    core::Series,
    snapshot::RealmSnapshot,
    store::{Change, Conflict, StoreError, TypeName},
};
use read::Labels;
use rows::Row;
use scope::ScopeId;
use std::{collections::BTreeSet, sync::Arc};

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

/// What came of deciding a batch.
struct Run {
    /// The operation that is being decided.
    at: usize,
    /// The changes so far.
    edits: Vec<Edit<()>>,
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
        let types = depended_on(batch, caller.snapshot());
        let facts = Facts::read(self, caller.realm(), types).await?;
        let mut run = Run {
            at: 0,
            edits: Vec::new(),
            decided: false,
        };
        let made = series(self, caller, &facts, |present| {
            run = Run {
                at: 0,
                edits: Vec::new(),
                decided: false,
            };
            decide(present, batch, &mut run)
        });
        match made.await {
            Ok(outcomes) if batch.dry_run => {
                self.scopes_are_free(caller, &run.edits).await?;
                self.people_are_there(caller, &run.edits).await?;
                Ok(outcomes)
            }
            Ok(outcomes) => Ok(outcomes),
            Err(error) if !run.decided => Err(BatchFailure {
                operation: Some(run.at),
                error,
            }),
            Err(error) => {
                self.scopes_are_free(caller, &run.edits).await?;
                self.people_are_there(caller, &run.edits).await?;
                Err(BatchFailure {
                    operation: conflict::culprit(caller.snapshot(), &run.edits, &error),
                    error,
                })
            }
        }
    }

    /// That whoever the batch names exists.
    async fn people_are_there(
        &self,
        caller: &Caller,
        edits: &[Edit<()>],
    ) -> Result<(), BatchFailure> {
        for (index, edit) in edits.iter().enumerate() {
            for change in &edit.before {
                let Change::ExpectResource { resource_type, id } = change else {
                    continue;
                };
                let found = self
                    .store()
                    .find_resource(caller.realm(), resource_type, id);
                if found.await?.is_none() {
                    let (resource_type, id) = (resource_type.clone(), id.clone());
                    return Err(BatchFailure {
                        operation: Some(index),
                        error: Conflict::Unknown { resource_type, id }.into(),
                    });
                }
            }
        }
        Ok(())
    }

    /// That no live token or grant carries a scope that the batch deletes.
    async fn scopes_are_free(
        &self,
        caller: &Caller,
        edits: &[Edit<()>],
    ) -> Result<(), BatchFailure> {
        for (index, scope) in released(edits) {
            let blocked = scopes::live_users(self, caller.snapshot(), scope).await;
            if let Some(blocked) = blocked.map_err(|error: StoreError| error)? {
                return Err(BatchFailure {
                    operation: Some(index),
                    error: blocked.into(),
                });
            }
        }
        Ok(())
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

/// The scopes that are deleted, each with the operation that does it.
fn released(edits: &[Edit<()>]) -> impl Iterator<Item = (usize, ScopeId)> {
    edits.iter().enumerate().flat_map(|(index, edit)| {
        edit.before.iter().filter_map(move |change| match change {
            Change::ReleaseScope { scope, .. } => Some((index, *scope)),
            _ => None,
        })
    })
}

/// Decides the operations one after the other.
fn decide(
    present: &mut Present<'_>,
    batch: &Batch,
    run: &mut Run,
) -> Result<Series<Vec<Outcome>>, ManagementError> {
    let mut caller: Caller = present.caller.clone();
    let mut realm: Arc<RealmSnapshot> = caller.snapshot().clone();
    let mut labels = Labels::default();
    let mut outcomes = Vec::new();
    for (at, operation) in batch.operations.iter().enumerate() {
        run.at = at;
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
        run.edits.push(edit);
        outcomes.push(outcome);
    }
    run.decided = true;
    let edits = match batch.dry_run {
        true => Vec::new(),
        false => run.edits.clone(),
    };
    Ok(Series {
        edits,
        after: realm,
        answer: outcomes,
    })
}
