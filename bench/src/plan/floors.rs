//! Throwaway floors: what this machine can do when nothing is checked.

use super::{Run, names, tokens::FORM};
use crate::{
    load::Endpoint,
    process::{Server, free_address},
    scenarios,
};
use anyhow::Result;
use std::process::Command;

impl Run {
    pub(super) async fn floors(&mut self) -> Result<()> {
        let address = free_address()?;
        let endpoint = Endpoint {
            address,
            prefix: String::new(),
        };
        let mut program = Command::new(&self.options.floor);
        program.arg(address.port().to_string());
        let mut server = Server::start(&mut program, &self.folder("floor.log"))?;
        server.ready(&endpoint, "/health").await?;
        let bare = scenarios::health(names::BARE.to_owned(), &endpoint);
        self.load(bare, address, &server).await;
        let sign = scenarios::token(names::SIGN.to_owned(), &endpoint, "", FORM);
        self.load(sign, address, &server).await;
        let two = endpoint.form("/tokens", "", FORM);
        let two = scenarios::bare(names::SIGN_TWO.to_owned(), two, "id_token");
        self.load(two, address, &server).await;
        let hash = scenarios::bare(names::HASH.to_owned(), endpoint.get("/hash", ""), "right");
        self.load(hash, address, &server).await;
        drop(server);
        Ok(())
    }
}
