//! Scopes that a client may be granted (product §3).

use super::{
    Blocked, Definition, Field, FieldError, FieldKind, ManagementError, Object, Target,
    applications::acr_words,
    authority::Authority,
    body::{Body, MAX_VALUES, short},
    configured::{All, Alter, Find, Make, Remove, Show},
    field::{self, words_of},
    present::{Made, Present},
    table::{Applications, AssignedScopes},
};
use crate::{
    Edit, Timestamp,
    audit::Event,
    config::{Application, Assignment, ConfigObject, ScopeRecord},
    snapshot::RealmSnapshot,
};
use scope::{ScopeId, ScopeKind};
use serde_json::json;
use std::sync::Arc;

pub(super) const DEFINITION: Definition = Definition {
    resource: "assigned-scopes",
    singular: "assigned scope",
    about: "A scope that an application may be granted, and on what terms.",
    named_by: "scope",
    fields: FIELDS,
};

const FIELDS: &[Field] = &[
    Field::by_server("id", FieldKind::Exact, "The id of the scope."),
    Field::at_creation("scope", FieldKind::Text, "The name of the scope.").required(),
    Field::writable(
        "optional",
        FieldKind::Boolean,
        "Whether people may leave it out when they are asked.",
    )
    .default("false"),
    Field::writable(
        "default",
        FieldKind::Boolean,
        "Whether it is granted where a request names no scope.",
    )
    .default("false"),
    Field::writable(
        "consent_required",
        FieldKind::Boolean,
        "Whether people are asked before it is granted.",
    )
    .default("true"),
    Field::writable(
        "required_acr",
        FieldKind::Exact,
        "How people must have signed in to grant it (RFC 9470): with one factor, with two, or so that it can't be phished.",
    )
    .default("none, however they signed in")
    .words(|| words_of(&acr_words())),
];

impl Find for AssignedScopes {
    type Record<'s> = (&'s Application, &'s Assignment, &'s ScopeRecord);

    fn find<'s>(
        snapshot: &'s RealmSnapshot,
        target: &Target,
    ) -> Result<Self::Record<'s>, ManagementError> {
        let application = Applications::find(snapshot, target)?;
        let id: ScopeId = target.parsed("scope")?;
        let assignment = application.assigned.iter().find(|a| a.scope == id);
        let (assignment, scope) = assignment
            .zip(snapshot.config().scopes.get(&id))
            .ok_or(ManagementError::NotFound)?;
        Ok((application, assignment, scope))
    }
}

impl Show for AssignedScopes {
    fn show(_: &RealmSnapshot, (_, assignment, scope): Self::Record<'_>) -> Object {
        to_json(assignment, scope)
    }
}

impl All for AssignedScopes {
    fn all<'s>(
        snapshot: &'s RealmSnapshot,
        target: &Target,
    ) -> Result<impl Iterator<Item = (String, Self::Record<'s>)> + Send, ManagementError> {
        let application: &Application = Applications::find(snapshot, target)?;
        let scopes = &snapshot.config().scopes;
        let mut assigned: Vec<Self::Record<'s>> = application
            .assigned
            .iter()
            .filter_map(|a| Some((application, a, &**scopes.get(&a.scope)?)))
            .collect();
        assigned.sort_by_key(|(_, assignment, _)| assignment.scope);
        Ok(assigned
            .into_iter()
            .map(|record| (record.1.scope.to_string(), record)))
    }
}

impl Make for AssignedScopes {
    fn make(
        present: &mut Present<'_>,
        target: &Target,
        body: &Object,
    ) -> Result<Edit<Made>, ManagementError> {
        field::check_creation(FIELDS, body)?;
        let (snapshot, caller) = (present.snapshot, present.caller);
        let before = Applications::find(snapshot, target)?;
        let authority = Authority { snapshot, caller };
        let name = Body(body).required_text("scope")?;
        let scope = snapshot.config().scope_by_name(name).ok_or_else(|| {
            let detail = format!("names `{}`, which is no scope of this realm", short(name));
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
        authority.may_assign(scope, before)?;
        let personal = matches!(scope.definition.kind, ScopeKind::AuthenticatedIdentity(_));
        if before.is_built_in() && personal {
            let detail = "is about who somebody is, which the command line does not ask";
            return Err(FieldError::invalid("scope", detail).into());
        }
        let assignment = read(body, scope.id)?;
        check_registered(snapshot, before, &assignment)?;
        if assignment.default {
            // It is in every request that names no scope, and may be one that such a request can't have.
            authority.may_manage(before)?;
        }
        let mut assigned = before.assigned.clone();
        assigned.push(assignment);
        let made = Made::new(scope.id);
        Ok(with_assigned(before, assigned, present.now, made))
    }
}

impl Alter for AssignedScopes {
    fn alter(
        present: &mut Present<'_>,
        target: &Target,
        patch: &Object,
    ) -> Result<Edit<()>, ManagementError> {
        let (snapshot, caller) = (present.snapshot, present.caller);
        let (application, before, scope) = Self::find(snapshot, target)?;
        let authority = Authority { snapshot, caller };
        authority.may_manage(application)?;
        let merged = field::patched(FIELDS, to_json(before, scope), patch)?;
        let after = read(&merged, scope.id)?;
        check_registered(snapshot, application, &after)?;
        if is_relaxed(before, &after) {
            authority.may_assign(scope, application)?;
        }
        let mut assigned = application.assigned.clone();
        let place = assigned.iter_mut().find(|a| a.scope == after.scope);
        if let Some(place) = place {
            *place = after;
        }
        Ok(with_assigned(application, assigned, present.now, ()))
    }
}

impl Remove for AssignedScopes {
    /// The scope leaves the effective scopes of the client's live tokens at once (product §2.4).
    fn remove(present: &mut Present<'_>, target: &Target) -> Result<Edit<()>, ManagementError> {
        let (snapshot, caller) = (present.snapshot, present.caller);
        let (application, gone, _) = Self::find(snapshot, target)?;
        Authority { snapshot, caller }.may_manage(application)?;
        let left = application.assigned.iter();
        let left = left.filter(|a| a.scope != gone.scope).cloned();
        Ok(with_assigned(application, left.collect(), present.now, ()))
    }
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

/// What the audit trail says of scopes that come or go together with their application.
pub(super) fn events(
    snapshot: &RealmSnapshot,
    application: &Application,
    event: fn(&'static str, String, Object) -> Event,
) -> Vec<Event> {
    let scopes = &snapshot.config().scopes;
    let each = application.assigned.iter().filter_map(|assignment| {
        let scope = scopes.get(&assignment.scope)?;
        let id = format!("{}/{}", application.id, assignment.scope);
        let object = to_json(assignment, scope);
        let event = event(DEFINITION.resource, id, object);
        Some(event.named(scope.definition.name.as_str()))
    });
    each.collect()
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
