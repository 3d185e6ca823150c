//! Services behind gateways (product §6.4): the URLs that scopes of type `service` open.

use super::{
    Blocked, Definition, Field, FieldError, FieldKind, ManagementError, Object, Target, UsedBy,
    authority::Authority,
    body::{Body, parse, short},
    configured::{Alter, Find, Make, Remove, Show},
    field::{self, words_of},
    kept::Kept,
    present::{Made, Present},
    service_settings::MAX_PROJECT,
    table::Services,
    uri,
};
use crate::{
    Edit, Timestamp,
    config::{ConfigObject, DEFAULT_PROJECT, RealmConfig, Service, ServiceKind},
    id::new_id,
    snapshot::RealmSnapshot,
    store::{Conflict, Kind},
};
use scope::{Enforcement, PathPattern, ServiceId};
use serde_json::json;
use std::{collections::BTreeMap, sync::Arc};

pub(super) const DEFINITION: Definition = Definition {
    resource: "services",
    singular: "service",
    about: "Some URLs behind a gateway, by path and method. Scopes of type `service` open whole services, and no other URL.",
    named_by: "name",
    fields: FIELDS,
};

const FIELDS: &[Field] = &[
    Field::id(),
    Field::writable(
        "name",
        FieldKind::Text,
        "A name for people, of at most 200 characters; unique in the realm, whatever its letter case.",
    )
    .required(),
    Field::writable("description", FieldKind::Text, "Free text."),
    Field::writable("kind", FieldKind::Exact, "What it is; that decides nothing.")
        .words(|| words_of(&KINDS))
        .default("integration"),
    Field::writable(
        "project",
        FieldKind::Text,
        "The project that it belongs to.",
    )
    .default("Default"),
    Field::by_server(
        "offered",
        FieldKind::Boolean,
        "Whether it is offered where services are chosen for a scope: its project is among the realm's `service_projects`. Scopes may name it anyway.",
    ),
    Field::writable(
        "url",
        FieldKind::Exact,
        "Its URLs as a path below the realm's `service_prefix`: exact, with `{variable}` segments, or with a trailing `/*`. An absolute URL is reduced to its path.",
    )
    .required(),
    Field::writable(
        "methods",
        FieldKind::Exacts,
        "The HTTP methods that it takes; all of them if there are none.",
    )
    .default("all"),
    Field::writable(
        "upstream",
        FieldKind::Exact,
        "Where a gateway finds it: an absolute `http` or `https` URL without query and fragment.",
    ),
    Field::writable(
        "enforcement",
        FieldKind::Exact,
        "`enforce` refuses a request whose token lacks the scope; `report` lets a valid token for the catalogue pass that only lacks it, and records that.",
    )
    .words(|| words_of(&ENFORCEMENTS))
    .default("enforce"),
    Field::created(),
    Field::updated(),
];

const KINDS: [(&str, ServiceKind); 2] = [
    ("integration", ServiceKind::Integration),
    ("rest-resource", ServiceKind::RestResource),
];
const ENFORCEMENTS: [(&str, Enforcement); 2] = [
    ("enforce", Enforcement::Enforce),
    ("report", Enforcement::Report),
];
/// What people write in lower case and never mean so (RFC 9110 §9.3, RFC 5789).
const METHODS: [&str; 9] = [
    "GET", "HEAD", "POST", "PUT", "DELETE", "CONNECT", "OPTIONS", "TRACE", "PATCH",
];

impl Kept for Services {
    type Id = ServiceId;
    type Item = Service;

    fn kept(config: &RealmConfig) -> &BTreeMap<ServiceId, Arc<Service>> {
        &config.services
    }
}

impl Show for Services {
    fn show(snapshot: &RealmSnapshot, service: Self::Record<'_>) -> Object {
        to_json(service, snapshot.config())
    }
}

impl Make for Services {
    fn make(
        present: &mut Present<'_>,
        _: &Target,
        body: &Object,
    ) -> Result<Edit<Made>, ManagementError> {
        field::check_creation(FIELDS, body)?;
        let (snapshot, caller) = (present.snapshot, present.caller);
        let id = ServiceId(new_id(present.now));
        let service = read(body, id, present.now, snapshot.config())?;
        check_name(&service, snapshot.config())?;
        Authority { snapshot, caller }.may_open(None, &service)?;
        Ok(Edit::none(Made::new(id)).put(ConfigObject::Service(Arc::new(service))))
    }
}

impl Alter for Services {
    fn alter(
        present: &mut Present<'_>,
        target: &Target,
        patch: &Object,
    ) -> Result<Edit<()>, ManagementError> {
        let (snapshot, caller) = (present.snapshot, present.caller);
        let before = Self::find(snapshot, target)?;
        let merged = field::patched(FIELDS, Self::show(snapshot, before), patch)?;
        let after = Service {
            created: before.created,
            ..read(&merged, before.id, present.now, snapshot.config())?
        };
        check_name(&after, snapshot.config())?;
        Authority { snapshot, caller }.may_open(Some(before), &after)?;
        Ok(Edit::none(()).put(ConfigObject::Service(Arc::new(after))))
    }
}

impl Remove for Services {
    fn remove(present: &mut Present<'_>, target: &Target) -> Result<Edit<()>, ManagementError> {
        let (snapshot, caller) = (present.snapshot, present.caller);
        let service = Self::find(snapshot, target)?;
        Authority { snapshot, caller }.may_shut_no_more(service)?;
        let scopes = snapshot.catalogue();
        let scopes = scopes.scopes_naming_service(service.id);
        match UsedBy::of("scopes", &scopes) {
            Some(users) => Err(Blocked::in_use("The service", vec![users]).into()),
            None => Ok(Edit::none(()).delete(Kind::Service, service.id)),
        }
    }
}

fn read(
    body: &Object,
    id: ServiceId,
    now: Timestamp,
    config: &RealmConfig,
) -> Result<Service, FieldError> {
    let body = Body(body);
    let name = body.owned("name", 200)?;
    Ok(Service {
        id,
        name: name.ok_or_else(|| FieldError::required("name"))?,
        description: body.owned("description", 4000)?,
        kind: body
            .one_of("kind", &KINDS)?
            .unwrap_or(ServiceKind::Integration),
        project: body
            .owned("project", MAX_PROJECT)?
            .unwrap_or_else(|| DEFAULT_PROJECT.to_owned()),
        url: url(body, &config.realm.settings.service_prefix)?,
        methods: methods(body)?,
        upstream: uri::elsewhere(body, "upstream", &["http", "https"])?,
        enforcement: body
            .one_of("enforcement", &ENFORCEMENTS)?
            .unwrap_or_default(),
        created: now,
        updated: now,
    })
}

/// One reading only (G4), below the prefix that keeps services apart from all else.
fn url(body: Body<'_>, prefix: &str) -> Result<PathPattern, FieldError> {
    let url: PathPattern = parse("url", body.required_text("url")?)?;
    match url.is_below(prefix) {
        true => Ok(url),
        false => Err(FieldError::invalid(
            "url",
            format!("must begin with `{prefix}`, the realm's `service_prefix`"),
        )),
    }
}

fn methods(body: Body<'_>) -> Result<Vec<String>, FieldError> {
    let invalid = |detail: String| FieldError::invalid("methods", detail);
    let check = |method: &str| {
        // `token` of RFC 9110 §5.6.2.
        let is_token = |b: u8| b.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&b);
        if method.len() > 40 || !method.bytes().all(is_token) {
            return Err(invalid(format!(
                "has `{}`, which is no HTTP method",
                short(method)
            )));
        }
        let meant = METHODS.iter().find(|m| m.eq_ignore_ascii_case(method));
        match meant {
            Some(meant) if *meant != method => Err(invalid(format!(
                "has `{method}`: methods are case-sensitive, write `{meant}`"
            ))),
            _ => Ok(method.to_owned()),
        }
    };
    let methods = body.texts("methods")?.unwrap_or_default();
    methods.into_iter().map(check).collect()
}

/// Names are unique in the realm, ignoring ASCII case.
fn check_name(service: &Service, config: &RealmConfig) -> Result<(), ManagementError> {
    let same = |other: &&Arc<Service>| {
        other.id != service.id && other.name.eq_ignore_ascii_case(&service.name)
    };
    match config.services.values().find(same) {
        Some(_) => Err(Conflict::Duplicate {
            kind: Kind::Service,
        }
        .into()),
        None => Ok(()),
    }
}

fn to_json(service: &Service, config: &RealmConfig) -> Object {
    let offered = &config.realm.settings.service_projects;
    let offered = offered
        .iter()
        .any(|project| project.eq_ignore_ascii_case(&service.project));
    let mut object = Object::new();
    object.insert("id".into(), service.id.to_string().into());
    object.insert("name".into(), service.name.as_str().into());
    if let Some(description) = &service.description {
        object.insert("description".into(), description.as_str().into());
    }
    object.insert("kind".into(), json!(service.kind));
    object.insert("project".into(), service.project.as_str().into());
    object.insert("offered".into(), offered.into());
    object.insert("url".into(), service.url.as_str().into());
    object.insert("methods".into(), json!(service.methods));
    if let Some(upstream) = &service.upstream {
        object.insert("upstream".into(), upstream.as_str().into());
    }
    let enforcement = match service.enforcement {
        Enforcement::Enforce => "enforce",
        Enforcement::Report => "report",
    };
    object.insert("enforcement".into(), enforcement.into());
    object.insert("created".into(), service.created.to_rfc3339().into());
    object.insert("updated".into(), service.updated.to_rfc3339().into());
    object
}
