//! Audit events: what changed, who changed it, and proof that nobody changed what is said of that.
//!
//! An event is written in the commit that makes the change, so that there is no change without one. The
//! events of a place (a realm, or what lies above realms) form a chain: each holds the hash of the one
//! before it, and each hash is sealed under a key that is not in the store. Who has the store alone can
//! therefore neither change, nor add, nor remove, nor reorder an event unseen; the head of the chain is
//! kept, sealed too, so that its last events can't be cut off either.
//!
//! docs/decisions/0018-audit-events.md says why it is so, and what it does not do.

mod actor;
mod canonical;
mod chain;
mod check;
mod derived;
mod event;
mod read;
mod record;

pub use actor::Actor;
pub use canonical::canonical;
pub(crate) use chain::{Appended, Chains, Noted};
pub use check::{Broken, Check};
pub(crate) use derived::{of_edit, of_realm, of_tenant};
pub use event::{Action, Event, Object};
pub use read::{KeptEnd, KeptEvent};
pub use record::{Finding, GENESIS, hash_of, hex, holds};
