//! SCIM writes of Ambit, durable before they are answered.

use super::{Run, engine::Engine, names, with};
use crate::{ambit::Ambit, fill::fill, process::free_address, scenarios::Directory};
use anyhow::Result;
use std::rc::Rc;

impl Run {
    pub(super) async fn writes(&mut self) -> Result<()> {
        let folder = self.folder("writes");
        let ambit = Ambit::start(self.binary(), &folder, free_address()?).await?;
        let realm = ambit.realm()?;
        let credentials = realm.bearers(1).await?;
        let people = self.options.usual();
        let ids = fill(&realm.endpoint, &credentials, 0..people).await?;
        let directory = Directory {
            endpoint: realm.endpoint,
            credentials,
            ids: Rc::new(ids),
        };
        let patch = directory.clone().patch(with(names::PATCH, people));
        let create = directory.create(with(names::CREATE, people));
        // Before, between and after, since what a machine can do changes with time.
        let mut engine = Engine::default();
        self.ask(&mut engine)?;
        for scenario in [patch, create] {
            self.load(scenario, ambit.root.address, &ambit.server).await;
            self.ask(&mut engine)?;
        }
        self.note_engine(engine)?;
        ambit.server.stop().await
    }
}
