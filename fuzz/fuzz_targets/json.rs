//! libFuzzer's entrance to the target `json`.
#![no_main]

fuzz::program!(json);
