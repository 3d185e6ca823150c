//! libFuzzer's entrance to the target `url`.
#![no_main]

fuzz::program!(url);
