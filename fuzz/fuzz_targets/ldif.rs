//! libFuzzer's entrance to the target `ldif`.
#![no_main]

fuzz::program!(ldif);
