//! The endpoints of the authorization server, as their RFCs tell them.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

#[path = "../support/mod.rs"]
mod support;

mod assertion;
mod bearer;
mod cache;
mod client_auth;
mod introspect;
mod keys;
mod live;
mod metadata;
mod private_key_jwt;
mod request;
mod resource;
mod revoke;
mod scope_rules;
mod seen_before;
mod token;
mod token_types;
