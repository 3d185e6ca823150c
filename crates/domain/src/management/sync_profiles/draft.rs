//! What an administrator says of a sync profile, checked as a whole.

use super::super::{
    FieldError, Object,
    body::{Body, short},
    claims::identity_schema,
    uri,
};
use crate::{
    Timestamp,
    config::{SealedSecret, SyncProfile, SyncSource},
    ldap,
    snapshot::RealmSnapshot,
};
use oauth::Secret;
use scim::{AttributePath, Mutability, Node, Part, ResourceSchema};
use std::collections::HashSet;
use uuid::Uuid;

/// Longest secret, `client_id` and so on, in characters.
const MAX_CREDENTIAL: usize = 1000;
/// Longest name of an attribute of a directory.
const MAX_ATTRIBUTE: usize = 200;
/// Seconds between runs where nothing is said.
const DEFAULT_SCHEDULE: u32 = 3600;
const DEFAULT_USER_FILTER: &str = "(objectClass=person)";
const MICROSOFT_GRAPH: &str = "https://graph.microsoft.com";

/// A profile without what only the server sets. The source has no secret yet.
pub(super) struct Draft {
    name: String,
    description: Option<String>,
    pub(super) source: SyncSource,
    pub(super) secret: Option<Secret>,
    attribute_mapping: Vec<(String, String)>,
    schedule: u32,
    pub(super) connector: Option<Uuid>,
    active: bool,
}

impl Draft {
    pub(super) fn read(body: &Object, snapshot: &RealmSnapshot) -> Result<Self, FieldError> {
        let body = Body(body);
        let source = source(body)?;
        let secret = body.owned(source.secret_field(), MAX_CREDENTIAL)?;
        let schedule = body.number("schedule", 60..=604_800)?;
        Ok(Self {
            name: required(body, "name", 200)?,
            description: body.owned("description", 4000)?,
            secret: secret.map(Secret::new),
            attribute_mapping: mapping(body, &source, snapshot)?,
            source,
            schedule: schedule.unwrap_or(DEFAULT_SCHEDULE),
            connector: connector(body, snapshot)?,
            active: body.boolean("active")?.unwrap_or(true),
        })
    }

    pub(super) fn profile(
        self,
        id: Uuid,
        secret: Option<SealedSecret>,
        now: Timestamp,
    ) -> SyncProfile {
        SyncProfile {
            id,
            name: self.name,
            description: self.description,
            source: self.source.with_secret(secret),
            attribute_mapping: self.attribute_mapping,
            schedule: self.schedule,
            connector: self.connector,
            active: self.active,
            created: now,
            updated: now,
        }
    }
}

fn required(body: Body<'_>, field: &str, most: usize) -> Result<String, FieldError> {
    body.owned(field, most)?
        .ok_or_else(|| FieldError::required(field))
}

/// One of the two kinds of directory, with nothing that is the other's.
fn source(body: Body<'_>) -> Result<SyncSource, FieldError> {
    let is_ldap = body
        .one_of("source", &[("ldap", true), ("entra", false)])?
        .ok_or_else(|| FieldError::required("source"))?;
    match is_ldap {
        true => {
            none_of(body, &["tenant_id", "client_id", "client_secret"], "entra")?;
            ldap(body)
        }
        false => {
            let theirs = [
                "base",
                "user_filter",
                "group_filter",
                "bind_name",
                "bind_password",
            ];
            none_of(body, &theirs, "ldap")?;
            entra(body)
        }
    }
}

fn none_of(body: Body<'_>, fields: &[&str], source: &str) -> Result<(), FieldError> {
    match fields.iter().find(|field| body.value(field).is_some()) {
        Some(field) => Err(FieldError::new(
            field,
            "other_type",
            format!("is for profiles of the source `{source}`"),
        )),
        None => Ok(()),
    }
}

fn ldap(body: Body<'_>) -> Result<SyncSource, FieldError> {
    let server = uri::elsewhere(body, "server", &["ldap", "ldaps"])?
        .ok_or_else(|| FieldError::required("server"))?;
    // What to read is said by `base` and the filters, not by the URL (RFC 4516).
    let rest = server.split_once("://").map_or("", |(_, rest)| rest);
    if rest
        .split_once('/')
        .is_some_and(|(_, path)| !path.is_empty())
    {
        return Err(FieldError::invalid(
            "server",
            "must have no path: see `base`",
        ));
    }
    let base = required(body, "base", 1000)?;
    let name =
        |field: &str, text: &str| ldap::check_name(text).map_err(|why| refused(field, text, &why));
    name("base", &base)?;
    let bind_name = body.owned("bind_name", 1000)?;
    if let Some(text) = &bind_name {
        name("bind_name", text)?;
    }
    if bind_name.is_none() && body.value("bind_password").is_some() {
        let detail = "is required: `bind_password` is the password of it";
        return Err(FieldError::new("bind_name", "required", detail));
    }
    Ok(SyncSource::Ldap {
        server,
        base,
        user_filter: filter(body, "user_filter")?.unwrap_or_else(|| DEFAULT_USER_FILTER.to_owned()),
        group_filter: filter(body, "group_filter")?,
        bind_name,
        bind_password: None,
    })
}

fn filter(body: Body<'_>, field: &str) -> Result<Option<String>, FieldError> {
    let filter = body.owned(field, 4000)?;
    if let Some(text) = &filter {
        ldap::check_filter(text).map_err(|why| refused(field, text, &why))?;
    }
    Ok(filter)
}

fn entra(body: Body<'_>) -> Result<SyncSource, FieldError> {
    let tenant_id = required(body, "tenant_id", MAX_CREDENTIAL)?;
    // It becomes a segment of an address.
    let plain = |b: u8| b.is_ascii_alphanumeric() || b == b'-' || b == b'.';
    if !tenant_id.bytes().all(plain) || tenant_id.starts_with('.') {
        return Err(refused("tenant_id", &tenant_id, &"it is no id or domain"));
    }
    Ok(SyncSource::Entra {
        server: uri::elsewhere(body, "server", &["https"])?
            .unwrap_or_else(|| MICROSOFT_GRAPH.to_owned()),
        tenant_id,
        client_id: required(body, "client_id", MAX_CREDENTIAL)?,
        client_secret: None,
    })
}

/// Which attribute of the directory gives which of ours; each of ours comes from one of theirs.
fn mapping(
    body: Body<'_>,
    source: &SyncSource,
    snapshot: &RealmSnapshot,
) -> Result<Vec<(String, String)>, FieldError> {
    let invalid = |detail: String| FieldError::invalid("attribute_mapping", detail);
    let given = body.members(
        "attribute_mapping",
        "attributes with the attribute that each gives",
    )?;
    let Some(members) = given else {
        return Ok(Vec::new());
    };
    let schema = identity_schema(snapshot)
        .ok_or_else(|| invalid("can't be set: this realm has no identities".to_owned()))?;
    let mut given = HashSet::new();
    let mut mapping = Vec::new();
    for (theirs, ours) in members {
        if !is_theirs(theirs, source) {
            let detail = format!(
                "has `{}`, which is no attribute of a directory",
                short(theirs)
            );
            return Err(invalid(detail));
        }
        let ours = ours
            .as_str()
            .ok_or_else(|| invalid(format!("must name an attribute for `{theirs}`")))?;
        let node = given_by(ours, schema)
            .map_err(|why| invalid(format!("has `{}`: {why}", short(ours))))?;
        if !given.insert(node.id) {
            let detail = format!("has `{}` twice, of which only one can be", short(ours));
            return Err(invalid(detail));
        }
        mapping.push((theirs.clone(), ours.to_owned()));
    }
    Ok(mapping)
}

fn is_theirs(name: &str, source: &SyncSource) -> bool {
    let fits = match source {
        SyncSource::Ldap { .. } => ldap::is_attribute(name),
        SyncSource::Entra { .. } => {
            let plain = |b: u8| b.is_ascii_alphanumeric() || b"_.".contains(&b);
            !name.is_empty() && name.bytes().all(plain)
        }
    };
    fits && name.len() <= MAX_ATTRIBUTE
}

/// The attribute that a path names, if a connector can write it.
fn given_by<'s>(path: &str, schema: &'s ResourceSchema) -> Result<&'s Node, &'static str> {
    let path: AttributePath = path
        .parse()
        .map_err(|_| "it is no attribute path; brackets can't be filled")?;
    let node = schema
        .resolve(&path)
        .ok_or("it names no attribute of people")?;
    if !node.is_leaf() {
        return Err("name one of its sub-attributes");
    }
    let mut root = node;
    while let Some(parent) = root.parent {
        root = schema.node(parent);
    }
    // Of what all resources have, only `externalId` is the provisioner's (RFC 7643 §3.1).
    let ours = root.part == Part::Common && !root.key().eq_ignore_ascii_case("externalId");
    let read_only = schema.mutability(node.id) == Mutability::ReadOnly;
    // Directories give no passwords, and nobody's password is to be made of something else.
    match ours || read_only || schema.is_never_returned(node.id) {
        true => Err("a connector can't write it"),
        false => Ok(node),
    }
}

/// The connector that runs the profile, which must be there.
fn connector(body: Body<'_>, snapshot: &RealmSnapshot) -> Result<Option<Uuid>, FieldError> {
    let Some(text) = body.text("connector")? else {
        return Ok(None);
    };
    let known = |id: &Uuid| snapshot.config().connectors.contains_key(id);
    match text.parse::<Uuid>().ok().filter(known) {
        Some(id) => Ok(Some(id)),
        None => Err(refused("connector", text, &"there is no such connector")),
    }
}

fn refused(field: &str, text: &str, why: &dyn std::fmt::Display) -> FieldError {
    FieldError::invalid(field, format!("has `{}`: {why}", short(text)))
}
