//! From a realm's records to the engine's [`Catalogue`].

use crate::{
    config::{Application, Assignment, RealmConfig, RoleRecord, ScopeRecord, UnassignedScopes},
    snapshot::{ConfigError, Types},
};
use scope::{
    AssignedScope, Catalogue, CatalogueInput, Change, ClientEntry, CompileError, RoleEntry,
    ScopeEntry, ScopeId, TypeEntry,
};
use std::{collections::BTreeMap, sync::Arc};

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
    let mut changes = Vec::new();
    // Clients let go of scopes before scopes go, and scopes come before clients hold them; the
    // whole is checked at the end.
    for id in removed(&old.applications, &config.applications) {
        changes.push(Change::RemoveClient(*id));
    }
    for id in removed(&old.scopes, &config.scopes) {
        changes.push(Change::RemoveScope(*id));
    }
    for (id, record) in &config.scopes {
        let same_versions = || versions(old, *id).eq(versions(config, *id));
        if !unchanged(&old.scopes, id, record) || !same_versions() {
            changes.push(Change::PutScope(scope_entry(config, record)));
        }
    }
    let ceiling = |config: &RealmConfig| config.realm.settings.registration.scopes.clone();
    let another_ceiling = ceiling(old) != ceiling(config);
    for (id, client) in &config.applications {
        let measured_anew = another_ceiling && client.registered_itself();
        if measured_anew || !unchanged(&old.applications, id, client) {
            changes.push(Change::PutClient(client_entry(config, client)));
        }
    }
    for id in removed(&old.roles, &config.roles) {
        changes.push(Change::RemoveRole(*id));
    }
    for (id, role) in &config.roles {
        if !unchanged(&old.roles, id, role) {
            changes.push(Change::PutRole(role_entry(role)));
        }
    }
    before.changed(revision, changes).map_err(problems)
}

fn removed<'a, K: Ord, V>(
    old: &'a BTreeMap<K, V>,
    new: &'a BTreeMap<K, V>,
) -> impl Iterator<Item = &'a K> {
    old.keys().filter(|key| !new.contains_key(*key))
}

/// Records are replaced, never altered: the same allocation is the same content.
fn unchanged<K: Ord, V>(old: &BTreeMap<K, Arc<V>>, key: &K, value: &Arc<V>) -> bool {
    old.get(key)
        .is_some_and(|before| Arc::ptr_eq(before, value))
}

fn versions(config: &RealmConfig, scope: ScopeId) -> impl Iterator<Item = u32> + '_ {
    earlier(config, scope).map(|(version, _)| version)
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
