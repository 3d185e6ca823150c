//! Throwaway floors: what this machine can do when nothing is checked.

use super::{Run, names, tokens::FORM};
use crate::{
    load::Endpoint,
    process::{SERVER_CORE, Server, free_address},
    scenarios,
};
use anyhow::{Context as _, Result, bail};
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
        self.load(bare, address, &server).await?;
        let sign = scenarios::token(names::SIGN.to_owned(), &endpoint, "", FORM);
        self.load(sign, address, &server).await?;
        drop(server);
        match self.options.engine_floor.clone() {
            Some(program) => self.engine(Command::new(program)),
            None => Ok(()),
        }
    }

    /// Runs the engine by itself; it prints a line for each kind of write: its name, a tab, and
    /// how many it does in a CPU-second.
    fn engine(&mut self, program: Command) -> Result<()> {
        let mut pinned = Command::new("taskset");
        pinned.args(["--cpu-list", SERVER_CORE]);
        pinned.arg(program.get_program()).arg(self.folder("engine"));
        let output = pinned.output()?;
        if !output.status.success() {
            bail!("{}", String::from_utf8_lossy(&output.stderr));
        }
        for line in String::from_utf8(output.stdout)?.lines() {
            let (kind, rate) = line.split_once('\t').context("not a rate")?;
            let name = format!("{}{kind}", names::ENGINE);
            self.note(name, rate.trim().parse()?, "per CPU-second");
        }
        Ok(())
    }
}
