//! Which realm to import into, and as which client.

use crate::{
    client::HttpClient,
    config::{BaseUrl, is_loopback_host},
    exit::UsageError,
    secret_file::complain_if_shared,
    serve::Credentials,
};
use anyhow::Context;
use reqwest::Certificate;
use std::path::{Path, PathBuf};
use url::Url;
use zeroize::Zeroizing;

/// The realm and the client.
#[derive(Debug, clap::Args)]
pub(crate) struct TargetArgs {
    /// JSON file with client_id, client_secret, issuer and token_endpoint, as `ambit serve
    /// --bootstrap-credentials` writes it
    #[arg(long, env = "AMBIT_CREDENTIALS", value_name = "FILE")]
    #[arg(conflicts_with_all = ["base_url", "client_id", "client_secret_file"])]
    credentials: Option<PathBuf>,
    /// The server's public origin
    #[arg(long, env = "AMBIT_BASE_URL", value_name = "URL")]
    base_url: Option<BaseUrl>,
    /// The tenant
    #[arg(long, env = "AMBIT_TENANT", default_value = "default")]
    tenant: String,
    /// The realm
    #[arg(long, env = "AMBIT_REALM", default_value = "default")]
    realm: String,
    /// The client
    #[arg(long, env = "AMBIT_CLIENT_ID", value_name = "ID")]
    client_id: Option<String>,
    /// File with the client's secret [default: the variable AMBIT_CLIENT_SECRET]
    #[arg(long, value_name = "FILE")]
    client_secret_file: Option<PathBuf>,
    /// Certificate authority to trust besides the system's (PEM)
    #[arg(long, env = "AMBIT_CA_CERT", value_name = "FILE")]
    ca_cert: Option<PathBuf>,
    /// Allow plain HTTP beyond loopback
    #[arg(long)]
    insecure_http: bool,
}

impl TargetArgs {
    /// The client's credentials, with which realm they belong to.
    pub(crate) fn credentials(&self) -> anyhow::Result<Credentials> {
        let credentials = match &self.credentials {
            Some(file) => {
                let text = read_secret(file)?;
                serde_json::from_str(&text)
                    .with_context(|| format!("{} holds no credentials", file.display()))?
            }
            None => self.given()?,
        };
        for url in [&credentials.issuer, &credentials.token_endpoint] {
            self.refuse_clear_text(url)?;
        }
        Ok(credentials)
    }

    fn given(&self) -> anyhow::Result<Credentials> {
        let needed = "--credentials, or --base-url and --client-id, are needed";
        let (Some(base), Some(client_id)) = (&self.base_url, &self.client_id) else {
            return Err(UsageError(needed.into()).into());
        };
        let client_secret = match &self.client_secret_file {
            Some(file) => Zeroizing::new(read_secret(file)?.trim().to_owned()),
            None => std::env::var("AMBIT_CLIENT_SECRET")
                .map(Zeroizing::new)
                .map_err(|_| {
                    UsageError(
                        "the client's secret is needed: set AMBIT_CLIENT_SECRET, or give \
                     --client-secret-file"
                            .into(),
                    )
                })?,
        };
        let mut issuer = Url::parse(base.as_str())?;
        issuer
            .path_segments_mut()
            .map_err(|()| UsageError(needed.into()))?
            .extend(["v1", "tenants", &self.tenant, "realms", &self.realm]);
        let token_endpoint = format!("{issuer}/token");
        let client_id = client_id.clone();
        Ok(Credentials {
            client_id,
            client_secret,
            issuer: issuer.into(),
            token_endpoint,
            set_up: None,
        })
    }

    /// A secret is sent in clear text only to this machine, or when asked for.
    fn refuse_clear_text(&self, url: &str) -> anyhow::Result<()> {
        let url = Url::parse(url).map_err(|_| UsageError(format!("{url} is no URL")))?;
        let fits = match url.scheme() {
            "https" => true,
            "http" => self.insecure_http || is_loopback_host(&url),
            _ => false,
        };
        if fits {
            return Ok(());
        }
        let text = "would carry the secret in clear text: use https, or add --insecure-http";
        Err(UsageError(format!("{url} {text}")).into())
    }

    /// A client for the realm's server.
    pub(crate) fn http(&self, credentials: &Credentials) -> anyhow::Result<HttpClient> {
        let authority = match &self.ca_cert {
            None => None,
            Some(file) => {
                let pem = std::fs::read(file)
                    .with_context(|| format!("{} can't be read", file.display()))?;
                Some(Certificate::from_pem(&pem)?)
            }
        };
        HttpClient::new(&Url::parse(&credentials.issuer)?, authority)
    }
}

fn read_secret(file: &Path) -> anyhow::Result<Zeroizing<String>> {
    complain_if_shared(file);
    std::fs::read_to_string(file)
        .map(Zeroizing::new)
        .with_context(|| format!("{} can't be read", file.display()))
}
