//! `ambit import`: people and groups from a directory's export into a realm, through SCIM.

mod bulk;
mod diff;
mod existing;
mod fields;
mod group;
mod item;
mod person;
mod plan;
mod progress;
mod references;
mod report;
mod run;
mod session;
mod target;

use crate::{exit, terminal};
use std::{path::PathBuf, process::ExitCode};

/// Load people and groups into a realm
#[derive(Debug, clap::Subcommand)]
pub(crate) enum ImportCommand {
    Ldif(LdifArgs),
}

/// Load an LDIF file (RFC 2849)
#[derive(Debug, clap::Args)]
#[command(after_long_help = HELP)]
pub(crate) struct LdifArgs {
    /// The file
    file: PathBuf,
    #[command(flatten)]
    target: target::TargetArgs,
    /// Say what would be done, and do nothing
    #[arg(long)]
    dry_run: bool,
    /// Print the report as JSON
    #[arg(long)]
    json: bool,
}

const HELP: &str = "\
Entries of the class person (inetOrgPerson, …) become Users, groupOfNames, groupOfUniqueNames and
posixGroup become Groups; all others are skipped. The entry's DN becomes the externalId, by which a
later run finds what an earlier one made: it then updates what differs and leaves the rest alone.
For the attributes that are mapped the file is right; those it does not map are never touched.
Passwords are never imported.

The client needs the scopes scim:read and scim:write. Its secret comes from --credentials,
--client-secret-file or AMBIT_CLIENT_SECRET, never from a flag.

Entries read = created + updated + skipped + rejected. Exit code 3 says that some were rejected.

Examples:
  ambit import ldif people.ldif --credentials admin.json
      With the file that `ambit serve --bootstrap-credentials admin.json` wrote.

  AMBIT_CLIENT_SECRET=… ambit import ldif people.ldif \\
      --base-url https://id.example.com --tenant acme --realm staff --client-id 1f0c…

  ambit import ldif people.ldif --credentials admin.json --dry-run --json";

/// Runs an import.
pub(crate) async fn run(command: ImportCommand) -> anyhow::Result<ExitCode> {
    let ImportCommand::Ldif(args) = command;
    let report = run::ldif(&args).await?;
    if args.json {
        terminal::say(serde_json::to_string_pretty(&report)?)?;
    } else {
        terminal::say(report.to_string().trim_end())?;
    }
    Ok(match report.is_complete() {
        true => ExitCode::SUCCESS,
        false => ExitCode::from(exit::INCOMPLETE),
    })
}
