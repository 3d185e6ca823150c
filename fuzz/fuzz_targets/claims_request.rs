//! libFuzzer's entrance to the target `claims_request`.
#![no_main]

fuzz::program!(claims_request);
