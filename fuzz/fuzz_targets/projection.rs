//! libFuzzer's entrance to the target `projection`.
#![no_main]

fuzz::program!(projection);
