//! The scopes of a token request (product §3; RFC 6749 §3.3): pure rules over a catalogue.

use crate::{
    catalogue::{AssignedScope, Catalogue, ClientEntry, CompiledScope, UnassignedScopes},
    definition::ScopeKind,
    grant::GrantedScope,
    id::ClientId,
};
use oauth::{ErrorCode, Scope, ScopeToken};
use std::sync::Arc;

/// What a request is granted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Granted {
    /// What the token holds.
    pub scopes: Vec<GrantedScope>,
    /// The response's `scope`: the same by name, in stored spelling (RFC 6749 §5.1).
    pub names: Scope,
    /// What was asked for and dropped, as it is not assigned to the client.
    pub dropped: Vec<ScopeToken>,
}

/// Why a request is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ScopeRefusal {
    /// The client does not exist.
    #[error("the client does not exist")]
    ClientUnknown,
    /// The client may do nothing.
    #[error("the client is inactive")]
    ClientInactive,
    /// The client may not act for itself.
    #[error("the client is no service account and can't act for itself")]
    NotAServiceAccount,
    /// No such scope.
    #[error("the scope `{0}` does not exist")]
    Unknown(ScopeToken),
    /// The scope is not assigned to the client.
    #[error("the scope `{0}` is not assigned to the client")]
    Unassigned(ScopeToken),
    /// The scope acts on the identity of a person, and there is none.
    #[error("the scope `{0}` needs a person, and the client acts for itself")]
    NeedsPerson(ScopeToken),
    /// The scope is assigned for people who authenticated in a certain way only (RFC 9470).
    #[error("the scope `{0}` needs the authentication context `{1}` of a person")]
    NeedsAuthentication(ScopeToken, String),
    /// No scope was asked for, and the client has no default.
    #[error("the request names no scope, and the client has no default scopes")]
    NoDefault,
    /// None of the scopes asked for is assigned to the client.
    #[error("none of the scopes asked for is assigned to the client")]
    Empty,
    /// The person may delegate none of the scopes asked for.
    #[error("none of the scopes asked for is one that this person may give")]
    NotDelegable,
}

impl ScopeRefusal {
    /// The error of the token endpoint (RFC 6749 §5.2).
    pub fn error_code(&self) -> ErrorCode {
        match self {
            Self::ClientUnknown | Self::ClientInactive => ErrorCode::InvalidClient,
            Self::NotAServiceAccount => ErrorCode::UnauthorizedClient,
            Self::NotDelegable => ErrorCode::AccessDenied,
            _ => ErrorCode::InvalidScope,
        }
    }
}

/// The scopes that a client gets for itself: client credentials (RFC 6749 §4.4).
pub fn grant_for_client_credentials(
    catalogue: &Catalogue,
    client: ClientId,
    requested: Option<&Scope>,
) -> Result<Granted, ScopeRefusal> {
    let client = catalogue
        .client(client)
        .ok_or(ScopeRefusal::ClientUnknown)?;
    if !client.active {
        return Err(ScopeRefusal::ClientInactive);
    }
    if !client.service_account {
        return Err(ScopeRefusal::NotAServiceAccount);
    }
    let (selected, dropped) = selected(catalogue, client, requested)?;
    for (scope, assigned) in &selected {
        let name = || scope.definition().name.clone();
        if matches!(scope.definition().kind, ScopeKind::AuthenticatedIdentity(_)) {
            return Err(ScopeRefusal::NeedsPerson(name()));
        }
        if let Some(acr) = &assigned.required_acr {
            return Err(ScopeRefusal::NeedsAuthentication(name(), acr.clone()));
        }
    }
    let scopes = selected.iter().map(|(s, _)| GrantedScope {
        scope: s.id(),
        version: s.version(),
    });
    let names = selected.iter().map(|(s, _)| s.definition().name.clone());
    Ok(Granted {
        scopes: scopes.collect(),
        names: names.collect(),
        dropped,
    })
}

/// What is asked for, or the default, as far as it is assigned to the client; and what is not.
pub(crate) fn selected<'a>(
    catalogue: &'a Catalogue,
    client: &'a ClientEntry,
    requested: Option<&Scope>,
) -> Result<(Selected<'a>, Vec<ScopeToken>), ScopeRefusal> {
    match requested {
        Some(requested) => asked(catalogue, client, requested),
        None => Ok((defaults(catalogue, client)?, Vec::new())),
    }
}

pub(crate) type Selected<'a> = Vec<(&'a Arc<CompiledScope>, &'a AssignedScope)>;

/// Asked ∩ assigned, each once, in the order asked; or a refusal naming the scope.
fn asked<'a>(
    catalogue: &'a Catalogue,
    client: &'a ClientEntry,
    requested: &Scope,
) -> Result<(Selected<'a>, Vec<ScopeToken>), ScopeRefusal> {
    let mut selected: Selected<'a> = Vec::new();
    let mut dropped: Vec<ScopeToken> = Vec::new();
    for token in requested {
        let scope = catalogue.scope_named(token.as_str());
        let scope = scope.ok_or_else(|| ScopeRefusal::Unknown(token.clone()))?;
        let name = &scope.definition().name;
        match (client.assignment(scope.id()), client.unassigned) {
            // Two spellings of one name are one scope.
            (Some(_), _) if selected.iter().any(|(s, _)| s.id() == scope.id()) => {}
            (Some(assigned), _) => selected.push((scope, assigned)),
            (None, UnassignedScopes::Reject) => return Err(ScopeRefusal::Unassigned(name.clone())),
            (None, UnassignedScopes::Intersect) if dropped.contains(name) => {}
            (None, UnassignedScopes::Intersect) => dropped.push(name.clone()),
        }
    }
    if selected.is_empty() {
        return Err(ScopeRefusal::Empty);
    }
    Ok((selected, dropped))
}

/// What the client gets when it names no scope, in assigned order.
fn defaults<'a>(
    catalogue: &'a Catalogue,
    client: &'a ClientEntry,
) -> Result<Selected<'a>, ScopeRefusal> {
    let defaults = client.assigned.iter().filter(|assigned| assigned.default);
    let selected: Selected<'a> = defaults
        .filter_map(|a| Some((catalogue.scope(a.scope)?, a)))
        .collect();
    if selected.is_empty() {
        Err(ScopeRefusal::NoDefault)
    } else {
        Ok(selected)
    }
}
