//! The product's rules about scopes, one by one.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

#[path = "../fixture/mod.rs"]
mod fixture;

mod attributes;
mod catalogue;
mod consent;
mod decision;
mod definition;
mod grants;
mod other_realms;
mod requests;
mod roles;
mod services;
mod suggestions;
