//! libFuzzer's entrance to the target `settings`.
#![no_main]

fuzz::program!(settings);
