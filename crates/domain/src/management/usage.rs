//! What carries the scopes that clients are assigned: live tokens and grants, counted in the store when it
//! is asked, up to a bound. Nothing is written down for it while tokens are issued or used.

use super::{
    Definition, Field, FieldKind, ListPage, ListQuery, Listable, ManagementError, Object, Readable,
    Target,
    giving_way::giving_way,
    list::Listing,
    table::{List, Read, Usage},
};
use crate::{
    Core, RealmKey,
    access::Permit,
    config::{Application, Assignment, RealmConfig},
    store::StoreError,
};
use scope::{ClientId, ScopeId};
use std::sync::Arc;

pub(super) const DEFINITION: Definition = Definition {
    resource: "usage",
    singular: "use of a scope",
    about: "A scope that is assigned to a client, with the live tokens and grants that carry it now. How often they are used is not known.",
    named_by: "id",
    fields: FIELDS,
};

const FIELDS: &[Field] = &[
    Field::by_server(
        "id",
        FieldKind::Exact,
        "The ids of client and scope with a dot between.",
    ),
    Field::by_server("client_id", FieldKind::Exact, "The client."),
    Field::by_server("scope", FieldKind::Text, "The name of the scope."),
    Field::by_server(
        "live_tokens",
        FieldKind::Integer,
        "How many of the client's tokens that are neither revoked nor expired carry the scope, counted to 200.",
    )
    .unfiltered(),
    Field::by_server(
        "more_tokens",
        FieldKind::Boolean,
        "Whether there are more than that.",
    )
    .unfiltered(),
    Field::by_server(
        "last_issued",
        FieldKind::Time,
        "When the newest of the live tokens was issued; absent if not all were counted.",
    )
    .unfiltered(),
    Field::by_server(
        "live_grants",
        FieldKind::Integer,
        "How many grants of people to the client that are neither revoked nor expired have the scope, counted to 200.",
    )
    .unfiltered(),
    Field::by_server(
        "more_grants",
        FieldKind::Boolean,
        "Whether there are more than that.",
    )
    .unfiltered(),
];

/// How far is counted.
const MOST: u32 = 200;

impl Listable for Usage {
    async fn list(
        core: &Core,
        permit: &Permit<List<Self>>,
        target: &Target,
        query: &ListQuery,
    ) -> Result<ListPage, ManagementError> {
        let listing = Listing::new::<Self>(core.secrets(), permit.caller(), target, query)?;
        let config = permit.snapshot().config();
        let show = |(client, scope)| shown(config, client, scope);
        let (shown, last) = giving_way(|| listing.objects(pairs(config), show));
        let mut items = Vec::new();
        for ((client, scope), mut object) in shown {
            object.extend(counted(core, permit.realm(), client, scope).await?);
            items.push(object.into());
        }
        listing.ending_at(items, last.as_deref())
    }
}

impl Readable for Usage {
    async fn read(
        core: &Core,
        permit: &Permit<Read<Self>>,
        target: &Target,
    ) -> Result<Object, ManagementError> {
        let config = permit.snapshot().config();
        let (client, scope) = pair(target.get("id")).ok_or(ManagementError::NotFound)?;
        let application = config.applications.get(&client);
        application
            .filter(|a| a.assigned.iter().any(|assigned| assigned.scope == scope))
            .ok_or(ManagementError::NotFound)?;
        let mut object = shown(config, client, scope);
        object.extend(counted(core, permit.realm(), client, scope).await?);
        Ok(object)
    }
}

/// Every client with every scope that it is assigned, in order of their ids.
fn pairs(config: &RealmConfig) -> impl Iterator<Item = (String, (ClientId, ScopeId))> + '_ {
    config
        .applications
        .values()
        .flat_map(|client: &Arc<Application>| {
            let mut scopes: Vec<ScopeId> = client.assigned.iter().map(scope_of).collect();
            scopes.sort_unstable();
            scopes
                .into_iter()
                .map(|scope| (format!("{}.{scope}", client.id), (client.id, scope)))
        })
}

fn scope_of(assignment: &Assignment) -> ScopeId {
    assignment.scope
}

fn pair(id: &str) -> Option<(ClientId, ScopeId)> {
    let (client, scope) = id.split_once('.')?;
    Some((client.parse().ok()?, scope.parse().ok()?))
}

fn shown(config: &RealmConfig, client: ClientId, scope: ScopeId) -> Object {
    let name = config
        .scopes
        .get(&scope)
        .map(|s| s.definition.name.as_str());
    let mut object = Object::new();
    object.insert("id".into(), format!("{client}.{scope}").into());
    object.insert("client_id".into(), client.to_string().into());
    object.insert("scope".into(), name.unwrap_or_default().into());
    object
}

/// The live tokens and grants of one pair.
async fn counted(
    core: &Core,
    realm: &RealmKey,
    client: ClientId,
    scope: ScopeId,
) -> Result<Object, StoreError> {
    let store = core.store();
    let used = store.assignment_use(realm, &client, &scope, core.now(), MOST + 1);
    let used = used.await?;
    let (most, more) = (u64::from(MOST), |count| count > u64::from(MOST));
    let mut object = Object::new();
    object.insert("live_tokens".into(), used.tokens.min(most).into());
    object.insert("more_tokens".into(), more(used.tokens).into());
    if let Some(newest) = used.newest.filter(|_| !more(used.tokens)) {
        object.insert("last_issued".into(), newest.to_rfc3339().into());
    }
    object.insert("live_grants".into(), used.grants.min(most).into());
    object.insert("more_grants".into(), more(used.grants).into());
    Ok(object)
}
