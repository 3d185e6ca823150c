//! libFuzzer's entrance to the target `filter`.
#![no_main]

fuzz::program!(filter);
