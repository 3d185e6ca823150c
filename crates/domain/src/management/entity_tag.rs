//! Entity tags of what the management API shows, so that no change is lost to another (RFC 9110 §13).

use super::{ManagementError, Object};
use crate::{Core, audit::canonical, scim::Preconditions};
use jose::base64url;

/// Bytes of the tag: enough that none is guessed, short enough for a header.
const LENGTH: usize = 12;

impl Core {
    /// The strong entity tag of a thing as it is shown. It is made of all that the API shows of it, under a key
    /// of the server; who may see the tag may see that.
    pub fn entity_tag(&self, object: &Object) -> String {
        let text = canonical(object);
        let tag = self.secrets().etags().tag(text.as_bytes());
        let short = tag.get(..LENGTH).unwrap_or(&tag);
        format!("\"{}\"", base64url::encode(short))
    }
}

/// That a thing with the given tag, which is made if it matters, may be changed. A tag that came back weak
/// (`W/`) is good too, for that is what a proxy that compresses makes of it.
///
/// # Errors
/// [`ManagementError::Stale`] if a precondition does not hold.
pub(super) fn check(
    conditions: &Preconditions,
    tag: impl FnOnce() -> String,
) -> Result<(), ManagementError> {
    match conditions.hold(tag) {
        true => Ok(()),
        false => Err(ManagementError::Stale),
    }
}
