//! New ids.

use crate::Timestamp;
use uuid::{NoContext, Uuid};

/// Where the ids of new SCIM resources come from: chance is handed over, as time is.
pub trait ResourceIds: Send + Sync + 'static {
    /// An id that no resource has had (T7).
    fn next(&self) -> Uuid;
}

/// Random ids (UUIDs of version 4, RFC 9562 §5.4), which tell nothing and can't be guessed.
#[derive(Debug, Clone, Copy, Default)]
pub struct RandomIds;

impl ResourceIds for RandomIds {
    fn next(&self) -> Uuid {
        Uuid::new_v4()
    }
}

/// An id that was never used before and never will be again (T7): a UUID of version 7 (RFC 9562
/// §5.7), so that ids are in the order in which things were made.
pub(crate) fn new_id(now: Timestamp) -> Uuid {
    let seconds = u64::try_from(now.seconds()).unwrap_or_default();
    let nanos = u32::try_from(now.micros().rem_euclid(1_000_000)).unwrap_or_default() * 1000;
    Uuid::new_v7(uuid::Timestamp::from_unix(NoContext, seconds, nanos))
}
