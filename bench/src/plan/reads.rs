//! SCIM reads of Ambit, while there are more and more people.

use super::{Run, names, with};
use crate::{
    ambit::Ambit,
    fill::fill,
    load::once_each,
    process::free_address,
    scenarios::{self, Directory, FilterBy},
};
use anyhow::Result;
use std::rc::Rc;

/// Different tokens that the readers present.
const CALLERS: usize = 16;
const FOLDER: &str = "reads";

impl Run {
    pub(super) async fn reads(&mut self) -> Result<()> {
        let folder = self.folder(FOLDER);
        let ambit = Ambit::start(self.binary(), &folder, free_address()?).await?;
        let realm = ambit.realm()?;
        let credentials = realm.bearers(CALLERS).await?;
        let mut ids: Vec<String> = Vec::new();
        for people in self.options.populations.clone() {
            let newcomers = ids.len() as u64..people;
            ids.extend(fill(&realm.endpoint, &credentials, newcomers).await?);
            let directory = Directory {
                endpoint: realm.endpoint.clone(),
                credentials: Rc::clone(&credentials),
                ids: Rc::new(ids.clone()),
            };
            self.reads_of(&ambit, &directory, people).await;
        }
        self.resident(names::RESIDENT_LOADED, &ambit.server)?;
        ambit.server.stop().await?;
        self.start_full(FOLDER).await
    }

    async fn reads_of(&mut self, ambit: &Ambit, directory: &Directory, people: u64) {
        let health = scenarios::health(with(names::HEALTH, people), &ambit.root);
        let get = directory.clone().get(with(names::GET, people));
        let page = directory.clone().page(with(names::PAGE, people));
        let filter = |by: FilterBy| directory.clone().filter(with(by.name(), people), by);
        let filters = FilterBy::ALL.into_iter().map(filter);
        let address = ambit.root.address;
        for scenario in [health, get] {
            self.load(scenario, address, &ambit.server).await;
        }
        // However many there are, from here on all were found before.
        let everybody = directory.clone().everybody(FilterBy::UserNameEq);
        match once_each(200, everybody, scenarios::READERS, address, &ambit.server).await {
            Ok(rate) => self.note(with(names::FIRST_FIND, people), rate, "per CPU-second"),
            Err(wrong) => self.wrong(&wrong),
        }
        for scenario in filters.chain([page]) {
            self.load(scenario, address, &ambit.server).await;
        }
    }
}
