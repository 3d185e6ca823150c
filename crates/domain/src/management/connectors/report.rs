//! What connectors report of themselves: kept as entries, out of the configuration and its audit. The
//! entry is there as long as the connector is, and empty until it reports: so no report comes after it.

use super::super::{ManagementError, Object};
use crate::{
    Core, RealmKey,
    config::{Connector, ConnectorReport},
    people::Kept,
    store::{Change, EntryKey, EntryKind, StoreError},
};
use serde_json::{Value, json};
use std::time::Duration;
use uuid::Uuid;

/// How many intervals without a heartbeat make a connector unreachable.
const MISSED: u32 = 3;

/// What is shown of a connector's last report.
pub(super) async fn shown(
    core: &Core,
    realm: &RealmKey,
    connector: &Connector,
) -> Result<Object, ManagementError> {
    let report = find(core, realm, connector.id).await?;
    let mut object = Object::new();
    let Some(report) = report.and_then(|kept| kept.value) else {
        object.insert("status".into(), UNREACHABLE.into());
        return Ok(object);
    };
    let patience = Duration::from_secs(u64::from(connector.heartbeat_interval)) * MISSED;
    let status = match core.now() > report.heartbeat.plus(patience) {
        true => json!(UNREACHABLE),
        false => json!(report.status),
    };
    object.insert("status".into(), status);
    if let Some(message) = report.message {
        object.insert("message".into(), message.into());
    }
    let heartbeat = report.heartbeat.to_rfc3339();
    object.insert("last_heartbeat".into(), heartbeat.into());
    if let Some(run) = report.last_run {
        let mut shown = json!({
            "profile": run.profile,
            "started": run.started.to_rfc3339(),
            "ended": run.ended.to_rfc3339(),
            "outcome": run.outcome,
            "created": run.created,
            "updated": run.updated,
            "deactivated": run.deactivated,
            "failed": run.failed,
        });
        if let (Some(message), Value::Object(members)) = (run.message, &mut shown) {
            members.insert("message".into(), message.into());
        }
        object.insert("last_run".into(), shown);
    }
    Ok(object)
}

const UNREACHABLE: &str = "unreachable";

/// The last report of a connector, if it ever made one; nothing at all if it is gone.
pub(super) async fn find(
    core: &Core,
    realm: &RealmKey,
    connector: Uuid,
) -> Result<Option<Kept<Option<ConnectorReport>>>, StoreError> {
    let key = key(connector);
    core.find_kept(realm, EntryKind::ConnectorReport, &key)
        .await
}

/// The change that makes room for the reports of a new connector.
pub(super) fn begin(connector: &Connector) -> Result<Change, StoreError> {
    let none: Option<ConnectorReport> = None;
    Kept::new(EntryKind::ConnectorReport, key(connector.id), none)
        .for_client(connector.application)
        .put()
}

/// The change that takes it away.
pub(super) fn forget(connector: Uuid) -> Change {
    Change::DeleteEntry {
        kind: EntryKind::ConnectorReport,
        key: key(connector),
        version: None,
    }
}

fn key(connector: Uuid) -> EntryKey {
    EntryKey(jose::sha256(connector.as_bytes()))
}
