//! `ambit login` and `ambit logout`.

use super::{ConnectionArgs, device, file::SessionFile};
use crate::{exit::UsageError, terminal};
use domain::config::COMMAND_LINE;

/// Sign in to a realm, in a browser on this or another device
#[derive(Debug, clap::Args)]
#[command(after_long_help = LOGIN_HELP)]
pub(crate) struct LoginArgs {
    #[command(flatten)]
    connection: ConnectionArgs,
    /// Another public client with the device grant [default: the command line's own]
    #[arg(long, value_name = "ID")]
    client_id: Option<String>,
    /// Ask for these scopes only, separated by spaces [default: all that you may have]
    #[arg(long)]
    scope: Option<String>,
}

/// Sign out of a realm: revoke the session's tokens and forget them
#[derive(Debug, clap::Args)]
#[command(after_long_help = LOGOUT_HELP)]
pub(crate) struct LogoutArgs {
    #[command(flatten)]
    connection: ConnectionArgs,
}

const LOGIN_HELP: &str = "\
Shows an address and a code, and waits until somebody has signed in there and agreed. The session is
kept in $XDG_CONFIG_HOME/ambit/sessions.json (or ~/.config/ambit), which only its owner can read, and
is renewed by itself. `ambit config` then uses it.

Examples:
  ambit login --realm https://id.example.com
      The realm `default` of the tenant `default`.

  ambit login --realm https://id.example.com/v1/tenants/acme/realms/staff";

const LOGOUT_HELP: &str = "\
Examples:
  ambit logout
      Out of the realm that was signed in to last.

  ambit logout --realm https://id.example.com/v1/tenants/acme/realms/staff";

/// Signs in.
pub(crate) async fn login(args: LoginArgs) -> anyhow::Result<()> {
    let issuer = match args.connection.realm()? {
        Some(issuer) => issuer,
        None => SessionFile::open()?.read()?.current.ok_or_else(|| {
            UsageError("--realm URL is needed: nobody has signed in to any realm yet".into())
        })?,
    };
    let http = args.connection.http(&issuer)?;
    let client_id = args.client_id.unwrap_or_else(|| COMMAND_LINE.to_string());
    let begun = device::begin(&http, &issuer, &client_id, args.scope.as_deref()).await?;
    terminal::say("To sign in, open this address on any device:")?;
    match &begun.verification_uri_complete {
        Some(address) => {
            terminal::say(format_args!("\n    {address}\n"))?;
            terminal::say(format_args!(
                "It shows the code {}; go on only if it does.",
                begun.user_code
            ))?;
        }
        None => {
            terminal::say(format_args!("\n    {}\n", begun.verification_uri))?;
            terminal::say(format_args!("and enter the code {}.", begun.user_code))?;
        }
    }
    let session = device::wait(&http, &issuer, &client_id, &begun).await?;
    let file = SessionFile::open()?;
    let mut sessions = file.read()?;
    sessions.current = Some(issuer.clone());
    sessions.sessions.insert(issuer.clone(), session);
    file.write(&sessions)?;
    terminal::say(format_args!("Signed in to {issuer}"))?;
    Ok(())
}

/// Signs out.
pub(crate) async fn logout(args: LogoutArgs) -> anyhow::Result<()> {
    let file = SessionFile::open()?;
    let mut sessions = file.read()?;
    let issuer = args
        .connection
        .realm()?
        .or_else(|| sessions.current.clone());
    let Some(session) = issuer
        .as_ref()
        .and_then(|issuer| sessions.sessions.remove(issuer))
    else {
        terminal::say("Nobody is signed in.")?;
        return Ok(());
    };
    let issuer = issuer.unwrap_or_default();
    // Forgotten also if the server can't be reached: then its tokens are good until they expire.
    let revoked = match args.connection.http(&issuer) {
        Ok(http) => device::revoke(&http, &issuer, &session).await,
        Err(error) => Err(error),
    };
    if sessions.current.as_ref() == Some(&issuer) {
        sessions.current = sessions.sessions.keys().next().cloned();
    }
    file.write(&sessions)?;
    revoked.map_err(|error| {
        error.context("signed out here, but the server could not be told: the tokens live on")
    })?;
    terminal::say(format_args!("Signed out of {issuer}"))?;
    Ok(())
}
