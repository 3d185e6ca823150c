//! Random resources and filters of any schema, for tests that compare two evaluations of filters.
//!
//! Values and literals come from one small vocabulary, so that many filters match some resources
//! and not others.

mod filters;
mod resources;
#[cfg(test)]
mod tests;
mod vocabulary;

pub use filters::arb_filter;
pub use resources::arb_resource;
