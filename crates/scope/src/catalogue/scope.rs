//! One scope, compiled: for each version that grants may hold, what it allows today.

use super::{
    CompileError, ScopeEntry, ScopeProblem,
    digest::{self, Digest},
    services::ServiceTable,
    types::TypeTable,
};
use crate::{
    definition::{AuthenticatedIdentity, Resource, ScopeDefinition, ScopeKind, TypeSelector},
    id::{ResourceServerId, ScopeId, TypeId},
    operation::Operation,
    rights::Rights,
};
use std::collections::HashSet;

/// What the scopes of a realm are resolved against.
pub(crate) struct Context<'a> {
    pub(crate) types: &'a TypeTable,
    pub(crate) services: &'a ServiceTable,
    pub(crate) resource_servers: &'a HashSet<ResourceServerId>,
}

/// A scope of a [`super::Catalogue`].
#[derive(Debug, Clone)]
pub struct CompiledScope {
    id: ScopeId,
    version: u32,
    definition: ScopeDefinition,
    /// By version, ascending; the last is the one in force.
    rights: Vec<(u32, Rights)>,
    pub(super) digest: Digest,
}

impl CompiledScope {
    /// Compiles a scope: what a version gives is what it allowed ∩ what is allowed now (product
    /// §2.4), both resolved against today's schema, so that `*` includes what was added later.
    pub(super) fn compile(
        entry: ScopeEntry,
        context: &Context<'_>,
    ) -> Result<Self, Vec<CompileError>> {
        let digest = digest::scope(&entry);
        let (now, problems) = resolve(&entry.definition, context);
        if !problems.is_empty() {
            let scope = &entry.definition.name;
            let error = |(field, problem)| CompileError::Scope {
                scope: scope.clone(),
                field,
                problem,
            };
            return Err(problems.into_iter().map(error).collect());
        }
        let mut rights: Vec<_> = entry
            .earlier
            .iter()
            .filter(|(version, _)| *version < entry.version)
            // Whoever allowed it for one API did not allow it for another.
            .filter(|(_, definition)| server(definition) == server(&entry.definition))
            .map(|(version, definition)| {
                // What an earlier version names and is gone gives nothing.
                let (mut then, _) = resolve(definition, context);
                then.intersect_with(&now);
                (*version, then)
            })
            .collect();
        rights.sort_by_key(|(version, _)| *version);
        rights.push((entry.version, now));
        let ScopeEntry {
            id,
            version,
            definition,
            ..
        } = entry;
        Ok(Self {
            id,
            version,
            definition,
            rights,
            digest,
        })
    }

    /// The scope's id.
    pub fn id(&self) -> ScopeId {
        self.id
    }

    /// The version of the definition in force.
    pub fn version(&self) -> u32 {
        self.version
    }

    /// The definition in force.
    pub fn definition(&self) -> &ScopeDefinition {
        &self.definition
    }

    /// What a grant of the given version gives now; none if that version is not kept, or was for
    /// another resource server.
    pub fn rights(&self, version: u32) -> Option<&Rights> {
        let at = self
            .rights
            .binary_search_by_key(&version, |(v, _)| *v)
            .ok()?;
        self.rights.get(at).map(|(_, rights)| rights)
    }
}

/// The API that enforces a generic scope.
fn server(definition: &ScopeDefinition) -> Option<ResourceServerId> {
    match definition.kind {
        ScopeKind::Generic(server) => server,
        _ => None,
    }
}

type Problems = Vec<(&'static str, ScopeProblem)>;

/// What a definition allows in a realm, and what it names that the realm does not have.
pub(super) fn resolve(definition: &ScopeDefinition, context: &Context<'_>) -> (Rights, Problems) {
    let mut rights = Rights::default();
    let mut problems = Vec::new();
    match &definition.kind {
        ScopeKind::AuthenticatedIdentity(identity) => {
            resolve_identity(identity, context, &mut rights, &mut problems);
        }
        ScopeKind::Resource(resource) => {
            resolve_resource(resource, context, &mut rights, &mut problems);
        }
        ScopeKind::Service(services) => {
            for id in services {
                match context.services.index(*id) {
                    Some(index) => rights.services.push(index),
                    None => problems.push(("services", ScopeProblem::UnknownService(*id))),
                }
            }
            rights.services.sort_unstable();
        }
        ScopeKind::Management(management) => rights.management = *management,
        ScopeKind::Generic(server) => {
            if let Some(id) = server.filter(|id| !context.resource_servers.contains(id)) {
                problems.push(("resource_server", ScopeProblem::UnknownResourceServer(id)));
            }
        }
    }
    (rights, problems)
}

fn resolve_identity(
    identity: &AuthenticatedIdentity,
    context: &Context<'_>,
    rights: &mut Rights,
    problems: &mut Problems,
) {
    rights.own_sub_resources = identity.sub_resources;
    let types = context.types;
    let Some((user, schema)) = types
        .identity()
        .and_then(|id| Some((id, types.schema(id)?)))
    else {
        if !identity.operations.is_empty() || !identity.attributes.is_empty() {
            let problem = ScopeProblem::UnknownType("User".to_owned());
            problems.push(("resource_attributes", problem));
        }
        return;
    };
    let (named, unknown) = identity.attributes.resolve(schema);
    problems.extend(
        unknown
            .into_iter()
            .map(|path| unknown_attribute(path, "User")),
    );
    for operation in identity.operations.iter() {
        let mut reached = types.reach(user, operation, &named);
        if operation == Operation::Modify {
            let mut guarded = types.guarded().clone();
            guarded.subtract(&identity.attributes.resolve_only(schema, &guarded));
            reached.subtract(&guarded);
        }
        rights.own.add(user, operation, &reached);
    }
}

fn resolve_resource(
    resource: &Resource,
    context: &Context<'_>,
    rights: &mut Rights,
    problems: &mut Problems,
) {
    let types = context.types;
    let selected: Vec<TypeId> = match &resource.resource_type {
        TypeSelector::Every => types
            .iter()
            .filter(|(_, entry)| !entry.sub_resource)
            .map(|(id, _)| id)
            .collect(),
        TypeSelector::Named(name) => match types.find(name) {
            Some(id) => vec![id],
            None => {
                let problem = ScopeProblem::UnknownType(name.clone());
                problems.push(("scim_resource_type", problem));
                return;
            }
        },
    };
    for id in selected {
        let Some(entry) = types.entry(id) else {
            continue;
        };
        let (named, unknown) = resource.attributes.resolve(&entry.schema);
        problems.extend(
            unknown
                .into_iter()
                .map(|path| unknown_attribute(path, entry.name())),
        );
        for operation in resource.operations.iter() {
            rights
                .any
                .add(id, operation, &types.reach(id, operation, &named));
        }
        rights.add_sub_resources(id, resource.sub_resources);
    }
}

fn unknown_attribute(
    path: &scim::AttributePath,
    resource_type: &str,
) -> (&'static str, ScopeProblem) {
    let (attribute, resource_type) = (path.to_string(), resource_type.to_owned());
    (
        "resource_attributes",
        ScopeProblem::UnknownAttribute {
            attribute,
            resource_type,
        },
    )
}
