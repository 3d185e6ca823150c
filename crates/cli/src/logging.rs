//! The log of `ambit serve`, on standard error.

use crate::{
    config::{LogFormat, LogSettings},
    terminal,
};
use std::io;

/// Starts logging for the whole process.
pub(crate) fn start(settings: LogSettings) -> anyhow::Result<()> {
    let builder = tracing_subscriber::fmt()
        .with_env_filter(settings.filter)
        .with_writer(io::stderr);
    let started = match settings.format {
        LogFormat::Human => builder
            .with_ansi(terminal::has_colours_on_stderr())
            .try_init(),
        LogFormat::Json => builder.json().flatten_event(true).try_init(),
    };
    started.map_err(|error| anyhow::anyhow!("logging can't be started: {error}"))
}
