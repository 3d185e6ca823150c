//! For whom a token is (RFC 9068 §3, RFC 8707 §2.2; product §4).

use crate::snapshot::RealmSnapshot;
use oauth::{ErrorCode, OAuthError, ResourceIndicator};
use scope::{GrantedScope, ScopeId, ScopeKind};

/// What is left of a grant for the resources asked for.
#[derive(Debug)]
pub(super) struct Narrowed {
    pub(super) scopes: Vec<GrantedScope>,
    pub(super) audience: Vec<String>,
}

/// The resources narrow both scopes and audience: what is granted are the scopes of these
/// resources, and the audience is whoever enforces one of them. Without any, nothing is narrowed.
///
/// # Errors
/// `invalid_target` for a resource that the realm does not know; `invalid_scope` if no scope is
/// left.
pub(super) fn narrow(
    snapshot: &RealmSnapshot,
    granted: &[GrantedScope],
    resources: &[ResourceIndicator],
) -> Result<Narrowed, OAuthError> {
    let wanted: Vec<&str> = resources
        .iter()
        .map(|r| known(snapshot, r))
        .collect::<Result<_, _>>()?;
    let mut narrowed = Narrowed {
        scopes: Vec::new(),
        audience: Vec::new(),
    };
    let in_effect = |granted: &&GrantedScope| {
        let scope = snapshot.catalogue().scope(granted.scope);
        scope.is_some_and(|scope| scope.rights(granted.version).is_some())
    };
    for scope in granted.iter().filter(in_effect) {
        let enforcer = enforcer(snapshot, scope.scope);
        if !wanted.is_empty() && !wanted.contains(&enforcer) {
            continue;
        }
        narrowed.scopes.push(*scope);
        if !narrowed.audience.iter().any(|one| one == enforcer) {
            narrowed.audience.push(enforcer.to_owned());
        }
    }
    if narrowed.scopes.is_empty() {
        let problem = "none of the scopes is in effect for a resource that was asked for";
        return Err(OAuthError::new(ErrorCode::InvalidScope, problem));
    }
    Ok(narrowed)
}

/// Whether there is anything for the resources among what would be granted.
///
/// # Errors
/// As [`narrow`].
pub(crate) fn check_resources(
    snapshot: &RealmSnapshot,
    asked: &[scope::AskedScope],
    resources: &[ResourceIndicator],
) -> Result<(), OAuthError> {
    let granted: Vec<GrantedScope> = asked.iter().map(scope::AskedScope::granted).collect();
    narrow(snapshot, &granted, resources).map(drop)
}

/// Who enforces a scope: the resource server that it names, for services the gateways of the
/// realm's catalogue, else Ambit itself.
///
/// A generic scope without a resource server is enforced by nobody that is known; its token is for
/// the issuer, the default resource of RFC 9068 §3, where the scope allows nothing.
fn enforcer(snapshot: &RealmSnapshot, scope: ScopeId) -> &str {
    let server = match snapshot
        .catalogue()
        .scope(scope)
        .map(|s| &s.definition().kind)
    {
        Some(ScopeKind::Generic(Some(server))) => snapshot.resource_server(server),
        Some(ScopeKind::Service(_)) => return snapshot.service_audience(),
        _ => None,
    };
    server.map_or(snapshot.issuer().as_str(), |server| &server.identifier)
}

/// The audience that a resource stands for: the realm, also by the address of its SCIM service
/// (which has metadata of its own, RFC 9728), its service catalogue, or a resource server.
fn known<'a>(
    snapshot: &'a RealmSnapshot,
    resource: &ResourceIndicator,
) -> Result<&'a str, OAuthError> {
    let (issuer, resource) = (snapshot.issuer().as_str(), resource.as_str());
    if resource
        .strip_prefix(issuer)
        .is_some_and(|rest| matches!(rest, "" | "/scim/v2"))
    {
        return Ok(issuer);
    }
    if resource == snapshot.service_audience() {
        return Ok(snapshot.service_audience());
    }
    let mut servers = snapshot.config().resource_servers.values();
    let server = servers.find(|server| server.identifier == resource);
    server
        .map(|server| server.identifier.as_str())
        .ok_or_else(|| {
            OAuthError::new(
                ErrorCode::InvalidTarget,
                format!("the resource {resource} is unknown"),
            )
        })
}
