//! Scopes (product §2).

use super::{
    Access, Blocked, Definition, Field, FieldError, FieldKind, ManagementError, Object, Target,
    UsedBy,
    authority::Authority,
    configured::{Alter, Find, Make, Remove, Show},
    grants,
    kept::Kept,
    present::{Made, Present},
    table::Scopes,
};
use crate::{
    Core, Edit, RealmKey,
    config::{Application, ConfigObject, Realm, RealmConfig, ScopeRecord, ScopeVersion},
    id::new_id,
    snapshot::RealmSnapshot,
    store::{Change, Conflict, Kind, StoreError, TokenUse},
};
use scope::{
    AccountOperation, ClientId, CompileError, ConsentOperation, ExternalIdentityOperation, Named,
    Operation, Rights, ScopeDefinition, ScopeId, ScopeType, Uses,
};
use serde_json::json;
use std::{collections::BTreeMap, sync::Arc};

pub(super) const DEFINITION: Definition = Definition {
    resource: "scopes",
    singular: "scope",
    about: "A scope: a name that clients are granted, and what Ambit lets whoever has it do.",
    named_by: "name",
    fields: FIELDS,
};

/// How many earlier definitions of a scope are kept. A token that was granted one before them has nothing of the
/// scope any more.
const MAX_VERSIONS: usize = 100;

const FIELDS: &[Field] = &[
    Field::id(),
    Field::at_creation(
        "name",
        FieldKind::Text,
        "The scope token (RFC 6749 §3.3), without `+` and `,`, of at most 200 characters. Unique in the realm, ignoring letter case.",
    )
    .required(),
    Field::at_creation(
        "type",
        FieldKind::Text,
        "What kind of thing it allows. Scopes of the type `management` are built in.",
    )
    .required()
    .words(names::<ScopeType>),
    Field::writable("description", FieldKind::Text, "What it is for, for administrators."),
    Field::writable(
        "tags",
        FieldKind::Texts,
        "Labels without meaning to Ambit; policies examine them.",
    )
    .default("none"),
    Field::built_in("Whether Ambit brought it: what it allows can't be changed then, nor can it be deleted."),
    Field::writable(
        "consent_prompt_text",
        FieldKind::Text,
        "What people are shown when they are asked to allow it. Required for the type `authenticated-identity`.",
    ),
    Field::writable(
        "scim_resource_type",
        FieldKind::Text,
        "The SCIM resource type, or sub-resource type, whose resources it opens. Required for the type `resource`.",
    ),
    Field::writable(
        "resource_operations",
        FieldKind::Texts,
        "What may be done with the resources. Of the type `authenticated-identity`: `retrieve` and `modify` only.",
    )
    .default("none")
    .words(names::<Operation>),
    Field::writable(
        "resource_attributes",
        FieldKind::Texts,
        "The attributes that the operations may use, as attribute paths; `*` for all.",
    )
    .default("none"),
    Field::writable(
        "consent_operations",
        FieldKind::Texts,
        "What may be done with people's consents.",
    )
    .default("none")
    .words(names::<ConsentOperation>),
    Field::writable(
        "external_identity_operations",
        FieldKind::Texts,
        "What may be done with people's identities at other providers.",
    )
    .default("none")
    .words(names::<ExternalIdentityOperation>),
    Field::writable(
        "account_operations",
        FieldKind::Texts,
        "What may be done with people's accounts.",
    )
    .default("none")
    .words(names::<AccountOperation>),
    Field::writable(
        "services",
        FieldKind::Exacts,
        "The services that it opens, whole. Required for the type `service`.",
    )
    .refers_to("services"),
    Field::by_server(
        "management_operations",
        FieldKind::Texts,
        "What it allows at the management API.",
    ),
    Field::writable(
        "resource_server",
        FieldKind::Exact,
        "The resource server that enforces it, for the type `generic`: tokens with it are for that one.",
    )
    .refers_to("resource-servers"),
    Field::by_server(
        "version",
        FieldKind::Integer,
        "Counts what it allowed: tokens are measured by what they were granted.",
    ),
    Field::created(),
    Field::updated(),
    Field::by_server("warnings", FieldKind::Structure, "What is unusual about it, in sentences."),
];

fn names<T: Named>() -> Vec<&'static str> {
    T::ALL.iter().map(|value| value.as_str()).collect()
}

impl Kept for Scopes {
    type Id = ScopeId;
    type Item = ScopeRecord;
    const ALONE: bool = true;

    fn kept(config: &RealmConfig) -> &BTreeMap<ScopeId, Arc<ScopeRecord>> {
        &config.scopes
    }
}

impl Show for Scopes {
    fn show(_: &RealmSnapshot, scope: Self::Record<'_>) -> Object {
        to_json(scope)
    }
}

impl Make for Scopes {
    fn make(
        present: &mut Present<'_>,
        _: &Target,
        body: &Object,
    ) -> Result<Edit<Made>, ManagementError> {
        check_server_set(body)?;
        let definition = ScopeDefinition::from_request(body)?;
        preview(present.snapshot, &definition)?;
        let record = ScopeRecord {
            id: ScopeId(new_id(present.now)),
            version: 1,
            definition,
            created: present.now,
            updated: present.now,
        };
        check_name(present.snapshot, &record)?;
        let made = Made::new(record.id);
        Ok(Edit::none(made).put(ConfigObject::Scope(Arc::new(record))))
    }
}

impl Alter for Scopes {
    fn alter(
        present: &mut Present<'_>,
        target: &Target,
        patch: &Object,
    ) -> Result<Edit<()>, ManagementError> {
        let (snapshot, caller) = (present.snapshot, present.caller);
        let before = Self::find(snapshot, target)?;
        check_server_set(patch)?;
        let definition = before.definition.updated(patch)?;
        let rights = preview(snapshot, &definition)?;
        if definition == before.definition {
            return Ok(Edit::none(()));
        }
        Authority { snapshot, caller }.may_redefine(before, &definition.kind, &rights)?;
        Ok(redefined(present, before, definition))
    }
}

/// The scope with another definition. What it allowed before is kept, for grants are measured by
/// it too: an edit that allows more never gives an old token more (product §2.4).
fn redefined(
    present: &Present<'_>,
    before: &Arc<ScopeRecord>,
    definition: ScopeDefinition,
) -> Edit<()> {
    let in_force = present.core.realm_by_key(present.snapshot.key());
    let in_force = in_force.and_then(|realm| Some(realm.config().scopes.get(&before.id)?.version));
    // What only a batch made on its way was never in force, and nobody was granted it.
    let was_in_force = in_force.is_some_and(|version| version >= before.version);
    let kept = was_in_force && definition.kind != before.definition.kind;
    let version = match kept {
        true => before.version.saturating_add(1),
        false => before.version,
    };
    let record = ScopeRecord {
        version,
        definition,
        updated: present.now,
        ..ScopeRecord::clone(before)
    };
    let edit = Edit::none(()).put(ConfigObject::Scope(Arc::new(record)));
    if !kept {
        return edit;
    }
    let earlier = &present.snapshot.config().scope_versions;
    let earlier = earlier.range((before.id, 0)..=(before.id, u32::MAX));
    let surplus = (earlier.clone().count() + 1).saturating_sub(MAX_VERSIONS);
    let edit = earlier
        .take(surplus)
        .fold(edit, |edit, ((id, version), _)| {
            edit.delete(Kind::ScopeVersion, format!("{id}.{version}"))
        });
    edit.put(ConfigObject::ScopeVersion(Arc::new(ScopeVersion {
        scope: before.id,
        version: before.version,
        definition: before.definition.clone(),
    })))
}

impl Remove for Scopes {
    /// Refused while a client is assigned the scope or may register for it, or a live grant or token carries it. The store
    /// holds the second guard: a token that is issued meanwhile makes one of the two fail.
    fn remove(present: &mut Present<'_>, target: &Target) -> Result<Edit<()>, ManagementError> {
        let (snapshot, now) = (present.snapshot, present.now);
        let scope = Self::find(snapshot, target)?;
        let id = scope.id;
        if scope.definition.built_in {
            let detail = "A built-in scope can't be deleted.";
            return Err(Blocked::because("built_in", detail).into());
        }
        let users = users(snapshot, id);
        if !users.is_empty() {
            return Err(in_use(scope, users).into());
        }
        let earlier = snapshot
            .config()
            .scope_versions
            .range((id, 0)..=(id, u32::MAX));
        let edit = Edit::none(())
            .first(Change::ReleaseScope { scope: id, now })
            .delete(Kind::Scope, id);
        Ok(earlier.fold(edit, |edit, ((_, version), _)| {
            edit.delete(Kind::ScopeVersion, format!("{id}.{version}"))
        }))
    }

    async fn explain(
        core: &Core,
        realm: &RealmKey,
        snapshot: &RealmSnapshot,
        target: &Target,
        error: ManagementError,
    ) -> ManagementError {
        let used_by = match error {
            ManagementError::Blocked(Blocked { used_by, .. }) if !used_by.is_empty() => used_by,
            other => return other,
        };
        let scope = match Self::find(snapshot, target) {
            Ok(scope) => scope,
            Err(error) => return error,
        };
        match with_live_users(core, realm, scope.id, used_by).await {
            Ok(used_by) => in_use(scope, used_by).into(),
            Err(error) => error.into(),
        }
    }
}

/// What stands in the way of the scope's deletion besides configuration: live grants and tokens.
pub(super) async fn live_users(
    core: &Core,
    snapshot: &RealmSnapshot,
    id: ScopeId,
) -> Result<Option<Blocked>, StoreError> {
    // What the batch itself made has no users.
    let Some(scope) = snapshot.config().scopes.get(&id) else {
        return Ok(None);
    };
    let mut used_by = Vec::from_iter(grants::using(core, snapshot.key(), id).await?);
    let tokens = core
        .store()
        .token_use(snapshot.key(), &id, core.now())
        .await?;
    if tokens.count > 0 {
        used_by.push(used_by_tokens(&tokens));
    }
    Ok((!used_by.is_empty()).then(|| in_use(scope, used_by)))
}

/// The users that are known, with the grants and tokens that carry the scope.
async fn with_live_users(
    core: &Core,
    realm: &RealmKey,
    id: ScopeId,
    mut used_by: Vec<UsedBy>,
) -> Result<Vec<UsedBy>, StoreError> {
    used_by.retain(|users| users.kind != TOKENS);
    used_by.extend(grants::using(core, realm, id).await?);
    let tokens = core.store().token_use(realm, &id, core.now()).await?;
    if tokens.count > 0 || used_by.is_empty() {
        used_by.push(used_by_tokens(&tokens));
    }
    Ok(used_by)
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
