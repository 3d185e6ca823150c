//! The management API (product §7): what an administrator may do with a realm's configuration.
//!
//! [`table`] says which right each operation needs; [`Caller::permit_operation`] turns that into a
//! [`Permit`] of that very operation, and a use case takes the permit of its
//! own operation and takes the realm from it, never from the path (T2). The shapes of JSON are made
//! here, from records that know nothing of them.
//!
//! [`Caller::permit_operation`]: crate::access::Caller::permit_operation

mod applications;
mod assigned_scopes;
mod audit_events;
mod authority;
mod batch;
mod body;
mod claims;
mod configured;
mod connectors;
mod consents;
mod edit;
mod entity_tag;
mod error;
mod field;
mod filter;
mod gathering;
mod giving_way;
mod grants;
mod identity_providers;
mod kept;
mod keys;
mod list;
mod policies;
mod present;
mod realms;
pub mod reference;
mod registration_policy;
mod resource_servers;
mod resource_types;
mod roles;
mod schemas;
mod scopes;
mod service_settings;
mod services;
mod shown;
mod sync_profiles;
pub mod table;
mod tenants;
mod texts;
mod tokens;
mod uri;
mod usage;

pub(crate) use applications::check_keys;
pub use batch::{Batch, BatchFailure, MAX_OPERATIONS};
pub use error::{Beyond, Blocked, FieldError, ManagementError, UsedBy};
pub use grants::InvalidGrantId;
pub use list::{ListPage, ListQuery};
pub use present::{Created, Outcome};
pub(crate) use shown::{shown, shown_tenant};
pub(crate) use texts::Texts;

use crate::{Core, access::Permit, scim::Preconditions};
use field::{Access, Field, FieldKind};
use reference::Definition;
use serde_json::{Map, Value};
use std::future::Future;
use table::{Create, Delete, List, Managed, Read, Report, Update};

/// A JSON object.
pub type Object = Map<String, Value>;

/// The variables of a path, as the caller wrote them.
#[derive(Debug, Clone, Default)]
pub struct Target(Vec<(String, String)>);

impl Target {
    /// From the names in the path's template and what stands in their place.
    pub fn new(variables: impl IntoIterator<Item = (String, String)>) -> Self {
        Self(variables.into_iter().collect())
    }

    /// What stands in the place of `name`; empty where the template has no such variable.
    fn get(&self, name: &str) -> &str {
        let found = self.0.iter().find(|(variable, _)| variable == name);
        found.map_or("", |(_, value)| value)
    }
}

/// Resources that can be made.
pub trait Creatable: Managed {
    /// Makes one from `body`.
    fn create(
        core: &Core,
        permit: &Permit<Create<Self>>,
        target: &Target,
        body: &Object,
    ) -> impl Future<Output = Result<Created, ManagementError>> + Send;
}

/// Resources that can be listed.
pub trait Listable: Managed {
    /// One page, in order of ids.
    fn list(
        core: &Core,
        permit: &Permit<List<Self>>,
        target: &Target,
        query: &ListQuery,
    ) -> impl Future<Output = Result<ListPage, ManagementError>> + Send;
}

/// Resources that can be read.
pub trait Readable: Managed {
    /// The whole of one.
    fn read(
        core: &Core,
        permit: &Permit<Read<Self>>,
        target: &Target,
    ) -> impl Future<Output = Result<Object, ManagementError>> + Send;

    /// What is shown beside that and no entity tag covers: what changes by itself, or is for this
    /// caller only.
    fn beside(
        core: &Core,
        permit: &Permit<Read<Self>>,
        target: &Target,
    ) -> impl Future<Output = Result<Object, ManagementError>> + Send {
        let _ = (core, permit, target);
        std::future::ready(Ok(Object::new()))
    }
}

/// Resources that report of themselves. That changes no configuration, and is no part of a batch.
pub trait Reportable: Managed {
    /// Takes a report; answers the whole as it is from now on.
    fn report(
        core: &Core,
        permit: &Permit<Report<Self>>,
        target: &Target,
        body: &Object,
    ) -> impl Future<Output = Result<Object, ManagementError>> + Send;
}

/// Resources that can be changed.
pub trait Updatable: Managed {
    /// Applies a JSON merge patch (RFC 7396) to one that is as the caller expects; answers the whole
    /// of what results.
    fn update(
        core: &Core,
        permit: &Permit<Update<Self>>,
        target: &Target,
        patch: &Object,
        conditions: &Preconditions,
    ) -> impl Future<Output = Result<Object, ManagementError>> + Send;
}

/// Resources that can be deleted.
pub trait Deletable: Managed {
    /// Deletes one that is as the caller expects.
    fn delete(
        core: &Core,
        permit: &Permit<Delete<Self>>,
        target: &Target,
        conditions: &Preconditions,
    ) -> impl Future<Output = Result<(), ManagementError>> + Send;
}
