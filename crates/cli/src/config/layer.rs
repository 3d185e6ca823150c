//! One layer of settings: flags and variables are one (clap joins them), the file another.

use serde::Deserialize;
use std::{net::SocketAddr, path::PathBuf};

/// What may be set, each thing in three ways: `--listen`, `AMBIT_LISTEN`, and `listen` in the file.
#[derive(Debug, Clone, Default, PartialEq, Eq, clap::Args, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Layer {
    /// Address and port to listen on; port 0 takes a free one [default: 127.0.0.1:8080]
    #[arg(long, env = "AMBIT_LISTEN", value_name = "ADDRESS")]
    pub(crate) listen: Option<SocketAddr>,

    /// Public origin from which every absolute URL is made, like https://id.example.com; the
    /// default is the listening address, if that is on loopback
    #[arg(long, env = "AMBIT_BASE_URL", value_name = "URL")]
    pub(crate) base_url: Option<String>,

    /// Where everything is kept: sqlite:PATH, or postgres://… (with a password only in the
    /// variable or in the file) [default: sqlite:./ambit.sqlite3]
    #[arg(long, env = "AMBIT_STORE", hide_env_values = true, value_name = "URL")]
    pub(crate) store: Option<String>,

    /// File of the master key, made at the first start; without it the store is unreadable
    /// [default: the SQLite file's name and `.key`, or ./ambit.key]
    #[arg(long, env = "AMBIT_MASTER_KEY_FILE", value_name = "FILE")]
    pub(crate) master_key_file: Option<PathBuf>,

    /// At the first start, write the administrator client's credentials to this new file (JSON,
    /// mode 600) and not to the terminal
    #[arg(long, env = "AMBIT_BOOTSTRAP_CREDENTIALS", value_name = "FILE")]
    pub(crate) bootstrap_credentials: Option<PathBuf>,

    /// TLS certificate chain (PEM)
    #[arg(long, env = "AMBIT_TLS_CERT", value_name = "FILE")]
    pub(crate) tls_cert: Option<PathBuf>,

    /// Private key of the certificate (PEM)
    #[arg(long, env = "AMBIT_TLS_KEY", value_name = "FILE")]
    pub(crate) tls_key: Option<PathBuf>,

    /// Allow plain HTTP beyond loopback, for a proxy in front that terminates TLS
    #[arg(long, env = "AMBIT_INSECURE_HTTP", value_name = "BOOL")]
    #[arg(num_args = 0..=1, require_equals = true, default_missing_value = "true")]
    pub(crate) insecure_http: Option<bool>,

    /// Let this server ask servers on this machine, over plain HTTP too: for development and tests,
    /// with an identity provider beside it
    #[arg(long, env = "AMBIT_OUTBOUND_LOOPBACK", value_name = "BOOL")]
    #[arg(num_args = 0..=1, require_equals = true, default_missing_value = "true")]
    pub(crate) outbound_loopback: Option<bool>,

    /// Most connections at a time; more wait [default: 4096]
    #[arg(long, env = "AMBIT_MAX_CONNECTIONS", value_name = "NUMBER")]
    pub(crate) max_connections: Option<u32>,

    /// Shape of the log, which goes to standard error [default: human]
    #[arg(long, env = "AMBIT_LOG_FORMAT", value_name = "FORMAT")]
    pub(crate) log_format: Option<LogFormat>,

    /// What is logged: error, warn, info, debug, trace, or directives such as
    /// info,server=debug [default: info]
    #[arg(long, env = "AMBIT_LOG_LEVEL", value_name = "LEVEL")]
    pub(crate) log_level: Option<String>,
}

/// The shape of log lines.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, clap::ValueEnum, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum LogFormat {
    /// A line to read.
    #[default]
    Human,
    /// One JSON object per line.
    Json,
}

impl Layer {
    /// This layer, and `below` where this one says nothing.
    pub(crate) fn or(self, below: Self) -> Self {
        Self {
            listen: self.listen.or(below.listen),
            base_url: self.base_url.or(below.base_url),
            store: self.store.or(below.store),
            master_key_file: self.master_key_file.or(below.master_key_file),
            bootstrap_credentials: self.bootstrap_credentials.or(below.bootstrap_credentials),
            tls_cert: self.tls_cert.or(below.tls_cert),
            tls_key: self.tls_key.or(below.tls_key),
            insecure_http: self.insecure_http.or(below.insecure_http),
            outbound_loopback: self.outbound_loopback.or(below.outbound_loopback),
            max_connections: self.max_connections.or(below.max_connections),
            log_format: self.log_format.or(below.log_format),
            log_level: self.log_level.or(below.log_level),
        }
    }

    /// The names of all settings, as the file spells them.
    pub(super) fn names() -> Vec<String> {
        let command = <Self as clap::Args>::augment_args(clap::Command::new(""));
        command
            .get_arguments()
            .map(|argument| argument.get_id().to_string())
            .collect()
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn each_setting_has_a_flag_a_variable_and_a_key_of_one_name() {
        let command = <Layer as clap::Args>::augment_args(clap::Command::new(""));
        for argument in command.get_arguments() {
            let key = argument.get_id().to_string();
            assert_eq!(argument.get_long().unwrap(), key.replace('_', "-"));
            let variable = argument.get_env().unwrap().to_str().unwrap();
            assert_eq!(variable, format!("AMBIT_{}", key.to_uppercase()));
            let value = match key.as_str() {
                "listen" => "\"127.0.0.1:1\"",
                "insecure_http" | "outbound_loopback" => "true",
                "max_connections" => "1",
                "log_format" => "\"json\"",
                _ => "\"x\"",
            };
            let layer: Layer = toml::from_str(&format!("{key} = {value}")).unwrap();
            assert_ne!(layer, Layer::default(), "{key}");
            assert_eq!(Layer::default().or(layer.clone()), layer, "{key}");
            assert_eq!(layer.clone().or(Layer::default()), layer, "{key}");
        }
    }
}
