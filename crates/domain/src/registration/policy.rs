//! What a client may be that registers itself: one reading of its metadata, for a registration and
//! for every update (H2, H3, H4).

use super::RegistrationError;
use crate::{
    Timestamp,
    config::{
        ACR_VALUES, AccessTokenFormat, Application, ApplicationKind, Assignment, OpenIdSettings,
        Registration, RegistrationPolicy, SIGNED_RESPONSE_ALGORITHMS, ScopeRecord, SubjectType,
        UnassignedScopes,
    },
    management::check_keys,
    snapshot::RealmSnapshot,
};
use jose::Algorithm;
use oauth::{ClientMetadata, ErrorCode, GrantType, OAuthError, TokenEndpointAuthMethod};
use scope::ClientId;
use serde_json::Value;
use std::{fmt::Display, sync::Arc};

/// The policy of a realm in which registration is open.
pub(super) struct Policy<'a> {
    snapshot: &'a RealmSnapshot,
    settings: &'a RegistrationPolicy,
}

impl<'a> Policy<'a> {
    /// # Errors
    /// Where registration is closed (H1).
    pub(super) fn of(snapshot: &'a RealmSnapshot) -> Result<Self, RegistrationError> {
        let settings = &snapshot.config().realm.settings.registration;
        match settings.open {
            true => Ok(Self { snapshot, settings }),
            false => Err(RegistrationError::Closed),
        }
    }

    /// # Errors
    /// `access_denied` where as many have registered themselves as may.
    pub(super) fn has_room(&self) -> Result<(), OAuthError> {
        let clients = self.snapshot.config().applications.values();
        let there = clients.filter(|client| client.registered_itself()).count();
        let most = usize::try_from(self.settings.max_clients).unwrap_or(usize::MAX);
        match there < most {
            true => Ok(()),
            false => Err(OAuthError::new(
                ErrorCode::AccessDenied,
                "as many clients have registered themselves as may: ask the administrator of the realm to delete some",
            )),
        }
    }

    /// A new client of the server's choice of id (H6), without credentials.
    pub(super) fn registered(
        &self,
        id: ClientId,
        said: &ClientMetadata,
        now: Timestamp,
    ) -> Result<Application, OAuthError> {
        let settings = &self.snapshot.config().realm.settings;
        let blank = Application {
            id,
            name: String::new(),
            version: None,
            description: None,
            kind: kind(said),
            redirect_uris: Vec::new(),
            grant_types: Vec::new(),
            auth_method: said.token_endpoint_auth_method,
            access_token_format: AccessTokenFormat::Jwt,
            access_token_lifetime: settings.access_token_lifetime,
            refresh_limit: None,
            tags: Vec::new(),
            active: true,
            service_account: false,
            unassigned_scopes: UnassignedScopes::Reject,
            assigned: Vec::new(),
            secrets: Vec::new(),
            jwks: None,
            resource_server: None,
            openid: OpenIdSettings::default(),
            created: now,
            updated: now,
        };
        self.said(blank, said, now)
    }

    /// The client as it is to be. What the metadata has no member for stays as administrators set it.
    pub(super) fn updated(
        &self,
        before: &Application,
        said: &ClientMetadata,
        now: Timestamp,
    ) -> Result<Application, OAuthError> {
        if kind(said) != before.kind {
            let why = "can't change between none and another: register another client";
            return Err(wrong("token_endpoint_auth_method", why));
        }
        self.said(before.clone(), said, now)
    }

    /// `base` with everything that the metadata has a member for, said or not.
    fn said(
        &self,
        base: Application,
        said: &ClientMetadata,
        now: Timestamp,
    ) -> Result<Application, OAuthError> {
        check_grants(&said.grant_types)?;
        if said.token_endpoint_auth_method == TokenEndpointAuthMethod::TlsClientAuth {
            let why = "has an unsupported value: certificates are not looked at";
            return Err(wrong("token_endpoint_auth_method", why));
        }
        let assigned = self.assigned(&base, said)?;
        let openid = OpenIdSettings {
            registration: Some(registration(&base, said)?),
            ..openid(&base.openid, said)?
        };
        let jwks = jwks(said)?;
        if openid.require_signed_request_object && jwks.is_none() {
            return Err(wrong("jwks", "is required: requests must be signed"));
        }
        Ok(Application {
            name: said.client_name.clone().unwrap_or(base.client_id()),
            // Names are anybody's: by the version no two are the same, nor is one an administrator's.
            version: Some(base.client_id()),
            redirect_uris: said.redirect_uris.iter().map(text).collect(),
            grant_types: said.grant_types.clone(),
            auth_method: said.token_endpoint_auth_method,
            service_account: false,
            assigned,
            jwks,
            openid,
            updated: now,
            ..base
        })
    }

    /// The scopes that it asked for, or all that it may have. People are always asked, whatever was
    /// agreed with the client as it was (A11).
    fn assigned(
        &self,
        base: &Application,
        said: &ClientMetadata,
    ) -> Result<Vec<Assignment>, OAuthError> {
        let registration = base.openid.registration.as_ref();
        let is_set = registration.is_some_and(|registration| registration.scopes_are_set);
        let held = |record: &ScopeRecord| base.assigned.iter().find(|a| a.scope == record.id);
        let scopes = &self.snapshot.config().scopes;
        let ceiling = self.settings.scopes.iter();
        let mut may: Vec<&Arc<ScopeRecord>> = ceiling.filter_map(|id| scopes.get(id)).collect();
        may.retain(|record| !is_set || held(record).is_some());
        if let Some(wanted) = &said.scope {
            let is = |record: &ScopeRecord, name: &str| {
                record.definition.name.as_str().eq_ignore_ascii_case(name)
            };
            let beyond = |name: &&oauth::ScopeToken| !may.iter().any(|r| is(r, name.as_str()));
            if let Some(name) = wanted.iter().find(beyond) {
                let why = format!("has {name}, which this client can't have here");
                return Err(wrong("scope", why));
            }
            may.retain(|record| wanted.iter().any(|name| is(record, name.as_str())));
        }
        let assignment = |record: &Arc<ScopeRecord>| Assignment {
            consent_required: true,
            ..held(record)
                .cloned()
                .unwrap_or_else(|| Assignment::new(record.id))
        };
        Ok(may.into_iter().map(assignment).collect())
    }
}

fn kind(said: &ClientMetadata) -> ApplicationKind {
    match said.token_endpoint_auth_method {
        TokenEndpointAuthMethod::None => ApplicationKind::Public,
        _ => ApplicationKind::Confidential,
    }
}

/// H3: a client that nobody vouches for acts for people only, each of whom is asked.
fn check_grants(grants: &[GrantType]) -> Result<(), OAuthError> {
    use GrantType::{AuthorizationCode, DeviceCode, RefreshToken};
    let may = |grant: &&GrantType| matches!(grant, AuthorizationCode | RefreshToken | DeviceCode);
    if let Some(other) = grants.iter().find(|grant| !may(grant)) {
        let why = format!("has {other}, which a client that registers itself can't have");
        return Err(wrong("grant_types", why));
    }
    match grants.iter().all(|grant| *grant == RefreshToken) {
        true => Err(wrong("grant_types", "has nothing that could be refreshed")),
        false => Ok(()),
    }
}

fn openid(base: &OpenIdSettings, said: &ClientMetadata) -> Result<OpenIdSettings, OAuthError> {
    let signed = |name: &str, said: &Option<String>| {
        let among = |algorithm: &Algorithm| SIGNED_RESPONSE_ALGORITHMS.contains(algorithm);
        algorithm(name, said, among)
    };
    let unsaid = OpenIdSettings::default();
    let id_token = signed(
        "id_token_signed_response_alg",
        &said.id_token_signed_response_alg,
    )?;
    let max_age = said.default_max_age.map(u32::try_from).transpose();
    if said
        .default_acr_values
        .iter()
        .any(|acr| !ACR_VALUES.contains(&acr.as_str()))
    {
        let why = format!("has another value than {}", ACR_VALUES.join(", "));
        return Err(wrong("default_acr_values", why));
    }
    let pairwise = base.subject_type == SubjectType::Pairwise;
    if pairwise && said.subject_type == Some(oauth::SubjectType::Public) {
        let why = "can't be public: an administrator made it pairwise";
        return Err(wrong("subject_type", why));
    }
    let max_age = max_age.map_err(|_| wrong("default_max_age", "is too large"))?;
    // What makes it stricter stays, whoever said it: administrators narrow clients that nobody
    // vouches for, and an update does not undo that (REG-13).
    Ok(OpenIdSettings {
        post_logout_redirect_uris: said.post_logout_redirect_uris.iter().map(text).collect(),
        id_token_signed_response_alg: id_token.unwrap_or(unsaid.id_token_signed_response_alg),
        userinfo_signed_response_alg: signed(
            "userinfo_signed_response_alg",
            &said.userinfo_signed_response_alg,
        )?,
        require_pkce: base.require_pkce || kind(said) == ApplicationKind::Public,
        require_pushed_authorization_requests: base.require_pushed_authorization_requests
            || said.require_pushed_authorization_requests,
        require_signed_request_object: base.require_signed_request_object
            || said.require_signed_request_object,
        backchannel_logout_uri: said.backchannel_logout_uri.as_ref().map(text),
        default_max_age: base.default_max_age.into_iter().chain(max_age).min(),
        default_acr_values: stricter(&base.default_acr_values, &said.default_acr_values).to_vec(),
        client_uri: said.client_uri.as_ref().map(text),
        policy_uri: said.policy_uri.as_ref().map(text),
        tos_uri: said.tos_uri.as_ref().map(text),
        ..base.clone()
    })
}

/// The authentication contexts whose weakest is the stronger; the second if neither is.
fn stricter<'a>(before: &'a [String], said: &'a [String]) -> &'a [String] {
    let rank = |acr: &String| ACR_VALUES.iter().position(|known| known == acr);
    let weakest = |acrs: &[String]| acrs.iter().filter_map(rank).min();
    match weakest(before) > weakest(said) {
        true => before,
        false => said,
    }
}

fn registration(base: &Application, said: &ClientMetadata) -> Result<Registration, OAuthError> {
    let before = base.openid.registration.clone().unwrap_or_default();
    let any = |name: &str, said: &Option<String>| algorithm(name, said, |_| true);
    Ok(Registration {
        application_type: said.application_type,
        token_endpoint_auth_signing_alg: any(
            "token_endpoint_auth_signing_alg",
            &said.token_endpoint_auth_signing_alg,
        )?,
        request_object_signing_alg: any(
            "request_object_signing_alg",
            &said.request_object_signing_alg,
        )?,
        logo_uri: said.logo_uri.as_ref().map(text),
        contacts: said.contacts.clone(),
        software_id: said.software_id.clone(),
        software_version: said.software_version.clone(),
        require_auth_time: said.require_auth_time,
        backchannel_logout_session_required: said.backchannel_logout_session_required,
        ..before
    })
}

/// An algorithm by its name, if it is one that can be had.
fn algorithm(
    name: &str,
    said: &Option<String>,
    may: impl Fn(&Algorithm) -> bool,
) -> Result<Option<Algorithm>, OAuthError> {
    let Some(said) = said else {
        return Ok(None);
    };
    let known = said.parse::<Algorithm>().ok().filter(may);
    known
        .map(Some)
        .ok_or_else(|| wrong(name, "has an unsupported value"))
}

/// Its keys, each looked into.
fn jwks(said: &ClientMetadata) -> Result<Option<Value>, OAuthError> {
    let keys = said.jwks.clone().map(Value::Object);
    let checked = keys.map(|keys| check_keys(&keys)).transpose();
    checked.map_err(|error| wrong("jwks", error.detail))
}

fn text(uri: &impl ToString) -> String {
    uri.to_string()
}

/// `invalid_client_metadata` about a member (RFC 7591 §3.2.2).
pub(super) fn wrong(name: &str, why: impl Display) -> OAuthError {
    let problem = format!("member '{name}' {why}");
    OAuthError::new(ErrorCode::InvalidClientMetadata, problem)
}
