//! SCIM (RFC 7643, RFC 7644, RFC 9865), by what each scope allows (product §5, §6.2).
#![allow(unreachable_pub)]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

#[path = "../../../scope/tests/reference/rng.rs"]
mod rng;
#[path = "../support/mod.rs"]
mod support;

mod bulk;
mod create;
mod cursor;
mod custom;
mod delete;
mod discovery;
mod etag;
mod interference;
mod kept;
mod limits;
mod me;
mod meanwhile;
mod patch;
mod put;
mod references;
mod retrieve;
mod scope_rights;
mod search;
mod search_all;
mod tenant;
mod world;
