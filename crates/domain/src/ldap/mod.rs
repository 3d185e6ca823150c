//! The texts of LDAP that administrators write, read as far as telling whether they are ones.
//!
//! Nothing here asks a directory: a connector does, with what was checked here.

mod filter;
mod name;

pub use filter::check_filter;
pub use name::check_name;

/// Why a text is refused, as the end of a sentence.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InvalidText {
    /// Parentheses, operators or items are not where they must be.
    #[error("it is no LDAP filter (RFC 4515)")]
    Filter,
    /// It is nested too deeply.
    #[error("it is nested too deeply")]
    Deep,
    /// It is no list of `type=value`.
    #[error("it is no distinguished name (RFC 4514)")]
    Name,
}

/// `attributedescription` of RFC 4512 §2.5: a name or an OID, with options after semicolons.
pub fn is_attribute(text: &str) -> bool {
    let mut parts = text.split(';');
    let name = parts.next().unwrap_or_default();
    let keychars = |part: &str| {
        !part.is_empty() && part.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
    };
    let is_oid = name.contains('.') && name.split('.').all(is_number);
    let is_name = name.starts_with(|c: char| c.is_ascii_alphabetic()) && keychars(name);
    (is_oid || is_name) && parts.all(keychars)
}

fn is_number(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit())
}
