//! The log of `ambit serve`, on standard error.

use crate::{
    config::{LogFormat, LogSettings},
    terminal,
};
use std::io;
use tracing::{Level, Metadata};
use tracing_subscriber::{filter::filter_fn, layer::SubscriberExt, util::SubscriberInitExt};

/// Starts logging for the whole process.
pub(crate) fn start(settings: LogSettings) -> anyhow::Result<()> {
    let builder = tracing_subscriber::fmt()
        .with_env_filter(settings.filter)
        .with_writer(io::stderr);
    let allowed = filter_fn(shows_no_parameters);
    let started = match settings.format {
        LogFormat::Human => builder
            .with_ansi(terminal::has_colours_on_stderr())
            .finish()
            .with(allowed)
            .try_init(),
        LogFormat::Json => {
            let builder = builder.json().flatten_event(true);
            builder.finish().with(allowed).try_init()
        }
    };
    started.map_err(|error| anyhow::anyhow!("logging can't be started: {error}"))
}

/// Whatever the settings ask for: PostgreSQL's driver tells every statement's parameters below
/// `info`, and they are what is kept (REG-26).
fn shows_no_parameters(event: &Metadata<'_>) -> bool {
    !event.target().starts_with("tokio_postgres") || *event.level() <= Level::INFO
}
