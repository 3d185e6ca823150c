//! What both engines promise.

pub mod audit;
pub mod concurrency;
pub mod configuration;
pub mod isolation;
pub mod lifecycle;
pub mod people;
pub mod references;
pub mod resources;
pub mod tokens;
