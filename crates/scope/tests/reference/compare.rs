//! The engine and the model, asked the same.

use crate::{
    fixture,
    model::{Ask, Model, Verdict},
    world::{Client, Edited, Grant, Role, World},
};
use scope::{
    Action, Catalogue, CatalogueInput, Change, ClientEntry, ClientId, Decision, EffectiveGrant,
    GrantedScope, ManagementRight, ManagementRights, Operation, Outcome, RoleEntry, Rule,
    ScopeDefinition, ScopeEntry, SubResourceOperation, Subject, Target, UnassignedScopes, decide,
};
use std::collections::BTreeSet;

fn scope_entry(world: &World, number: u128) -> ScopeEntry {
    let definitions: Vec<ScopeDefinition> = world.scopes[&number]
        .iter()
        .map(|d| ScopeDefinition::from_json(d).unwrap())
        .collect();
    let mut versions: Vec<_> = (1..).zip(definitions).collect();
    let (version, definition) = versions.pop().unwrap();
    ScopeEntry {
        id: fixture::scope_id(number),
        version,
        definition,
        earlier: versions,
    }
}

fn client_entry(number: u128, client: &Client) -> ClientEntry {
    ClientEntry {
        id: ClientId(fixture::id(number)),
        active: client.active,
        service_account: client.service_account,
        unassigned: UnassignedScopes::Reject,
        assigned: fixture::assigned(client.assigned.iter().copied()),
    }
}

fn role_entry(number: u128, role: &Role) -> RoleEntry {
    let rights = |names: &[String]| -> ManagementRights {
        names.iter().map(|name| name.parse().unwrap()).collect()
    };
    RoleEntry {
        id: fixture::role_id(number),
        holds: rights(&role.holds),
        may_delegate: rights(&role.may_delegate),
        delegates_capabilities: role.delegates_capabilities,
        members: role.members.iter().map(|m| (*m).to_owned()).collect(),
    }
}

/// The whole realm, compiled anew.
pub(crate) fn compile(world: &World, version: u64) -> Catalogue {
    Catalogue::compile(CatalogueInput {
        version,
        types: fixture::types(&world.schemas),
        scopes: world
            .scopes
            .keys()
            .map(|number| scope_entry(world, *number))
            .collect(),
        clients: world
            .clients
            .iter()
            .map(|(number, c)| client_entry(*number, c))
            .collect(),
        roles: world
            .roles
            .iter()
            .map(|(number, role)| role_entry(*number, role))
            .collect(),
        resource_servers: vec![fixture::API],
        services: fixture::services(),
        service_prefix: None,
    })
    .unwrap()
}

/// The realm after an edit, compiling only what the edit touched where that is possible.
pub(crate) fn follow(before: &Catalogue, world: &World, edited: Edited) -> Catalogue {
    let version = before.version() + 1;
    let clients = || {
        world
            .clients
            .iter()
            .map(|(number, c)| Change::PutClient(client_entry(*number, c)))
    };
    let changes = match edited {
        Edited::Schemas => return compile(world, version),
        Edited::Scope(number) => vec![Change::PutScope(scope_entry(world, number))],
        Edited::Client(number) => {
            vec![Change::PutClient(client_entry(
                number,
                &world.clients[&number],
            ))]
        }
        Edited::Role(number) => {
            vec![Change::PutRole(role_entry(number, &world.roles[&number]))]
        }
        Edited::RemovedRole(number) => vec![Change::RemoveRole(fixture::role_id(number))],
        Edited::RemovedScope(number) => {
            let removal = Change::RemoveScope(fixture::scope_id(number));
            clients().chain([removal]).collect()
        }
    };
    before.changed(version, changes).unwrap()
}

pub(crate) fn effective(catalogue: &Catalogue, grant: &Grant) -> EffectiveGrant {
    let granted: Vec<_> = grant
        .scopes
        .iter()
        .map(|(n, version)| GrantedScope {
            scope: fixture::scope_id(*n),
            version: *version,
        })
        .collect();
    let subject = match grant.person {
        Some(user) => Subject::Person {
            user: user.to_owned(),
        },
        None => Subject::Client,
    };
    EffectiveGrant::new(
        catalogue,
        ClientId(fixture::id(grant.client)),
        subject,
        &granted,
    )
}

fn operation(name: &str) -> SubResourceOperation {
    let consent = name.parse().map(SubResourceOperation::Consent);
    let external = || name.parse().map(SubResourceOperation::ExternalIdentity);
    let account = || name.parse().map(SubResourceOperation::Account);
    consent
        .or_else(|_| external())
        .or_else(|_| account())
        .unwrap()
}

fn set(catalogue: &Catalogue, resource_type: &str, needed: &[String]) -> scim::AttributeSet {
    let paths: Vec<&str> = needed.iter().map(String::as_str).collect();
    fixture::leaves(catalogue, resource_type, &paths)
}

/// Asks the engine.
pub(crate) fn ask(
    catalogue: &Catalogue,
    grant: &EffectiveGrant,
    ask: &Ask,
    answer: impl FnOnce(&Action<'_>, Decision<'_>),
) {
    let needed_leaves;
    let needed_rights: Vec<ManagementRight>;
    let action = match ask {
        Ask::Scim {
            resource_type,
            operation,
            needed,
        } => {
            needed_leaves = needed.as_ref().map(|n| set(catalogue, resource_type, n));
            let operation: Operation = operation.parse().unwrap();
            let resource_type = catalogue.type_named(resource_type).unwrap();
            Action::Scim {
                resource_type,
                operation,
                attributes: needed_leaves.as_ref(),
            }
        }
        Ask::Me { operation, needed } => {
            needed_leaves = needed.as_ref().map(|n| set(catalogue, "User", n));
            let operation = operation.parse().unwrap();
            Action::Me {
                operation,
                attributes: needed_leaves.as_ref(),
            }
        }
        Ask::SubResource {
            resource_type,
            operation: name,
        } => {
            let of = |name: &String| Target::Any(catalogue.type_named(name).unwrap());
            let target = resource_type.as_ref().map_or(Target::Own, of);
            Action::SubResource {
                target,
                operation: operation(name),
            }
        }
        Ask::UserInfo => Action::UserInfo,
        Ask::Management { rights } => {
            needed_rights = rights.iter().map(|right| right.parse().unwrap()).collect();
            Action::Management {
                rights: &needed_rights,
            }
        }
        Ask::Service { method, path } => Action::Service { method, path },
    };
    answer(&action, decide(catalogue, grant, &action));
}

/// The engine's decision in the model's words.
pub(crate) fn verdict(catalogue: &Catalogue, ask: &Ask, decision: Decision<'_>) -> Verdict {
    let record = *decision.record();
    let Decision::Allowed { attributes, .. } = decision else {
        return Verdict::Denied;
    };
    if record.outcome() == Outcome::Reported {
        return Verdict::Reported;
    }
    let leaves: BTreeSet<String> = match ask {
        Ask::Scim { resource_type, .. } => {
            fixture::paths(catalogue, resource_type, Some(attributes))
                .into_iter()
                .collect()
        }
        Ask::Me { .. } | Ask::UserInfo => fixture::paths(catalogue, "User", Some(attributes))
            .into_iter()
            .collect(),
        _ => {
            assert!(attributes.is_empty());
            BTreeSet::new()
        }
    };
    let decided_by = record.decided_by.unwrap().0.as_u128();
    Verdict::Allowed {
        leaves,
        decided_by,
        alone: record.rule == Rule::Scope,
    }
}

/// The names of the scopes in effect agree.
pub(crate) fn same_scopes(model: &Model<'_>, grant: &Grant, effective: &EffectiveGrant) {
    let names: Vec<_> = model
        .in_effect(grant)
        .iter()
        .map(|(number, _)| format!("Scope:{number}"))
        .collect();
    assert_eq!(effective.scope_names().to_string(), names.join(" "));
}
