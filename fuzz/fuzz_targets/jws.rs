//! libFuzzer's entrance to the target `jws`.
#![no_main]

fuzz::program!(jws);
