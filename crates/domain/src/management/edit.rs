//! Changes made under a permit that still holds when they are made (T6).

use super::{
    ManagementError,
    present::{Decided, Facts, Outcome, Present},
    table::Permitted,
};
use crate::{
    Core, RealmKey, Timestamp,
    access::{Caller, Permit},
    core::{Above, Series, Turn},
    directory::Directory,
    keys::Stock,
};

/// Changes the permit's realm by one operation.
pub(super) async fn single<K: Permitted>(
    core: &Core,
    permit: &Permit<K>,
    facts: &Facts,
    mut decide: impl FnMut(&mut Present<'_>) -> Result<Decided, ManagementError>,
) -> Result<Outcome, ManagementError> {
    let series = series(core, permit.caller(), facts, |present| {
        let Decided {
            edit,
            after,
            outcome,
        } = decide(present)?;
        Ok(Series {
            edits: vec![edit],
            after,
            answer: outcome,
        })
    });
    series.await
}

/// Changes the caller's realm by what `decide` says, which may be asked again: keys of slow algorithms
/// that it lacked are made while nobody waits for the writer's lock.
pub(super) async fn series<T>(
    core: &Core,
    caller: &Caller,
    facts: &Facts,
    mut decide: impl FnMut(&mut Present<'_>) -> Result<Series<T>, ManagementError>,
) -> Result<T, ManagementError> {
    let mut stock = Stock::default();
    loop {
        let edited = core.edit_by(caller, |caller, now| {
            decide(&mut Present {
                core,
                snapshot: caller.snapshot(),
                caller,
                now,
                stock: &mut stock,
                facts,
            })
        });
        let edited = edited.await;
        if !stock.refill().await? {
            return Ok(edited?);
        }
    }
}

/// What would come of `decide`, on the realm as the caller was authenticated in it. Nothing is changed.
pub(super) async fn rehearsal<T>(
    core: &Core,
    caller: &Caller,
    facts: &Facts,
    mut decide: impl FnMut(&mut Present<'_>) -> Result<Series<T>, ManagementError>,
) -> Result<T, ManagementError> {
    let mut stock = Stock::default();
    loop {
        let decided = decide(&mut Present {
            core,
            snapshot: caller.snapshot(),
            caller,
            now: core.now(),
            stock: &mut stock,
            facts,
        });
        if !stock.refill().await? {
            return decided.map(|series| series.answer);
        }
    }
}

/// Changes what lives above realms.
pub(super) async fn edit_above<K: Permitted, T>(
    core: &Core,
    permit: &Permit<K>,
    place: RealmKey,
    decide: impl FnOnce(&Directory, Timestamp) -> Result<(Vec<Above>, T), ManagementError> + Send,
) -> Result<T, ManagementError> {
    let edited = core.edit_above_by(permit.caller(), place, |caller, directory, now| {
        still_permitted::<K>(caller)?;
        decide(directory, now)
    });
    Ok(edited.await?)
}

/// Waits for the turn to change what is no configuration, under the permit.
pub(super) async fn turn<'c, K: Permitted>(
    core: &'c Core,
    permit: &Permit<K>,
) -> Result<Turn<'c>, ManagementError> {
    let turn = core.turn::<ManagementError>(permit.caller()).await?;
    still_permitted::<K>(turn.caller())?;
    Ok(turn)
}

/// Asks again for what was permitted, of the caller as it is by now.
pub(super) fn still_permitted<K: Permitted>(caller: &Caller) -> Result<(), ManagementError> {
    match caller.permit_operation::<K>() {
        Ok(_) => Ok(()),
        Err(refusal) => Err(ManagementError::Refused(Box::new(refusal))),
    }
}
