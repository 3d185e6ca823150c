//! Metadata documents: of the authorization server (RFC 8414) and of its protected resources
//! (RFC 9728). They list what there is, and nothing of a later release.

use super::{OAuthSurface, public_document};
use crate::{Access, Route, realm::InRealm, route::realm_path};
use ::pages::Locale;
use axum::{http::Method, response::Response};
use domain::{
    authorize::REQUEST_OBJECT_ALGORITHMS, config::SIGNED_RESPONSE_ALGORITHMS, people::Acr,
    snapshot::RealmSnapshot, tokens::ASSERTION_ALGORITHMS,
};
use oauth::{
    CODE_CHALLENGE_METHOD, GrantType, PromptValue, ProtectedResourceMetadata, ResourceError,
    ResourceIndicator, ResponseMode, ScopeToken, ServerMetadata, TokenEndpointAuthMethod,
};
use scope::{ScopeKind, ScopeType};

/// The path of a realm, or of something below it, behind a well-known part.
macro_rules! inserted {
    ($well_known:literal, $rest:literal) => {
        concat!($well_known, "/v1/tenants/{tenant}/realms/{realm}", $rest)
    };
}

/// RFC 8414 and RFC 9728 insert the well-known part before the path of the issuer; OpenID Connect
/// Discovery appends it.
pub(super) fn routes() -> Vec<Route> {
    let server_metadata = inserted!("/.well-known/oauth-authorization-server", "");
    let realm_metadata = inserted!("/.well-known/oauth-protected-resource", "");
    let scim_metadata = inserted!("/.well-known/oauth-protected-resource", "/scim/v2");
    let openid_configuration = realm_path!("/.well-known/openid-configuration");
    vec![
        Route::new(Method::GET, server_metadata, Access::Public, server),
        Route::new(Method::GET, openid_configuration, Access::Public, server),
        Route::new(Method::GET, realm_metadata, Access::Public, realm_resource),
        Route::new(Method::GET, scim_metadata, Access::Public, scim_resource),
    ]
}

/// How a client proves itself.
const CONFIDENTIAL: [TokenEndpointAuthMethod; 3] = [
    TokenEndpointAuthMethod::ClientSecretBasic,
    TokenEndpointAuthMethod::ClientSecretPost,
    TokenEndpointAuthMethod::PrivateKeyJwt,
];

const JSON: &str = "application/json";

async fn server(InRealm(snapshot, ..): InRealm<OAuthSurface>) -> Response {
    let issuer = snapshot.issuer();
    let address = |path: &str| format!("{issuer}{path}");
    let registration = &snapshot.config().realm.settings.registration;
    let algorithms: Vec<String> = ASSERTION_ALGORITHMS
        .iter()
        .map(ToString::to_string)
        .collect();
    let public = CONFIDENTIAL
        .into_iter()
        .chain([TokenEndpointAuthMethod::None]);
    public_document(
        JSON,
        &ServerMetadata {
            authorization_endpoint: Some(address("/authorize")),
            pushed_authorization_request_endpoint: Some(address("/par")),
            device_authorization_endpoint: Some(address("/device_authorization")),
            registration_endpoint: registration.open.then(|| address("/register")),
            userinfo_endpoint: Some(address("/userinfo")),
            end_session_endpoint: Some(address("/logout")),
            backchannel_logout_supported: true,
            backchannel_logout_session_supported: true,
            scopes_supported: built_in(&snapshot, |_| true),
            response_types_supported: vec!["code".to_owned()],
            response_modes_supported: ResponseMode::ALL.map(|m| m.as_str().to_owned()).into(),
            grant_types_supported: vec![
                GrantType::AuthorizationCode,
                GrantType::ClientCredentials,
                GrantType::RefreshToken,
                GrantType::DeviceCode,
            ],
            code_challenge_methods_supported: vec![CODE_CHALLENGE_METHOD.to_owned()],
            authorization_response_iss_parameter_supported: true,
            subject_types_supported: vec!["public".to_owned(), "pairwise".to_owned()],
            id_token_signing_alg_values_supported: SIGNED_RESPONSE_ALGORITHMS
                .map(|a| a.to_string())
                .into(),
            userinfo_signing_alg_values_supported: SIGNED_RESPONSE_ALGORITHMS
                .map(|a| a.to_string())
                .into(),
            request_object_signing_alg_values_supported: REQUEST_OBJECT_ALGORITHMS
                .iter()
                .map(ToString::to_string)
                .collect(),
            prompt_values_supported: PromptValue::ALL.map(|p| p.as_str().to_owned()).into(),
            acr_values_supported: Acr::ALL.map(|acr| acr.to_string()).into(),
            claims_supported: claims(&snapshot),
            claims_parameter_supported: true,
            request_parameter_supported: true,
            request_uri_parameter_supported: Some(false),
            ui_locales_supported: Locale::ALL.map(|locale| locale.tag().to_owned()).into(),
            token_endpoint_auth_methods_supported: public.clone().collect(),
            token_endpoint_auth_signing_alg_values_supported: algorithms.clone(),
            introspection_endpoint: Some(address("/introspect")),
            introspection_endpoint_auth_methods_supported: CONFIDENTIAL.to_vec(),
            introspection_endpoint_auth_signing_alg_values_supported: algorithms.clone(),
            revocation_endpoint: Some(address("/revoke")),
            revocation_endpoint_auth_methods_supported: public.collect(),
            revocation_endpoint_auth_signing_alg_values_supported: algorithms,
            protected_resources: vec![issuer.to_string(), address("/scim/v2")],
            ..ServerMetadata::new(issuer.clone(), address("/token"), address("/jwks"))
        },
    )
}

async fn realm_resource(InRealm(snapshot, ..): InRealm<OAuthSurface>) -> Response {
    resource(&snapshot, "", ScopeType::Management)
}

async fn scim_resource(InRealm(snapshot, ..): InRealm<OAuthSurface>) -> Response {
    resource(&snapshot, "/scim/v2", ScopeType::Resource)
}

fn resource(snapshot: &RealmSnapshot, path: &str, scopes: ScopeType) -> Response {
    let identifier: Result<ResourceIndicator, ResourceError> =
        format!("{}{path}", snapshot.issuer()).parse();
    // An issuer is a URL, and stays one with a path.
    let identifier = identifier.unwrap_or_else(|_| snapshot.issuer().into());
    let mut document = ProtectedResourceMetadata::new(identifier, snapshot.issuer().clone());
    document.scopes_supported = built_in(snapshot, |kind| kind.scope_type() == scopes);
    public_document(JSON, &document)
}

/// The claims that a client may get: of the protocol, and of people.
fn claims(snapshot: &RealmSnapshot) -> Vec<String> {
    let own = [
        "iss",
        "sub",
        "aud",
        "exp",
        "iat",
        "auth_time",
        "nonce",
        "acr",
        "amr",
        "sid",
    ];
    let people = snapshot.claims().names().chain(["updated_at"]);
    own.into_iter().chain(people).map(str::to_owned).collect()
}

/// Built-in scopes, which everybody knows; those that a realm made are its own business.
fn built_in(snapshot: &RealmSnapshot, wanted: impl Fn(&ScopeKind) -> bool) -> Vec<ScopeToken> {
    let scopes = snapshot
        .config()
        .scopes
        .values()
        .map(|record| &record.definition);
    let mut names: Vec<_> = scopes
        .filter(|scope| scope.built_in && wanted(&scope.kind))
        .map(|scope| scope.name.clone())
        .collect();
    names.sort();
    names
}
