//! Any object as the management API shows it: what audit events say of changes that came another way.

use super::{
    Object, Target,
    configured::Show,
    realms,
    table::{
        Applications, Claims, Connectors, IdentityProviders, Keys, Policies, ResourceServers,
        ResourceTypes, Roles, Schemas, Scopes, Services, SyncProfiles,
    },
    tenants,
};
use crate::{directory::Directory, snapshot::RealmSnapshot, store::Kind};

/// An object of a realm, if it is there.
pub(crate) fn shown(snapshot: &RealmSnapshot, kind: Kind, id: &str) -> Option<Object> {
    match kind {
        Kind::Realm => Some(realms::to_json(snapshot)),
        Kind::Scope => one::<Scopes>(snapshot, id),
        Kind::Application => one::<Applications>(snapshot, id),
        Kind::ResourceServer => one::<ResourceServers>(snapshot, id),
        Kind::Schema => one::<Schemas>(snapshot, id),
        Kind::ResourceType => one::<ResourceTypes>(snapshot, id),
        Kind::Key => one::<Keys>(snapshot, id),
        Kind::IdentityProvider => one::<IdentityProviders>(snapshot, id),
        Kind::Claim => one::<Claims>(snapshot, id),
        Kind::Service => one::<Services>(snapshot, id),
        Kind::Policy => one::<Policies>(snapshot, id),
        Kind::SyncProfile => one::<SyncProfiles>(snapshot, id),
        Kind::Connector => one::<Connectors>(snapshot, id),
        Kind::Role => one::<Roles>(snapshot, id),
        // A tenant is no object of a realm; the others nobody is shown.
        Kind::Tenant | Kind::ScopeVersion | Kind::Retired => None,
    }
}

fn one<R: Show>(snapshot: &RealmSnapshot, id: &str) -> Option<Object> {
    let target = Target::new([("id".to_owned(), id.to_owned())]);
    let record = R::find(snapshot, &target).ok()?;
    Some(R::show(snapshot, record))
}

/// A tenant, if it is there.
pub(crate) fn shown_tenant(directory: &Directory, name: &str) -> Option<Object> {
    let tenant = directory.tenant(name)?;
    Some(tenants::to_json(tenant, directory))
}
