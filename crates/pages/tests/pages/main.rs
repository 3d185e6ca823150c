//! Every page in every state and language, as a browser reads it.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

mod account_views;
mod dom;
mod hostile;
mod snapshots;
mod style;
mod templates;
mod views;
mod well_formed;
