//! `ambit reset-administrator`: the way back in.

use super::{Credentials, Destination, Handover, Opened, SettingsArgs};
use anyhow::{Context, bail};
use domain::{RealmKey, Slug, WayIn};
use zeroize::Zeroizing;

/// Make a new way in for a realm's administrator while no server runs
#[derive(Debug, clap::Args)]
#[command(after_long_help = EXAMPLES)]
pub(crate) struct ResetArgs {
    /// The realm
    #[arg(long, value_name = "TENANT/REALM", default_value = "default/default", value_parser = realm)]
    realm: RealmKey,
    #[command(flatten)]
    settings: SettingsArgs,
}

const EXAMPLES: &str = "\
It takes the settings of `ambit serve`, of which the store and its master key matter. There is a new
link, at which a person becomes an administrator of the realm. The client that was made with the
realm gets a new secret, unless it was deleted; its earlier secrets are void. Both are shown once, or
go to the file of --bootstrap-credentials.

Examples:
  ambit reset-administrator
  ambit reset-administrator --realm acme/staff
  ambit reset-administrator --config /etc/ambit.toml --bootstrap-credentials admin.json";

/// Makes the new way in and hands it over.
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
    match core.reset_administrator(&args.realm).await {
        Ok(new) => {
            let (why, handover) = handover(new, &base_url);
            destination.deliver(why, &handover)
        }
        Err(error) => {
            destination.give_up();
            Err(error).with_context(|| format!("realm {}", args.realm))
        }
    }
}

/// What there is, and what has happened.
fn handover(new: WayIn, base_url: &str) -> (&'static str, Handover) {
    let issuer = format!("{base_url}{}", new.realm.path());
    let set_up = Zeroizing::new(new.set_up.expose().to_owned());
    match new.client {
        Some((client_id, secret)) => {
            let credentials = Credentials {
                client_id,
                client_secret: Zeroizing::new(secret.expose().to_owned()),
                token_endpoint: format!("{issuer}/token"),
                issuer,
                set_up: Some(set_up),
            };
            ("Earlier secrets are void.", Handover::Client(credentials))
        }
        None => (
            "The client that was made with the realm was deleted, so there is no secret.",
            Handover::Link { issuer, set_up },
        ),
    }
}

fn realm(text: &str) -> Result<RealmKey, String> {
    let (tenant, realm) = text
        .split_once('/')
        .ok_or("is written TENANT/REALM, such as acme/staff")?;
    let slug = |name: &str| name.parse::<Slug>().map_err(|error| error.to_string());
    Ok(RealmKey::new(&slug(tenant)?, &slug(realm)?))
}
