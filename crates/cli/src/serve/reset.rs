//! `ambit reset-administrator`: the way back in.

use super::{Credentials, Destination, Opened, SettingsArgs};
use anyhow::bail;

/// Give the first administrator's client a new secret while no server runs
#[derive(Debug, clap::Args)]
#[command(after_long_help = EXAMPLES)]
pub(crate) struct ResetArgs {
    #[command(flatten)]
    settings: SettingsArgs,
}

const EXAMPLES: &str = "\
It takes the settings of `ambit serve`, of which the store and its master key matter. The client
that was made at the first start gets a new secret, which is shown once or goes to the file of
--bootstrap-credentials. Its earlier secrets are void. There is a new link as well, at which a
person becomes an administrator.

Examples:
  ambit reset-administrator
  ambit reset-administrator --config /etc/ambit.toml --bootstrap-credentials admin.json";

/// Makes a new secret and hands it over.
///
/// `store_in_argv` says whether the store's address came by a flag.
pub(crate) async fn run(args: ResetArgs, store_in_argv: bool) -> anyhow::Result<()> {
    let settings = args.settings.put_in_force(store_in_argv)?;
    let base_url = settings.base_url_at(settings.listen);
    let Some(opened) = Opened::open_existing(&settings.store).await? else {
        bail!("the store is empty: `ambit serve` makes the administrator at its first start");
    };
    let (core, _) = opened.load(&base_url).await?;
    let destination = Destination::prepare(settings.bootstrap_credentials.as_deref())?;
    match core.reset_administrator().await {
        Ok(new) => destination.deliver(
            "Earlier secrets are void.",
            &Credentials::of(&new, &base_url),
        ),
        Err(error) => {
            destination.give_up();
            Err(error.into())
        }
    }
}
