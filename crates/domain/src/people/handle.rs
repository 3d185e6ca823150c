//! Handles: 256 random bits that name one entry, and are kept as a hash only (B3).

use crate::store::{EntryKey, EntryKind};
use jose::{JoseError, base64url};
use oauth::Secret;

/// Bytes of chance in a handle.
const CHANCE: usize = 32;

/// What a handle is for: its text begins with that, so that secret scanners and people know it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HandleKind {
    kind: EntryKind,
    prefix: &'static str,
}

impl HandleKind {
    /// A session's cookie.
    pub const SESSION: Self = Self::new(EntryKind::Session, "ambit_se_");
    /// An authorization that is under way.
    pub const FLOW: Self = Self::new(EntryKind::Flow, "ambit_fl_");
    /// A device code (RFC 8628 §3.2).
    pub const DEVICE_CODE: Self = Self::new(EntryKind::DeviceCode, "ambit_dc_");
    /// A one-time link to set up an account (T10).
    pub const SET_UP: Self = Self::new(EntryKind::SetUpLink, "ambit_su_");
    /// The `request_uri` of a pushed request (RFC 9126 §2.2).
    pub const PUSHED_REQUEST: Self = Self::new(
        EntryKind::PushedRequest,
        "urn:ietf:params:oauth:request_uri:ambit_pr_",
    );

    const fn new(kind: EntryKind, prefix: &'static str) -> Self {
        Self { kind, prefix }
    }

    /// The key of the entry that `text` names; none if it has not the form of such a handle.
    pub(crate) fn key(self, text: &str) -> Option<EntryKey> {
        let random = text.strip_prefix(self.prefix)?;
        base64url::decode_array::<CHANCE>(random).ok()?;
        Some(key_of(self.kind, text.as_bytes()))
    }
}

/// A new handle: shown once, kept nowhere.
pub(crate) struct EntryHandle {
    /// What is handed out.
    pub(crate) text: Secret,
    /// What it is found by.
    pub(crate) key: EntryKey,
}

impl EntryHandle {
    /// A handle that nobody can guess.
    pub(crate) fn generate(kind: HandleKind) -> Result<Self, JoseError> {
        let chance = base64url::encode(jose::random_bytes::<CHANCE>()?);
        let text = format!("{}{chance}", kind.prefix);
        let key = key_of(kind.kind, text.as_bytes());
        Ok(Self {
            text: Secret::new(text),
            key,
        })
    }
}

/// The key of an entry that has a name: the kind is part of what is hashed, so that no two kinds
/// share a key (B3, REG-05).
pub(crate) fn key_of(kind: EntryKind, name: &[u8]) -> EntryKey {
    EntryKey(jose::sha256_parts(&[kind.as_str().as_bytes(), b":", name]))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    const KINDS: [HandleKind; 5] = [
        HandleKind::SESSION,
        HandleKind::FLOW,
        HandleKind::DEVICE_CODE,
        HandleKind::SET_UP,
        HandleKind::PUSHED_REQUEST,
    ];

    #[test]
    fn b3_a_handle_is_of_one_kind() {
        for made in KINDS {
            let handle = EntryHandle::generate(made).unwrap();
            for asked in KINDS {
                let found = asked.key(handle.text.expose());
                assert_eq!(found.is_some(), asked == made, "{made:?} as {asked:?}");
            }
            assert_eq!(made.key(handle.text.expose()), Some(handle.key));
        }
    }

    #[test]
    fn g8_a_cut_or_extended_handle_is_none() {
        let handle = EntryHandle::generate(HandleKind::SESSION).unwrap();
        let text = handle.text.expose();
        for length in 0..text.len() {
            assert_eq!(HandleKind::SESSION.key(&text[..length]), None);
        }
        for end in ["A", "=", "AAAA", " ", "\n"] {
            assert_eq!(HandleKind::SESSION.key(&format!("{text}{end}")), None);
        }
    }
}
