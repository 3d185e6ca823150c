//! `ambit audit`: what a realm says of its own past, and whether that can be believed.

mod known;
mod report;
mod trail;
mod verify;

use crate::{session::ConnectionArgs, terminal};
use known::Known;
use std::process::ExitCode;

/// Check what a realm says of its past
#[derive(Debug, clap::Subcommand)]
pub(crate) enum AuditCommand {
    Verify(VerifyArgs),
}

/// Check that no audit event was changed, added, removed or cut off
#[derive(Debug, clap::Args)]
#[command(after_long_help = HELP)]
pub(crate) struct VerifyArgs {
    #[command(flatten)]
    connection: ConnectionArgs,
    /// An end that was written down earlier: the event of this number must have this hash
    #[arg(long, value_name = "SEQUENCE:HASH")]
    head: Option<Known>,
    /// Print the outcome as JSON
    #[arg(long)]
    json: bool,
}

const HELP: &str = "\
Every event holds the hash of the one before it. All of them are read, hashed again here, and held to
each other and to the end that the server knows; the server, which alone has the key, adds whether
their seals are right. It takes the scope audit-events:read.

Who has the server's master key, or puts an old backup in its place, can make another trail that holds.
Write the head down that this prints, elsewhere, and give it next time with --head.

Exit codes: 0 the trail is intact; 1 it is not, or could not be read; 2 used wrongly.

Examples:
  ambit audit verify
      The realm that `ambit login` signed in to.

  ambit audit verify --credentials admin.json --json
      For scripts.

  ambit audit verify --head 4711:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08
      The trail must still have that event.";

/// Runs it.
pub(crate) async fn run(command: AuditCommand) -> anyhow::Result<ExitCode> {
    let AuditCommand::Verify(args) = command;
    let report = verify::verify(&args.connection, args.head).await?;
    match args.json {
        true => terminal::say(serde_json::to_string_pretty(&report.to_json())?)?,
        false => terminal::say(&report)?,
    }
    Ok(match report.is_intact() {
        true => ExitCode::SUCCESS,
        false => ExitCode::FAILURE,
    })
}
