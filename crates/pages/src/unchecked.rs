//! Applications that nobody has checked.

/// An application that registered itself (RFC 7591 §5): its name and home page are its own words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unchecked {
    /// The host that the answer goes to, or the scheme of an address on the device; none where it goes
    /// nowhere.
    pub answer_to: Option<String>,
}
