//! Connectors (product §13): registered and configured here. What they report of themselves is kept
//! beside the configuration, for it changes all the time.

mod heartbeats;
mod report;

use super::{
    Beyond, Blocked, Definition, Field, FieldError, FieldKind, ListPage, ListQuery, Listable,
    ManagementError, Object, Target, UsedBy,
    authority::Authority,
    body::{Body, UNCOMMON, has_common_numbers},
    configured::{Alter, Find, Make, Remove, Show},
    field,
    list::Listing,
    present::{Made, Present},
    table::{Connectors, List},
};
pub(super) use heartbeats::HEARTBEATS;

use crate::{
    Core, Edit, Timestamp,
    access::{Caller, Permit},
    config::{ConfigObject, Connector, RealmConfig},
    id::new_id,
    snapshot::RealmSnapshot,
    store::Kind,
};
use scope::{ClientId, ManagementAction, ManagementResource, ManagementRight, Uses};
use serde_json::{Value, json};
use std::sync::Arc;
use uuid::Uuid;

pub(super) const DEFINITION: Definition = Definition {
    resource: "connectors",
    singular: "connector",
    about: "An agent that runs sync profiles: registered, configured, and seen by what it reports.",
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
    Field::at_creation(
        "application",
        FieldKind::Exact,
        "The application that it authenticates as: a service account that is no other connector's. Another than the caller's own needs `applications:update` too.",
    )
    .refers_to("applications")
    .default("the caller's own, if that acts for itself"),
    Field::writable("version", FieldKind::Text, "Version of its software."),
    Field::writable(
        "heartbeat_interval",
        FieldKind::Integer,
        "Seconds between its heartbeats, 10 to 3600. After three times that without one it is `unreachable`.",
    )
    .default("60"),
    Field::writable(
        "configuration",
        FieldKind::Structure,
        "Whatever it is to be told: an object of at most 16 KiB. Whoever may read connectors reads it, so it is no place for secrets.",
    )
    .default("empty"),
    Field::writable("active", FieldKind::Boolean, "Whether it may work.").default("true"),
    Field::by_server(
        "status",
        FieldKind::Exact,
        "What it said last that it does; `unreachable` if that is too long ago or never was.",
    )
    .words(|| vec!["idle", "running", "failed", "unreachable"])
    .unfiltered(),
    Field::by_server("message", FieldKind::Text, "What it said with that.").unfiltered(),
    Field::by_server("last_heartbeat", FieldKind::Time, "When it said so.").unfiltered(),
    Field::by_server(
        "last_run",
        FieldKind::Structure,
        "Its last run: `profile`, `started`, `ended`, `outcome` (`succeeded`, `partial` or `failed`), how many were `created`, `updated`, `deactivated` and `failed`, and a `message`.",
    ),
    Field::created(),
    Field::updated(),
];

/// Seconds between heartbeats where nothing is said.
const DEFAULT_INTERVAL: u32 = 60;
/// Longest configuration, in bytes of JSON.
const MAX_CONFIGURATION: usize = 16 * 1024;

impl Find for Connectors {
    type Record<'s> = &'s Arc<Connector>;

    fn find<'s>(
        snapshot: &'s RealmSnapshot,
        target: &Target,
    ) -> Result<Self::Record<'s>, ManagementError> {
        let found = snapshot.config().connectors.get(&target.id()?);
        found.ok_or(ManagementError::NotFound)
    }
}

impl Show for Connectors {
    fn show(_: &RealmSnapshot, connector: Self::Record<'_>) -> Object {
        to_json(connector)
    }

    /// What it reported.
    async fn beside(
        core: &Core,
        caller: &Caller,
        connector: Self::Record<'_>,
    ) -> Result<Object, ManagementError> {
        report::shown(core, caller.realm(), connector).await
    }
}

impl Listable for Connectors {
    async fn list(
        core: &Core,
        permit: &Permit<List<Self>>,
        target: &Target,
        query: &ListQuery,
    ) -> Result<ListPage, ManagementError> {
        let listing = Listing::new::<Self>(core.secrets(), permit.caller(), target, query)?;
        let connectors = permit.snapshot().config().connectors.values();
        let all = connectors.map(|connector| (connector.id.to_string(), connector));
        let (shown, last) = listing.objects(all, |connector| to_json(connector));
        let mut items = Vec::new();
        for (connector, mut object) in shown {
            object.extend(report::shown(core, permit.realm(), connector).await?);
            items.push(object.into());
        }
        listing.ending_at(items, last.as_deref())
    }
}

impl Make for Connectors {
    fn make(
        present: &mut Present<'_>,
        _: &Target,
        body: &Object,
    ) -> Result<Edit<Made>, ManagementError> {
        field::check_creation(FIELDS, body)?;
        let application = application(Body(body), present)?;
        let now = present.now;
        let connector = read(body, (new_id(now), application, now), now)?;
        let made = Edit::none(Made::new(connector.id)).first(report::begin(&connector)?);
        Ok(made.put(ConfigObject::Connector(Arc::new(connector))))
    }
}

impl Alter for Connectors {
    fn alter(
        present: &mut Present<'_>,
        target: &Target,
        patch: &Object,
    ) -> Result<Edit<()>, ManagementError> {
        let (snapshot, caller) = (present.snapshot, present.caller);
        let before = Self::find(snapshot, target)?;
        let merged = field::patched(FIELDS, to_json(before), patch)?;
        let same = (before.id, before.application, before.created);
        let after = read(&merged, same, present.now)?;
        Authority { snapshot, caller }.may_steer(before, &after)?;
        Ok(Edit::none(()).put(ConfigObject::Connector(Arc::new(after))))
    }
}

impl Remove for Connectors {
    /// What it reported goes with it.
    fn remove(present: &mut Present<'_>, target: &Target) -> Result<Edit<()>, ManagementError> {
        let connector = Self::find(present.snapshot, target)?;
        let profiles = present.snapshot.config().sync_profiles.values();
        let run: Uses<Uuid> = profiles
            .filter(|profile| profile.connector == Some(connector.id))
            .map(|profile| profile.id)
            .collect();
        match UsedBy::of("sync-profiles", &run) {
            Some(users) => Err(Blocked::in_use("The connector", vec![users]).into()),
            None => Ok(Edit::none(())
                .first(report::forget(connector.id))
                .delete(Kind::Connector, connector.id)),
        }
    }
}

/// The connector that authenticates as an application, which can't go then.
pub(super) fn of_application(config: &RealmConfig, application: ClientId) -> Option<UsedBy> {
    let connectors = config.connectors.values();
    let its: Uses<Uuid> = connectors
        .filter(|connector| connector.application == application)
        .map(|connector| connector.id)
        .collect();
    UsedBy::of("connectors", &its)
}

/// The application of a new connector. Whoever names another than its own must have authority over
/// that too (T4).
fn application(body: Body<'_>, present: &Present<'_>) -> Result<ClientId, ManagementError> {
    let (snapshot, caller, config) = (present.snapshot, present.caller, present.snapshot.config());
    let invalid = |detail: &str| FieldError::invalid("application", detail);
    let own = caller.grant().client();
    let id = match body.text("application")? {
        Some(text) => text
            .parse()
            .map_err(|_| invalid("is no id of an application"))?,
        None if caller.is_itself(own) => own,
        None => return Err(FieldError::required("application").into()),
    };
    let right = ManagementRight {
        resource: ManagementResource::Applications,
        action: ManagementAction::Update,
    };
    let may_name_others = caller.grant().rights().management().contains(right);
    if !caller.is_itself(id) && !may_name_others {
        let detail = "Another application than your own is made a connector with `applications:update` only.";
        return Err(Beyond(detail.to_owned()).into());
    }
    let application = config
        .applications
        .get(&id)
        .ok_or_else(|| invalid("names no application"))?;
    if !application.service_account {
        return Err(invalid("must name a service account").into());
    }
    if !caller.is_itself(id) {
        Authority { snapshot, caller }.may_act_as(application)?;
    }
    match of_application(config, id) {
        Some(users) => Err(Blocked::in_use("The application", vec![users]).into()),
        None => Ok(id),
    }
}

/// A connector, with its id, its application and when it was made, which never change.
fn read(
    body: &Object,
    (id, application, created): (Uuid, ClientId, Timestamp),
    now: Timestamp,
) -> Result<Connector, FieldError> {
    let body = Body(body);
    let name = body.owned("name", 200)?;
    let interval = body.number("heartbeat_interval", 10..=3600)?;
    Ok(Connector {
        id,
        name: name.ok_or_else(|| FieldError::required("name"))?,
        description: body.owned("description", 4000)?,
        application,
        version: body.owned("version", 200)?,
        heartbeat_interval: interval.unwrap_or(DEFAULT_INTERVAL),
        configuration: configuration(body)?,
        active: body.boolean("active")?.unwrap_or(true),
        created,
        updated: now,
    })
}

fn configuration(body: Body<'_>) -> Result<Object, FieldError> {
    let invalid = |detail: String| FieldError::invalid("configuration", detail);
    match body.value("configuration") {
        None => Ok(Object::new()),
        Some(value) if value.to_string().len() > MAX_CONFIGURATION => {
            Err(invalid(format!("has more than {MAX_CONFIGURATION} bytes")))
        }
        Some(value) if !has_common_numbers(value) => Err(invalid(UNCOMMON.to_owned())),
        Some(Value::Object(configuration)) => Ok(configuration.clone()),
        Some(_) => Err(invalid("must be an object".to_owned())),
    }
}

fn to_json(connector: &Connector) -> Object {
    let mut object = Object::new();
    let mut put = |name: &str, value: Value| {
        if !value.is_null() {
            object.insert(name.to_owned(), value);
        }
    };
    put("id", json!(connector.id));
    put("name", json!(connector.name));
    put("description", json!(connector.description));
    put("application", json!(connector.application));
    put("version", json!(connector.version));
    put("heartbeat_interval", json!(connector.heartbeat_interval));
    put("configuration", json!(connector.configuration));
    put("active", json!(connector.active));
    put("created", json!(connector.created.to_rfc3339()));
    put("updated", json!(connector.updated.to_rfc3339()));
    object
}
