//! libFuzzer's entrance to the target `http_request`.
#![no_main]

fuzz::program!(http_request);
