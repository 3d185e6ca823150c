//! The content hash of a catalogue: equal on two nodes exactly when what decides is equal.
//!
//! SHA-256 from the pure-Rust `sha2`: this crate stays free of the C crypto library, and no secret
//! is hashed. Every part is preceded by its length, so that no two inputs run together (G6,
//! REG-15).

use super::{
    ClientEntry, Enforcement, RoleEntry, ScopeEntry, ServiceEntry, TypeEntry, UnassignedScopes,
};
use serde::Serialize;
use sha2::{Digest as _, Sha256};

/// A SHA-256 digest.
pub(crate) type Digest = [u8; 32];

/// A hash over parts that can't run into one another.
#[derive(Default)]
pub(crate) struct Hasher(Sha256);

impl Hasher {
    pub(crate) fn part(&mut self, bytes: &[u8]) {
        self.0.update((bytes.len() as u64).to_be_bytes());
        self.0.update(bytes);
    }

    fn number(&mut self, number: u64) {
        self.part(&number.to_be_bytes());
    }

    fn json(&mut self, value: &impl Serialize) {
        // Only maps with keys that are no strings fail to serialise; we hash none.
        self.part(&serde_json::to_vec(value).unwrap_or_default());
    }

    pub(crate) fn finish(self) -> Digest {
        self.0.finalize().into()
    }
}

/// The type, its extensions and every attribute in the table's order.
pub(crate) fn resource_type(entry: &TypeEntry) -> Digest {
    let mut hasher = Hasher::default();
    hasher.json(entry.schema.resource_type());
    hasher.number(u64::from(entry.sub_resource));
    for node in entry.schema.nodes() {
        hasher.part(node.path.as_bytes());
        hasher.json(&node.attribute);
    }
    hasher.finish()
}

/// The definition in force and every earlier one, with their versions.
pub(crate) fn scope(entry: &ScopeEntry) -> Digest {
    let mut hasher = Hasher::default();
    hasher.part(entry.id.0.as_bytes());
    hasher.number(u64::from(entry.version));
    hasher.json(&entry.definition.to_json());
    let mut earlier: Vec<_> = entry.earlier.iter().collect();
    earlier.sort_by_key(|(version, _)| *version);
    for (version, definition) in earlier {
        hasher.number(u64::from(*version));
        hasher.json(&definition.to_json());
    }
    hasher.finish()
}

pub(crate) fn service(entry: &ServiceEntry) -> Digest {
    let mut hasher = Hasher::default();
    hasher.part(entry.id.0.as_bytes());
    hasher.part(entry.name.as_bytes());
    hasher.part(entry.url.as_str().as_bytes());
    hasher.number(u64::from(entry.enforcement == Enforcement::Report));
    entry
        .methods
        .iter()
        .for_each(|method| hasher.part(method.as_bytes()));
    hasher.finish()
}

/// What the role gives, and to whom; the order of its members makes no difference.
pub(crate) fn role(entry: &RoleEntry) -> Digest {
    let mut hasher = Hasher::default();
    hasher.part(entry.id.0.as_bytes());
    for rights in [entry.holds, entry.may_delegate] {
        let names: Vec<String> = rights.iter().map(|right| right.to_string()).collect();
        hasher.json(&names);
    }
    hasher.number(u64::from(entry.delegates_capabilities));
    let mut members: Vec<_> = entry.members.iter().collect();
    members.sort_unstable();
    members
        .iter()
        .for_each(|member| hasher.part(member.as_bytes()));
    hasher.finish()
}

pub(crate) fn client(entry: &ClientEntry) -> Digest {
    let mut hasher = Hasher::default();
    hasher.part(entry.id.0.as_bytes());
    let flags = [
        entry.active,
        entry.service_account,
        entry.unassigned == UnassignedScopes::Intersect,
    ];
    hasher.part(&flags.map(u8::from));
    for assigned in &entry.assigned {
        hasher.part(assigned.scope.0.as_bytes());
        let flags = [
            assigned.optional,
            assigned.default,
            assigned.consent_required,
            assigned.required_acr.is_some(),
        ];
        hasher.part(&flags.map(u8::from));
        hasher.part(
            assigned
                .required_acr
                .as_deref()
                .unwrap_or_default()
                .as_bytes(),
        );
    }
    hasher.finish()
}
