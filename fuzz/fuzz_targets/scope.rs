//! libFuzzer's entrance to the target `scope`.
#![no_main]

fuzz::program!(scope);
