//! Batch files: commands, one a line, done all or none.

mod file;
mod run;
mod words;

pub(super) use run::run;
pub(super) use words::join;
