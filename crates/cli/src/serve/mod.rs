//! `ambit serve`.

mod bootstrap;
mod listener;
mod master_key;
mod node;
mod signal;
mod tls;

pub(crate) use bootstrap::Credentials;
pub(crate) use listener::serve;
pub(crate) use node::Opened;
pub(crate) use signal::StopSignals;
pub(crate) use tls::provider;

use crate::{
    config::{self, Layer, Settings},
    exit::UsageError,
    logging, terminal,
};
use anyhow::Context;
use bootstrap::Destination;
use domain::Core;
use std::{path::PathBuf, sync::Arc, time::Duration};
use tokio::{net::TcpListener, task::JoinHandle};

/// How often time's work is done.
const MAINTENANCE: Duration = Duration::from_secs(60);

/// Run the server
#[derive(Debug, clap::Args)]
#[command(after_long_help = EXAMPLES)]
pub(crate) struct ServeArgs {
    /// Settings file (TOML); its keys are the flags' names with `_` for `-`
    #[arg(long, env = "AMBIT_CONFIG", value_name = "FILE")]
    config: Option<PathBuf>,
    #[command(flatten)]
    given: Layer,
}

const EXAMPLES: &str = "\
A flag wins over its AMBIT_… variable, and that over the settings file.

Examples:
  ambit serve
      On http://127.0.0.1:8080, with everything in ./ambit.sqlite3.

  ambit serve --config /etc/ambit.toml
      With a file such as:
        listen = \"0.0.0.0:443\"
        base_url = \"https://id.example.com\"
        store = \"postgres://ambit@db.example.com/ambit\"
        master_key_file = \"/etc/ambit/master.key\"
        tls_cert = \"/etc/ambit/tls.crt\"
        tls_key = \"/etc/ambit/tls.key\"

  ambit serve --listen 127.0.0.1:0 --bootstrap-credentials admin.json
      On a free port; the first administrator's credentials go to a file.";

/// Runs the server until it is told to stop.
///
/// `store_in_argv` says whether the store's address came by a flag, where every user of the
/// machine can read it (T11).
pub(crate) async fn run(args: ServeArgs, store_in_argv: bool) -> anyhow::Result<()> {
    if store_in_argv
        && args
            .given
            .store
            .as_deref()
            .is_some_and(config::has_password)
    {
        let text = "--store shows its password to every user of this machine: \
                    put it into AMBIT_STORE or into the settings file";
        return Err(UsageError(text.into()).into());
    }
    let file = args
        .config
        .as_deref()
        .map(config::read)
        .transpose()?
        .unwrap_or_default();
    let settings = Settings::check(args.given.or(file))?;
    let stop = StopSignals::catch()?;
    let tls = settings.tls.as_ref().map(tls::acceptor).transpose()?;
    let listener = TcpListener::bind(settings.listen)
        .await
        .with_context(|| format!("can't listen on {}", settings.listen))?;
    let bound = listener.local_addr()?;
    let base_url = settings.base_url_at(bound);
    let scheme = if tls.is_some() { "https" } else { "http" };
    logging::start(settings.log)?;

    let opened = Opened::open(&settings.store).await?;
    let core = start(opened, &base_url, settings.bootstrap_credentials).await?;
    terminal::say(format_args!(
        "listening on {scheme}://{bound} as {base_url}"
    ))?;
    let upkeep = maintain(Arc::clone(&core));
    let app = server::router(server::App::new(core));
    serve(listener, tls, app, settings.max_connections, async {
        stop.first().await;
        tracing::info!("stopping");
    })
    .await;
    upkeep.abort();
    // Wait until the task has let go of the store, which closes when its last owner does.
    let _ = upkeep.await;
    tracing::info!("stopped");
    Ok(())
}

/// Loads the realms, and hands over the first administrator's credentials at the first start.
async fn start(
    opened: Opened,
    base_url: &str,
    credentials_file: Option<PathBuf>,
) -> anyhow::Result<Arc<Core>> {
    if !opened.is_empty {
        return Ok(opened.load(base_url).await?.0);
    }
    let destination = Destination::prepare(credentials_file.as_deref())?;
    match opened.load(base_url).await {
        Ok((core, first)) => {
            if let Some(first) = first {
                destination.deliver(&Credentials::of(&first, base_url))?;
            }
            Ok(core)
        }
        Err(error) => {
            destination.give_up();
            Err(error)
        }
    }
}

/// Does what time demands, for as long as the server runs.
fn maintain(core: Arc<Core>) -> JoinHandle<()> {
    tokio::spawn(async move {
        let mut minutes = tokio::time::interval(MAINTENANCE);
        loop {
            minutes.tick().await;
            if let Err(error) = core.maintain().await {
                tracing::warn!(%error, "maintenance stopped early; the next round goes on");
            }
        }
    })
}
