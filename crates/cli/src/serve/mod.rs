//! `ambit serve`.

mod bootstrap;
mod listener;
mod master_key;
mod node;
mod reset;
mod settings_args;
mod signal;
mod stall;
mod tls;

pub(crate) use bootstrap::Credentials;
pub(crate) use listener::serve;
pub(crate) use master_key::{create_secret, sync_folder_of};
pub(crate) use node::Opened;
pub(crate) use reset::{ResetArgs, run as reset};
pub(crate) use signal::StopSignals;
pub(crate) use tls::provider;

use crate::terminal;
use anyhow::{Context, bail};
use bootstrap::{Destination, Handover};
use domain::Core;
use settings_args::SettingsArgs;
use std::{path::PathBuf, sync::Arc, time::Duration};
use tokio::{net::TcpListener, task::JoinHandle};

/// How often time's work is done.
const MAINTENANCE: Duration = Duration::from_secs(60);
/// How often it is asked whether the store is still this process's own.
const OWNERSHIP: Duration = Duration::from_secs(1);

/// Run the server
#[derive(Debug, clap::Args)]
#[command(after_long_help = EXAMPLES)]
pub(crate) struct ServeArgs {
    #[command(flatten)]
    settings: SettingsArgs,
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

/// Runs the server until it is told to stop, or the store is no longer its own, which is an error.
///
/// `store_in_argv` says whether the store's address came by a flag.
pub(crate) async fn run(args: ServeArgs, store_in_argv: bool) -> anyhow::Result<()> {
    let settings = args.settings.put_in_force(store_in_argv)?;
    let stop = StopSignals::catch()?;
    let tls = settings.tls.as_ref().map(tls::acceptor).transpose()?;
    let listener = TcpListener::bind(settings.listen)
        .await
        .with_context(|| format!("can't listen on {}", settings.listen))?;
    let bound = listener.local_addr()?;
    let base_url = settings.base_url_at(bound);
    let scheme = if tls.is_some() { "https" } else { "http" };

    let opened = Opened::open(&settings.store).await?;
    let opened = opened.asking_others(settings.outbound_loopback);
    let core = start(opened, &base_url, settings.bootstrap_credentials).await?;
    terminal::say(format_args!(
        "listening on {scheme}://{bound} as {base_url}"
    ))?;
    let upkeep = maintain(Arc::clone(&core));
    let app = server::router(server::App::new(Arc::clone(&core)));
    let mut lost = false;
    serve(listener, tls, app, settings.max_connections, async {
        tokio::select! {
            () = stop.first() => tracing::info!("stopping"),
            () = ownership_lost(&core) => {
                tracing::error!("the ownership of the store was lost: stopping");
                lost = true;
            }
        }
    })
    .await;
    upkeep.abort();
    // Wait until the task has let go of the store, which closes when its last owner does.
    let _ = upkeep.await;
    if lost {
        bail!("the ownership of the store was lost; start again to take it again");
    }
    tracing::info!("stopped");
    Ok(())
}

/// Returns once another process may have the store. What is known here counts no more then, and
/// only a new start can help.
async fn ownership_lost(core: &Core) {
    let mut seconds = tokio::time::interval(OWNERSHIP);
    while core.owns_its_store() {
        seconds.tick().await;
    }
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
                let credentials = Handover::Client(Credentials::of(&first, base_url));
                destination.deliver("First start.", &credentials)?;
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
