//! Claims about people: which there are, and where their values come from (product §4; OpenID
//! Connect Core §5).
//!
//! A claim has attribute paths, of which the first with a value gives it. A path gives nothing
//! unless every attribute that it shows or tests may be seen: a claim never says more than a scope.

mod built_in;
mod path;

pub(crate) use built_in::{built_in, is_of_profile, missing};
pub use path::{ClaimPath, ClaimPathError};

/// Claims that say what a token is, who it is for and how its person signed in. No attribute
/// stands in their place (product §4).
const PROTOCOL: [&str; 26] = [
    "sub",
    "iss",
    "aud",
    "exp",
    "nbf",
    "iat",
    "jti",
    "auth_time",
    "nonce",
    "acr",
    "amr",
    "azp",
    "sid",
    "at_hash",
    "c_hash",
    "s_hash",
    "events",
    "cnf",
    "act",
    "may_act",
    "scope",
    "client_id",
    "sub_jwk",
    "updated_at",
    "_claim_names",
    "_claim_sources",
];

/// Whether no attribute may stand in the place of this claim, in whatever case.
pub fn is_protocol_claim(name: &str) -> bool {
    PROTOCOL
        .iter()
        .any(|known| known.eq_ignore_ascii_case(name))
}
