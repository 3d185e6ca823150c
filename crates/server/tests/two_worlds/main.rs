//! Two-world non-interference (security §2.3, S2, S12, T1, REG-17, REG-19).
//!
//! Two servers have the same configuration and the same data as far as one token lets them be seen;
//! they differ in everything else: hidden attributes, resources of hidden types, memberships, other
//! realms and tenants, other clients' tokens. The same random requests are put to both. Every answer
//! must be the same: status, headers, order, length, bytes. See `docs/decisions/0011-two-worlds.md`.
#![allow(unreachable_pub)]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

#[path = "../support/mod.rs"]
mod support;

mod asks;
mod case;
mod exchange;
mod filters;
#[cfg(feature = "leaks")]
mod leaks;
mod play;
mod rights;
#[path = "../../../scope/tests/reference/rng.rs"]
mod rng;
mod run;
mod schemas;
mod side;
mod stage;
mod values;

#[cfg(not(feature = "leaks"))]
mod property;
