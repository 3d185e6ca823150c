//! Speed and size, measured from outside: `docs/benchmarks.md` says how and what came out.
//!
//! Servers run on one core and the load on another, so what counts is requests per CPU-second of
//! the server, which a busy machine does not change much. Requests differ from each other, every
//! answer is checked, and a wrong one ends the run.
//!
//! Nothing of the program depends on this crate.

pub mod ambit;
pub mod figures;
pub mod fill;
pub mod in_process;
pub mod load;
pub mod machine;
pub mod options;
pub mod people;
pub mod plan;
pub mod process;
pub mod random;
pub mod report;
pub mod scenarios;
pub mod sign_in;
pub mod targets;
