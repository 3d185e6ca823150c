//! libFuzzer's entrance to the target `date_time`.
#![no_main]

fuzz::program!(date_time);
