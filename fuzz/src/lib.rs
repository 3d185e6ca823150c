//! The fuzz targets: parsers that strangers, administrators or operators feed, each with what must hold of
//! it whatever it is fed.
//!
//! A target is a function of bytes that panics where a property is broken. libFuzzer drives it
//! (`cargo xtask fuzz`), and so does the ordinary test run, with the committed corpora and a few seconds
//! of seeded mutations (`tests/slice.rs`). Both hold every input to the same [`limits`].
#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a target fails by panicking"
)]

pub mod corpus;
pub mod limits;
pub mod mutation;
pub mod targets;
mod world;

pub use targets::{TARGETS, Target};

// `ambit` is a program and exports nothing: what it reads of operators is compiled here once more.
#[path = "../../crates/cli/src/config/mod.rs"]
#[allow(dead_code, unused_imports)]
mod config;
#[path = "../../crates/cli/src/exit.rs"]
#[allow(dead_code)]
mod exit;
#[path = "../../crates/cli/src/ldif/mod.rs"]
#[allow(dead_code, unused_imports)]
mod ldif;

/// Makes a libFuzzer program of a target's function.
#[cfg(feature = "libfuzzer")]
#[macro_export]
macro_rules! program {
    ($target:ident) => {
        libfuzzer_sys::fuzz_target!(|data: &[u8]| {
            $crate::limits::hold(stringify!($target), data, $crate::targets::$target::run);
        });
    };
}
