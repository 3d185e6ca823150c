//! libFuzzer's entrance to the target `redirect_uri`.
#![no_main]

fuzz::program!(redirect_uri);
