//! Scopes that a client may be granted (product §3).

use super::{
    Blocked, Creatable, Created, Deletable, Field, FieldError, FieldKind, ListPage, ListQuery,
    Listable, ManagementError, Object, Readable, Target, Updatable,
    applications::{acr_words, find},
    authority::Authority,
    body::{Body, MAX_VALUES, short},
    edit::{Present, edit},
    field,
    list::Listing,
    table::{AssignedScopes, Create, Delete, List, Read, Update},
};
use crate::{
    Core, Edit, Timestamp,
    access::Permit,
    config::{Application, Assignment, ConfigObject, RealmConfig, ScopeRecord},
    snapshot::RealmSnapshot,
};
use scope::ScopeId;
use serde_json::json;
use std::sync::Arc;

const FIELDS: &[Field] = &[
    Field::by_server("id", FieldKind::Exact),
    Field::at_creation("scope", FieldKind::Text),
    Field::writable("optional", FieldKind::Boolean),
    Field::writable("default", FieldKind::Boolean),
    Field::writable("consent_required", FieldKind::Boolean),
    Field::writable("required_acr", FieldKind::Exact),
];

impl Creatable for AssignedScopes {
    async fn create(
        core: &Core,
        permit: &Permit<Create<Self>>,
        target: &Target,
        body: &Object,
    ) -> Result<Created, ManagementError> {
        field::check_creation(FIELDS, body)?;
        let made = edit(
            core,
            permit,
            |Present {
                 snapshot,
                 caller,
                 now,
             }| {
                let before = find(snapshot, target)?;
                let name = Body(body).required_text("scope")?;
                let scope = snapshot.config().scope_by_name(name).ok_or_else(|| {
                    let detail =
                        format!("names `{}`, which is no scope of this realm", short(name));
                    FieldError::invalid("scope", detail)
                })?;
                if before.assigned.iter().any(|a| a.scope == scope.id) {
                    let detail = format!("`{}` is assigned to it already.", scope.definition.name);
                    return Err(Blocked::because("duplicate", detail).into());
                }
                if before.assigned.len() >= MAX_VALUES {
                    let detail = format!("It has {MAX_VALUES} scopes, the most that there can be.");
                    return Err(Blocked::because("too_many", detail).into());
                }
                Authority { snapshot, caller }.may_assign(scope, before)?;
                let assignment = read(body, scope.id)?;
                check_registered(snapshot, before, &assignment)?;
                let mut assigned = before.assigned.clone();
                assigned.push(assignment.clone());
                let object = to_json(&assignment, scope);
                Ok(with_assigned(before, assigned, now, (scope.id, object)))
            },
        );
        let (id, object) = made.await?;
        Ok(Created {
            id: id.to_string(),
            object,
        })
    }
}

impl Listable for AssignedScopes {
    async fn list(
        core: &Core,
        permit: &Permit<List<Self>>,
        target: &Target,
        query: &ListQuery,
    ) -> Result<ListPage, ManagementError> {
        let application = find(permit.snapshot(), target)?;
        let listing = Listing::new::<Self>(core.secrets(), permit.caller(), target, query, FIELDS)?;
        let config = permit.snapshot().config();
        let mut assigned: Vec<_> = application
            .assigned
            .iter()
            .filter_map(|a| Some((a, config.scopes.get(&a.scope)?)))
            .collect();
        assigned.sort_by_key(|(assignment, _)| assignment.scope);
        listing.page(
            assigned
                .into_iter()
                .map(|(a, scope)| (a.scope.to_string(), to_json(a, scope))),
        )
    }
}

impl Readable for AssignedScopes {
    async fn read(
        _: &Core,
        permit: &Permit<Read<Self>>,
        target: &Target,
    ) -> Result<Object, ManagementError> {
        let (_, assignment, scope) = find_assigned(permit.snapshot(), target)?;
        Ok(to_json(assignment, scope))
    }
}

impl Updatable for AssignedScopes {
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
                let (application, before, scope) = find_assigned(snapshot, target)?;
                let authority = Authority { snapshot, caller };
                authority.may_manage(application)?;
                let merged = field::patched(FIELDS, to_json(before, scope), patch)?;
                let after = read(&merged, scope.id)?;
                check_registered(snapshot, application, &after)?;
                if is_relaxed(before, &after) {
                    authority.may_assign(scope, application)?;
                }
                let object = to_json(&after, scope);
                let assigned = application
                    .assigned
                    .iter()
                    .map(|a| {
                        if a.scope == after.scope {
                            after.clone()
                        } else {
                            a.clone()
                        }
                    })
                    .collect();
                Ok(with_assigned(application, assigned, now, object))
            },
        );
        updated.await
    }
}

impl Deletable for AssignedScopes {
    /// The scope leaves the effective scopes of the client's live tokens at once (product §2.4).
    async fn delete(
        core: &Core,
        permit: &Permit<Delete<Self>>,
        target: &Target,
    ) -> Result<(), ManagementError> {
        let deleted = edit(
            core,
            permit,
            |Present {
                 snapshot,
                 caller,
                 now,
             }| {
                let (application, gone, _) = find_assigned(snapshot, target)?;
                Authority { snapshot, caller }.may_manage(application)?;
                let left = application
                    .assigned
                    .iter()
                    .filter(|a| a.scope != gone.scope);
                Ok(with_assigned(application, left.cloned().collect(), now, ()))
            },
        );
        deleted.await
    }
}

/// The application of the path, the scope of the path as it is assigned to it, and the scope.
fn find_assigned<'s>(
    snapshot: &'s RealmSnapshot,
    target: &Target,
) -> Result<(&'s Application, &'s Assignment, &'s ScopeRecord), ManagementError> {
    let application = find(snapshot, target)?;
    let config: &RealmConfig = snapshot.config();
    let id: ScopeId = target
        .get("scope")
        .parse()
        .map_err(|_| ManagementError::NotFound)?;
    let assignment = application.assigned.iter().find(|a| a.scope == id);
    let (assignment, scope) = assignment
        .zip(config.scopes.get(&id))
        .ok_or(ManagementError::NotFound)?;
    Ok((application, assignment, scope))
}

fn read(body: &Object, scope: ScopeId) -> Result<Assignment, FieldError> {
    let (body, unsaid) = (Body(body), Assignment::new(scope));
    Ok(Assignment {
        scope,
        optional: body.boolean("optional")?.unwrap_or(unsaid.optional),
        default: body.boolean("default")?.unwrap_or(unsaid.default),
        consent_required: body
            .boolean("consent_required")?
            .unwrap_or(unsaid.consent_required),
        required_acr: body
            .one_of("required_acr", &acr_words())?
            .map(str::to_owned),
    })
}

/// A client that registered itself has scopes under the realm's ceiling only, and none of them
/// without asking people: nobody vouches for it (H3, A11).
fn check_registered(
    snapshot: &RealmSnapshot,
    application: &Application,
    assignment: &Assignment,
) -> Result<(), FieldError> {
    if !application.registered_itself() {
        return Ok(());
    }
    let ceiling = &snapshot.config().realm.settings.registration.scopes;
    if !ceiling.contains(&assignment.scope) {
        let detail = "is beyond the realm's ceiling for clients that register themselves";
        return Err(FieldError::invalid("scope", detail));
    }
    if !assignment.consent_required {
        let detail =
            "can't be false: the client registered itself, so that people are always asked";
        return Err(FieldError::invalid("consent_required", detail));
    }
    Ok(())
}

/// Whether `after` grants the scope where `before` would not: without a consent, or with another
/// authentication. That is as much as to assign it (T4).
fn is_relaxed(before: &Assignment, after: &Assignment) -> bool {
    let consent = before.consent_required && !after.consent_required;
    let acr = before.required_acr.is_some() && after.required_acr != before.required_acr;
    consent || acr
}

fn with_assigned<T>(
    before: &Application,
    assigned: Vec<Assignment>,
    now: Timestamp,
    answer: T,
) -> Edit<T> {
    let mut after = Application {
        assigned,
        updated: now,
        ..before.clone()
    };
    if let Some(registration) = &mut after.openid.registration {
        registration.scopes_are_set = true;
    }
    Edit::none(answer).put(ConfigObject::Application(Arc::new(after)))
}

/// Its id is the scope's.
fn to_json(assignment: &Assignment, scope: &ScopeRecord) -> Object {
    let mut object = Object::new();
    object.insert("id".into(), assignment.scope.to_string().into());
    object.insert("scope".into(), scope.definition.name.as_str().into());
    object.insert("optional".into(), assignment.optional.into());
    object.insert("default".into(), assignment.default.into());
    object.insert(
        "consent_required".into(),
        assignment.consent_required.into(),
    );
    if let Some(acr) = &assignment.required_acr {
        object.insert("required_acr".into(), json!(acr));
    }
    object
}
