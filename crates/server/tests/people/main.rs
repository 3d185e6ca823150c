//! People: sign-in, consent, codes, tokens and claims, as their standards tell them.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

#[path = "../support/mod.rs"]
mod support;

mod code_flow;
mod provider;
mod refresh;
mod standing;
mod tokens;
mod upstream;
