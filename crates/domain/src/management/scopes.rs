//! Scopes (product §2).

use super::{
    Access, Blocked, Creatable, Created, Deletable, Field, FieldError, FieldKind, ListPage,
    ListQuery, Listable, ManagementError, Object, Readable, Target, Updatable, UsedBy,
    authority::Authority,
    edit::{Present, edit},
    grants,
    list::Listing,
    table::{Create, Delete, List, Read, Scopes, Update},
};
use crate::{
    Core, Edit,
    access::Permit,
    config::{Application, ConfigObject, Realm, ScopeRecord, ScopeVersion},
    id::new_id,
    snapshot::RealmSnapshot,
    store::{Change, Conflict, Kind, TokenUse},
};
use scope::{ClientId, CompileError, Rights, ScopeDefinition, ScopeId, Uses};
use serde_json::json;
use std::sync::Arc;

const FIELDS: &[Field] = &[
    Field::by_server("id", FieldKind::Exact),
    Field::at_creation("name", FieldKind::Text),
    Field::at_creation("type", FieldKind::Text),
    Field::writable("description", FieldKind::Text),
    Field::writable("tags", FieldKind::Texts),
    Field::by_server("built_in", FieldKind::Boolean),
    Field::writable("consent_prompt_text", FieldKind::Text),
    Field::writable("scim_resource_type", FieldKind::Text),
    Field::writable("resource_operations", FieldKind::Texts),
    Field::writable("resource_attributes", FieldKind::Texts),
    Field::writable("consent_operations", FieldKind::Texts),
    Field::writable("external_identity_operations", FieldKind::Texts),
    Field::writable("account_operations", FieldKind::Texts),
    Field::writable("services", FieldKind::Exacts),
    Field::by_server("management_operations", FieldKind::Texts),
    Field::writable("resource_server", FieldKind::Exact),
    Field::by_server("version", FieldKind::Integer),
    Field::by_server("created", FieldKind::Time),
    Field::by_server("updated", FieldKind::Time),
    Field::by_server("warnings", FieldKind::Structure),
];

impl Creatable for Scopes {
    async fn create(
        core: &Core,
        permit: &Permit<Create<Self>>,
        _: &Target,
        body: &Object,
    ) -> Result<Created, ManagementError> {
        check_server_set(body)?;
        let definition = ScopeDefinition::from_request(body)?;
        let made = edit(core, permit, |Present { snapshot, now, .. }| {
            preview(snapshot, &definition)?;
            let record = Arc::new(ScopeRecord {
                id: ScopeId(new_id(now)),
                version: 1,
                definition,
                created: now,
                updated: now,
            });
            check_name(snapshot, &record)?;
            Ok(Edit::none(record.clone()).put(ConfigObject::Scope(record)))
        });
        let record = made.await?;
        Ok(Created {
            id: record.id.to_string(),
            object: to_json(&record),
        })
    }
}

impl Listable for Scopes {
    async fn list(
        core: &Core,
        permit: &Permit<List<Self>>,
        target: &Target,
        query: &ListQuery,
    ) -> Result<ListPage, ManagementError> {
        let listing = Listing::new::<Self>(core.secrets(), permit.caller(), target, query, FIELDS)?;
        let scopes = permit.snapshot().config().scopes.values();
        listing.page(scopes.map(|scope| (scope.id.to_string(), to_json(scope))))
    }
}

impl Readable for Scopes {
    async fn read(
        _: &Core,
        permit: &Permit<Read<Self>>,
        target: &Target,
    ) -> Result<Object, ManagementError> {
        find(permit.snapshot(), target).map(|scope| to_json(scope))
    }
}

impl Updatable for Scopes {
    async fn update(
        core: &Core,
        permit: &Permit<Update<Self>>,
        target: &Target,
        patch: &Object,
    ) -> Result<Object, ManagementError> {
        let updated = edit(
            core,
            permit,
            |Present {
                 snapshot,
                 caller,
                 now,
             }| {
                let before = find(snapshot, target)?;
                check_server_set(patch)?;
                let definition = before.definition.updated(patch)?;
                let rights = preview(snapshot, &definition)?;
                if definition == before.definition {
                    return Ok(Edit::none(before.clone()));
                }
                Authority { snapshot, caller }.may_redefine(before, &definition.kind, &rights)?;
                Ok(redefined(before, definition, now))
            },
        );
        updated.await.map(|record| to_json(&record))
    }
}

/// The scope with another definition. What it allowed before is kept, for grants are measured by
/// it too: an edit that allows more never gives an old token more (product §2.4).
fn redefined(
    before: &Arc<ScopeRecord>,
    definition: ScopeDefinition,
    now: crate::Timestamp,
) -> Edit<Arc<ScopeRecord>> {
    let allows_the_same = definition.kind == before.definition.kind;
    let version = if allows_the_same {
        before.version
    } else {
        before.version.saturating_add(1)
    };
    let record = Arc::new(ScopeRecord {
        version,
        definition,
        updated: now,
        ..ScopeRecord::clone(before)
    });
    let edit = Edit::none(record.clone()).put(ConfigObject::Scope(record));
    if allows_the_same {
        return edit;
    }
    edit.put(ConfigObject::ScopeVersion(Arc::new(ScopeVersion {
        scope: before.id,
        version: before.version,
        definition: before.definition.clone(),
    })))
}

impl Deletable for Scopes {
    /// Refused while a client is assigned the scope or may register for it, or a live grant or token carries it. The store
    /// holds the second guard: a token that is issued meanwhile makes one of the two fail.
    async fn delete(
        core: &Core,
        permit: &Permit<Delete<Self>>,
        target: &Target,
    ) -> Result<(), ManagementError> {
        let id = find(permit.snapshot(), target)?.id;
        let deleted = edit(core, permit, |Present { snapshot, now, .. }| {
            let scope = find(snapshot, target)?;
            if scope.definition.built_in {
                let detail = "A built-in scope can't be deleted.";
                return Err(Blocked::because("built_in", detail).into());
            }
            let users = users(snapshot, id);
            if !users.is_empty() {
                return Err(in_use(scope, users).into());
            }
            let versions = snapshot
                .config()
                .scope_versions
                .range((id, 0)..=(id, u32::MAX));
            let edit = Edit::none(())
                .first(Change::ReleaseScope { scope: id, now })
                .delete(Kind::Scope, id);
            Ok(versions.fold(edit, |edit, ((_, version), _)| {
                edit.delete(Kind::ScopeVersion, format!("{id}.{version}"))
            }))
        });
        match deleted.await {
            Err(ManagementError::Blocked(blocked)) if !blocked.used_by.is_empty() => {
                let scope = find(permit.snapshot(), target)?;
                let mut used_by = blocked.used_by;
                used_by.retain(|users| users.kind != TOKENS);
                used_by.extend(grants::using(core, permit.realm(), id).await?);
                let tokens = core
                    .store()
                    .token_use(permit.realm(), &id, core.now())
                    .await?;
                if tokens.count > 0 || used_by.is_empty() {
                    used_by.push(used_by_tokens(&tokens));
                }
                Err(in_use(scope, used_by).into())
            }
            other => other,
        }
    }
}

/// What names a scope in the configuration: clients, also those that have no effect of it, and the
/// realm itself, where clients may register for it.
fn users(snapshot: &RealmSnapshot, id: ScopeId) -> Vec<UsedBy> {
    let config = snapshot.config();
    let assigned = |client: &&Arc<Application>| client.assigned.iter().any(|a| a.scope == id);
    let clients = config.applications.values().filter(assigned);
    let clients: Uses<ClientId> = clients.map(|client| client.id).collect();
    let offers = |realm: &&Arc<Realm>| realm.settings.registration.scopes.contains(&id);
    let realm = Some(&config.realm).filter(offers);
    let realms: Uses<&str> = realm.map(|realm| realm.name.as_str()).into_iter().collect();
    let users = [
        UsedBy::of("applications", &clients),
        UsedBy::of("realms", &realms),
    ];
    users.into_iter().flatten().collect()
}

/// The kind of users that the store guards.
const TOKENS: &str = "tokens";

fn used_by_tokens(tokens: &TokenUse) -> UsedBy {
    UsedBy {
        kind: TOKENS,
        count: Some(tokens.count),
        first: tokens
            .first
            .iter()
            .map(|token| token.key.to_string())
            .collect(),
    }
}

fn in_use(scope: &ScopeRecord, used_by: Vec<UsedBy>) -> Blocked {
    Blocked::in_use(&format!("The scope `{}`", scope.definition.name), used_by)
}

/// The scope of the path.
fn find<'s>(
    snapshot: &'s RealmSnapshot,
    target: &Target,
) -> Result<&'s Arc<ScopeRecord>, ManagementError> {
    let id = target
        .get("id")
        .parse()
        .map_err(|_| ManagementError::NotFound)?;
    snapshot
        .config()
        .scopes
        .get(&id)
        .ok_or(ManagementError::NotFound)
}

/// What only the server sets; the rest of a body is for [`ScopeDefinition`] to judge.
fn check_server_set(body: &Object) -> Result<(), FieldError> {
    let ours = |name: &&String| {
        FIELDS
            .iter()
            .any(|f| f.name == name.as_str() && f.access == Access::ByServer)
    };
    match body.keys().find(ours) {
        Some(name) => Err(FieldError::new(name, "server_set", "is set by the server")),
        None => Ok(()),
    }
}

/// What the definition would allow in this realm.
fn preview(
    snapshot: &RealmSnapshot,
    definition: &ScopeDefinition,
) -> Result<Rights, ManagementError> {
    snapshot
        .catalogue()
        .preview(definition)
        .map_err(|errors| match errors.into_iter().next() {
            Some(CompileError::Scope { field, problem, .. }) => {
                FieldError::invalid(field, problem.to_string()).into()
            }
            other => ManagementError::Unavailable(format!("{other:?}")),
        })
}

/// Names are unique in the realm, ignoring ASCII case.
fn check_name(snapshot: &RealmSnapshot, record: &ScopeRecord) -> Result<(), ManagementError> {
    match snapshot
        .config()
        .scope_by_name(record.definition.name.as_str())
    {
        Some(_) => Err(Conflict::Duplicate { kind: Kind::Scope }.into()),
        None => Ok(()),
    }
}

fn to_json(record: &ScopeRecord) -> Object {
    let mut object = Object::from_iter([("id".to_owned(), json!(record.id.to_string()))]);
    object.extend(record.definition.to_json());
    object.insert("version".into(), record.version.into());
    object.insert("created".into(), record.created.to_rfc3339().into());
    object.insert("updated".into(), record.updated.to_rfc3339().into());
    let name = &record.definition.name;
    if !name.follows_convention() {
        let warning = format!("`{name}` does not have the form `resource:action`");
        object.insert("warnings".into(), json!([warning]));
    }
    object
}
