//! What to do, and how often.

use std::{path::PathBuf, time::Duration};

/// Kill the server, cut its power, restart its database and fill its disk; nothing that was
/// acknowledged may be lost.
#[derive(Debug, clap::Parser)]
pub(crate) struct Options {
    /// The server.
    #[arg(long)]
    pub(crate) binary: PathBuf,
    /// A server that can be told to write less durably: the negative controls.
    #[arg(long)]
    pub(crate) weak_binary: Option<PathBuf>,
    /// How often the server is killed.
    #[arg(long, default_value_t = 300)]
    pub(crate) kills: u64,
    /// How often the power is cut.
    #[arg(long, default_value_t = 2000)]
    pub(crate) cuts: u64,
    /// How often PostgreSQL is restarted or stopped, or its connections ended.
    #[arg(long, default_value_t = 50)]
    pub(crate) restarts: u64,
    /// How many rounds of failing and full disks.
    #[arg(long, default_value_t = 20)]
    pub(crate) faults: u64,
    /// Longest load before something happens, in milliseconds.
    #[arg(long, default_value = "500", value_parser = milliseconds)]
    pub(crate) load: Duration,
    /// Where chance begins.
    #[arg(long, default_value_t = 1)]
    pub(crate) seed: u64,
    /// Keep the files of the run.
    #[arg(long)]
    pub(crate) keep: bool,
}

fn milliseconds(text: &str) -> Result<Duration, std::num::ParseIntError> {
    text.parse().map(Duration::from_millis)
}
