//! An application as JSON.

use super::{super::Object, openid};
use crate::config::{
    AccessTokenFormat, Application, ApplicationKind, ClientSecret, Registration, UnassignedScopes,
};
use oauth::{GrantType, TokenEndpointAuthMethod};
use serde_json::{Value, json};

/// Client types (RFC 6749 §2.1).
pub(super) const KINDS: [(&str, ApplicationKind); 2] = [
    ("confidential", ApplicationKind::Confidential),
    ("public", ApplicationKind::Public),
];

/// Shapes of access tokens.
pub(super) const FORMATS: [(&str, AccessTokenFormat); 2] = [
    ("jwt", AccessTokenFormat::Jwt),
    ("opaque", AccessTokenFormat::Opaque),
];

/// What becomes of a scope that is asked for and not assigned.
pub(super) const UNASSIGNED: [(&str, UnassignedScopes); 2] = [
    ("reject", UnassignedScopes::Reject),
    ("intersect", UnassignedScopes::Intersect),
];

/// The grants that a client may be registered for.
pub(super) const GRANT_TYPES: [(&str, GrantType); 5] = [
    (
        GrantType::AuthorizationCode.as_str(),
        GrantType::AuthorizationCode,
    ),
    (
        GrantType::ClientCredentials.as_str(),
        GrantType::ClientCredentials,
    ),
    (GrantType::RefreshToken.as_str(), GrantType::RefreshToken),
    (GrantType::DeviceCode.as_str(), GrantType::DeviceCode),
    (GrantType::TokenExchange.as_str(), GrantType::TokenExchange),
];

/// The ways to authenticate that the server knows (C4).
pub(super) const AUTH_METHODS: [(&str, TokenEndpointAuthMethod); 4] = [
    (
        "client_secret_basic",
        TokenEndpointAuthMethod::ClientSecretBasic,
    ),
    (
        "client_secret_post",
        TokenEndpointAuthMethod::ClientSecretPost,
    ),
    ("private_key_jwt", TokenEndpointAuthMethod::PrivateKeyJwt),
    ("none", TokenEndpointAuthMethod::None),
];

/// The whole of it; of secrets, only that they are there.
pub(super) fn to_json(application: &Application) -> Object {
    let id = application.client_id();
    let grant_types: Vec<&str> = application.grant_types.iter().map(|g| g.as_str()).collect();
    let object = json!({
        "id": id,
        "client_id": id,
        "name": application.name,
        "version": application.version,
        "description": application.description,
        "type": name_of(application.kind, &KINDS),
        "redirect_uris": application.redirect_uris,
        "grant_types": grant_types,
        "token_endpoint_auth_method": application.auth_method.as_str(),
        "access_token_format": name_of(application.access_token_format, &FORMATS),
        "access_token_lifetime": application.access_token_lifetime,
        "refresh_limit": application.refresh_limit,
        "tags": application.tags,
        "active": application.active,
        "service_account": application.service_account,
        "unassigned_scopes": name_of(application.unassigned_scopes, &UNASSIGNED),
        "jwks": application.jwks,
        "resource_server": application.resource_server.map(|id| id.to_string()),
        "built_in": application.is_built_in(),
        "self_registered": application.registered_itself(),
        "registration": application.openid.registration.as_ref().map(registration),
        "secrets": application.secrets.iter().map(secret).collect::<Vec<_>>(),
        "created": application.created.to_rfc3339(),
        "updated": application.updated.to_rfc3339(),
    });
    let mut object = present(object);
    object.extend(openid::to_json(&application.openid));
    object
}

/// What a client that registered itself said besides; its token is nobody's business (H5).
fn registration(registration: &Registration) -> Value {
    let Registration {
        contacts,
        logo_uri,
        software_id,
        software_version,
        ..
    } = registration;
    let contacts = Some(contacts).filter(|contacts| !contacts.is_empty());
    Value::Object(present(json!({
        "contacts": contacts,
        "logo_uri": logo_uri,
        "software_id": software_id,
        "software_version": software_version,
    })))
}

/// A secret, without it.
pub(super) fn secret(secret: &ClientSecret) -> Object {
    present(json!({
        "id": secret.id.to_string(),
        "created": secret.created.to_rfc3339(),
        "expires": secret.expires.map(|end| end.to_rfc3339()),
    }))
}

/// The members of an object that have a value.
pub(super) fn present(object: Value) -> Object {
    match object {
        Value::Object(object) => object
            .into_iter()
            .filter(|(_, value)| !value.is_null())
            .collect(),
        _ => Object::new(),
    }
}

pub(super) fn name_of<T: PartialEq>(value: T, names: &[(&'static str, T)]) -> Option<&'static str> {
    names
        .iter()
        .find(|(_, known)| *known == value)
        .map(|(name, _)| *name)
}
