//! libFuzzer's entrance to the target `gateway_path`.
#![no_main]

fuzz::program!(gateway_path);
