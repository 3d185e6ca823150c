//! What an administrator says of an application, checked as a whole (H3, H4).

use super::super::{
    FieldError, Object,
    body::{Body, UNCOMMON, has_common_numbers},
    uri,
};
use super::{openid, wire};
use crate::{
    Timestamp,
    config::{
        AccessTokenFormat, Application, ApplicationKind, OpenIdSettings, Registration,
        UnassignedScopes,
    },
    snapshot::RealmSnapshot,
    tokens::MAX_ACCESS_TOKEN_LIFETIME,
};
use jose::JwkSet;
use oauth::{GrantType, RedirectUri, TokenEndpointAuthMethod};
use scope::{ClientId, MAX_TAG, ResourceServerId};
use serde_json::Value;

/// Longest name and version, in characters.
const MAX_NAME: usize = 200;

/// An application without what only the server sets.
pub(super) struct Draft {
    name: String,
    version: Option<String>,
    description: Option<String>,
    kind: ApplicationKind,
    redirect_uris: Vec<String>,
    grant_types: Vec<GrantType>,
    auth_method: TokenEndpointAuthMethod,
    access_token_format: AccessTokenFormat,
    access_token_lifetime: u32,
    refresh_limit: Option<u32>,
    tags: Vec<String>,
    active: bool,
    service_account: bool,
    unassigned_scopes: UnassignedScopes,
    jwks: Option<Value>,
    resource_server: Option<ResourceServerId>,
    openid: OpenIdSettings,
}

impl Draft {
    /// Reads and checks a body; `service_account` is what is meant where the body is silent, and
    /// `registration` how the client registered itself.
    pub(super) fn read(
        body: &Object,
        snapshot: &RealmSnapshot,
        service_account: bool,
        registration: Option<&Registration>,
    ) -> Result<Self, FieldError> {
        let body = Body(body);
        let name = body
            .owned("name", MAX_NAME)?
            .ok_or_else(|| FieldError::required("name"))?;
        let kind = body
            .one_of("type", &wire::KINDS)?
            .unwrap_or(ApplicationKind::Confidential);
        let grant_types = body.some_of("grant_types", &wire::GRANT_TYPES)?;
        let may_act = grant_types
            .as_ref()
            .is_some_and(|g| g.contains(&GrantType::ClientCredentials));
        let service_account = body
            .boolean("service_account")?
            .unwrap_or(service_account || may_act);
        let auth_method = body.one_of("token_endpoint_auth_method", &wire::AUTH_METHODS)?;
        let lifetime = body.number("access_token_lifetime", 1..=MAX_ACCESS_TOKEN_LIFETIME)?;
        let settings = &snapshot.config().realm.settings;
        let tags = body.texts("tags")?.unwrap_or_default();
        if tags.iter().any(|tag| tag.chars().count() > MAX_TAG) {
            let detail = format!("has a tag of more than {MAX_TAG} characters");
            return Err(FieldError::invalid("tags", detail));
        }
        let draft = Self {
            name,
            version: body.owned("version", MAX_NAME)?,
            description: body.text("description")?.map(str::to_owned),
            kind,
            redirect_uris: uri::list::<RedirectUri>(body, "redirect_uris")?,
            grant_types: grant_types.unwrap_or_else(|| default_grants(service_account)),
            auth_method: auth_method.unwrap_or(match kind {
                ApplicationKind::Confidential => TokenEndpointAuthMethod::ClientSecretBasic,
                ApplicationKind::Public => TokenEndpointAuthMethod::None,
            }),
            access_token_format: body
                .one_of("access_token_format", &wire::FORMATS)?
                .unwrap_or(AccessTokenFormat::Jwt),
            access_token_lifetime: lifetime.unwrap_or(settings.access_token_lifetime),
            refresh_limit: body.number("refresh_limit", 0..=u32::MAX)?,
            tags: tags.into_iter().map(str::to_owned).collect(),
            active: body.boolean("active")?.unwrap_or(true),
            service_account,
            unassigned_scopes: body
                .one_of("unassigned_scopes", &wire::UNASSIGNED)?
                .unwrap_or(UnassignedScopes::Reject),
            jwks: body.value("jwks").map(check_keys).transpose()?,
            resource_server: resource_server(body, snapshot)?,
            openid: OpenIdSettings {
                registration: registration.cloned(),
                ..openid::read(body)?
            },
        };
        draft.check()?;
        Ok(draft)
    }

    /// Whether the client authenticates with a secret.
    pub(super) fn uses_secret(&self) -> bool {
        self.auth_method.uses_secret()
    }

    /// The application that it describes, without secrets and assigned scopes.
    pub(super) fn application(self, id: ClientId, now: Timestamp) -> Application {
        Application {
            id,
            name: self.name,
            version: self.version,
            description: self.description,
            kind: self.kind,
            redirect_uris: self.redirect_uris,
            grant_types: self.grant_types,
            auth_method: self.auth_method,
            access_token_format: self.access_token_format,
            access_token_lifetime: self.access_token_lifetime,
            refresh_limit: self.refresh_limit,
            tags: self.tags,
            active: self.active,
            service_account: self.service_account,
            unassigned_scopes: self.unassigned_scopes,
            assigned: Vec::new(),
            secrets: Vec::new(),
            jwks: self.jwks,
            resource_server: self.resource_server,
            openid: self.openid,
            created: now,
            updated: now,
        }
    }

    /// The rules between fields.
    fn check(&self) -> Result<(), FieldError> {
        let public = self.kind == ApplicationKind::Public;
        let (method, keys) = (self.auth_method, self.jwks.is_some());
        let acts = self.service_account || self.grant_types.contains(&GrantType::ClientCredentials);
        let rules = [
            (
                acts && self.openid.registration.is_some(),
                match self.service_account {
                    true => "service_account",
                    false => "grant_types",
                },
                "can't let a client that registered itself act for itself: nobody vouches for it",
            ),
            (
                public != (method == TokenEndpointAuthMethod::None),
                "token_endpoint_auth_method",
                "must be `none` for a public application, and for no other (RFC 6749 §2.3)",
            ),
            (
                public && self.service_account,
                "service_account",
                "can't be true for a public application: it can't authenticate (RFC 6749 §4.4)",
            ),
            (
                self.grant_types.contains(&GrantType::ClientCredentials) != self.service_account,
                "grant_types",
                "must have `client_credentials` for a service account, and for no other application",
            ),
            (
                (method == TokenEndpointAuthMethod::PrivateKeyJwt) && !keys,
                "jwks",
                "is required for `private_key_jwt`",
            ),
        ];
        match rules.into_iter().find(|(broken, ..)| *broken) {
            Some((_, field, detail)) => Err(FieldError::invalid(field, detail)),
            None => openid::check(&self.openid, self.kind, &self.redirect_uris, keys),
        }
    }
}

fn default_grants(service_account: bool) -> Vec<GrantType> {
    match service_account {
        true => vec![GrantType::ClientCredentials],
        false => vec![GrantType::AuthorizationCode],
    }
}

/// A JWK Set (RFC 7517 §5) of public keys that assertions and requests may be signed with.
pub(crate) fn check_keys(value: &Value) -> Result<Value, FieldError> {
    let invalid = |detail: String| FieldError::invalid("jwks", detail);
    let set = JwkSet::from_json(value.to_string().as_bytes())
        .map_err(|error| invalid(format!("is no JWK Set: {error}")))?;
    if let Some(reason) = set.ignored().first() {
        return Err(invalid(format!("has a key that can't be used: {reason}")));
    }
    if set.keys().is_empty() {
        return Err(invalid("has no key".to_owned()));
    }
    let private = |key: &Value| key.get("d").is_some() || key.get("k").is_some();
    if value
        .get("keys")
        .and_then(Value::as_array)
        .is_some_and(|keys| keys.iter().any(private))
    {
        return Err(invalid(
            "has a private key: give the public part only".to_owned(),
        ));
    }
    if !has_common_numbers(value) {
        return Err(invalid(UNCOMMON.to_owned()));
    }
    Ok(value.clone())
}

fn resource_server(
    body: Body<'_>,
    snapshot: &RealmSnapshot,
) -> Result<Option<ResourceServerId>, FieldError> {
    let id: Option<ResourceServerId> = body.parsed("resource_server")?;
    match id {
        Some(id) if snapshot.resource_server(&id).is_none() => Err(FieldError::invalid(
            "resource_server",
            "names a resource server that does not exist",
        )),
        id => Ok(id),
    }
}
