//! Two servers that were one: copies of the same store, which go their own ways from then on.

use super::{Stopped, TestServer, load, sqlite_in};
use domain::ResourceIds;
use std::{sync::Arc, time::Duration};
use store::OpenOptions;
use tempfile::TempDir;

impl TestServer {
    /// Stops the server and starts two over copies of its store. They share its clock; each has a
    /// source of ids of its own, and all the time it wants for a search.
    pub async fn twins(self, ids: [Arc<dyn ResourceIds>; 2]) -> [Self; 2] {
        let stopped = self.stop();
        let copy = TempDir::new().unwrap();
        for file in std::fs::read_dir(stopped.directory.path()).unwrap() {
            let file = file.unwrap();
            std::fs::copy(file.path(), copy.path().join(file.file_name())).unwrap();
        }
        let mut servers = Vec::new();
        for (directory, ids) in [stopped.directory, copy].into_iter().zip(ids) {
            let options = OpenOptions {
                search_timeout: Duration::from_secs(60),
                ..OpenOptions::default()
            };
            let own = Stopped {
                clock: stopped.clock.clone(),
                admin: stopped.admin.clone(),
                set_up: stopped.set_up.clone(),
                address: sqlite_in(&directory),
                directory,
            };
            let (core, store) = load(&own.address, &own.clock, options).await;
            servers.push(own.serve(core.with_resource_ids(ids), store));
        }
        servers.try_into().unwrap_or_else(|_| panic!("two servers"))
    }
}
