//! What `cargo bench -p bench` has left: one folder of JSON files for each benchmark.

use crate::{figures::Figures, plan::names};
use anyhow::{Context as _, Result};
use serde_json::Value;
use std::{fs, path::Path};

/// Adds the mean time of every benchmark below `folder`, in nanoseconds.
///
/// # Errors
/// If a file can't be read.
pub fn read(folder: &Path, figures: &mut Figures) -> Result<()> {
    let entries = fs::read_dir(folder).with_context(|| folder.display().to_string())?;
    for entry in entries {
        let path = entry?.path();
        let (estimates, about) = (
            path.join("new/estimates.json"),
            path.join("new/benchmark.json"),
        );
        if estimates.is_file() && about.is_file() {
            let about = json(&about)?;
            let name = about
                .get("full_id")
                .and_then(Value::as_str)
                .context("no name")?;
            let estimates = json(&estimates)?;
            let mean = estimates
                .pointer("/mean/point_estimate")
                .and_then(Value::as_f64);
            figures.note(
                format!("{}{name}", names::IN_PROCESS),
                mean.context("no mean")?,
            );
        } else if path.is_dir() {
            read(&path, figures)?;
        }
    }
    Ok(())
}

fn json(path: &Path) -> Result<Value> {
    let text = fs::read_to_string(path)?;
    serde_json::from_str(&text).with_context(|| path.display().to_string())
}
