//! A whole server of the demo's own: temporary store, free loopback port, real HTTP.

use crate::{
    client::HttpClient,
    config::StoreSettings,
    serve::{Credentials, Opened, serve},
};
use anyhow::Context;
use std::num::NonZeroU32;
use tempfile::TempDir;
use tokio::{net::TcpListener, sync::oneshot, task::JoinHandle};
use url::Url;

/// The running realm. What it stored goes with it.
pub(super) struct DemoRealm {
    /// The administrator's client.
    pub(super) administrator: Credentials,
    /// For requests to it.
    pub(super) http: HttpClient,
    server: JoinHandle<()>,
    stop: oneshot::Sender<()>,
    folder: TempDir,
}

impl DemoRealm {
    /// Starts the server.
    pub(super) async fn start() -> anyhow::Result<Self> {
        let folder = tempfile::Builder::new().prefix("ambit-demo-").tempdir()?;
        let file = |name: &str| folder.path().join(name);
        let store = StoreSettings {
            url: format!("sqlite:{}", file("demo.sqlite3").display()),
            master_key_file: file("demo.key"),
        };
        let listener = TcpListener::bind("127.0.0.1:0")
            .await
            .context("no free loopback port")?;
        let base_url = format!("http://{}", listener.local_addr()?);
        let (core, first) = Opened::open(&store).await?.load(&base_url).await?;
        let first = first.context("the store of the demo was not empty")?;
        let administrator = Credentials::of(&first, &base_url);
        let app = server::router(server::App::new(core));
        let (stop, stopped) = oneshot::channel();
        let server = tokio::spawn(serve(listener, None, app, CONNECTIONS, async {
            // A sender that is gone says the same as one that spoke.
            let _ = stopped.await;
        }));
        let http = HttpClient::new(&Url::parse(&base_url)?, None)?;
        Ok(Self {
            administrator,
            http,
            server,
            stop,
            folder,
        })
    }

    /// The realm's root URL, which is its issuer.
    pub(super) fn root(&self) -> &str {
        &self.administrator.issuer
    }

    /// Stops the server and removes what it stored.
    pub(super) async fn stop(self) -> anyhow::Result<()> {
        let Self {
            http,
            server,
            stop,
            folder,
            ..
        } = self;
        // Connections that are kept alive would hold the server up.
        drop(http);
        // The server may have stopped by itself.
        let _ = stop.send(());
        server.await?;
        Ok(folder.close()?)
    }
}

const CONNECTIONS: NonZeroU32 = NonZeroU32::new(256).unwrap();
