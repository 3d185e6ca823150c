//! `ambit demo`: a realm, a company and a story, told by real requests over HTTP.

mod admin;
mod cast;
mod chapters;
mod checks;
mod company;
mod keep;
mod layout;
mod realm;
mod screen;
mod stage;
mod step;

use crate::{exit::UsageError, serve::StopSignals, terminal};
use realm::DemoRealm;
use screen::Screen;
use serde_json::json;
use stage::Stage;
use std::pin::pin;

/// See what a scope that is enforced does, on a realm of its own
#[derive(Debug, clap::Args)]
#[command(after_long_help = HELP)]
pub(crate) struct DemoArgs {
    /// Leave the realm running afterwards, and print its credentials and curl lines
    #[arg(long)]
    keep: bool,
    /// Print the steps as JSON
    #[arg(long)]
    json: bool,
}

const HELP: &str = "\
Starts a server on a free loopback port with a temporary store, loads a company of 240 people, makes
clients with scopes of their own, and shows what each may do. Nothing is left behind.

Exit code 1 says that a request was not answered as the story tells.

Examples:
  ambit demo
  ambit demo --keep
  ambit demo --json";

/// Tells the story.
pub(crate) async fn run(args: DemoArgs) -> anyhow::Result<()> {
    if args.keep && args.json {
        return Err(UsageError("--keep and --json do not go together".into()).into());
    }
    let mut stopped = pin!(StopSignals::catch()?.first());
    let realm = DemoRealm::start().await?;
    let screen = if args.json {
        Screen::silent()
    } else {
        Screen::terminal()
    };
    let mut stage = Stage::new(&realm, screen);
    let told = tokio::select! {
        told = chapters::tell(&mut stage, &realm) => told,
        () = &mut stopped => Err(anyhow::anyhow!("stopped")),
    };
    if args.json {
        let answer = json!({
            "realm": realm.root(),
            "as_told": told.is_ok(),
            "steps": stage.steps(),
        });
        terminal::say(serde_json::to_string_pretty(&answer)?)?;
    }
    let cast = told?;
    if args.keep {
        keep::hints(&realm, &cast)?;
        stopped.await;
    }
    realm.stop().await
}
