//! Comparing the evaluations of random filters.

pub mod comparison;
pub mod directory;
pub mod types;
