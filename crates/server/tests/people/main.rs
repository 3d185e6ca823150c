//! People: sign-in, consent, codes, tokens and claims, as their standards tell them.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

#[path = "../../../passkeys/tests/support/mod.rs"]
#[allow(dead_code)]
mod authenticator;
#[path = "../support/mod.rs"]
mod support;

mod account;
mod administrators;
mod backchannel;
mod code_flow;
mod command_line;
mod confusion;
mod consent_page;
mod consents;
mod crowds;
mod disabled;
mod disabled_sign_in;
mod edits;
mod elsewhere;
mod external_identities;
mod freshness;
mod grant_ends;
mod guessing;
mod jar;
mod linking;
mod logout;
mod mix_up;
mod must_change;
mod own_identity;
mod own_pages;
mod pages;
mod passkey;
mod password;
mod pkce;
mod provider;
mod redirects;
mod refresh;
mod registration;
mod registration_crowds;
mod registration_narrowed;
mod registration_own;
mod registration_pages;
mod registration_policy;
mod registration_sequences;
mod registration_uses;
mod roles;
mod set_up;
mod signer;
mod standing;
mod swap;
mod tokens;
mod totp;
mod unlinking;
mod upstream;
mod uris;
