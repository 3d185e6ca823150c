//! The full-sized properties.

use anyhow::{Result, bail};

use crate::workspace::Workspace;

/// Runs the task.
///
/// # Errors
///
/// If anything fails.
pub(crate) fn run(_workspace: &Workspace, _options: &[&str]) -> Result<()> {
    bail!("not there yet")
}
