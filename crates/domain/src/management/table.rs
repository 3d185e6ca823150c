//! The operation table: every operation of the management API, with the one right that it needs.
//!
//! Enforcement, routes and documents come from here and from nowhere else. Scopes such as
//! `connector:read` have the right `connectors:read` too, so that alternatives need no mention.

use super::{
    applications, assigned_scopes, audit_events, claims, connectors, consents, grants,
    identity_providers, keys, policies, realms, reference::Definition, resource_servers,
    resource_types, roles, schemas, scopes, services, sync_profiles, tenants, tokens, usage,
};
use crate::access::{Caller, Permit, Refusal};
use scope::{Action, ManagementAction, ManagementResource, ManagementRight};
use std::marker::PhantomData;

/// One operation of the management API.
#[derive(Debug, Clone, Copy)]
pub struct Operation {
    /// The right that it needs.
    pub right: ManagementRight,
    /// The name of the built-in scope that is that right.
    pub scope: &'static str,
    /// HTTP method.
    pub method: &'static str,
    /// Path below the public base URL, with `{…}` for its variables.
    pub path: &'static str,
    /// Whose tokens it takes.
    pub reach: Reach,
    /// What it acts on.
    pub definition: &'static Definition,
    /// What it does.
    pub verb: Verb,
}

/// What an operation does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum Verb {
    Create,
    List,
    Read,
    Update,
    Delete,
    Report,
}

/// Whose tokens an operation takes (product §1).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reach {
    /// Those of the realm in the path.
    Realm,
    /// Those of the system realm: it acts on what lies above realms.
    System,
}

/// A kind of permit: the operation that it permits.
pub trait Permitted: Send + Sync + 'static {
    /// The operation.
    const OPERATION: Operation;
}

/// A resource of the management API: where it is and what acting on it needs.
pub trait Managed: Sized + Send + Sync + 'static {
    /// The scopes `<resource>:create|read|update|delete` of its operations, with their resource.
    const RESOURCE: ManagementResource;
    /// Names of the scopes to create, read, update and delete.
    const SCOPES: Scopes4;
    /// Path of the collection.
    const COLLECTION: &'static str;
    /// Path of one.
    const ITEM: &'static str;
    /// Whose tokens create, list and delete.
    const REACH: Reach;
    /// Whose tokens read and update one.
    const ITEM_REACH: Reach;
    /// What one is.
    const DEFINITION: &'static Definition;
}

/// What the four actions need.
#[derive(Debug, Clone, Copy)]
#[allow(missing_docs)]
pub struct Scopes4 {
    pub create: (ManagementAction, &'static str),
    pub read: (ManagementAction, &'static str),
    pub update: (ManagementAction, &'static str),
    pub delete: (ManagementAction, &'static str),
}

macro_rules! kinds {
    ($($(#[$doc:meta])* $kind:ident = $method:literal, $scope:ident, $path:ident, $reach:ident;)+) => {$(
        $(#[$doc])*
        #[derive(Debug)]
        pub struct $kind<R>(PhantomData<R>);

        impl<R: Managed> Permitted for $kind<R> {
            const OPERATION: Operation = Operation {
                right: ManagementRight { resource: R::RESOURCE, action: R::SCOPES.$scope.0 },
                scope: R::SCOPES.$scope.1,
                method: $method,
                path: R::$path,
                reach: R::$reach,
                definition: R::DEFINITION,
                verb: Verb::$kind,
            };
        }
    )+};
}

kinds! {
    /// Making one.
    Create = "POST", create, COLLECTION, REACH;
    /// Listing them.
    List = "GET", read, COLLECTION, REACH;
    /// Reading one.
    Read = "GET", read, ITEM, ITEM_REACH;
    /// Changing one.
    Update = "PATCH", update, ITEM, ITEM_REACH;
    /// Deleting one.
    Delete = "DELETE", delete, ITEM, REACH;
    /// Telling of oneself, what is no configuration.
    Report = "POST", update, COLLECTION, REACH;
}

macro_rules! scopes4 {
    ($name:literal) => {
        Scopes4 {
            create: (ManagementAction::Create, concat!($name, ":create")),
            read: (ManagementAction::Read, concat!($name, ":read")),
            update: (ManagementAction::Update, concat!($name, ":update")),
            delete: (ManagementAction::Delete, concat!($name, ":delete")),
        }
    };
    // Parts of a resource: changing them is an update of the whole.
    (part $name:literal) => {
        Scopes4 {
            create: (ManagementAction::Update, concat!($name, ":update")),
            read: (ManagementAction::Read, concat!($name, ":read")),
            update: (ManagementAction::Update, concat!($name, ":update")),
            delete: (ManagementAction::Update, concat!($name, ":update")),
        }
    };
}

macro_rules! resources {
    ($(
        $(#[$doc:meta])*
        $marker:ident: $resource:ident, $scopes:expr, $definition:expr, $collection:expr, $item:expr,
            $reach:ident, $item_reach:ident, [$($kind:ident)+];
    )+) => {
        $(
            $(#[$doc])*
            #[derive(Debug)]
            pub struct $marker;

            impl Managed for $marker {
                const RESOURCE: ManagementResource = ManagementResource::$resource;
                const SCOPES: Scopes4 = $scopes;
                const COLLECTION: &'static str = $collection;
                const ITEM: &'static str = $item;
                const REACH: Reach = Reach::$reach;
                const ITEM_REACH: Reach = Reach::$item_reach;
                const DEFINITION: &'static Definition = &$definition;
            }
        )+

        /// Every operation.
        pub const OPERATIONS: &[Operation] = &[$($($kind::<$marker>::OPERATION,)+)+];
    };
}

macro_rules! in_realm {
    ($rest:literal) => {
        concat!("/v1/tenants/{tenant}/realms/{realm}", $rest)
    };
}

resources! {
    /// Owners of realms.
    Tenants: Tenants, scopes4!("tenants"), tenants::DEFINITION, "/v1/tenants", "/v1/tenants/{tenant}",
        System, System, [Create List Read Update Delete];
    /// Realms of a tenant; read and updated by their own tokens only.
    Realms: Realms, scopes4!("realms"), realms::DEFINITION, "/v1/tenants/{tenant}/realms", in_realm!(""),
        System, Realm, [Create List Read Update Delete];
    /// Clients.
    Applications: Applications, scopes4!("applications"), applications::DEFINITION,
        in_realm!("/applications"), in_realm!("/applications/{id}"),
        Realm, Realm, [Create List Read Update Delete];
    /// Secrets of a client, of which two may overlap.
    ApplicationSecrets: Applications, scopes4!(part "applications"), applications::SECRETS,
        in_realm!("/applications/{id}/secrets"), in_realm!("/applications/{id}/secrets/{secret}"),
        Realm, Realm, [Create Delete];
    /// Scopes that a client may be granted.
    AssignedScopes: AssignedScopes, scopes4!("assigned-scopes"), assigned_scopes::DEFINITION,
        in_realm!("/applications/{id}/assigned-scopes"),
        in_realm!("/applications/{id}/assigned-scopes/{scope}"),
        Realm, Realm, [Create List Read Update Delete];
    /// Third-party APIs.
    ResourceServers: ResourceServers, scopes4!("resource-servers"), resource_servers::DEFINITION,
        in_realm!("/resource-servers"), in_realm!("/resource-servers/{id}"),
        Realm, Realm, [Create List Read Update Delete];
    /// Scopes.
    Scopes: Scopes, scopes4!("scopes"), scopes::DEFINITION, in_realm!("/scopes"), in_realm!("/scopes/{id}"),
        Realm, Realm, [Create List Read Update Delete];
    /// SCIM resource types.
    ResourceTypes: ResourceTypes, scopes4!("resource-types"), resource_types::DEFINITION,
        in_realm!("/resource-types"), in_realm!("/resource-types/{id}"),
        Realm, Realm, [Create List Read Update Delete];
    /// SCIM schemas.
    Schemas: Schemas, scopes4!("schemas"), schemas::DEFINITION, in_realm!("/schemas"), in_realm!("/schemas/{id}"),
        Realm, Realm, [Create List Read Update Delete];
    /// OpenID providers at which people may sign in.
    IdentityProviders: IdentityProviders, scopes4!("identity-providers"), identity_providers::DEFINITION,
        in_realm!("/identity-providers"), in_realm!("/identity-providers/{id}"),
        Realm, Realm, [Create List Read Update Delete];
    /// Claims about people.
    Claims: Claims, scopes4!("claims"), claims::DEFINITION, in_realm!("/claims"), in_realm!("/claims/{id}"),
        Realm, Realm, [Create List Read Update Delete];
    /// Services behind gateways.
    Services: Services, scopes4!("services"), services::DEFINITION,
        in_realm!("/services"), in_realm!("/services/{id}"),
        Realm, Realm, [Create List Read Update Delete];
    /// Policies, none of which is in force.
    Policies: Policies, scopes4!("policies"), policies::DEFINITION,
        in_realm!("/policies"), in_realm!("/policies/{id}"),
        Realm, Realm, [Create List Read Update Delete];
    /// Agents that read directories.
    Connectors: Connectors, scopes4!("connectors"), connectors::DEFINITION,
        in_realm!("/connectors"), in_realm!("/connectors/{id}"),
        Realm, Realm, [Create List Read Update Delete];
    /// What such an agent says of itself.
    ConnectorHeartbeats: Connectors, scopes4!(part "connectors"), connectors::HEARTBEATS,
        in_realm!("/connectors/{id}/heartbeat"), in_realm!("/connectors/{id}"),
        Realm, Realm, [Report];
    /// Directories that are read.
    SyncProfiles: SyncProfiles, scopes4!("sync-profiles"), sync_profiles::DEFINITION,
        in_realm!("/sync-profiles"), in_realm!("/sync-profiles/{id}"),
        Realm, Realm, [Create List Read Update Delete];
    /// What carries the scopes that clients are assigned.
    Usage: Usage, scopes4!("usage"), usage::DEFINITION, in_realm!("/usage"), in_realm!("/usage/{id}"),
        Realm, Realm, [List Read];
    /// Roles of people.
    Roles: Roles, scopes4!("roles"), roles::DEFINITION, in_realm!("/roles"), in_realm!("/roles/{id}"),
        Realm, Realm, [Create List Read Update Delete];
    /// What people granted to clients.
    Grants: Grants, scopes4!("grants"), grants::DEFINITION, in_realm!("/grants"), in_realm!("/grants/{id}"),
        Realm, Realm, [List Read Delete];
    /// What people consented to.
    Consents: Consents, scopes4!("consents"), consents::DEFINITION,
        in_realm!("/consents"), in_realm!("/consents/{id}"),
        Realm, Realm, [List Read Delete];
    /// What was changed, and by whom.
    AuditEvents: AuditEvents, scopes4!("audit-events"), audit_events::DEFINITION,
        in_realm!("/audit-events"), in_realm!("/audit-events/{id}"),
        Realm, Realm, [List Read];
    /// Issued tokens.
    Tokens: Tokens, scopes4!("tokens"), tokens::DEFINITION, in_realm!("/tokens"), in_realm!("/tokens/{id}"),
        Realm, Realm, [List Read Delete];
    /// Signing keys.
    Keys: Keys, scopes4!("keys"), keys::DEFINITION, in_realm!("/keys"), in_realm!("/keys/{id}"),
        Realm, Realm, [Create List Read Update Delete];
}

impl Caller {
    /// Asks the engine for the operation `K`. There is no other way to a permit of it.
    ///
    /// # Errors
    /// The refusal, with scopes that would do.
    pub fn permit_operation<K: Permitted>(&self) -> Result<Permit<K>, Refusal> {
        self.permit(&Action::Management {
            rights: &[K::OPERATION.right],
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_operation_names_its_right_as_scopes_do() {
        for operation in OPERATIONS {
            assert_eq!(
                operation.right.to_string(),
                operation.scope,
                "{operation:?}"
            );
            assert_eq!(operation.scope.parse(), Ok(operation.right));
        }
    }

    /// Product §7: the resource of a scope is exactly the one in the URL; of a nested one, the last.
    #[test]
    fn the_resource_of_a_scope_is_the_last_noun_of_its_path() {
        for operation in OPERATIONS {
            let noun = operation
                .path
                .rsplit('/')
                .find(|segment| !segment.starts_with('{'));
            let resource = operation.right.resource.to_string();
            // A secret is a part of its application, a heartbeat of its connector: no resources with
            // scopes of their own.
            let part = matches!(
                (noun, resource.as_str()),
                (Some("secrets"), "applications") | (Some("heartbeat"), "connectors")
            );
            assert!(part || noun == Some(resource.as_str()), "{operation:?}");
        }
    }

    #[test]
    fn no_two_operations_share_method_and_path() {
        let mut all: Vec<_> = OPERATIONS.iter().map(|o| (o.method, o.path)).collect();
        all.sort_unstable();
        all.dedup();
        assert_eq!(all.len(), OPERATIONS.len());
    }
}
