//! libFuzzer's entrance to the target `client_assertion`.
#![no_main]

fuzz::program!(client_assertion);
