//! Texts that name a grant: authorization codes and refresh tokens.
//!
//! Such a text is the grant's id, the generation of the grant that it was made for, and a tag of both
//! under the server's key. So every one that was ever made is known to be one, whichever generation is in
//! force, and none of them is kept: who reads the store can make none (B3).

use crate::{RealmKey, Secrets, people::purpose, store::GrantId};
use jose::base64url;
use oauth::Secret;

/// Bytes of the grant's id, of the generation and of the tag.
const ID: usize = 16;
const GENERATION: usize = 8;
const TAG: usize = 32;

/// What a text is for: it begins with that, so that secret scanners and people know it, and its tag
/// is made with it, so that none is taken for another (REG-05).
#[derive(Debug, Clone, Copy)]
pub(crate) struct GrantHandleKind {
    prefix: &'static str,
    purpose: &'static str,
}

/// An authorization code (RFC 6749 §1.3.1): what a grant's first tokens are issued for, at its
/// generation 0.
pub(crate) const CODE: GrantHandleKind = GrantHandleKind {
    prefix: "ambit_ac_",
    purpose: "authorization code",
};
/// A refresh token (RFC 6749 §1.5).
pub(crate) const REFRESH_TOKEN: GrantHandleKind = GrantHandleKind {
    prefix: "ambit_rt_",
    purpose: "refresh token",
};

/// What a text that is one of ours says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Presented {
    pub(crate) grant: GrantId,
    pub(crate) generation: u64,
}

impl GrantHandleKind {
    /// The text for a generation of a grant.
    pub(crate) fn write(
        self,
        secrets: &Secrets,
        realm: &RealmKey,
        grant: GrantId,
        generation: u64,
    ) -> Secret {
        let mut bytes = grant.0.to_vec();
        bytes.extend_from_slice(&generation.to_be_bytes());
        bytes.extend_from_slice(&self.tag(secrets, realm, grant, generation));
        Secret::new(format!("{}{}", self.prefix, base64url::encode(bytes)))
    }

    /// What `text` names; none if we did not make it, for this realm and this purpose.
    pub(crate) fn read(self, secrets: &Secrets, realm: &RealmKey, text: &str) -> Option<Presented> {
        let bytes: [u8; ID + GENERATION + TAG] =
            base64url::decode_array(text.strip_prefix(self.prefix)?).ok()?;
        let (id, rest) = bytes.split_first_chunk::<ID>()?;
        let (generation, shown) = rest.split_first_chunk::<GENERATION>()?;
        let (grant, generation) = (GrantId(*id), u64::from_be_bytes(*generation));
        let right = self.tag(secrets, realm, grant, generation);
        jose::constant_time_eq(&right, shown).then_some(Presented { grant, generation })
    }

    fn tag(
        self,
        secrets: &Secrets,
        realm: &RealmKey,
        grant: GrantId,
        generation: u64,
    ) -> [u8; TAG] {
        let name = format!("{}.{generation}", base64url::encode(grant.0));
        secrets
            .grant_handles()
            .tag(&purpose(self.purpose, realm, &name))
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    const GRANT: GrantId = GrantId([7; ID]);

    fn realm(name: &str) -> RealmKey {
        RealmKey::from_store("tenant", name)
    }

    #[test]
    fn b3_reg_05_a_text_is_of_one_kind_realm_and_generation() {
        let secrets = Secrets::derive(&[1; 32]).unwrap();
        let one = realm("one");
        for (made, other) in [(CODE, REFRESH_TOKEN), (REFRESH_TOKEN, CODE)] {
            let text = made.write(&secrets, &one, GRANT, 3);
            let read = made.read(&secrets, &one, text.expose());
            let (grant, generation) = (GRANT, 3);
            assert_eq!(read, Some(Presented { grant, generation }));
            assert_eq!(made.read(&secrets, &realm("two"), text.expose()), None);
            assert_eq!(other.read(&secrets, &one, text.expose()), None);
            let renamed = text.expose().replace(made.prefix, other.prefix);
            assert_eq!(other.read(&secrets, &one, &renamed), None);
            let stolen = Secrets::derive(&[2; 32]).unwrap();
            assert_eq!(made.read(&stolen, &one, text.expose()), None);
        }
    }

    #[test]
    fn g8_a_changed_cut_or_extended_text_is_none() {
        let secrets = Secrets::derive(&[1; 32]).unwrap();
        let realm = realm("one");
        let text = CODE.write(&secrets, &realm, GRANT, 0);
        let text = text.expose();
        for place in 0..text.len() {
            assert_eq!(CODE.read(&secrets, &realm, &text[..place]), None);
            let mut bytes = text.as_bytes().to_vec();
            bytes[place] = if bytes[place] == b'A' { b'B' } else { b'A' };
            let changed = String::from_utf8(bytes).unwrap();
            assert_eq!(CODE.read(&secrets, &realm, &changed), None, "{changed}");
        }
        for end in ["A", "=", "AAAA", " ", "\n"] {
            assert_eq!(CODE.read(&secrets, &realm, &format!("{text}{end}")), None);
        }
    }
}
