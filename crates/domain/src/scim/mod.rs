//! SCIM (RFC 7644): retrieve, search, create, modify and delete, each by what a [`ScimPermit`] allows.
//!
//! A use case takes realm, type and attributes from its permit and from nowhere else. What the
//! caller can neither retrieve nor search has no influence on what it answers (S2, product §6.2).
//! Stored documents are the truth; `id`, `meta` and what is read from other resources (`groups`,
//! `manager.displayName`, `members.display`) are filled in for each answer.

mod bulk;
mod create;
mod cursor;
mod delete;
mod etag;
mod failure;
mod guard;
mod kept;
#[cfg(feature = "leaks")]
mod leaks;
mod list;
mod own;
mod password;
mod patch;
mod permit;
mod preconditions;
mod provision;
mod read;
mod references;
mod referrers;
mod replace;
mod represent;
mod rewrite;
mod search;
mod search_all;
mod sub;
mod turns;
mod write;

pub(crate) use failure::CommitFailure;
pub use failure::ScimFailure;
pub(crate) use kept::{Kept, Seen};
pub use patch::Patched;
pub use permit::{Create, Delete, Kind, Modify, Place, Retrieve, ScimPermit, Search};
pub use preconditions::Preconditions;
pub(crate) use provision::ProvisionFailure;
pub use read::Retrieved;
pub use represent::Representation;
pub use search::Listed;
pub(crate) use sub::requirement;
pub use sub::{
    ReadAccount, ReadConsent, ReadConsentHistory, ReadExternalIdentity, ReadRequirements,
    ReplaceAccount, ResetPassword, RevokeConsent, SearchConsentHistory, SearchConsents,
    SearchExternalIdentities, SubKind, SubPermit, SubPlace, SubResource, SubType,
    UnlinkExternalIdentity,
};
pub(crate) use turns::Turns;
