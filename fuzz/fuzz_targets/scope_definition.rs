//! libFuzzer's entrance to the target `scope_definition`.
#![no_main]

fuzz::program!(scope_definition);
