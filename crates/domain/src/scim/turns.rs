//! Writers of one resource wait for each other, so that none decides on what is just being replaced.
//!
//! This saves work, and nothing rests on it: what a write expects of the version is still checked
//! when it is committed.

use crate::store::ResourceId;
use std::hash::{BuildHasher, RandomState};
use tokio::sync::{Mutex, MutexGuard};

/// How many turns there are: two resources that share one wait for each other in vain.
const TURNS: usize = 1_024;

/// A turn for each resource; some share one.
pub(crate) struct Turns {
    turns: Vec<Mutex<()>>,
    hasher: RandomState,
}

impl Default for Turns {
    fn default() -> Self {
        Self {
            turns: (0..TURNS).map(|_| Mutex::default()).collect(),
            hasher: RandomState::new(),
        }
    }
}

impl Turns {
    /// Waits until nobody else is writing the resource; the others wait until the guard is dropped.
    pub(crate) async fn of(&self, id: &ResourceId) -> Option<MutexGuard<'_, ()>> {
        let hash = usize::try_from(self.hasher.hash_one(id) >> 32).unwrap_or_default();
        let turn = self.turns.get(hash % TURNS)?;
        Some(turn.lock().await)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic)]
    use super::*;
    use std::{
        pin::pin,
        task::{Context, Poll, Waker},
    };

    #[test]
    fn one_writes_a_resource_at_a_time() {
        let turns = Turns::default();
        let id = ResourceId("a".into());
        let mut context = Context::from_waker(Waker::noop());
        let Poll::Ready(first) = pin!(turns.of(&id)).poll(&mut context) else {
            panic!("nobody writes");
        };
        let mut second = pin!(turns.of(&id));
        assert!(second.as_mut().poll(&mut context).is_pending());
        drop(first.unwrap());
        assert!(second.poll(&mut context).is_ready());
    }
}
