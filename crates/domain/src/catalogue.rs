//! From a realm's records to the engine's [`Catalogue`].

use crate::{
    config::{Application, Assignment, RealmConfig, RoleRecord, ScopeRecord, UnassignedScopes},
    snapshot::{ConfigError, Types},
};
use scope::{
    AssignedScope, Catalogue, CatalogueInput, Change, ClientEntry, ClientId, CompileError,
    RoleEntry, ScopeEntry, ScopeId, TypeEntry,
};
use std::{
    cmp::Ordering,
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

/// Compiles the catalogue of `config` at `revision`, or says what is wrong with it.
///
/// # Errors
/// [`ConfigError::Scopes`] with every problem that the engine found.
pub(crate) fn compile(
    config: &RealmConfig,
    types: &Types,
    revision: u64,
) -> Result<Catalogue, ConfigError> {
    let input = CatalogueInput {
        version: revision,
        types: types
            .all()
            .iter()
            .map(|t| TypeEntry::resource(t.schema.clone()))
            .chain(types.sub_resources().map(|t| TypeEntry {
                schema: t.schema.clone(),
                sub_resource: true,
            }))
            .collect(),
        scopes: config
            .scopes
            .values()
            .map(|record| scope_entry(config, record))
            .collect(),
        clients: config
            .applications
            .values()
            .map(|client| client_entry(config, client))
            .collect(),
        roles: config.roles.values().map(|role| role_entry(role)).collect(),
        resource_servers: config.resource_servers.keys().copied().collect(),
        services: config.services.values().map(|s| s.entry()).collect(),
        service_prefix: Some(config.realm.settings.service_prefix.clone()),
    };
    Catalogue::compile(input).map_err(problems)
}

/// The catalogue of `config` after an edit of `old`, whose catalogue was `before`: only what the
/// edit touched is compiled.
///
/// # Errors
/// As [`compile`].
pub(crate) fn recompile(
    (old, before): (&RealmConfig, &Catalogue),
    config: &RealmConfig,
    revision: u64,
) -> Result<Catalogue, ConfigError> {
    let mut clients: BTreeSet<&ClientId> = differing(&old.applications, &config.applications);
    let ceiling = |config: &RealmConfig| config.realm.settings.registration.scopes.clone();
    if ceiling(old) != ceiling(config) {
        let measured_anew = config
            .applications
            .values()
            .filter(|c| c.registered_itself());
        clients.extend(measured_anew.map(|client| &client.id));
    }
    let mut scopes: BTreeSet<&ScopeId> = differing(&old.scopes, &config.scopes);
    let versions: BTreeSet<_> = differing(&old.scope_versions, &config.scope_versions);
    scopes.extend(versions.into_iter().map(|(scope, _)| scope));
    let change_of_client = |id: &ClientId| match config.applications.get(id) {
        Some(client) => Change::PutClient(client_entry(config, client)),
        None => Change::RemoveClient(*id),
    };
    let change_of_scope = |id: &ScopeId| match config.scopes.get(id) {
        Some(record) => Change::PutScope(scope_entry(config, record)),
        None => Change::RemoveScope(*id),
    };
    let clients = clients.into_iter().map(change_of_client);
    let scopes = scopes.into_iter().map(change_of_scope);
    let mut changes: Vec<_> = clients.chain(scopes).collect();
    let change_of_role = |id| match config.roles.get(id) {
        Some(role) => Change::PutRole(role_entry(role)),
        None => Change::RemoveRole(*id),
    };
    let roles = differing(&old.roles, &config.roles);
    changes.extend(roles.into_iter().map(change_of_role));
    // Clients let go of scopes before scopes go, and scopes come before clients hold them; the
    // whole is checked at the end.
    changes.sort_by_key(|change| match change {
        Change::RemoveClient(_) => 0,
        Change::RemoveScope(_) => 1,
        Change::PutScope(_) => 2,
        Change::PutClient(_) | Change::PutRole(_) | Change::RemoveRole(_) => 3,
    });
    before.changed(revision, changes).map_err(problems)
}

/// The keys of what was added, replaced or taken out. Records are replaced, never altered: the same
/// allocation is the same content.
fn differing<'a, K: Ord, V>(
    old: &'a BTreeMap<K, Arc<V>>,
    new: &'a BTreeMap<K, Arc<V>>,
) -> BTreeSet<&'a K> {
    let (mut old, mut new) = (old.iter().peekable(), new.iter().peekable());
    let mut keys = BTreeSet::new();
    loop {
        let order = match (old.peek(), new.peek()) {
            (None, None) => return keys,
            (Some(_), None) => Ordering::Less,
            (None, Some(_)) => Ordering::Greater,
            (Some((a, _)), Some((b, _))) => a.cmp(b),
        };
        let before = if order.is_le() { old.next() } else { None };
        let after = if order.is_ge() { new.next() } else { None };
        if let (Some((_, a)), Some((_, b))) = (before, after)
            && Arc::ptr_eq(a, b)
        {
            continue;
        }
        keys.extend(before.or(after).map(|(key, _)| key));
    }
}

fn earlier(
    config: &RealmConfig,
    scope: ScopeId,
) -> impl Iterator<Item = (u32, &scope::ScopeDefinition)> + '_ {
    config
        .scope_versions
        .range((scope, 0)..=(scope, u32::MAX))
        .map(|((_, version), record)| (*version, &record.definition))
}

fn scope_entry(config: &RealmConfig, record: &ScopeRecord) -> ScopeEntry {
    ScopeEntry {
        id: record.id,
        version: record.version,
        definition: record.definition.clone(),
        earlier: earlier(config, record.id)
            .map(|(v, definition)| (v, definition.clone()))
            .collect(),
    }
}

fn client_entry(config: &RealmConfig, client: &Application) -> ClientEntry {
    ClientEntry {
        id: client.id,
        active: client.active,
        service_account: client.service_account,
        unassigned: match client.unassigned_scopes {
            UnassignedScopes::Reject => scope::UnassignedScopes::Reject,
            UnassignedScopes::Intersect => scope::UnassignedScopes::Intersect,
        },
        assigned: config.assigned(client).map(assigned_scope).collect(),
    }
}

fn role_entry(role: &RoleRecord) -> RoleEntry {
    RoleEntry {
        id: role.id,
        holds: role.holds,
        may_delegate: role.may_delegate,
        delegates_capabilities: role.delegates_capabilities,
        members: role.members.iter().map(ToString::to_string).collect(),
    }
}

fn assigned_scope(assignment: &Assignment) -> AssignedScope {
    AssignedScope {
        scope: assignment.scope,
        optional: assignment.optional,
        default: assignment.default,
        consent_required: assignment.consent_required,
        required_acr: assignment.required_acr.clone(),
    }
}

fn problems(errors: Vec<CompileError>) -> ConfigError {
    let sentences: Vec<String> = errors.iter().map(ToString::to_string).collect();
    ConfigError::Scopes(sentences.join("; "))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    /// Whatever two maps have, what differs is what one of them lacks or has in another allocation.
    #[test]
    fn what_differs_is_what_was_added_replaced_or_taken_out() {
        let mut chance = 11_u64;
        let mut next = |below: u64| {
            chance = chance.wrapping_mul(0x5851_f42d_4c95_7f2d).wrapping_add(1);
            (chance >> 33) % below
        };
        for _ in 0..500 {
            let old: BTreeMap<u64, Arc<u64>> =
                (0..next(9)).map(|_| (next(9), Arc::new(0))).collect();
            let mut new = old.clone();
            for _ in 0..next(5) {
                match next(2) {
                    0 => drop(new.remove(&next(9))),
                    // The same content in another allocation is another record.
                    _ => drop(new.insert(next(9), Arc::new(0))),
                }
            }
            let same = |key: &u64| match (old.get(key), new.get(key)) {
                (Some(a), Some(b)) => Arc::ptr_eq(a, b),
                (None, None) => true,
                _ => false,
            };
            let expected: Vec<u64> = (0..9).filter(|key| !same(key)).collect();
            let found: Vec<u64> = differing(&old, &new).into_iter().copied().collect();
            assert_eq!(found, expected);
        }
    }
}
