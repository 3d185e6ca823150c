//! How soon Ambit is ready, and what it needs when nobody asks anything.

use super::{Run, names};
use crate::{
    ambit::Ambit,
    figures::middle,
    process::{Server, free_address},
};
use anyhow::{Context as _, Result};

/// Starts, of which the middle one counts.
const STARTS: usize = 5;
const MEBIBYTE: f64 = 1024.0 * 1024.0;

impl Run {
    /// First starts: the store, the realm, its keys and its administrator are made.
    pub(super) async fn start(&mut self) -> Result<()> {
        let folders = (0..STARTS)
            .map(|number| format!("start-{number}"))
            .collect();
        self.starts(folders, [names::READY_EMPTY, names::RESIDENT])
            .await
    }

    /// Starts with what the stopped server `name` has left.
    pub(super) async fn start_full(&mut self, name: &str) -> Result<()> {
        let folders = vec![name.to_owned(); STARTS];
        self.starts(folders, [names::READY_FULL, names::RESIDENT_FULL])
            .await
    }

    async fn starts(&mut self, folders: Vec<String>, [ready, idle]: [&str; 2]) -> Result<()> {
        let (mut took, mut resident) = (Vec::new(), Vec::new());
        for folder in folders {
            let folder = self.folder(&folder);
            let ambit = Ambit::start(self.binary(), &folder, free_address()?).await?;
            took.push(ambit.ready_after.as_secs_f64() * 1e3);
            // Left alone before its memory is looked at.
            tokio::time::sleep(self.pace().warm_up).await;
            resident.push(ambit.server.resident()? as f64 / MEBIBYTE);
            ambit.server.stop().await?;
        }
        self.note_middle(ready, &mut took, "ms")?;
        self.note_middle(idle, &mut resident, "MiB")
    }

    /// Notes what a server has resident now.
    pub(super) fn resident(&mut self, name: &str, server: &Server) -> Result<()> {
        let resident = server.resident()? as f64 / MEBIBYTE;
        self.note(name.to_owned(), resident, "MiB");
        Ok(())
    }

    fn note_middle(&mut self, name: &str, numbers: &mut [f64], unit: &str) -> Result<()> {
        let middle = middle(numbers).context("no start")?;
        self.note(name.to_owned(), middle, unit);
        Ok(())
    }
}
