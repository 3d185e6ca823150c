//! The roles of a realm, and what they come to for each person.

use super::{
    CompileError,
    digest::{self, Digest, Hasher},
};
use crate::{id::RoleId, management::ManagementRights, roles::RoleRights};
use std::collections::{BTreeMap, HashMap};

/// A role, as far as it decides (product §2.4).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RoleEntry {
    /// Its id.
    pub id: RoleId,
    /// The rights of the management API that its members hold.
    pub holds: ManagementRights,
    /// Those that its members may give to others besides.
    pub may_delegate: ManagementRights,
    /// Whether its members may give every capability but management ones.
    pub delegates_capabilities: bool,
    /// The ids of its members' SCIM resources.
    pub members: Vec<String>,
}

impl RoleEntry {
    fn rights(&self) -> RoleRights {
        RoleRights {
            holds: self.holds,
            may_delegate: self.may_delegate,
            delegates_capabilities: self.delegates_capabilities,
        }
    }
}

/// Every role, and what the roles of each person allow together.
#[derive(Debug, Clone, Default)]
pub(crate) struct RoleTable {
    roles: BTreeMap<RoleId, (RoleEntry, Digest)>,
    people: HashMap<String, RoleRights>,
}

impl RoleTable {
    pub(super) fn compile(entries: Vec<RoleEntry>, errors: &mut Vec<CompileError>) -> Self {
        let mut table = Self::default();
        for entry in entries {
            if table.roles.contains_key(&entry.id) {
                errors.push(CompileError::DuplicateRole(entry.id));
            }
            table.put(entry);
        }
        table
    }

    /// Adds a role, or replaces the one with its id.
    pub(super) fn put(&mut self, entry: RoleEntry) {
        self.remove(entry.id);
        add(&mut self.people, &entry);
        let digest = digest::role(&entry);
        self.roles.insert(entry.id, (entry, digest));
    }

    pub(super) fn remove(&mut self, id: RoleId) {
        if self.roles.remove(&id).is_some() {
            self.people.clear();
            for (role, _) in self.roles.values() {
                add(&mut self.people, role);
            }
        }
    }

    pub(super) fn of_person(&self, user: &str) -> RoleRights {
        self.people.get(user).copied().unwrap_or_default()
    }

    pub(super) fn hash(&self, hasher: &mut Hasher) {
        hasher.part(&(self.roles.len() as u64).to_be_bytes());
        for (_, digest) in self.roles.values() {
            hasher.part(digest);
        }
    }
}

fn add(people: &mut HashMap<String, RoleRights>, role: &RoleEntry) {
    for member in &role.members {
        let all = people.entry(member.clone()).or_default();
        *all = all.union(role.rights());
    }
}
