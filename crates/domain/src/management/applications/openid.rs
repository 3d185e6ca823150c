//! How an application signs people in (OpenID Connect Registration §2), to and from JSON.

use super::super::{FieldError, Object, body::Body, uri};
use super::wire;
use crate::config::{
    ACR_VALUES, ApplicationKind, MAX_REFRESH_TOKEN_LIFETIME, OpenIdSettings,
    SIGNED_RESPONSE_ALGORITHMS, SubjectType,
};
use jose::Algorithm;
use oauth::PostLogoutRedirectUri;
use serde_json::json;
use url::Url;

/// [`SIGNED_RESPONSE_ALGORITHMS`] as words of a list.
pub(super) fn algorithms() -> [(&'static str, Algorithm); 4] {
    SIGNED_RESPONSE_ALGORITHMS.map(|algorithm| (algorithm.as_str(), algorithm))
}

pub(super) const SUBJECT_TYPES: [(&str, SubjectType); 2] = [
    ("public", SubjectType::Public),
    ("pairwise", SubjectType::Pairwise),
];

/// Reads the fields; how a client registered itself is none of them.
pub(super) fn read(body: Body<'_>) -> Result<OpenIdSettings, FieldError> {
    let unsaid = OpenIdSettings::default();
    let yes_or = |field, unsaid| Ok::<_, FieldError>(body.boolean(field)?.unwrap_or(unsaid));
    let acr_values = body.some_of("default_acr_values", &acr_words())?;
    Ok(OpenIdSettings {
        post_logout_redirect_uris: uri::list::<PostLogoutRedirectUri>(
            body,
            "post_logout_redirect_uris",
        )?,
        refresh_token_lifetime: body
            .number("refresh_token_lifetime", 1..=MAX_REFRESH_TOKEN_LIFETIME)?
            .unwrap_or(unsaid.refresh_token_lifetime),
        id_token_signed_response_alg: body
            .one_of("id_token_signed_response_alg", &algorithms())?
            .unwrap_or(unsaid.id_token_signed_response_alg),
        userinfo_signed_response_alg: body.one_of("userinfo_signed_response_alg", &algorithms())?,
        subject_type: body
            .one_of("subject_type", &SUBJECT_TYPES)?
            .unwrap_or(unsaid.subject_type),
        sector: body.text("sector")?.map(host).transpose()?,
        require_pkce: yes_or("require_pkce", unsaid.require_pkce)?,
        require_pushed_authorization_requests: yes_or(
            "require_pushed_authorization_requests",
            unsaid.require_pushed_authorization_requests,
        )?,
        require_signed_request_object: yes_or(
            "require_signed_request_object",
            unsaid.require_signed_request_object,
        )?,
        backchannel_logout_uri: uri::called(body, "backchannel_logout_uri")?,
        default_max_age: body.number("default_max_age", 0..=u32::MAX)?,
        default_acr_values: acr_values
            .unwrap_or_default()
            .into_iter()
            .map(str::to_owned)
            .collect(),
        client_uri: uri::page(body, "client_uri")?,
        policy_uri: uri::page(body, "policy_uri")?,
        tos_uri: uri::page(body, "tos_uri")?,
        registration: None,
    })
}

/// The rules between these fields and others.
pub(super) fn check(
    settings: &OpenIdSettings,
    kind: ApplicationKind,
    redirect_uris: &[String],
    has_keys: bool,
) -> Result<(), FieldError> {
    let pairwise = settings.subject_type == SubjectType::Pairwise;
    // Such a client is a sector by itself.
    let registered_itself = settings.registration.is_some();
    let rules = [
        (
            kind == ApplicationKind::Public && !settings.require_pkce,
            "require_pkce",
            "must be true for a public application (RFC 9700 §2.1.1)",
        ),
        (
            settings.require_signed_request_object && !has_keys,
            "require_signed_request_object",
            "needs `jwks`, which requests are verified with",
        ),
        (
            pairwise && !registered_itself && settings.sector_of(redirect_uris).is_none(),
            "sector",
            "is required for `pairwise`, unless all redirect URIs have one host (OpenID Connect Core §8.1)",
        ),
    ];
    match rules.into_iter().find(|(broken, ..)| *broken) {
        Some((_, field, detail)) => Err(FieldError::invalid(field, detail)),
        None => Ok(()),
    }
}

/// The fields as JSON, without those that have no value.
pub(super) fn to_json(settings: &OpenIdSettings) -> Object {
    wire::present(json!({
        "post_logout_redirect_uris": settings.post_logout_redirect_uris,
        "refresh_token_lifetime": settings.refresh_token_lifetime,
        "id_token_signed_response_alg": settings.id_token_signed_response_alg,
        "userinfo_signed_response_alg": settings.userinfo_signed_response_alg,
        "subject_type": wire::name_of(settings.subject_type, &SUBJECT_TYPES),
        "sector": settings.sector,
        "require_pkce": settings.require_pkce,
        "require_pushed_authorization_requests": settings.require_pushed_authorization_requests,
        "require_signed_request_object": settings.require_signed_request_object,
        "backchannel_logout_uri": settings.backchannel_logout_uri,
        "default_max_age": settings.default_max_age,
        "default_acr_values": settings.default_acr_values,
        "client_uri": settings.client_uri,
        "policy_uri": settings.policy_uri,
        "tos_uri": settings.tos_uri,
    }))
}

/// The authentication contexts, as words of a list.
pub(in super::super) fn acr_words() -> [(&'static str, &'static str); 3] {
    ACR_VALUES.map(|acr| (acr, acr))
}

/// A host as URLs have it: `example.com`.
fn host(text: &str) -> Result<String, FieldError> {
    let url = Url::parse(&format!("https://{text}/"));
    match url {
        Ok(url) if url.host_str() == Some(text) => Ok(text.to_owned()),
        _ => Err(FieldError::invalid(
            "sector",
            "must be a host in lower case, such as `example.com`",
        )),
    }
}
