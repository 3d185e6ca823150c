//! All of a realm's configuration that decides, compiled: immutable, versioned, hashed.

mod change;
mod digest;
mod error;
mod input;
mod parts;
mod roles;
mod scope;
mod services;
mod types;

pub use change::Change;
pub use error::{CompileError, ScopeProblem};
pub use input::{
    AssignedScope, CatalogueInput, ClientEntry, Enforcement, ScopeEntry, ServiceEntry,
    UnassignedScopes,
};
pub use roles::RoleEntry;
pub use scope::CompiledScope;
pub use types::TypeEntry;

use crate::{
    definition::ScopeDefinition,
    id::{ClientId, ResourceServerId, ScopeId, TypeId},
    rights::Rights,
    roles::RoleRights,
};
use digest::{Digest, Hasher};
use parts::{Hashed, Parts};
use roles::RoleTable;
use scim::ResourceSchema;
use scope::Context;
use services::ServiceTable;
use std::{collections::HashSet, sync::Arc};
use types::TypeTable;

/// All of a realm's configuration that decides.
///
/// An edit makes a new catalogue, which shares everything that did not change with the old one.
#[derive(Debug, Clone)]
pub struct Catalogue {
    version: u64,
    hash: Digest,
    base: Arc<Base>,
    scopes: Parts<ScopeId, Arc<CompiledScope>>,
    /// By folded name.
    names: Parts<String, ScopeId>,
    clients: Parts<ClientId, Arc<HashedClient>>,
    roles: Arc<RoleTable>,
}

/// What scopes are resolved against; another one needs every scope compiled anew.
#[derive(Debug)]
struct Base {
    types: TypeTable,
    services: ServiceTable,
    resource_servers: HashSet<ResourceServerId>,
    digest: Digest,
}

#[derive(Debug)]
struct HashedClient {
    entry: ClientEntry,
    digest: Digest,
}

impl Hashed for Arc<HashedClient> {
    fn digest(&self) -> &Digest {
        &self.digest
    }
}

impl Hashed for Arc<CompiledScope> {
    fn digest(&self) -> &Digest {
        &self.digest
    }
}

/// Of which clients it is not certain yet that the scopes assigned to them exist.
enum Unchecked {
    All,
    These(Vec<ClientId>),
}

impl Catalogue {
    /// Compiles a realm's configuration, or says everything that is wrong with it.
    pub fn compile(input: CatalogueInput) -> Result<Self, Vec<CompileError>> {
        let mut errors = Vec::new();
        let base = Base::compile(
            input.types,
            input.services,
            input
                .service_prefix
                .as_deref()
                .unwrap_or(services::DEFAULT_PREFIX),
            input.resource_servers,
            &mut errors,
        );
        let mut catalogue = Self {
            version: input.version,
            hash: Digest::default(),
            base: Arc::new(base),
            scopes: Parts::default(),
            names: Parts::default(),
            clients: Parts::default(),
            roles: Arc::new(RoleTable::compile(input.roles, &mut errors)),
        };
        for entry in input.scopes {
            if catalogue.scopes.get(&entry.id).is_some() {
                errors.push(CompileError::DuplicateScope(entry.id));
            }
            catalogue.put_scope(entry, &mut errors);
        }
        for entry in input.clients {
            if catalogue.clients.get(&entry.id).is_some() {
                errors.push(CompileError::DuplicateClient(entry.id));
            }
            catalogue.put_client(entry, &mut errors);
        }
        catalogue.finish(Unchecked::All, errors)
    }

    /// The configuration version that the caller gave.
    pub fn version(&self) -> u64 {
        self.version
    }

    /// SHA-256 of the content, whatever its version: equal exactly when what decides is equal.
    pub fn hash(&self) -> &[u8; 32] {
        &self.hash
    }

    /// The scope with the id.
    pub fn scope(&self, id: ScopeId) -> Option<&Arc<CompiledScope>> {
        self.scopes.get(&id)
    }

    /// The scope with the name, ignoring ASCII case.
    pub fn scope_named(&self, name: &str) -> Option<&Arc<CompiledScope>> {
        self.names
            .get(name.to_ascii_lowercase().as_str())
            .and_then(|id| self.scope(*id))
    }

    /// Every scope, in no order.
    pub fn scopes(&self) -> impl Iterator<Item = &Arc<CompiledScope>> {
        self.scopes.values()
    }

    /// The client with the id.
    pub fn client(&self, id: ClientId) -> Option<&ClientEntry> {
        self.clients.get(&id).map(|client| &client.entry)
    }

    /// Every client, in no order.
    pub fn clients(&self) -> impl Iterator<Item = &ClientEntry> {
        self.clients.values().map(|client| &client.entry)
    }

    /// What the roles of a person let clients do for them, all of them together; of whoever has
    /// none, nothing.
    pub fn rights_of_person(&self, user: &str) -> RoleRights {
        self.roles.of_person(user)
    }

    /// The resource type with the name, ignoring ASCII case.
    pub fn type_named(&self, name: &str) -> Option<TypeId> {
        self.base.types.find(name)
    }

    /// The schema of a resource type.
    pub fn schema(&self, id: TypeId) -> Option<&Arc<ResourceSchema>> {
        self.base.types.schema(id)
    }

    /// Every resource type and sub-resource type.
    pub fn types(&self) -> impl Iterator<Item = (TypeId, &TypeEntry)> {
        self.base.types.iter()
    }

    /// The resource type of a person's identity: `User`.
    pub fn identity_type(&self) -> Option<TypeId> {
        self.base.types.identity()
    }

    /// Every service.
    pub fn services(&self) -> impl Iterator<Item = &ServiceEntry> {
        self.base.services.iter()
    }

    /// What a definition would allow if it were in force.
    pub fn preview(&self, definition: &ScopeDefinition) -> Result<Rights, Vec<CompileError>> {
        let (rights, problems) = scope::resolve(definition, &self.base.context());
        if problems.is_empty() {
            return Ok(rights);
        }
        let scope = &definition.name;
        let error = |(field, problem)| CompileError::Scope {
            scope: scope.clone(),
            field,
            problem,
        };
        Err(problems.into_iter().map(error).collect())
    }

    pub(crate) fn type_table(&self) -> &TypeTable {
        &self.base.types
    }

    pub(crate) fn service_table(&self) -> &ServiceTable {
        &self.base.services
    }

    /// Adds a scope, or replaces the one with its id.
    fn put_scope(&mut self, entry: ScopeEntry, errors: &mut Vec<CompileError>) {
        let (id, folded) = (entry.id, entry.definition.name.fold());
        if self.names.get(&folded).is_some_and(|other| *other != id) {
            errors.push(CompileError::DuplicateScopeName(
                entry.definition.name.clone(),
            ));
            return;
        }
        match CompiledScope::compile(entry, &self.base.context()) {
            Ok(compiled) => {
                self.drop_scope(id);
                self.names.insert(folded, id);
                self.scopes.insert(id, Arc::new(compiled));
            }
            Err(problems) => errors.extend(problems),
        }
    }

    fn drop_scope(&mut self, id: ScopeId) {
        if let Some(scope) = self.scopes.remove(&id) {
            self.names.remove(&scope.definition().name.fold());
        }
    }

    /// Adds a client, or replaces the one with its id.
    fn put_client(&mut self, entry: ClientEntry, errors: &mut Vec<CompileError>) {
        let mut scopes: Vec<_> = entry.assigned.iter().map(|a| a.scope).collect();
        scopes.sort_unstable();
        let twice = scopes.windows(2).filter(|pair| pair.first() == pair.last());
        errors.extend(twice.filter_map(|pair| {
            let (client, scope) = (entry.id, *pair.first()?);
            Some(CompileError::DuplicateAssignedScope { client, scope })
        }));
        let digest = digest::client(&entry);
        self.clients
            .insert(entry.id, Arc::new(HashedClient { entry, digest }));
    }

    /// Checks what holds between clients and scopes, and hashes the whole.
    fn finish(
        mut self,
        unchecked: Unchecked,
        errors: Vec<CompileError>,
    ) -> Result<Self, Vec<CompileError>> {
        if !errors.is_empty() {
            // A scope that does not compile must not be reported missing as well.
            return Err(errors);
        }
        let unknown: Vec<_> = match unchecked {
            Unchecked::All => self.clients().flat_map(|c| self.unknown(c)).collect(),
            Unchecked::These(ids) => {
                let clients = ids.into_iter().filter_map(|id| self.client(id));
                clients.flat_map(|c| self.unknown(c)).collect()
            }
        };
        if !unknown.is_empty() {
            return Err(unknown);
        }
        let mut hasher = Hasher::default();
        hasher.part(&self.base.digest);
        hasher.part(&self.scopes.digest());
        hasher.part(&self.clients.digest());
        self.roles.hash(&mut hasher);
        self.hash = hasher.finish();
        Ok(self)
    }

    /// The scopes that are assigned to a client and do not exist.
    fn unknown<'a>(&'a self, client: &'a ClientEntry) -> impl Iterator<Item = CompileError> + 'a {
        let unknown = client
            .assigned
            .iter()
            .filter(|assigned| self.scope(assigned.scope).is_none());
        unknown.map(|assigned| CompileError::UnknownAssignedScope {
            client: client.id,
            scope: assigned.scope,
        })
    }
}

impl Base {
    fn compile(
        types: Vec<TypeEntry>,
        services: Vec<ServiceEntry>,
        prefix: &str,
        resource_servers: Vec<ResourceServerId>,
        errors: &mut Vec<CompileError>,
    ) -> Self {
        let mut hasher = Hasher::default();
        hasher.part(&(types.len() as u64).to_be_bytes());
        types
            .iter()
            .for_each(|entry| hasher.part(&digest::resource_type(entry)));
        hasher.part(&(services.len() as u64).to_be_bytes());
        services
            .iter()
            .for_each(|entry| hasher.part(&digest::service(entry)));
        hasher.part(prefix.as_bytes());
        let mut sorted = resource_servers.clone();
        sorted.sort_unstable();
        sorted.iter().for_each(|id| hasher.part(id.0.as_bytes()));
        let mut known = HashSet::new();
        for id in resource_servers {
            if !known.insert(id) {
                errors.push(CompileError::DuplicateResourceServer(id));
            }
        }
        Self {
            types: TypeTable::compile(types, errors),
            services: ServiceTable::compile(services, prefix, errors),
            resource_servers: known,
            digest: hasher.finish(),
        }
    }

    fn context(&self) -> Context<'_> {
        Context {
            types: &self.types,
            services: &self.services,
            resource_servers: &self.resource_servers,
        }
    }
}
