//! Throwaway floors: what this machine can do when nothing is checked.

use super::{Run, names, tokens::FORM};
use crate::{
    load::Endpoint,
    process::{SERVER_CORE, Server, free_address},
    scenarios,
};
use anyhow::{Context as _, Result, bail};
use serde_json::Value;
use std::{fs, process::Command};

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
        drop(server);
        self.engine()
    }

    /// Runs the engine by itself: with as many people, how many creations and PATCHes it does.
    fn engine(&mut self) -> Result<()> {
        let seconds = (self.pace().window * 5).as_secs().max(2);
        let folder = self.folder("engine");
        fs::create_dir_all(&folder)?;
        let output = Command::new("taskset")
            .args(["--cpu-list", SERVER_CORE])
            .arg(&self.options.engine_floor)
            .arg(folder)
            .args([self.options.usual().to_string(), seconds.to_string()])
            .output()?;
        if !output.status.success() {
            bail!("engine: {}", String::from_utf8_lossy(&output.stderr));
        }
        let said: Value = serde_json::from_slice(&output.stdout)?;
        for kind in ["create", "patch"] {
            let rate = said.get(kind).and_then(Value::as_f64);
            let name = format!("{}{kind}", names::ENGINE);
            self.note(name, rate.context("no rate")?, "per CPU-second");
        }
        Ok(())
    }
}
