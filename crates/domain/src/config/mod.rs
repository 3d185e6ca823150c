//! What an administrator configures, as records.
//!
//! The records serialise for storage only; the wire shapes of the management API are made at the
//! rim, in `management`.

mod application;
mod connector;
mod key;
mod object;
mod openid;
mod people;
mod policy;
mod realm_config;
mod records;
mod registration;
mod role;
mod service;
mod sync_profile;

pub use application::{
    AccessTokenFormat, Application, ApplicationKind, Assignment, COMMAND_LINE, ClientSecret,
    UnassignedScopes,
};
pub use connector::{Connector, ConnectorReport, ConnectorStatus, LastRun, RunOutcome};
pub use key::{KeyRecord, KeyState};
pub use object::ConfigObject;
pub use openid::{
    ACR_VALUES, MAX_REFRESH_TOKEN_LIFETIME, OpenIdSettings, SIGNED_RESPONSE_ALGORITHMS, SubjectType,
};
pub use people::{ClaimRecord, IdentityProvider};
pub use policy::{Policy, PolicyLanguage};
pub use realm_config::RealmConfig;
pub use records::{
    Realm, RealmSettings, ResourceServer, ResourceTypeRecord, SchemaRecord, ScopeRecord,
    ScopeVersion, Tenant,
};
pub use registration::{Registration, RegistrationPolicy};
pub use role::RoleRecord;
pub use service::{DEFAULT_PROJECT, DEFAULT_SERVICE_PREFIX, Service, ServiceKind};
pub use sync_profile::{SealedSecret, SyncProfile, SyncSource};
