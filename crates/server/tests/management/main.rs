//! The management API, resource by resource (product §7).
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

#[path = "../support/mod.rs"]
mod support;

mod api;
mod applications;
mod assigned_scopes;
mod audit;
mod audit_events;
mod authority;
mod batch;
mod bodies;
mod claims;
mod client_keys;
mod connectors;
mod consents;
mod delete_guards;
mod entity_tags;
mod grants;
mod identity_providers;
mod keys;
mod lists;
mod never_grows;
mod openid_settings;
mod policies;
mod resource_servers;
mod roles;
mod roles_authority;
mod schemas;
mod scopes;
mod services;
mod set_up;
mod sync_profiles;
mod tenants_and_realms;
mod tokens;
mod usage;
