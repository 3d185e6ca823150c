//! libFuzzer's entrance to the target `path`.
#![no_main]

fuzz::program!(path);
