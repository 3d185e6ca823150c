//! What an administrator says of an identity provider, checked as a whole.

use super::super::{
    FieldError, Object,
    body::{Body, short},
    uri,
};
use crate::{
    RealmKey, Secrets, Timestamp, config::IdentityProvider, people::may_fill,
    snapshot::RealmSnapshot,
};
use jose::JoseError;
use oauth::{Issuer, ScopeToken, Secret};
use scim::{AttributePath, ResourceSchema};
use url::Url;
use uuid::Uuid;

/// Longest name, in characters.
const MAX_NAME: usize = 200;
/// Longest `client_id` and secret, in characters.
const MAX_CREDENTIAL: usize = 1000;
/// The scope without which there is no ID token (OpenID Connect Core §3.1.2.1).
const OPENID: &str = "openid";

/// An identity provider without what only the server sets.
pub(super) struct Draft {
    name: String,
    issuer: String,
    client_id: String,
    client_secret: Option<Secret>,
    scopes: Vec<String>,
    creates_identities: bool,
    attributes: Vec<(String, String)>,
    active: bool,
}

impl Draft {
    pub(super) fn read(body: &Object, snapshot: &RealmSnapshot) -> Result<Self, FieldError> {
        let body = Body(body);
        let required = |field, most| {
            body.owned(field, most)?
                .ok_or_else(|| FieldError::required(field))
        };
        Ok(Self {
            name: required("name", MAX_NAME)?,
            issuer: issuer(body)?,
            client_id: required("client_id", MAX_CREDENTIAL)?,
            client_secret: body
                .owned("client_secret", MAX_CREDENTIAL)?
                .map(Secret::new),
            scopes: scopes(body)?,
            creates_identities: body.boolean("creates_identities")?.unwrap_or(false),
            attributes: attributes(body, snapshot)?,
            active: body.boolean("active")?.unwrap_or(true),
        })
    }

    pub(super) fn issuer(&self) -> &str {
        &self.issuer
    }

    /// The secret that was given, sealed for the provider `id`.
    pub(super) fn sealed_secret(
        &self,
        realm: &RealmKey,
        id: Uuid,
        secrets: &Secrets,
    ) -> Result<Option<String>, JoseError> {
        let seal =
            |secret: &Secret| IdentityProvider::seal_secret(realm, id, secret.expose(), secrets);
        self.client_secret.as_ref().map(seal).transpose()
    }

    pub(super) fn provider(
        self,
        id: Uuid,
        sealed_secret: Option<String>,
        now: Timestamp,
    ) -> IdentityProvider {
        IdentityProvider {
            id,
            name: self.name,
            issuer: self.issuer,
            client_id: self.client_id,
            sealed_secret,
            scopes: self.scopes,
            creates_identities: self.creates_identities,
            attributes: self.attributes,
            active: self.active,
            created: now,
            updated: now,
        }
    }
}

/// OpenID Connect Discovery §3: an https URL; on a loopback address, for tests, http will do.
fn issuer(body: Body<'_>) -> Result<String, FieldError> {
    let text = body.required_text("issuer")?;
    let issuer: Issuer = super::super::body::parse("issuer", text)?;
    let url = Url::parse(issuer.as_str());
    match url {
        Ok(url) if url.scheme() == "https" || uri::is_loopback(&url) => Ok(text.to_owned()),
        _ => Err(FieldError::invalid(
            "issuer",
            "must be `https`; `http` is for loopback addresses only",
        )),
    }
}

/// `openid` is always among them, and is the only one if nothing is said.
fn scopes(body: Body<'_>) -> Result<Vec<String>, FieldError> {
    let mut scopes = vec![OPENID.to_owned()];
    for text in body.texts("scopes")?.unwrap_or_default() {
        let scope: ScopeToken = super::super::body::parse("scopes", text)?;
        if scope.as_str() != OPENID {
            scopes.push(scope.as_str().to_owned());
        }
    }
    Ok(scopes)
}

/// Which claims fill which attributes of a new identity: each a single value that can be written.
fn attributes(
    body: Body<'_>,
    snapshot: &RealmSnapshot,
) -> Result<Vec<(String, String)>, FieldError> {
    let invalid = |detail: String| FieldError::invalid("attributes", detail);
    let given = body.members("attributes", "claims with the attribute that each fills")?;
    let Some(members) = given else {
        return Ok(Vec::new());
    };
    let schema = super::super::claims::identity_schema(snapshot)
        .ok_or_else(|| invalid("can't be set: this realm has no identities".to_owned()))?;
    let each = members.iter().map(|(claim, path)| {
        let path = path
            .as_str()
            .ok_or_else(|| invalid(format!("must name an attribute for `{}`", short(claim))))?;
        match filled(path, schema) {
            Ok(()) => Ok((claim.clone(), path.to_owned())),
            Err(why) => Err(invalid(format!("has `{}`: {why}", short(path)))),
        }
    });
    each.collect()
}

/// Whether a path names what may be filled in.
fn filled(path: &str, schema: &ResourceSchema) -> Result<(), &'static str> {
    let path: AttributePath = path
        .parse()
        .map_err(|_| "it is no attribute path; brackets can't be filled")?;
    let node = schema
        .resolve(&path)
        .ok_or("it names no attribute of people")?;
    if !node.is_leaf() {
        return Err("name one of its sub-attributes");
    }
    match may_fill(schema, node) {
        true => Ok(()),
        false => Err("it can't be written by a provider"),
    }
}
