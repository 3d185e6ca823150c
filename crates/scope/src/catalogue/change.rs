//! The next catalogue after small edits, without compiling the rest again.

use super::{Catalogue, ClientEntry, CompileError, RoleEntry, ScopeEntry};
use crate::id::{ClientId, RoleId, ScopeId};
use std::sync::Arc;

/// An edit that leaves types, services and resource servers as they are.
#[derive(Debug, Clone)]
#[allow(missing_docs)]
pub enum Change {
    PutScope(ScopeEntry),
    RemoveScope(ScopeId),
    PutClient(ClientEntry),
    RemoveClient(ClientId),
    PutRole(RoleEntry),
    RemoveRole(RoleId),
}

impl Catalogue {
    /// The catalogue after the edits, in their order; equal to compiling the whole anew, but only
    /// what was edited is compiled.
    pub fn changed(&self, version: u64, changes: Vec<Change>) -> Result<Self, Vec<CompileError>> {
        let mut next = self.clone();
        next.version = version;
        let mut errors = Vec::new();
        for change in changes {
            match change {
                Change::PutScope(entry) => next.put_scope(entry, &mut errors),
                Change::RemoveScope(id) => next.drop_scope(id),
                Change::PutClient(entry) => next.put_client(entry, &mut errors),
                Change::RemoveClient(id) => drop(next.clients.remove(&id)),
                Change::PutRole(entry) => Arc::make_mut(&mut next.roles).put(entry),
                Change::RemoveRole(id) => Arc::make_mut(&mut next.roles).remove(id),
            }
        }
        next.finish(errors)
    }
}
