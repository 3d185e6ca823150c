//! `ambit version`.

use crate::terminal;
use serde_json::json;

/// Print the version
#[derive(Debug, clap::Args)]
#[command(after_long_help = "Examples:\n  ambit version\n  ambit version --json")]
pub(crate) struct VersionArgs {
    /// Print JSON
    #[arg(long)]
    json: bool,
}

/// Prints the version.
pub(crate) fn run(args: &VersionArgs) -> anyhow::Result<()> {
    let version = env!("CARGO_PKG_VERSION");
    if args.json {
        terminal::say(json!({ "name": "ambit", "version": version }))?;
    } else {
        terminal::say(format_args!("ambit {version}"))?;
    }
    Ok(())
}
