//! What belongs to a person beside their resource, at `/Users/{id}/…` and `/Me/…` (product §5, §6.3).
//!
//! Sub-resources are kept as entries, few of each kind to a person: they are found, filtered, sorted
//! and projected in memory, by the same evaluators as resources.

mod account;
mod account_state;
mod consents;
mod external;
mod item;
mod list;
mod password;
mod permit;
mod requirements;
mod schemas;
mod types;

pub use item::SubResource;
pub use permit::{
    ReadAccount, ReadConsent, ReadConsentHistory, ReadExternalIdentity, ReadRequirements,
    ReplaceAccount, ResetPassword, RevokeConsent, SearchConsentHistory, SearchConsents,
    SearchExternalIdentities, SubKind, SubPermit, SubPlace, UnlinkExternalIdentity,
};
pub(crate) use requirements::wire as requirement;
pub use types::SubType;
