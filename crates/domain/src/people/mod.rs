//! People: their accounts, how they sign in, and their sessions.
//!
//! A person is a SCIM resource of the realm's identity type; what signing in needs is kept beside
//! it, in an [`Account`]. Whoever ends an account's standing writes the account, so that nobody
//! signs in on what was read before (S15).

mod account;
mod acr;
mod attempts;
mod browser;
mod crowd;
mod entries;
mod external;
mod handle;
mod hashing;
mod logout;
mod lookup;
mod passkeys;
mod session;
mod set_up;
mod sign_in;
mod standing;
mod strangers;
mod unlinking;
mod upstream;

pub use account::{Account, AccountState, Failures, PasskeyRecord, Totp};
pub use acr::{Acr, Amr};
pub(crate) use attempts::{LONG_SECRETS, SHORT_CODES};
pub use browser::{Browser, BrowserCookie, Network};
pub(crate) use crowd::{Crowd, Crowds};
pub(crate) use entries::Kept;
pub use external::ExternalIdentity;
/// What passwords must be.
pub use factors::password;
pub use handle::HandleKind;
pub(crate) use handle::{EntryHandle, key_of};
pub(crate) use hashing::{Hashed, hash_password, typed, verify_password};
pub use logout::{Logout, LogoutError, LogoutQuestion};
pub use lookup::Person;
pub(crate) use lookup::{identity_type, purpose};
pub(crate) use passkeys::{UserHandle, handle_key};
pub use session::{LoginSession, SESSION_LIFETIME, SessionRecord, Vouched};
pub(crate) use session::{NewSession, SessionError};
pub use set_up::{NewAdministrator, SET_UP_LIFETIME, SetUpFailure};
pub use sign_in::PasswordChangeError;
pub(crate) use sign_in::{
    ChangedBy, Checked, Counted, FactorFailure, PasskeyFailure, PasswordFailure,
};
pub(crate) use standing::{Ending, ends, forget_grants, revoked};
pub use strangers::StrangerLimits;
pub(crate) use strangers::Strangers;
pub use upstream::ProviderAnswer;
pub(crate) use upstream::{
    Linking, Manner, Pending, Proof, Upstream, UpstreamError, Upstreams, may_fill,
    provider_redirect_uri, split_state,
};
