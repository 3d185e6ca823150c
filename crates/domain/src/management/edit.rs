//! Changes made under a permit that still holds when they are made (T6).

use super::{ManagementError, table::Permitted};
use crate::{
    Core, Edit, RealmKey, Timestamp,
    access::{Caller, Permit},
    core::Above,
    directory::Directory,
    snapshot::RealmSnapshot,
};

/// What a change is decided on: the realm as it is, with the writer's lock held.
pub(super) struct Present<'a> {
    /// The realm.
    pub(super) snapshot: &'a RealmSnapshot,
    /// The caller, measured by that realm.
    pub(super) caller: &'a Caller,
    /// The time.
    pub(super) now: Timestamp,
}

/// Changes the permit's realm.
pub(super) async fn edit<K: Permitted, T>(
    core: &Core,
    permit: &Permit<K>,
    decide: impl FnOnce(Present<'_>) -> Result<Edit<T>, ManagementError>,
) -> Result<T, ManagementError> {
    let edited = core.edit_by(permit.caller(), |caller, now| {
        still_permitted::<K>(caller)?;
        decide(Present {
            snapshot: caller.snapshot(),
            caller,
            now,
        })
    });
    Ok(edited.await?)
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

/// Asks again for what was permitted, of the caller as it is by now.
fn still_permitted<K: Permitted>(caller: &Caller) -> Result<(), ManagementError> {
    match caller.permit_operation::<K>() {
        Ok(_) => Ok(()),
        Err(refusal) => Err(ManagementError::Refused(Box::new(refusal))),
    }
}
