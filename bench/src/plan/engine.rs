//! The engine by itself, to which Ambit's writes are compared.

use super::{Run, names};
use crate::process::SERVER_CORE;
use anyhow::{Context as _, Result, bail};
use serde_json::Value;
use std::{fs, process::Command};

/// How many creations and PATCHes it does in a second of CPU, each time that it was asked.
#[derive(Debug, Default)]
pub(super) struct Engine {
    create: Vec<f64>,
    patch: Vec<f64>,
}

impl Run {
    /// Runs it once, with as many people as Ambit has.
    pub(super) fn ask(&self, engine: &mut Engine) -> Result<()> {
        let seconds = (self.pace().window * 5).as_secs().max(2);
        let folder = self.folder(&format!("engine-{}", engine.create.len()));
        fs::create_dir_all(&folder)?;
        let output = Command::new("taskset")
            .args(["--cpu-list", SERVER_CORE])
            .arg(&self.options.engine_floor)
            .arg(folder)
            .args([self.options.usual().to_string(), seconds.to_string()])
            .output()?;
        if !output.status.success() {
            bail!("engine: {}", String::from_utf8_lossy(&output.stderr));
        }
        let said: Value = serde_json::from_slice(&output.stdout)?;
        let rate = |kind: &str| said.get(kind).and_then(Value::as_f64).context("no rate");
        engine.create.push(rate("create")?);
        engine.patch.push(rate("patch")?);
        Ok(())
    }

    /// Notes the middle of what it said.
    pub(super) fn note_engine(&mut self, engine: Engine) -> Result<()> {
        for (kind, mut rates) in [("create", engine.create), ("patch", engine.patch)] {
            rates.sort_by(f64::total_cmp);
            let middle = rates.get(rates.len() / 2).context("it was not asked")?;
            self.note(
                format!("{}{kind}", names::ENGINE),
                *middle,
                "per CPU-second",
            );
        }
        Ok(())
    }
}
