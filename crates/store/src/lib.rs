//! The store: one port ([`domain::store::Store`]), two engines, one text per statement.
//!
//! A [`Commit`](domain::store::Commit) becomes a batch of statements with what each expects
//! (`changes`); an engine's thin driver (`sqlite`, `postgres`) applies the batch whole. Questions
//! are statements too, and rows are read in one place. All SQL of Ambit is in this crate; what a
//! caller wrote is always a bound parameter (S9, REG-21).
//!
//! Invariants: every key leads with tenant and realm (T1), or with a number that stands for more
//! than them; no code of ours runs inside a transaction; a commit that was acknowledged is on disk.

mod attributes;
mod audience;
mod audit;
mod changes;
mod driver;
mod entries;
mod grants;
mod index_value;
mod migrations;
mod open;
mod postgres;
mod reading;
mod references;
mod search;
mod sql_store;
mod sqlite;
mod statements;
mod tokens;
mod usage;
mod value;

pub use open::{OpenError, OpenOptions, open};
