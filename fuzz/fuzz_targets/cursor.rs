//! libFuzzer's entrance to the target `cursor`.
#![no_main]

fuzz::program!(cursor);
