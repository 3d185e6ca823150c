//! `If-Match` and `If-None-Match` (RFC 7644 §3.14, RFC 9110 §13).

use scim::{ScimError, etag::EntityTags};

/// The preconditions of a request.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Preconditions {
    /// `If-Match`: the resource must have one of these tags.
    pub if_match: Option<EntityTags>,
    /// `If-None-Match`: it must have none of these.
    pub if_none_match: Option<EntityTags>,
}

impl Preconditions {
    /// That a resource with the given tag may be read.
    ///
    /// # Errors
    /// 412 if `If-Match` does not hold.
    pub(super) fn check_match(&self, etag: &str) -> Result<(), ScimError> {
        let failed = self
            .if_match
            .as_ref()
            .is_some_and(|tags| !tags.matches(etag));
        if failed {
            Err(precondition_failed())
        } else {
            Ok(())
        }
    }

    /// Whether the caller has the resource as it is (RFC 9110 §13.1.2).
    pub fn is_known(&self, etag: &str) -> bool {
        self.if_none_match
            .as_ref()
            .is_some_and(|tags| tags.matches(etag))
    }

    /// Whether what has the given tag, which is made if it matters, may be changed.
    pub(crate) fn hold(&self, etag: impl FnOnce() -> String) -> bool {
        self.check(etag).is_ok()
    }

    /// That a resource with the given tag, which is made if it matters, may be changed.
    ///
    /// # Errors
    /// 412 if either precondition does not hold.
    pub(super) fn check(&self, etag: impl FnOnce() -> String) -> Result<(), ScimError> {
        if *self == Self::default() {
            return Ok(());
        }
        let etag = etag();
        self.check_match(&etag)?;
        if self.is_known(&etag) {
            Err(precondition_failed())
        } else {
            Ok(())
        }
    }
}

fn precondition_failed() -> ScimError {
    ScimError::new(
        412,
        None,
        "the resource has another version than the request demands",
    )
}
