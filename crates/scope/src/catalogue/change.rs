//! The next catalogue after small edits, without compiling the rest again.

use super::{Catalogue, ClientEntry, CompileError, RoleEntry, ScopeEntry, Unchecked};
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
        let mut put = Vec::new();
        let mut scopes_went = false;
        for change in changes {
            match change {
                Change::PutScope(entry) => next.put_scope(entry, &mut errors),
                Change::RemoveScope(id) => {
                    next.drop_scope(id);
                    scopes_went = true;
                }
                Change::PutClient(entry) => {
                    put.push(entry.id);
                    next.put_client(entry, &mut errors);
                }
                Change::RemoveClient(id) => drop(next.clients.remove(&id)),
                Change::PutRole(entry) => Arc::make_mut(&mut next.roles).put(entry),
                Change::RemoveRole(id) => Arc::make_mut(&mut next.roles).remove(id),
            }
        }
        let unchecked = match scopes_went {
            true => Unchecked::All,
            false => Unchecked::These(put),
        };
        next.finish(unchecked, errors)
    }
}
