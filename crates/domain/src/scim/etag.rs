//! ETags (RFC 7644 §3.14).

use crate::{Core, RealmKey, store::StoredResource};
use jose::base64url;

/// Bytes of the tag: enough that none is guessed, short enough for a header.
const LENGTH: usize = 12;

impl Core {
    /// The weak entity tag of a resource at its version.
    ///
    /// It is made of the version under a key of the server, never of content (S7): it tells that
    /// something changed, and neither what nor how often.
    pub(super) fn etag(&self, realm: &RealmKey, resource: &StoredResource) -> String {
        let named = format!("{realm}/{}/{}", resource.id, resource.version);
        #[cfg(feature = "leaks")]
        let named = match super::leaks::is(super::leaks::Leak::TagOfContent) {
            true => resource.document.clone(),
            false => named,
        };
        let tag = self.secrets().etags().tag(named.as_bytes());
        let short = tag.get(..LENGTH).unwrap_or(&tag);
        format!("W/\"{}\"", base64url::encode(short))
    }
}
