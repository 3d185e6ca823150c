//! libFuzzer's entrance to the target `client_metadata`.
#![no_main]

fuzz::program!(client_metadata);
