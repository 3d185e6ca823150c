//! Proofs of who someone is.

mod counted;
mod factor;
mod password;
mod prove;
mod upkeep;

pub(crate) use counted::Counted;
pub(crate) use factor::FactorFailure;
pub(crate) use password::{Checked, PasswordFailure};
pub use upkeep::PasswordChangeError;
