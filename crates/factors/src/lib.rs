//! What people sign in with, as pure functions: passwords, TOTP codes and recovery codes.
//!
//! - [`password`]: what a password must be ([`password::PasswordPolicy`]), how one is judged and made, and how it is
//!   hashed with Argon2id ([`password::hash`]).
//! - [`totp`]: time-based one-time passwords (RFC 6238).
//! - [`recovery`]: codes for who lost the second factor.
//!
//! It never reads a clock, never draws a random number (the caller hands both over), never waits and never stores:
//! counting failures (U3), bounding how many passwords are hashed at once (U4) and remembering which code was used are the
//! caller's. Usernames are compared by the caller, with the one fold of the workspace, `scim::fold` (S17).
//!
//! `data/` has the list of common passwords, with its licences.

pub mod password;
pub mod recovery;
pub mod totp;

mod draw;
