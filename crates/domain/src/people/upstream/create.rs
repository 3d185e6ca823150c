//! A person made of what a provider says (just-in-time provisioning).

use super::{error::UpstreamError, token::Upstream};
use crate::{
    Core,
    config::IdentityProvider,
    people::{ExternalIdentity, identity_type},
    scim::ProvisionFailure,
    snapshot::RealmSnapshot,
};
use jose::base64url;
use scim::{
    AttributePath, AttributeType, Mutability, Node, Part, ResourceSchema, ScimType, validate,
};
use serde_json::{Map, Value, json};
use std::sync::Arc;

/// How often it is tried, with other names or on another configuration.
const MAX_TRIES: usize = 4;
/// Longest `userName` that is made of a claim, in characters.
const MAX_NAME: usize = 200;

impl Core {
    /// Makes the person of an identity that is linked to nobody, and links it, in one commit.
    pub(crate) async fn make_person(
        &self,
        snapshot: &Arc<RealmSnapshot>,
        provider: &IdentityProvider,
        upstream: &Upstream,
    ) -> Result<(), UpstreamError> {
        let mut snapshot = snapshot.clone();
        let schema = &identity_type(&snapshot)?.schema;
        let plain = with_schemas(schema, person_of(provider, upstream, schema));
        let mut person = plain.clone();
        for _ in 0..MAX_TRIES {
            let identity = ExternalIdentity {
                provider: provider.id,
                issuer: provider.issuer.clone(),
                subject: upstream.subject.clone(),
                label: Some(upstream.label()),
                linked: self.now(),
            };
            let made = self.provision_person(&snapshot, person.clone(), |id| identity.link(id));
            match made.await {
                Ok(()) => return Ok(()),
                Err(ProvisionFailure::Unfit(error))
                    if error.scim_type == Some(ScimType::Uniqueness) =>
                {
                    person = renamed(plain.clone())?;
                }
                Err(ProvisionFailure::Unfit(error)) => {
                    return Err(UpstreamError::Person(error.detail));
                }
                Err(ProvisionFailure::Overtaken) => {
                    let now = self.realm_by_key(snapshot.key());
                    snapshot = now.ok_or(UpstreamError::Answer("came too late"))?;
                }
                Err(ProvisionFailure::Store(error)) => return Err(error.into()),
            }
        }
        Err(UpstreamError::Person("it was tried too often".to_owned()))
    }
}

/// The attributes of a person whom a provider vouches for: what its claims fill by the
/// administrator's mapping, and a `userName`. A value that does not fit its attribute is left out.
fn person_of(
    provider: &IdentityProvider,
    upstream: &Upstream,
    schema: &ResourceSchema,
) -> Map<String, Value> {
    let mut person = Map::new();
    for (claim, path) in &provider.attributes {
        let value = upstream.claims.get(claim).filter(|_| said(claim, upstream));
        let node = path.parse::<AttributePath>().ok();
        let node = node.and_then(|path| schema.resolve(&path));
        if let (Some(value), Some(node)) = (value, node)
            && may_fill(schema, node)
            && fits(schema, node, value)
        {
            set(&mut person, schema, node, value.clone());
        }
    }
    if !person.get("userName").is_some_and(Value::is_string) {
        person.insert("userName".to_owned(), user_name(upstream).into());
    }
    person
}

/// What says whether, as what and by what someone gets in: no provider's claims fill that (S13, T4).
const NOT_THEIRS: [&str; 6] = [
    "active",
    "roles",
    "entitlements",
    "groups",
    "password",
    "x509Certificates",
];

/// Whether claims of a provider may fill an attribute of a new person. `schemas`, `id` and `meta` are the server's (RFC 7643
/// §3.1), `externalId` is the provisioner's.
pub(crate) fn may_fill(schema: &ResourceSchema, node: &Node) -> bool {
    let mut root = node;
    while let Some(parent) = root.parent {
        root = schema.node(parent);
    }
    let ours = [node, root].iter().any(|node| node.part == Part::Common);
    let is_it = |name: &&str| root.key().eq_ignore_ascii_case(name);
    let written = schema.mutability(node.id) != Mutability::ReadOnly;
    written && !ours && !schema.is_never_returned(node.id) && !NOT_THEIRS.iter().any(is_it)
}

/// The same with a `userName` that nobody else is likely to have.
fn renamed(mut person: Map<String, Value>) -> Result<Map<String, Value>, UpstreamError> {
    let name = person.get("userName").and_then(Value::as_str);
    let name: String = name.unwrap_or_default().chars().take(MAX_NAME).collect();
    let chance = base64url::encode(jose::random_bytes::<6>()?);
    person.insert("userName".to_owned(), format!("{name}-{chance}").into());
    Ok(person)
}

/// An e-mail address is theirs only if the provider says that it has verified that: others know people by it (U7, OpenID
/// Connect Core §5.7).
fn said(claim: &str, upstream: &Upstream) -> bool {
    let verified = match upstream.claims.get("email_verified") {
        Some(Value::Bool(verified)) => *verified,
        // As some providers write it.
        Some(Value::String(text)) => text == "true",
        _ => false,
    };
    claim != "email" || verified
}

fn user_name(upstream: &Upstream) -> String {
    let text = |name: &str| upstream.claims.get(name).and_then(Value::as_str);
    let email = text("email").filter(|_| said("email", upstream));
    let found = text("preferred_username").filter(|text| !text.trim().is_empty());
    let name = found.or(email).unwrap_or(&upstream.subject);
    let plain = name.chars().filter(|c| !c.is_control());
    plain.take(MAX_NAME).collect::<String>().trim().to_owned()
}

/// Whether a value may be written at an attribute: alone, it makes a resource.
fn fits(schema: &ResourceSchema, node: &Node, value: &Value) -> bool {
    let right = match node.attribute.kind {
        AttributeType::Boolean => value.is_boolean(),
        AttributeType::Integer | AttributeType::Decimal => value.is_number(),
        _ => value.as_str().is_some_and(|text| !text.trim().is_empty()),
    };
    let mut alone = Map::new();
    set(&mut alone, schema, node, value.clone());
    let alone = with_schemas(schema, alone);
    right && validate::canonical(schema, alone).is_ok()
}

/// Puts a value at a leaf; what is a list has one element, the primary one.
fn set(person: &mut Map<String, Value>, schema: &ResourceSchema, leaf: &Node, value: Value) {
    let mut way = vec![leaf];
    while let Some(parent) = way.last().and_then(|node| node.parent) {
        way.push(schema.node(parent));
    }
    let value = match leaf.attribute.multi_valued {
        true => json!([value]),
        false => value,
    };
    put(person, schema, &way, value);
}

fn put(into: &mut Map<String, Value>, schema: &ResourceSchema, way: &[&Node], value: Value) {
    let Some((node, below)) = way.split_last() else {
        return;
    };
    let key = node.key().to_owned();
    if below.is_empty() {
        into.insert(key, value);
        return;
    }
    let primary = schema.child(node.id, "primary").is_some();
    let fresh = match (node.is_list(), primary) {
        (true, true) => json!([{ "primary": true }]),
        (true, false) => json!([{}]),
        (false, _) => json!({}),
    };
    let inner = into.entry(key).or_insert(fresh);
    let inner = match inner {
        Value::Array(elements) => elements.first_mut(),
        other => Some(other),
    };
    if let Some(Value::Object(inner)) = inner {
        put(inner, schema, below, value);
    }
}

/// With the schemas of what is in it (RFC 7643 §3.1).
fn with_schemas(schema: &ResourceSchema, mut person: Map<String, Value>) -> Map<String, Value> {
    let extensions = schema.extensions().map(Node::key);
    let has = extensions.filter(|urn| person.contains_key(*urn));
    let urns: Vec<&str> = std::iter::once(schema.base_urn()).chain(has).collect();
    let urns = json!(urns);
    person.insert("schemas".to_owned(), urns);
    person
}
