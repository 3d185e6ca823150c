//! How soon Ambit is ready, and what it needs when nobody asks anything.

use super::{Run, names};
use crate::{ambit::Ambit, figures::middle, process::free_address};
use anyhow::{Context as _, Result};
use std::time::Duration;

/// Starts, of which the middle one counts.
const STARTS: usize = 5;
/// How long a server is left alone before its memory is looked at.
const REST: Duration = Duration::from_secs(1);
const MEBIBYTE: f64 = 1024.0 * 1024.0;

impl Run {
    /// First starts: the store, the realm, its keys and its administrator are made.
    pub(super) async fn start(&mut self) -> Result<()> {
        let (mut took, mut resident) = (Vec::new(), Vec::new());
        for number in 0..STARTS {
            let folder = self.folder(&format!("start-{number}"));
            let ambit = Ambit::start(self.binary(), &folder, free_address()?).await?;
            took.push(ambit.ready_after.as_secs_f64() * 1e3);
            tokio::time::sleep(REST).await;
            resident.push(ambit.server.resident()? as f64 / MEBIBYTE);
            ambit.server.stop().await?;
        }
        self.note_middle(names::READY_EMPTY, &mut took, "ms")?;
        self.note_middle(names::RESIDENT, &mut resident, "MiB")
    }

    /// Starts with what the stopped server `name` has left.
    pub(super) async fn start_full(&mut self, name: &str) -> Result<()> {
        let (mut took, mut resident) = (Vec::new(), Vec::new());
        for _ in 0..STARTS {
            let folder = self.folder(name);
            let ambit = Ambit::start(self.binary(), &folder, free_address()?).await?;
            took.push(ambit.ready_after.as_secs_f64() * 1e3);
            tokio::time::sleep(REST).await;
            resident.push(ambit.server.resident()? as f64 / MEBIBYTE);
            ambit.server.stop().await?;
        }
        self.note_middle(names::READY_FULL, &mut took, "ms")?;
        self.note_middle(names::RESIDENT_FULL, &mut resident, "MiB")
    }

    fn note_middle(&mut self, name: &str, numbers: &mut [f64], unit: &str) -> Result<()> {
        let middle = middle(numbers).context("no start")?;
        self.note(name.to_owned(), middle, unit);
        Ok(())
    }
}
