//! What a client is told of its registration (RFC 7591 §3.2.1): what is registered, not what it said.

use super::RegistrationError;
use crate::{
    config::{Application, SubjectType},
    snapshot::RealmSnapshot,
};
use jose::Algorithm;
use oauth::{
    ClientInformation, ClientMetadata, GrantType, IssuedSecret, ResponseType, Scope, Secret, WebUri,
};

/// What it is told that is kept nowhere.
pub(super) struct Issued {
    pub(super) secret: Option<IssuedSecret>,
    pub(super) token: Secret,
}

/// All that is registered of a client.
pub(super) fn information(
    snapshot: &RealmSnapshot,
    client: &Application,
    issued: Issued,
) -> Result<ClientInformation, RegistrationError> {
    let client_id = client.client_id();
    let parsed = client_id.parse();
    Ok(ClientInformation {
        client_id: parsed.map_err(|error| RegistrationError::failed(&error))?,
        client_id_issued_at: client.created.seconds(),
        secret: issued.secret,
        registration_access_token: Some(issued.token),
        registration_client_uri: format!("{}/register/{client_id}", snapshot.issuer()),
        metadata: metadata(snapshot, client),
    })
}

fn metadata(snapshot: &RealmSnapshot, client: &Application) -> ClientMetadata {
    let (openid, client_id) = (&client.openid, client.client_id());
    let said = openid.registration.clone().unwrap_or_default();
    let name = |algorithm: Algorithm| algorithm.to_string();
    // What administrators wrote may have another form than what clients may write.
    let web = |uri: &Option<String>| uri.as_deref().and_then(|uri| uri.parse::<WebUri>().ok());
    let uris = client
        .redirect_uris
        .iter()
        .filter_map(|uri| uri.parse().ok());
    let after = openid.post_logout_redirect_uris.iter();
    let code = client.grant_types.contains(&GrantType::AuthorizationCode);
    let keys = client.jwks.as_ref().and_then(|jwks| jwks.as_object());
    ClientMetadata {
        redirect_uris: uris.collect(),
        token_endpoint_auth_method: client.auth_method,
        grant_types: client.grant_types.clone(),
        response_types: code.then_some(ResponseType::Code).into_iter().collect(),
        application_type: said.application_type,
        client_name: Some(client.name.clone()).filter(|name| *name != client_id),
        client_uri: web(&openid.client_uri),
        logo_uri: web(&said.logo_uri),
        policy_uri: web(&openid.policy_uri),
        tos_uri: web(&openid.tos_uri),
        contacts: said.contacts,
        scope: scope(snapshot, client),
        jwks: keys.cloned(),
        software_id: said.software_id,
        software_version: said.software_version,
        token_endpoint_auth_signing_alg: said.token_endpoint_auth_signing_alg.map(name),
        id_token_signed_response_alg: Some(name(openid.id_token_signed_response_alg)),
        userinfo_signed_response_alg: openid.userinfo_signed_response_alg.map(name),
        request_object_signing_alg: said.request_object_signing_alg.map(name),
        subject_type: (openid.subject_type == SubjectType::Public)
            .then_some(oauth::SubjectType::Public),
        default_max_age: openid.default_max_age.map(u64::from),
        require_auth_time: said.require_auth_time,
        default_acr_values: openid.default_acr_values.clone(),
        post_logout_redirect_uris: after.filter_map(|uri| uri.parse().ok()).collect(),
        backchannel_logout_uri: web(&openid.backchannel_logout_uri),
        backchannel_logout_session_required: said.backchannel_logout_session_required,
        require_pushed_authorization_requests: openid.require_pushed_authorization_requests,
        require_signed_request_object: openid.require_signed_request_object,
    }
}

/// What it may ask for now.
fn scope(snapshot: &RealmSnapshot, client: &Application) -> Option<Scope> {
    let config = snapshot.config();
    let records = config
        .assigned(client)
        .filter_map(|a| config.scopes.get(&a.scope));
    let mut names: Vec<_> = records
        .map(|record| record.definition.name.clone())
        .collect();
    names.sort();
    (!names.is_empty()).then(|| names.into_iter().collect())
}
