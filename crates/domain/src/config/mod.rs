//! What an administrator configures, as records.
//!
//! The records serialise for storage only; the wire shapes of the management API are made at the
//! rim, in `management`.

mod application;
mod key;
mod object;
mod openid;
mod people;
mod realm_config;
mod records;
mod registration;

pub use application::{
    AccessTokenFormat, Application, ApplicationKind, Assignment, ClientSecret, UnassignedScopes,
};
pub use key::{KeyRecord, KeyState};
pub use object::ConfigObject;
pub use openid::{
    ACR_VALUES, MAX_REFRESH_TOKEN_LIFETIME, OpenIdSettings, SIGNED_RESPONSE_ALGORITHMS, SubjectType,
};
pub use people::{ClaimRecord, IdentityProvider};
pub use realm_config::RealmConfig;
pub use records::{
    Realm, RealmSettings, ResourceServer, ResourceTypeRecord, SchemaRecord, ScopeRecord,
    ScopeVersion, Tenant,
};
pub use registration::{Registration, RegistrationPolicy};
