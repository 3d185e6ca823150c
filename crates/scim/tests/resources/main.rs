//! Schemas, validation, projection, PUT, PATCH, queries, bulk and discovery, by the standard's words.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

mod bulk;
mod discovery;
mod excerpt;
mod fixture;
mod index;
mod interference;
mod json;
mod model;
mod patch;
mod patch_hidden;
mod patch_refused;
mod project;
mod projection;
mod put;
mod query;
mod samples;
mod validate;
