//! libFuzzer's entrance to the target `resource`.
#![no_main]

fuzz::program!(resource);
