//! libFuzzer's entrance to the target `user_code`.
#![no_main]

fuzz::program!(user_code);
