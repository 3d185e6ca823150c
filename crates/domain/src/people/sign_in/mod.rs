//! Proofs of who someone is.

mod counted;
mod factor;
mod passkey;
mod password;
mod prove;
mod upkeep;

pub(crate) use counted::Counted;
pub(crate) use factor::FactorFailure;
pub(crate) use passkey::PasskeyFailure;
pub(crate) use password::{Checked, PasswordFailure};
pub(crate) use upkeep::ChangedBy;
pub use upkeep::PasswordChangeError;
