//! Third-party APIs, whose identifiers become audiences of tokens (RFC 8707).

use super::{
    Blocked, Definition, Field, FieldError, FieldKind, ManagementError, Object, Target, UsedBy,
    body::Body,
    configured::{Alter, Find, Make, Remove, Show},
    field,
    kept::Kept,
    present::{Made, Present},
    table::ResourceServers,
};
use crate::{
    Edit,
    config::{ConfigObject, RealmConfig, ResourceServer},
    id::new_id,
    snapshot::RealmSnapshot,
    store::Kind,
};
use oauth::ResourceIndicator;
use scope::{ResourceServerId, Uses};
use serde_json::json;
use std::{collections::BTreeMap, sync::Arc};

pub(super) const DEFINITION: Definition = Definition {
    resource: "resource-servers",
    singular: "resource server",
    about: "An API of somebody else's. Its identifier becomes the audience of tokens with the generic scopes that are tied to it (RFC 8707).",
    named_by: "identifier",
    fields: FIELDS,
};

const FIELDS: &[Field] = &[
    Field::id(),
    Field::at_creation(
        "identifier",
        FieldKind::Exact,
        "An absolute URI without fragment (RFC 8707 §2), and none of Ambit's own. Unique in the realm.",
    )
    .required(),
    Field::writable("name", FieldKind::Text, "A name for people, of at most 200 characters.")
        .required(),
    Field::created(),
    Field::updated(),
];

impl Kept for ResourceServers {
    type Id = ResourceServerId;
    type Item = ResourceServer;

    fn kept(config: &RealmConfig) -> &BTreeMap<ResourceServerId, Arc<ResourceServer>> {
        &config.resource_servers
    }
}

impl Show for ResourceServers {
    fn show(_: &RealmSnapshot, server: Self::Record<'_>) -> Object {
        to_json(server)
    }
}

impl Make for ResourceServers {
    fn make(
        present: &mut Present<'_>,
        _: &Target,
        body: &Object,
    ) -> Result<Edit<Made>, ManagementError> {
        field::check_creation(FIELDS, body)?;
        let server = ResourceServer {
            id: ResourceServerId(new_id(present.now)),
            identifier: identifier(body, present.core.base_url())?,
            name: name(body)?,
            created: present.now,
            updated: present.now,
        };
        let made = Made::new(server.id);
        Ok(Edit::none(made).put(ConfigObject::ResourceServer(Arc::new(server))))
    }
}

impl Alter for ResourceServers {
    fn alter(
        present: &mut Present<'_>,
        target: &Target,
        patch: &Object,
    ) -> Result<Edit<()>, ManagementError> {
        let before = Self::find(present.snapshot, target)?;
        let after = ResourceServer {
            name: name(&field::patched(FIELDS, to_json(before), patch)?)?,
            updated: present.now,
            ..ResourceServer::clone(before)
        };
        Ok(Edit::none(()).put(ConfigObject::ResourceServer(Arc::new(after))))
    }
}

impl Remove for ResourceServers {
    fn remove(present: &mut Present<'_>, target: &Target) -> Result<Edit<()>, ManagementError> {
        let (server, snapshot) = (Self::find(present.snapshot, target)?, present.snapshot);
        let scopes = snapshot
            .catalogue()
            .scopes_naming_resource_server(server.id);
        let applications = snapshot.config().applications.values();
        let clients: Uses<_> = applications
            .filter(|a| a.resource_server == Some(server.id))
            .map(|a| a.id)
            .collect();
        let users = [
            UsedBy::of("scopes", &scopes),
            UsedBy::of("applications", &clients),
        ];
        let used_by: Vec<UsedBy> = users.into_iter().flatten().collect();
        if !used_by.is_empty() {
            return Err(Blocked::in_use("The resource server", used_by).into());
        }
        Ok(Edit::none(()).delete(Kind::ResourceServer, server.id))
    }
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
