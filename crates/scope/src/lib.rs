//! The heart: scopes as enforceable contracts.
//!
//! Definitions ([`ScopeDefinition`]) compile with a realm's schemas, services and clients into an
//! immutable [`Catalogue`]; what a token was granted becomes an [`EffectiveGrant`] of it; and
//! [`decide()`] answers whether that grant allows an [`Action`], with a [`DecisionRecord`] of why.
//!
//! Invariant: everything here is a pure function of its arguments. No clock, no I/O, no async, no
//! HTTP, no SQL, no storage. The default is deny; scopes only add up.

mod action;
mod builtin;
mod catalogue;
mod consent;
mod decide;
mod decision;
mod definition;
mod grant;
mod guards;
mod id;
mod management;
mod operation;
mod path;
mod request;
mod rights;
mod roles;
mod suggest;

pub use action::{Action, Target};
pub use builtin::{DIRECTORY_SYNC_CONNECTOR, REPORTING, built_in_scopes};
pub use catalogue::{
    AssignedScope, Catalogue, CatalogueInput, Change, ClientEntry, CompileError, CompiledScope,
    Enforcement, RoleEntry, ScopeEntry, ScopeProblem, ServiceEntry, TypeEntry, UnassignedScopes,
};
pub use consent::{
    AskedScope, ConsentNeed, ConsentState, ConsentedScope, asked_of_person, consent_text,
};
pub use decide::decide;
pub use decision::{Decision, DecisionRecord, DenialReason, Outcome, Rule};
pub use definition::{
    AttributePatterns, AuthenticatedIdentity, DefinitionError, DefinitionRule, MAX_TAG, Resource,
    ScopeDefinition, ScopeKind, ScopeType, SubResourceOperation, SubResourceOperations,
    TypeSelector,
};
pub use grant::{EffectiveGrant, GrantedScope, Subject};
pub use guards::{NAMED_USERS, Uses};
pub use id::{ClientId, ResourceServerId, RoleId, ScopeId, ServiceId, TypeId};
pub use management::{ManagementResource, ManagementRight, ManagementRights};
pub use operation::{
    AccountOperation, ConsentOperation, ExternalIdentityOperation, ManagementAction, Named,
    Operation, OperationSet, UnknownName,
};
pub use path::{
    AmbiguousPath, CanonicalPath, InvalidPattern, MAX_PATH_BYTES, MAX_PATTERN_SEGMENTS, PathPattern,
};
pub use request::{Granted, ScopeRefusal, grant_for_client_credentials};
pub use rights::Rights;
pub use roles::RoleRights;
pub use suggest::smallest_sufficient;

/// Most resource types and sub-resource types of one realm.
pub const MAX_TYPES: usize = u16::MAX as usize;
