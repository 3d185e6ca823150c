//! What a person grants a client (product §3, §4): asked ∩ assigned ∩ delegable ∩ consented. Pure
//! rules over a catalogue.

use crate::{
    catalogue::{AssignedScope, Catalogue, CompiledScope},
    definition::{ScopeDefinition, ScopeKind},
    grant::GrantedScope,
    id::{ClientId, ScopeId},
    request::{self, ScopeRefusal},
    roles::RoleRights,
};
use oauth::{Scope, ScopeToken};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// A scope that a client asks a person for, and how it is assigned.
#[derive(Debug, Clone)]
pub struct AskedScope {
    /// The scope.
    pub scope: Arc<CompiledScope>,
    /// How the client is assigned it.
    pub assigned: AssignedScope,
}

/// What became of a consent to one scope.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ConsentState {
    /// The person allows it.
    Granted,
    /// The person left it out.
    Denied,
    /// The person took it back.
    Revoked,
}

/// What a consent says of one scope.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ConsentedScope {
    /// The scope.
    pub scope: ScopeId,
    /// The version that it was said of.
    pub version: u32,
    /// What was said.
    pub state: ConsentState,
}

/// Whether, and why, a person has to be asked for a scope.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ConsentNeed {
    /// It needs no consent, or has it.
    Granted,
    /// The person left it out, and need not be asked again.
    Denied,
    /// They were never asked, or took it back.
    New,
    /// It allows more now than what they consented to.
    Widened,
    /// The client wants them to be asked again.
    Again,
}

impl AskedScope {
    /// What the grant holds if it is allowed.
    pub fn granted(&self) -> GrantedScope {
        GrantedScope {
            scope: self.scope.id(),
            version: self.scope.version(),
        }
    }

    /// Its name.
    pub fn name(&self) -> &ScopeToken {
        &self.scope.definition().name
    }

    /// What the consent page says of it: its prompt, or else its description or name.
    pub fn prompt(&self) -> &str {
        consent_text(self.scope.definition())
    }

    /// Whether the person has to be asked, where `consented` is what they said of it before, and
    /// `again` whether the client wants them to be asked.
    pub fn need(&self, consented: Option<&ConsentedScope>, again: bool) -> ConsentNeed {
        if !self.assigned.consent_required {
            return ConsentNeed::Granted;
        }
        let Some(consented) = consented else {
            return ConsentNeed::New;
        };
        match consented.state {
            ConsentState::Revoked => ConsentNeed::New,
            _ if self.widened_since(consented.version) => ConsentNeed::Widened,
            _ if again => ConsentNeed::Again,
            ConsentState::Denied if self.assigned.optional => ConsentNeed::Denied,
            ConsentState::Denied => ConsentNeed::New,
            ConsentState::Granted => ConsentNeed::Granted,
        }
    }

    /// Whether the scope allows anything now that it did not allow in that version. If that one is
    /// not kept any more, it is taken that it does.
    fn widened_since(&self, version: u32) -> bool {
        let (then, now) = (
            self.scope.rights(version),
            self.scope.rights(self.scope.version()),
        );
        match (then, now) {
            (Some(then), Some(now)) => !now.is_subset(then),
            _ => true,
        }
    }
}

/// What people are told that a scope allows: its prompt, or else its description or name.
pub fn consent_text(definition: &ScopeDefinition) -> &str {
    let prompt = match &definition.kind {
        ScopeKind::AuthenticatedIdentity(identity) => Some(&identity.consent_prompt_text),
        ScopeKind::Resource(resource) => resource.consent_prompt_text.as_ref(),
        ScopeKind::Service(_) | ScopeKind::Management(_) | ScopeKind::Generic(_) => None,
    };
    prompt
        .or(definition.description.as_ref())
        .map_or(definition.name.as_str(), String::as_str)
}

/// What a client may ask a person for, whose roles allow so much: asked ∩ assigned ∩ delegable, each once.
///
/// # Errors
/// As for any token request; [`ScopeRefusal::NotDelegable`] if nothing is left that this person
/// could give.
pub fn asked_of_person(
    catalogue: &Catalogue,
    client: ClientId,
    requested: Option<&Scope>,
    roles: RoleRights,
) -> Result<Vec<AskedScope>, ScopeRefusal> {
    let client = catalogue
        .client(client)
        .ok_or(ScopeRefusal::ClientUnknown)?;
    if !client.active {
        return Err(ScopeRefusal::ClientInactive);
    }
    let (selected, _) = request::selected(catalogue, client, requested)?;
    let asked: Vec<AskedScope> = selected
        .into_iter()
        .filter(|(scope, _)| roles.may_give(scope.definition()))
        .map(|(scope, assigned)| AskedScope {
            scope: scope.clone(),
            assigned: assigned.clone(),
        })
        .collect();
    match asked.is_empty() {
        true => Err(ScopeRefusal::NotDelegable),
        false => Ok(asked),
    }
}
