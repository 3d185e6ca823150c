//! Third-party APIs, whose identifiers become audiences of tokens (RFC 8707).

use super::{
    Blocked, Creatable, Created, Deletable, Field, FieldError, FieldKind, ListPage, ListQuery,
    Listable, ManagementError, Object, Readable, Target, Updatable, UsedBy,
    body::Body,
    edit::{Present, edit},
    field,
    list::Listing,
    table::{Create, Delete, List, Read, ResourceServers, Update},
};
use crate::{
    Core, Edit,
    access::Permit,
    config::{ConfigObject, ResourceServer},
    id::new_id,
    snapshot::RealmSnapshot,
    store::Kind,
};
use oauth::ResourceIndicator;
use scope::{ResourceServerId, Uses};
use serde_json::json;
use std::sync::Arc;

const FIELDS: &[Field] = &[
    Field::by_server("id", FieldKind::Exact),
    Field::at_creation("identifier", FieldKind::Exact),
    Field::writable("name", FieldKind::Text),
    Field::by_server("created", FieldKind::Time),
    Field::by_server("updated", FieldKind::Time),
];

impl Creatable for ResourceServers {
    async fn create(
        core: &Core,
        permit: &Permit<Create<Self>>,
        _: &Target,
        body: &Object,
    ) -> Result<Created, ManagementError> {
        field::check_creation(FIELDS, body)?;
        let identifier = identifier(body, core.base_url())?;
        let name = name(body)?;
        let made = edit(core, permit, |Present { now, .. }| {
            let id = ResourceServerId(new_id(now));
            let server = ResourceServer {
                id,
                identifier,
                name,
                created: now,
                updated: now,
            };
            let server = Arc::new(server);
            Ok(Edit::none(server.clone()).put(ConfigObject::ResourceServer(server)))
        });
        let server = made.await?;
        Ok(Created {
            id: server.id.to_string(),
            object: to_json(&server),
        })
    }
}

impl Listable for ResourceServers {
    async fn list(
        core: &Core,
        permit: &Permit<List<Self>>,
        target: &Target,
        query: &ListQuery,
    ) -> Result<ListPage, ManagementError> {
        let listing = Listing::new::<Self>(core.secrets(), permit.caller(), target, query, FIELDS)?;
        let servers = permit.snapshot().config().resource_servers.values();
        listing.page(servers.map(|server| (server.id.to_string(), to_json(server))))
    }
}

impl Readable for ResourceServers {
    async fn read(
        _: &Core,
        permit: &Permit<Read<Self>>,
        target: &Target,
    ) -> Result<Object, ManagementError> {
        find(permit.snapshot(), target).map(|server| to_json(server))
    }
}

impl Updatable for ResourceServers {
    async fn update(
        core: &Core,
        permit: &Permit<Update<Self>>,
        target: &Target,
        patch: &Object,
    ) -> Result<Object, ManagementError> {
        let updated = edit(core, permit, |Present { snapshot, now, .. }| {
            let before = find(snapshot, target)?;
            let name = name(&field::patched(FIELDS, to_json(before), patch)?)?;
            let after = ResourceServer {
                name,
                updated: now,
                ..ResourceServer::clone(before)
            };
            let after = Arc::new(after);
            Ok(Edit::none(after.clone()).put(ConfigObject::ResourceServer(after)))
        });
        updated.await.map(|server| to_json(&server))
    }
}

impl Deletable for ResourceServers {
    async fn delete(
        core: &Core,
        permit: &Permit<Delete<Self>>,
        target: &Target,
    ) -> Result<(), ManagementError> {
        let deleted = edit(core, permit, |Present { snapshot, .. }| {
            let server = find(snapshot, target)?;
            let scopes = snapshot
                .catalogue()
                .scopes_naming_resource_server(server.id);
            let applications = snapshot.config().applications.values();
            let clients: Uses<_> = applications
                .filter(|a| a.resource_server == Some(server.id))
                .map(|a| a.id)
                .collect();
            let used_by: Vec<UsedBy> = [
                UsedBy::of("scopes", &scopes),
                UsedBy::of("applications", &clients),
            ]
            .into_iter()
            .flatten()
            .collect();
            if !used_by.is_empty() {
                return Err(Blocked::in_use("The resource server", used_by).into());
            }
            Ok(Edit::none(()).delete(Kind::ResourceServer, server.id))
        });
        deleted.await
    }
}

fn find<'s>(
    snapshot: &'s RealmSnapshot,
    target: &Target,
) -> Result<&'s Arc<ResourceServer>, ManagementError> {
    let id = target
        .get("id")
        .parse()
        .map_err(|_| ManagementError::NotFound)?;
    snapshot
        .resource_server(&id)
        .ok_or(ManagementError::NotFound)
}

/// An absolute URI without fragment (RFC 8707 §2), and none of our own: a token for another API
/// must never be one for Ambit (G1).
fn identifier(body: &Object, base_url: &str) -> Result<String, FieldError> {
    let given = Body(body).required_text("identifier")?;
    let identifier: ResourceIndicator = super::body::parse("identifier", given)?;
    let origin = |url: &str| url::Url::parse(url).map(|url| url.origin());
    let ours = match (origin(given), origin(base_url)) {
        (Ok(one), Ok(other)) => one.is_tuple() && one == other,
        _ => true,
    };
    if ours {
        return Err(FieldError::invalid(
            "identifier",
            "is an address of this server itself",
        ));
    }
    Ok(identifier.as_str().to_owned())
}

fn name(body: &Object) -> Result<String, FieldError> {
    Body(body)
        .owned("name", 200)?
        .ok_or_else(|| FieldError::required("name"))
}

fn to_json(server: &ResourceServer) -> Object {
    let object = json!({
        "id": server.id.to_string(),
        "identifier": server.identifier,
        "name": server.name,
        "created": server.created.to_rfc3339(),
        "updated": server.updated.to_rfc3339(),
    });
    object.as_object().cloned().unwrap_or_default()
}
