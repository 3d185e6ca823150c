//! Who may say what connectors do (T4): they do it with rights of their own.

use super::Authority;
use crate::{
    config::{Connector, SyncProfile},
    management::Beyond,
};

impl Authority<'_> {
    /// Whether the caller may make `after` of the sync profile `before`, or out of nothing: whoever says what a
    /// connector brings from where writes with the rights of its application. Names direct nobody.
    pub(in crate::management) fn may_direct(
        self,
        before: Option<&SyncProfile>,
        after: &SyncProfile,
    ) -> Result<(), Beyond> {
        let config = self.snapshot.config();
        let connector = after.connector.and_then(|id| config.connectors.get(&id));
        let application = connector.and_then(|it| config.applications.get(&it.application));
        match application {
            Some(application) if before.is_none_or(|before| directs_otherwise(before, after)) => {
                self.may_act_as(application)
            }
            _ => Ok(()),
        }
    }

    /// Whether the caller may make `after` of the connector `before`: what it is told and whether it works
    /// is for whoever could act as its application, and none that was switched off brings itself back.
    pub(in crate::management) fn may_steer(
        self,
        before: &Connector,
        after: &Connector,
    ) -> Result<(), Beyond> {
        if self.caller.is_itself(before.application) && after.active && !before.active {
            let detail = "A connector that was switched off does not switch itself on again.";
            return Err(Beyond(detail.to_owned()));
        }
        let steers = before.active != after.active || before.configuration != after.configuration;
        let application = self.snapshot.config().applications.get(&before.application);
        match application {
            Some(application) if steers => self.may_act_as(application),
            _ => Ok(()),
        }
    }
}

/// Whether more than what a profile is called changes.
fn directs_otherwise(before: &SyncProfile, after: &SyncProfile) -> bool {
    let called_alike = SyncProfile {
        name: before.name.clone(),
        description: before.description.clone(),
        updated: before.updated,
        ..after.clone()
    };
    called_alike != *before
}
