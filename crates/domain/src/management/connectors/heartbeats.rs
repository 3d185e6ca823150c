//! Heartbeats: a connector says that it is there, what it does, and how its last run went.

use super::{
    super::{
        Beyond, Definition, Field, FieldError, FieldKind, ManagementError, Object, Reportable,
        Target,
        body::Body,
        configured::{Find, Show},
        field::{self, words_of},
        table::{ConnectorHeartbeats, Connectors, Report},
    },
    report,
};
use crate::{
    Core, RealmKey, Timestamp,
    access::Permit,
    config::{Connector, ConnectorReport, ConnectorStatus, LastRun, RunOutcome},
    snapshot::RealmSnapshot,
    store::{Commit, CommitError, Conflict},
};
use serde_json::Value;

pub(in super::super) const HEARTBEATS: Definition = Definition {
    resource: "connector-heartbeats",
    singular: "connector heartbeat",
    about: "A sign of life of a connector, with what it does and how its last run went. Only its own application gives one.",
    named_by: "status",
    fields: FIELDS,
};

const FIELDS: &[Field] = &[
    Field::at_creation("status", FieldKind::Exact, "What it does.")
        .words(|| words_of(&STATUSES))
        .required(),
    Field::at_creation(
        "message",
        FieldKind::Text,
        "More about it, of at most 1000 characters.",
    ),
    Field::at_creation(
        "last_run",
        FieldKind::Structure,
        "A run that has ended: `profile` (one that the connector runs), `started`, `ended`, `outcome` (`succeeded`, `partial` or `failed`), how many were `created`, `updated`, `deactivated` and `failed`, and a `message`. Without it, what was said of the last one stays.",
    ),
];

const STATUSES: [(&str, ConnectorStatus); 3] = [
    ("idle", ConnectorStatus::Idle),
    ("running", ConnectorStatus::Running),
    ("failed", ConnectorStatus::Failed),
];
const OUTCOMES: [(&str, RunOutcome); 3] = [
    ("succeeded", RunOutcome::Succeeded),
    ("partial", RunOutcome::Partial),
    ("failed", RunOutcome::Failed),
];
const RUN_FIELDS: [&str; 9] = [
    "profile",
    "started",
    "ended",
    "outcome",
    "created",
    "updated",
    "deactivated",
    "failed",
    "message",
];
/// How often a heartbeat that meets another is tried.
const TRIES: usize = 5;

impl Reportable for ConnectorHeartbeats {
    /// Neither the configuration nor its audit trail knows of it.
    async fn report(
        core: &Core,
        permit: &Permit<Report<Self>>,
        target: &Target,
        body: &Object,
    ) -> Result<Object, ManagementError> {
        let (snapshot, caller) = (permit.snapshot(), permit.caller());
        let connector = Connectors::find(snapshot, target)?;
        if !caller.is_itself(connector.application) {
            let detail =
                "Only the connector itself, with a token of its own application, says how it is.";
            return Err(Beyond(detail.to_owned()).into());
        }
        field::check_creation(FIELDS, body)?;
        let said = read(body, connector, snapshot, core.now())?;
        keep(core, permit.realm(), connector, said).await?;
        let mut whole = Connectors::show(snapshot, connector);
        whole.extend(report::shown(core, permit.realm(), connector).await?);
        Ok(whole)
    }
}

/// Keeps a report, and with it what was said of the last run before, unless this says more.
async fn keep(
    core: &Core,
    realm: &RealmKey,
    connector: &Connector,
    said: ConnectorReport,
) -> Result<(), ManagementError> {
    for _ in 0..TRIES {
        let found = report::find(core, realm, connector.id).await?;
        let mut kept = found.ok_or(ManagementError::NotFound)?;
        let last_run = kept.value.take().and_then(|before| before.last_run);
        kept.value = Some(ConnectorReport {
            last_run: said.last_run.clone().or(last_run),
            ..said.clone()
        });
        let commit = Commit {
            realm: realm.clone(),
            changes: vec![kept.put()?],
        };
        match core.store().commit(commit).await {
            Ok(_) => return Ok(()),
            // Another heartbeat came between, or the connector has gone.
            Err(CommitError::Conflict(Conflict::Version)) => {}
            Err(CommitError::Conflict(conflict)) => return Err(conflict.into()),
            Err(CommitError::Store(error)) => return Err(error.into()),
        }
    }
    let detail = "several heartbeats at a time get in each other's way";
    Err(ManagementError::Unavailable(detail.to_owned()))
}

fn read(
    body: &Object,
    connector: &Connector,
    snapshot: &RealmSnapshot,
    now: Timestamp,
) -> Result<ConnectorReport, FieldError> {
    let body = Body(body);
    let status = body.one_of("status", &STATUSES)?;
    let last_run = match body.value("last_run") {
        None => None,
        Some(Value::Object(run)) => {
            let run = last_run(run, connector, snapshot, now);
            Some(run.map_err(|error| error.within("last_run"))?)
        }
        Some(_) => return Err(FieldError::invalid("last_run", "must be an object")),
    };
    Ok(ConnectorReport {
        status: status.ok_or_else(|| FieldError::required("status"))?,
        message: body.owned("message", 1000)?,
        heartbeat: now,
        last_run,
    })
}

fn last_run(
    run: &Object,
    connector: &Connector,
    snapshot: &RealmSnapshot,
    now: Timestamp,
) -> Result<LastRun, FieldError> {
    if let Some(name) = run.keys().find(|name| !RUN_FIELDS.contains(&name.as_str())) {
        return Err(field::unknown(name, RUN_FIELDS.into_iter()));
    }
    let body = Body(run);
    let profile = body.required_text("profile")?.parse().ok();
    let profiles = &snapshot.config().sync_profiles;
    let profile = profile
        .and_then(|id| profiles.get(&id))
        .filter(|profile| profile.connector == Some(connector.id))
        .ok_or_else(|| {
            FieldError::invalid("profile", "names no profile that the connector runs")
        })?;
    let started = time(body, "started")?;
    let ended = time(body, "ended")?;
    if ended < started {
        return Err(FieldError::invalid("ended", "is before `started`"));
    }
    if now.plus(CLOCKS) < ended {
        return Err(FieldError::invalid("ended", "is in the future"));
    }
    let outcome = body.one_of("outcome", &OUTCOMES)?;
    let count = |field| Ok::<u32, FieldError>(body.number(field, 0..=u32::MAX)?.unwrap_or(0));
    Ok(LastRun {
        profile: profile.id,
        started,
        ended,
        outcome: outcome.ok_or_else(|| FieldError::required("outcome"))?,
        created: count("created")?,
        updated: count("updated")?,
        deactivated: count("deactivated")?,
        failed: count("failed")?,
        message: body.owned("message", 1000)?,
    })
}

/// How far the connector's clock may be ahead.
const CLOCKS: std::time::Duration = std::time::Duration::from_secs(300);

fn time(body: Body<'_>, field: &str) -> Result<Timestamp, FieldError> {
    let text = body.required_text(field)?;
    Timestamp::parse_rfc3339(text)
        .ok_or_else(|| FieldError::invalid(field, "is no time (RFC 3339)"))
}
