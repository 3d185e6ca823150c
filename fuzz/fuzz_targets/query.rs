//! libFuzzer's entrance to the target `query`.
#![no_main]

fuzz::program!(query);
