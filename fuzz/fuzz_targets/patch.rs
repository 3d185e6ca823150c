//! libFuzzer's entrance to the target `patch`.
#![no_main]

fuzz::program!(patch);
