//! libFuzzer's entrance to the target `jwk`.
#![no_main]

fuzz::program!(jwk);
