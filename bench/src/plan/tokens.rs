//! Tokens of Ambit: issued, recorded durably, and asked about.

use super::{Run, names};
use crate::{ambit::Ambit, process::free_address, scenarios};
use anyhow::Result;

/// Tokens that are asked about in turn.
const LIVE: usize = 1000;
/// What is asked for.
pub(super) const FORM: &str = "grant_type=client_credentials&scope=scim:read";

impl Run {
    pub(super) async fn tokens(&mut self) -> Result<()> {
        let folder = self.folder("tokens");
        let ambit = Ambit::start(self.binary(), &folder, free_address()?).await?;
        let realm = ambit.realm()?;
        let (server, address) = (&ambit.server, ambit.root.address);
        let tokens = realm.tokens(LIVE).await?;
        let health = scenarios::health(names::HEALTH.to_owned(), &ambit.root);
        self.load(health, address, server).await;
        let introspect = scenarios::introspect(
            names::INTROSPECT.to_owned(),
            &realm.endpoint,
            "/introspect",
            &realm.basic,
            &tokens,
        );
        self.load(introspect, address, server).await;
        let token = scenarios::token(names::TOKEN.to_owned(), &realm.endpoint, &realm.basic, FORM);
        self.load(token, address, server).await;
        ambit.server.stop().await
    }
}
