//! libFuzzer's entrance to the target `bulk`.
#![no_main]

fuzz::program!(bulk);
