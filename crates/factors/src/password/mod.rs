//! What a password must be, and how it is kept.
//!
//! Everything looks at a password in Unicode normalisation form NFKC (NIST SP 800-63B §3.1.1.2): two keyboards that send the same
//! text in other code points make the same password. Lengths are counted in characters (code points) of that form.

mod characters;
mod check;
mod generate;
pub mod hash;
mod known_bad;
mod policy;
mod requirement;
mod text;

pub use characters::{CharacterClass, CharacterSet, Characters};
pub use check::{Checked, Context, accepted};
pub use generate::generate;
pub use policy::{InvalidPolicy, PasswordPolicy};
pub use requirement::Requirement;
pub use text::length;
