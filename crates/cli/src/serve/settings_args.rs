//! The settings of commands that work on a store.

use crate::{
    config::{self, Layer, Settings},
    exit::UsageError,
    logging,
    secret_file::warn_if_shared,
};
use std::path::PathBuf;

/// Where settings come from: flags, variables, and one file.
#[derive(Debug, clap::Args)]
pub(super) struct SettingsArgs {
    /// Settings file (TOML); its keys are the flags' names with `_` for `-`
    #[arg(long, env = "AMBIT_CONFIG", value_name = "FILE")]
    config: Option<PathBuf>,
    #[command(flatten)]
    given: Layer,
}

impl SettingsArgs {
    /// Checks all settings, and starts the log.
    ///
    /// `store_in_argv` says whether the store's address came by a flag, where every user of the
    /// machine can read it (T11).
    pub(super) fn put_in_force(self, store_in_argv: bool) -> anyhow::Result<Settings> {
        let has_password = |layer: &Layer| layer.store.as_deref().is_some_and(config::has_password);
        if store_in_argv && has_password(&self.given) {
            let text = "--store shows its password to every user of this machine: \
                        put it into AMBIT_STORE or into the settings file";
            return Err(UsageError(text.into()).into());
        }
        let file = self.config.as_deref().map(config::read).transpose()?;
        let file = file.unwrap_or_default();
        let secret_file = self.config.filter(|_| has_password(&file));
        let (settings, log) = Settings::check(self.given.or(file))?;
        logging::start(log)?;
        if let Some(file) = secret_file {
            warn_if_shared(&file);
        }
        Ok(settings)
    }
}
