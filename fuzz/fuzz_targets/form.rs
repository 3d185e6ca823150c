//! libFuzzer's entrance to the target `form`.
#![no_main]

fuzz::program!(form);
