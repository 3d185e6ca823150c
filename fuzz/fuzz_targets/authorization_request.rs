//! libFuzzer's entrance to the target `authorization_request`.
#![no_main]

fuzz::program!(authorization_request);
