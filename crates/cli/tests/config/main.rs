//! `ambit config` by running the binary against a real server.

#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

#[path = "../support/mod.rs"]
mod support;

mod audit;
mod batch;
mod converge;
mod declare;
mod described;
mod guards;
mod menu;
mod mistakes;
mod outcomes;
mod realm;
mod secrets;
mod sessions;
mod signed_in;
mod stage;
mod usage;
