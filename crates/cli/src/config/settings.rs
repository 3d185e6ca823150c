//! Settings that have been checked together.

use super::{BaseUrl, Layer, LogFormat};
use crate::exit::UsageError;
use std::{
    net::{Ipv4Addr, SocketAddr},
    num::NonZeroU32,
    path::{Path, PathBuf},
};
use tracing_subscriber::EnvFilter;
use url::Url;

/// How `ambit serve` is to run.
#[derive(Debug)]
pub(crate) struct Settings {
    /// Where to listen.
    pub(crate) listen: SocketAddr,
    /// The public origin, if given.
    pub(crate) base_url: Option<BaseUrl>,
    /// Where everything is kept.
    pub(crate) store: StoreSettings,
    /// Where the first administrator's credentials go, if not to the terminal.
    pub(crate) bootstrap_credentials: Option<PathBuf>,
    /// The certificate, unless plain HTTP is served.
    pub(crate) tls: Option<TlsSettings>,
    /// Whether servers on this machine may be asked (F1).
    pub(crate) outbound_loopback: bool,
    /// Most connections at a time.
    pub(crate) max_connections: NonZeroU32,
}

/// The store and the key without which it is unreadable.
pub(crate) struct StoreSettings {
    /// `sqlite:…` or `postgres://…`; may hold a password.
    pub(crate) url: String,
    /// File of the master key.
    pub(crate) master_key_file: PathBuf,
}

/// Certificate and key files (PEM).
#[derive(Debug)]
pub(crate) struct TlsSettings {
    /// The chain, leaf first.
    pub(crate) cert: PathBuf,
    /// The private key.
    pub(crate) key: PathBuf,
}

/// What is logged and how.
#[derive(Debug)]
pub(crate) struct LogSettings {
    /// Shape of the lines.
    pub(crate) format: LogFormat,
    /// Which events.
    pub(crate) filter: EnvFilter,
}

const DEFAULT_LISTEN: SocketAddr = SocketAddr::new(std::net::IpAddr::V4(Ipv4Addr::LOCALHOST), 8080);
const DEFAULT_STORE: &str = "sqlite:./ambit.sqlite3";
const DEFAULT_CONNECTIONS: u32 = 4096;

impl Settings {
    /// Checks what was given, and each thing against the others.
    pub(crate) fn check(given: Layer) -> Result<(Self, LogSettings), UsageError> {
        let log = log(given.log_format, given.log_level.as_deref())?;
        let listen = given.listen.unwrap_or(DEFAULT_LISTEN);
        let base_url = given
            .base_url
            .as_deref()
            .map(str::parse::<BaseUrl>)
            .transpose();
        let base_url = base_url.map_err(|error| UsageError(format!("base_url: {error}")))?;
        let tls = tls(given.tls_cert, given.tls_key)?;
        let insecure_http = given.insecure_http.unwrap_or(false);
        refuse_clear_text(listen, base_url.as_ref(), tls.is_some(), insecure_http)?;
        let url = given.store.unwrap_or_else(|| DEFAULT_STORE.into());
        let master_key_file = match given.master_key_file {
            Some(file) => file,
            None => default_key_file(&url)?,
        };
        let max_connections = given.max_connections.unwrap_or(DEFAULT_CONNECTIONS);
        let settings = Self {
            listen,
            base_url,
            store: StoreSettings {
                url,
                master_key_file,
            },
            bootstrap_credentials: given.bootstrap_credentials,
            tls,
            outbound_loopback: given.outbound_loopback.unwrap_or(false),
            max_connections: NonZeroU32::new(max_connections)
                .ok_or_else(|| UsageError("max_connections must be at least 1".into()))?,
        };
        Ok((settings, log))
    }

    /// The public origin, or the address that was bound.
    pub(crate) fn base_url_at(&self, bound: SocketAddr) -> String {
        match &self.base_url {
            Some(url) => url.to_string(),
            None => format!(
                "{}://{bound}",
                if self.tls.is_some() { "https" } else { "http" }
            ),
        }
    }
}

impl std::fmt::Debug for StoreSettings {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "StoreSettings({})", self.master_key_file.display())
    }
}

/// Tokens and secrets never cross a network in clear text unless asked for.
fn refuse_clear_text(
    listen: SocketAddr,
    base_url: Option<&BaseUrl>,
    tls: bool,
    insecure_http: bool,
) -> Result<(), UsageError> {
    let loopback = listen.ip().is_loopback();
    if base_url.is_none() && !loopback {
        let text = "base_url is needed: clients can't reach the listening address by that name";
        return Err(UsageError(format!("{listen} is not on loopback: {text}")));
    }
    if insecure_http {
        return Ok(());
    }
    let way_out = "set tls_cert and tls_key, or insecure_http = true if a proxy terminates TLS";
    if !tls && !loopback {
        let text = format!("plain HTTP on {listen} would carry secrets in clear text: {way_out}");
        return Err(UsageError(text));
    }
    match base_url {
        Some(url) if !url.is_encrypted() && !url.is_loopback() => Err(UsageError(format!(
            "the base URL {url} is plain HTTP beyond loopback: use https, or set insecure_http = true"
        ))),
        _ => Ok(()),
    }
}

fn tls(cert: Option<PathBuf>, key: Option<PathBuf>) -> Result<Option<TlsSettings>, UsageError> {
    match (cert, key) {
        (Some(cert), Some(key)) => Ok(Some(TlsSettings { cert, key })),
        (None, None) => Ok(None),
        _ => Err(UsageError(
            "tls_cert and tls_key go together: one of them is missing".into(),
        )),
    }
}

fn log(format: Option<LogFormat>, level: Option<&str>) -> Result<LogSettings, UsageError> {
    let filter = EnvFilter::try_new(level.unwrap_or("info"))
        .map_err(|error| UsageError(format!("log_level: {error}")))?;
    Ok(LogSettings {
        format: format.unwrap_or_default(),
        filter,
    })
}

/// Beside the SQLite file, or in the working folder.
fn default_key_file(store: &str) -> Result<PathBuf, UsageError> {
    match store.split_once(':') {
        Some(("sqlite", path)) if !path.is_empty() => {
            let path = path.strip_prefix("//").unwrap_or(path);
            let mut name = Path::new(path).as_os_str().to_owned();
            name.push(".key");
            Ok(name.into())
        }
        Some(("postgres" | "postgresql", _)) => Ok("ambit.key".into()),
        _ => Err(UsageError(
            "store must be sqlite:PATH or postgres://…".into(),
        )),
    }
}

/// Whether a store URL has a password in it.
pub(crate) fn has_password(store: &str) -> bool {
    Url::parse(store).is_ok_and(|url| {
        url.password().is_some() || url.query_pairs().any(|(name, _)| name == "password")
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn check(toml: &str) -> Result<Settings, String> {
        let checked = Settings::check(toml::from_str(toml).unwrap());
        checked
            .map(|(settings, _)| settings)
            .map_err(|error| error.0)
    }

    #[test]
    fn without_any_setting_it_runs_on_loopback_beside_its_key() {
        let settings = check("").unwrap();
        assert_eq!(settings.listen.to_string(), "127.0.0.1:8080");
        assert_eq!(settings.store.url, "sqlite:./ambit.sqlite3");
        assert_eq!(
            settings.store.master_key_file,
            Path::new("./ambit.sqlite3.key")
        );
        assert_eq!(
            settings.base_url_at(settings.listen),
            "http://127.0.0.1:8080"
        );
        assert!(!settings.outbound_loopback, "F1");
        assert!(check("outbound_loopback = true").unwrap().outbound_loopback);
    }

    #[test]
    fn plain_http_beyond_loopback_must_be_asked_for() {
        let far = "listen = '0.0.0.0:80'\nbase_url = 'https://id.example.com'\n";
        assert!(check(far).unwrap_err().contains("clear text"));
        assert!(
            check(&format!("{far}insecure_http = false"))
                .unwrap_err()
                .contains("clear text")
        );
        assert!(check(&format!("{far}insecure_http = true")).is_ok());
        assert!(check(&format!("{far}tls_cert = 'a'\ntls_key = 'b'")).is_ok());
        let plain = "base_url = 'http://id.example.com'\n";
        assert!(
            check(plain)
                .unwrap_err()
                .contains("plain HTTP beyond loopback")
        );
        assert!(check(&format!("{plain}insecure_http = true")).is_ok());
        assert!(
            check("base_url = 'https://id.example.com'").is_ok(),
            "a proxy on this machine"
        );
    }

    #[test]
    fn beyond_loopback_the_base_url_is_needed() {
        let error = check("listen = '0.0.0.0:443'\ntls_cert = 'a'\ntls_key = 'b'").unwrap_err();
        assert!(error.contains("base_url is needed"), "{error}");
    }

    #[test]
    fn half_a_certificate_and_other_nonsense_is_refused() {
        assert!(check("tls_cert = 'a'").unwrap_err().contains("go together"));
        assert!(
            check("max_connections = 0")
                .unwrap_err()
                .contains("at least 1")
        );
        assert!(
            check("log_level = 'a=b=c'")
                .unwrap_err()
                .contains("log_level")
        );
        for store in ["mysql://x", "sqlite:", "x"] {
            assert!(
                check(&format!("store = '{store}'"))
                    .unwrap_err()
                    .contains("store must be")
            );
        }
    }

    #[test]
    fn reg_26_a_password_in_the_store_url_is_noticed_and_never_printed() {
        assert!(has_password("postgres://u:canary@h/d"));
        assert!(has_password("postgres://u@h/d?password=canary"));
        assert!(!has_password("postgres://u@h/d"));
        assert!(!has_password("sqlite:./a:b@c"));
        let settings = check("store = 'postgres://u:canary@h/d'").unwrap();
        assert!(!format!("{settings:?}").contains("canary"));
    }
}
