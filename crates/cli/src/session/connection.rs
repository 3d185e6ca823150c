//! A realm to talk to, and the right to.

use super::{
    device,
    file::{Session, SessionFile, read_private},
};
use crate::{
    client::{Answer, HttpClient, Token},
    config::is_loopback_host,
    exit::UsageError,
    serve::Credentials,
};
use anyhow::{Context, bail};
use clap::ValueHint;
use domain::{Clock, SystemClock};
use reqwest::{Certificate, Method, StatusCode};
use serde_json::Value;
use std::{
    path::PathBuf,
    time::{Duration, Instant},
};
use url::Url;
use zeroize::Zeroizing;

/// How long before its end a token is renewed.
const MARGIN: Duration = Duration::from_secs(30);
/// How often a request is sent again to a server that can't answer just now.
const RETRIES: u32 = 5;

/// The realm, and who asks.
#[derive(Debug, Clone, Default, clap::Args)]
#[command(next_help_heading = "Connection")]
pub(crate) struct ConnectionArgs {
    /// JSON file with client_id, client_secret, issuer and token_endpoint, as `ambit serve
    /// --bootstrap-credentials` writes it [default: the session of `ambit login`]
    #[arg(long, env = "AMBIT_CREDENTIALS", hide_env_values = true)]
    #[arg(value_name = "FILE", value_hint = ValueHint::FilePath, global = true)]
    credentials: Option<PathBuf>,
    /// The realm's URL [default: the realm of the credentials, or that was signed in to last]
    #[arg(
        long,
        env = "AMBIT_REALM_URL",
        hide_env_values = true,
        value_name = "URL",
        global = true
    )]
    realm: Option<String>,
    /// Certificate authority to trust besides the system's (PEM)
    #[arg(long, alias = "tls-ca", env = "AMBIT_CA_CERT", hide_env_values = true)]
    #[arg(value_name = "FILE", value_hint = ValueHint::FilePath, global = true)]
    ca_cert: Option<PathBuf>,
    /// Allow plain HTTP beyond loopback
    #[arg(long, global = true)]
    insecure_http: bool,
}

/// A connection to a realm.
pub(crate) struct Connection {
    /// What sends.
    pub(crate) http: HttpClient,
    /// The realm's root.
    pub(crate) issuer: String,
    caller: Caller,
    token: Option<Token>,
    /// A token that the server no longer takes, though its time is not over.
    refused: Option<Zeroizing<String>>,
}

enum Caller {
    Client(Credentials),
    Person,
}

impl ConnectionArgs {
    /// The realm that is named, as its root URL.
    pub(super) fn realm(&self) -> anyhow::Result<Option<String>> {
        let Some(text) = &self.realm else {
            return Ok(None);
        };
        let no_url = || {
            UsageError(format!(
                "--realm must be a realm's URL, such as \
                 https://id.example.com/v1/tenants/default/realms/default, not `{text}`"
            ))
        };
        let mut url = Url::parse(text).map_err(|_| no_url())?;
        if !matches!(url.scheme(), "http" | "https") || url.query().is_some() {
            bail!(no_url());
        }
        if url.path() == "/" {
            url.set_path("/v1/tenants/default/realms/default");
        }
        Ok(Some(url.as_str().trim_end_matches('/').to_owned()))
    }

    /// What sends to the realm `issuer`.
    pub(super) fn http(&self, issuer: &str) -> anyhow::Result<HttpClient> {
        let url = Url::parse(issuer).map_err(|_| UsageError(format!("{issuer} is no URL")))?;
        let fits = match url.scheme() {
            "https" => true,
            "http" => self.insecure_http || is_loopback_host(&url),
            _ => false,
        };
        if !fits {
            let text = "would carry secrets in clear text: use https, or add --insecure-http";
            bail!(UsageError(format!("{url} {text}")));
        }
        let authority = match &self.ca_cert {
            None => None,
            Some(file) => {
                let pem = std::fs::read(file)
                    .with_context(|| format!("{} can't be read", file.display()))?;
                Some(Certificate::from_pem(&pem)?)
            }
        };
        HttpClient::new(&url, authority)
    }

    /// A connection by the credentials that are given, or else by the session of `ambit login`.
    pub(crate) fn open(&self) -> anyhow::Result<Connection> {
        let named = self.realm()?;
        let (issuer, caller) = match &self.credentials {
            Some(file) => {
                let text = read_private(file)?;
                let credentials: Credentials = serde_json::from_str(&text)
                    .with_context(|| format!("{} holds no credentials", file.display()))?;
                if named.is_some_and(|named| named != credentials.issuer) {
                    bail!(UsageError(format!(
                        "the credentials in {} are for {}, which is not the realm that is asked for",
                        file.display(),
                        credentials.issuer
                    )));
                }
                // The secret goes there: it must be no less safe than the realm.
                self.http(&credentials.token_endpoint)?;
                (credentials.issuer.clone(), Caller::Client(credentials))
            }
            None => {
                let current = SessionFile::open()?.read()?.current;
                let issuer = named.or(current).ok_or_else(|| {
                    UsageError(
                        "nobody is signed in: `ambit login --realm URL` signs a person in, \
                         --credentials FILE is for scripts"
                            .into(),
                    )
                })?;
                (issuer, Caller::Person)
            }
        };
        Ok(Connection {
            http: self.http(&issuer)?,
            issuer,
            caller,
            token: None,
            refused: None,
        })
    }
}

impl Connection {
    /// The client that asks for itself.
    pub(crate) fn client_id(&self) -> Option<&str> {
        match &self.caller {
            Caller::Client(credentials) => Some(&credentials.client_id),
            Caller::Person => None,
        }
    }

    /// Sends a request. One that only reads is sent again to a server that is busy, and any whose
    /// token the server no longer takes.
    pub(crate) async fn send(
        &mut self,
        method: Method,
        url: &str,
        body: Option<(&str, &Value)>,
        if_match: Option<&str>,
    ) -> anyhow::Result<Answer> {
        let mut pause = Duration::from_millis(250);
        let mut attempt = 0;
        loop {
            let http = self.http.clone();
            let token = self.token().await?;
            let answer = http
                .send_if(method.clone(), url, Some(token), body, if_match)
                .await
                .map_err(|error| unanswered(&self.issuer, error))?;
            let again = match answer.status {
                StatusCode::UNAUTHORIZED => {
                    // The server no longer takes it.
                    self.refused = self.token.take().map(|token| token.access_token);
                    attempt == 0
                }
                StatusCode::TOO_MANY_REQUESTS => attempt < RETRIES,
                StatusCode::SERVICE_UNAVAILABLE => attempt < RETRIES && method == Method::GET,
                _ => false,
            };
            if !again {
                return Ok(answer);
            }
            attempt += 1;
            if answer.status != StatusCode::UNAUTHORIZED {
                tokio::time::sleep(pause).await;
                pause *= 2;
            }
        }
    }

    /// A token that is good for a while.
    async fn token(&mut self) -> anyhow::Result<&Token> {
        let fresh = |token: &Token| Instant::now() + MARGIN < token.expires;
        let token = match self.token.take().filter(fresh) {
            Some(token) => token,
            None => match &self.caller {
                Caller::Client(credentials) => self.http.token(credentials, None).await?,
                Caller::Person => self.session_token().await?,
            },
        };
        Ok(self.token.insert(token))
    }

    async fn session_token(&self) -> anyhow::Result<Token> {
        let file = SessionFile::open()?;
        let mut sessions = file.read()?;
        let issuer = &self.issuer;
        let sign_in = || format!("`ambit login --realm {issuer}` signs in");
        let Some(session) = sessions.sessions.get(issuer).cloned() else {
            bail!(UsageError(format!(
                "nobody is signed in to {issuer}: {}",
                sign_in()
            )));
        };
        let remaining = session.expires.saturating_sub(SystemClock.now().seconds());
        let remaining = Duration::from_secs(u64::try_from(remaining).unwrap_or_default());
        if remaining > MARGIN && self.refused.as_ref() != Some(&session.access_token) {
            return Ok(token(session));
        }
        let next = device::refresh(&self.http, issuer, &session).await?;
        let Some(next) = next else {
            sessions.sessions.remove(issuer);
            file.write(&sessions)?;
            bail!("the session has ended: {} again", sign_in());
        };
        sessions.sessions.insert(issuer.clone(), next.clone());
        file.write(&sessions)?;
        Ok(token(next))
    }
}

/// A request that may have been done: no answer says that it was not.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub(crate) struct Unclear(pub(crate) String);

fn unanswered(issuer: &str, error: anyhow::Error) -> anyhow::Error {
    let cause = error.downcast_ref::<reqwest::Error>();
    match cause.is_some_and(reqwest::Error::is_connect) {
        true => error.context(format!("{issuer} can't be reached")),
        false => error.context(Unclear(format!("{issuer} gave no answer that can be read"))),
    }
}

fn token(session: Session) -> Token {
    let remaining = session.expires.saturating_sub(SystemClock.now().seconds());
    let remaining = Duration::from_secs(u64::try_from(remaining).unwrap_or_default());
    Token {
        access_token: session.access_token,
        scope: String::new(),
        expires: Instant::now() + remaining,
    }
}
