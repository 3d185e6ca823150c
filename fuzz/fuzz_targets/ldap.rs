//! libFuzzer's entrance to the target `ldap`.
#![no_main]

fuzz::program!(ldap);
