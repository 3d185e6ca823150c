//! Throwaway floors: what this machine can do when nothing is checked.

use super::{Run, names, people::AT_A_TIME, tokens::FORM};
use crate::{
    load::{Endpoint, Exchange, once_each},
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
        let hash = Exchange {
            request: endpoint.get("/hash", ""),
            holds: "right".to_owned(),
        };
        let hashes = std::iter::repeat_n(hash, self.sign_ins());
        match once_each(200, hashes, AT_A_TIME, address, &server).await {
            Ok(rate) => self.note(names::HASH.to_owned(), rate, "per CPU-second"),
            Err(wrong) => self.wrong(&wrong),
        }
        drop(server);
        Ok(())
    }
}
