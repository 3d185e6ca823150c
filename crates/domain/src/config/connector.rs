//! Connectors: the agents that run sync profiles (product §13).

use crate::Timestamp;
use scope::ClientId;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use uuid::Uuid;

/// An agent, as it is registered and configured. What it reports is kept elsewhere, for it changes
/// all the time.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Connector {
    /// Its id.
    pub id: Uuid,
    /// Its name, unique in the realm ignoring ASCII case.
    pub name: String,
    /// Free text.
    pub description: Option<String>,
    /// The client as which it authenticates; it has no other connector.
    pub application: ClientId,
    /// Version of its software.
    pub version: Option<String>,
    /// Seconds between its heartbeats.
    pub heartbeat_interval: u32,
    /// Whatever it is to be told.
    pub configuration: Map<String, Value>,
    /// Whether it may work.
    pub active: bool,
    /// When it was made.
    pub created: Timestamp,
    /// When it was last changed.
    pub updated: Timestamp,
}

/// What a connector said of itself last.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ConnectorReport {
    /// What it does.
    pub status: ConnectorStatus,
    /// More about it, in its own words.
    pub message: Option<String>,
    /// When it said so.
    pub heartbeat: Timestamp,
    /// How its last run went, if there was one.
    pub last_run: Option<LastRun>,
}

/// What a connector does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs)]
pub enum ConnectorStatus {
    Idle,
    Running,
    Failed,
}

/// One run of a profile that has ended.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct LastRun {
    /// The profile.
    pub profile: Uuid,
    /// When it began.
    pub started: Timestamp,
    /// When it ended.
    pub ended: Timestamp,
    /// How it went.
    pub outcome: RunOutcome,
    /// How many resources were made.
    pub created: u32,
    /// How many were changed.
    pub updated: u32,
    /// How many were deactivated.
    pub deactivated: u32,
    /// How many could not be brought over.
    pub failed: u32,
    /// More about it, in the connector's own words.
    pub message: Option<String>,
}

/// How a run went.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs)]
pub enum RunOutcome {
    Succeeded,
    Partial,
    Failed,
}
