//! Ambit in a process of its own, on the embedded store, as durable as it is shipped.

use crate::{
    load::{Connection, Endpoint},
    process::Server,
};
use anyhow::{Context as _, Result, bail};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde_json::Value;
use std::{
    fs,
    net::SocketAddr,
    path::{Path, PathBuf},
    process::Command,
    rc::Rc,
    time::Duration,
};

/// Values of `Authorization`, several, so that no one token is measured alone.
pub type Credentials = Rc<Vec<String>>;

/// An Ambit that is running.
#[derive(Debug)]
pub struct Ambit {
    /// Its process.
    pub server: Server,
    /// The root, where `/health` is.
    pub root: Endpoint,
    /// How long it took from the start of the process to the first 200 of `/ready`.
    pub ready_after: Duration,
    folder: PathBuf,
}

/// The system realm and its administrator.
#[derive(Debug)]
pub struct Realm {
    /// The realm's own root.
    pub endpoint: Endpoint,
    /// `Authorization` of the administrator's client.
    pub basic: String,
}

impl Ambit {
    /// Starts `binary` with everything in `folder`, which may be empty or left by one that was
    /// stopped, and waits until it is ready.
    ///
    /// # Errors
    /// If it does not start.
    pub async fn start(binary: &Path, folder: &Path, address: SocketAddr) -> Result<Self> {
        fs::create_dir_all(folder)?;
        let mut program = Command::new(binary);
        program
            .current_dir(folder)
            .arg("serve")
            .args(["--listen", &address.to_string()])
            .args(["--base-url", &format!("http://{address}")])
            .args(["--store", "sqlite:store.sqlite3"])
            .args(["--bootstrap-credentials", "administrator.json"]);
        let settings = std::env::vars_os().map(|(name, _)| name);
        for name in settings.filter(|name| name.to_string_lossy().starts_with("AMBIT_")) {
            program.env_remove(name);
        }
        if folder.join("administrator.json").exists() {
            fs::rename(folder.join("administrator.json"), folder.join("kept.json"))?;
        }
        let log = folder.join("log.txt");
        let mut server = Server::start(&mut program, &log)?;
        let root = Endpoint {
            address,
            prefix: String::new(),
        };
        let ready = server.ready(&root, "/ready").await;
        let ready_after = ready
            .with_context(|| format!("ambit: {}", fs::read_to_string(&log).unwrap_or_default()))?;
        Ok(Self {
            server,
            root,
            ready_after,
            folder: folder.to_owned(),
        })
    }

    /// The realm that the first start made.
    ///
    /// # Errors
    /// If its administrator's credentials can't be read.
    pub fn realm(&self) -> Result<Realm> {
        let files = ["administrator.json", "kept.json"].map(|name| self.folder.join(name));
        let text = files.iter().find_map(|file| fs::read_to_string(file).ok());
        let credentials: Value = serde_json::from_str(&text.context("no credentials")?)?;
        let member = |name: &str| {
            let member = credentials.get(name).and_then(Value::as_str);
            member.with_context(|| format!("no {name} in the credentials"))
        };
        let origin = format!("http://{}", self.root.address);
        let prefix = member("issuer")?.strip_prefix(&origin);
        let pair = format!("{}:{}", member("client_id")?, member("client_secret")?);
        Ok(Realm {
            endpoint: Endpoint {
                address: self.root.address,
                prefix: prefix.context("an issuer elsewhere")?.to_owned(),
            },
            basic: format!("Basic {}", STANDARD.encode(pair)),
        })
    }
}

impl Realm {
    /// Access tokens of the administrator's client that may read and write every resource.
    ///
    /// # Errors
    /// If one is refused.
    pub async fn tokens(&self, count: usize) -> Result<Vec<String>> {
        self.tokens_of("scim:read+scim:write", count).await
    }

    async fn tokens_of(&self, scopes: &str, count: usize) -> Result<Vec<String>> {
        let form = format!("grant_type=client_credentials&scope={scopes}");
        let request = self.endpoint.form("/token", &self.basic, &form);
        access_tokens(self.endpoint.address, &request, count).await
    }

    /// `count` values of `Authorization` that may read and write every resource.
    ///
    /// # Errors
    /// If a token is refused.
    pub async fn bearers(&self, count: usize) -> Result<Credentials> {
        self.bearers_of("scim:read+scim:write", count).await
    }

    /// `count` values of `Authorization` with the scopes, which are joined by `+`.
    ///
    /// # Errors
    /// If a token is refused.
    pub async fn bearers_of(&self, scopes: &str, count: usize) -> Result<Credentials> {
        let tokens = self.tokens_of(scopes, count).await?;
        let bearer = |token: &String| format!("Bearer {token}");
        Ok(Rc::new(tokens.iter().map(bearer).collect()))
    }
}

/// Sends one token request (RFC 6749 §4.4.2) several times.
///
/// # Errors
/// If one is refused.
pub async fn access_tokens(
    address: SocketAddr,
    request: &[u8],
    count: usize,
) -> Result<Vec<String>> {
    let mut connection = Connection::open(address).await?;
    let mut tokens = Vec::new();
    for _ in 0..count {
        let answer = connection.exchange(request).await?;
        let body: Value = serde_json::from_slice(answer.body).unwrap_or_default();
        match body.get("access_token").and_then(Value::as_str) {
            Some(token) => tokens.push(token.to_owned()),
            None => bail!("no token: {} {body}", answer.status),
        }
    }
    Ok(tokens)
}
