//! What others do on the same core, with everything in memory and nothing durable.

use super::{Run, names, with};
use crate::{
    ambit::access_tokens,
    fill::fill,
    load::Endpoint,
    process::{Server, free_address},
    scenarios::{self, Directory, FilterBy},
};
use anyhow::Result;
use base64::{Engine as _, engine::general_purpose::STANDARD};
use std::{process::Command, rc::Rc};

const LIVE: usize = 1000;

impl Run {
    /// JWT access tokens signed with ES256, which it does not keep; introspection of references.
    pub(super) async fn oidc_provider(&mut self) -> Result<()> {
        let (server, endpoint) = self
            .peer("oidc-provider.mjs", "/.well-known/openid-configuration")
            .await?;
        let secret = "peer:peer-secret-peer-secret-peer-secret";
        let basic = format!("Basic {}", STANDARD.encode(secret));
        let form = "grant_type=client_credentials&scope=scim:read";
        let jwt = format!("{form}&resource=https://api.example.com");
        let reference = endpoint.form("/token", &basic, form);
        let tokens = access_tokens(endpoint.address, &reference, LIVE).await?;
        let introspect = scenarios::introspect(
            names::PEER_INTROSPECT.to_owned(),
            &endpoint,
            "/token/introspection",
            &basic,
            &tokens,
        );
        self.load(introspect, endpoint.address, &server).await;
        let token = scenarios::token(names::PEER_TOKEN.to_owned(), &endpoint, &basic, &jwt);
        self.load(token, endpoint.address, &server).await;
        Ok(())
    }

    pub(super) async fn scimmy(&mut self) -> Result<()> {
        let (server, endpoint) = self.peer("scimmy.mjs", "/ready").await?;
        let credentials = Rc::new(vec!["Bearer peer".to_owned()]);
        let people = self.options.usual();
        let ids = fill(&endpoint, &credentials, 0..people).await?;
        let directory = Directory {
            endpoint,
            credentials,
            ids: Rc::new(ids),
        };
        let eq = FilterBy::UserNameEq;
        let name = |what: &str| with(&format!("{}{what}", names::SCIMMY), people);
        let each = || directory.clone();
        for scenario in [
            each().get(name(names::GET)),
            each().filter(name(eq.name()), eq),
            each().page(name(names::PAGE)),
            each().patch(name(names::PATCH)),
            each().create(name(names::CREATE)),
        ] {
            self.load(scenario, directory.endpoint.address, &server)
                .await;
        }
        Ok(())
    }

    async fn peer(&self, script: &str, ready: &str) -> Result<(Server, Endpoint)> {
        let endpoint = Endpoint {
            address: free_address()?,
            prefix: String::new(),
        };
        let mut program = Command::new("node");
        program
            .current_dir(&self.options.peers)
            .env("NODE_ENV", "production")
            .arg(script)
            .arg(endpoint.address.port().to_string());
        let mut server = Server::start(&mut program, &self.folder(&format!("{script}.log")))?;
        server.ready(&endpoint, ready).await?;
        Ok((server, endpoint))
    }
}
