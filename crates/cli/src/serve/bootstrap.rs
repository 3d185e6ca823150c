//! The first administrator's credentials: shown once, or put into a file (T10).

use super::master_key::{create_secret, sync_folder_of};
use crate::terminal;
use anyhow::Context;
use domain::Bootstrap;
use serde::{Deserialize, Serialize};
use std::{
    fs::File,
    io::Write,
    path::{Path, PathBuf},
};
use zeroize::Zeroizing;

/// What a client needs to get a token.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Credentials {
    /// The client's identifier.
    pub(crate) client_id: String,
    /// Its secret.
    pub(crate) client_secret: Zeroizing<String>,
    /// The realm's issuer, which is its root URL.
    pub(crate) issuer: String,
    /// Where tokens come from.
    pub(crate) token_endpoint: String,
    /// Where the first person becomes an administrator, once; only of new credentials.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) set_up: Option<Zeroizing<String>>,
}

impl Credentials {
    /// The credentials of the administrator of a realm below `base_url`.
    pub(crate) fn of(first: &Bootstrap, base_url: &str) -> Self {
        let issuer = format!("{base_url}{}", first.realm.path());
        Self {
            client_id: first.client_id.clone(),
            client_secret: Zeroizing::new(first.client_secret.expose().to_owned()),
            token_endpoint: format!("{issuer}/token"),
            issuer,
            set_up: Some(Zeroizing::new(first.set_up.expose().to_owned())),
        }
    }
}

/// What is handed over.
#[derive(Serialize)]
#[serde(untagged)]
pub(crate) enum Handover {
    /// A client's credentials, and a link if there is a new one.
    Client(Credentials),
    /// A link alone, where there is no client.
    Link {
        /// The realm's issuer, which is its root URL.
        issuer: String,
        /// Where a person becomes an administrator, once.
        set_up: Zeroizing<String>,
    },
}

/// Where the credentials will go. A file is made before the administrator is, so that a secret is
/// never generated and then lost.
pub(crate) enum Destination {
    /// Standard output.
    Terminal,
    /// A new file of mode 600.
    File(File, PathBuf),
}

impl Destination {
    /// Makes the file, if one is asked for. One that exists is left alone, and is an error.
    pub(crate) fn prepare(file: Option<&Path>) -> anyhow::Result<Self> {
        let Some(path) = file else {
            return Ok(Self::Terminal);
        };
        let made = create_secret(path)
            .with_context(|| format!("bootstrap_credentials {} can't be made", path.display()))?;
        Ok(Self::File(made, path.to_owned()))
    }

    /// Hands the credentials over, durably if to a file; `why` is what has happened.
    ///
    /// # Errors
    /// If that fails nobody knows the secret; what to do then is in the error's text.
    pub(crate) fn deliver(self, why: &str, credentials: &Handover) -> anyhow::Result<()> {
        let delivered = match &self {
            Self::Terminal => show(why, credentials),
            Self::File(file, path) => write(file, path, credentials),
        };
        if let Err(error) = delivered {
            self.give_up();
            return Err(error.context(
                "the administrator's new secret could not be handed over and is lost: `ambit \
                 reset-administrator`, with the settings of `ambit serve`, makes another",
            ));
        }
        if let Self::File(_, path) = self {
            let path = path.display();
            terminal::say(format_args!(
                "{why} The administrator's credentials are in {path}"
            ))?;
        }
        Ok(())
    }

    /// Takes the file away again, without the whole of which nobody can do anything.
    pub(crate) fn give_up(self) {
        if let Self::File(_, path) = self {
            // That it stays behind is the lesser trouble.
            let _ = std::fs::remove_file(path);
        }
    }
}

fn show(why: &str, handover: &Handover) -> anyhow::Result<()> {
    let (mut text, link) = match handover {
        Handover::Client(credentials) => (
            Zeroizing::new(format!(
                "{why} The administrator's client, shown this once:\n  \
                 issuer         {}\n  \
                 client_id      {}\n  \
                 client_secret  {}\n",
                credentials.issuer, credentials.client_id, *credentials.client_secret
            )),
            credentials.set_up.as_ref(),
        ),
        Handover::Link { issuer, set_up } => (
            Zeroizing::new(format!("{why}\n  issuer         {issuer}\n")),
            Some(set_up),
        ),
    };
    if let Some(link) = link {
        text.push_str(&format!(
            "An administrator's account is made at this address, once and within seven days:\n  \
             set_up         {}\n",
            **link
        ));
    }
    Ok(terminal::hand_over(&*text)?)
}

fn write(mut file: &File, path: &Path, credentials: &Handover) -> anyhow::Result<()> {
    let json = Zeroizing::new(serde_json::to_string_pretty(credentials)?);
    writeln!(file, "{}", *json)?;
    file.sync_all()?;
    Ok(sync_folder_of(path)?)
}
