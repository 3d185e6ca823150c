//! The rules of Ambit, and the ports they need. Knows neither HTTP nor SQL.

pub mod access;
pub mod audit;
pub mod authorize;
mod catalogue;
pub mod claims;
mod clock;
pub mod config;
pub mod consents;
mod core;
pub mod directory;
mod id;
pub mod keys;
pub mod ldap;
pub mod management;
mod outbound;
pub mod own;
pub mod people;
mod realm_key;
pub mod registration;
mod reset;
mod roles;
pub mod scim;
mod secrets;
mod setup;
pub mod snapshot;
pub mod store;
mod to_the_end;
pub mod tokens;
pub mod userinfo;

pub use self::core::{Core, Edit, EditError, LoadError};
pub use clock::{Clock, ManualClock, SystemClock, Timestamp};
pub use id::{RandomIds, ResourceIds};
pub use outbound::{
    Outbound, OutboundAnswer, OutboundError, OutboundMethod, OutboundRefusal, OutboundRequest,
};
pub use realm_key::{InvalidSlug, RealmKey, Slug};
pub use reset::{ResetError, WayIn};
pub use secrets::Secrets;
pub use setup::{Bootstrap, SetUpError};
pub use to_the_end::ToTheEnd;
