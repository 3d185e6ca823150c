//! Two servers that were one: copies of the same store, which go their own ways from then on.

use super::{TestServer, load};
use domain::ResourceIds;
use std::{sync::Arc, time::Duration};
use store::OpenOptions;
use tempfile::TempDir;

impl TestServer {
    /// Stops the server and starts two over copies of its store. They share its clock; each has a
    /// source of ids of its own, and all the time it wants for a search.
    pub async fn twins(self, ids: [Arc<dyn ResourceIds>; 2]) -> [Self; 2] {
        let Self {
            core,
            clock,
            store,
            admin,
            router,
            address,
            directory,
        } = self;
        drop((core, store, router, address));
        let copy = TempDir::new().unwrap();
        for file in std::fs::read_dir(directory.path()).unwrap() {
            let file = file.unwrap();
            std::fs::copy(file.path(), copy.path().join(file.file_name())).unwrap();
        }
        let mut servers = Vec::new();
        for (directory, ids) in [directory, copy].into_iter().zip(ids) {
            let options = OpenOptions {
                search_timeout: Duration::from_secs(60),
                ..OpenOptions::default()
            };
            let file = directory.path().join("ambit.sqlite3");
            let address = format!("sqlite:{}", file.display());
            let (core, store) = load(&address, &clock, options).await;
            let core = Arc::new(core.with_resource_ids(ids));
            servers.push(Self {
                router: server::router(server::App::new(core.clone())),
                core,
                clock: clock.clone(),
                store,
                admin: admin.clone(),
                address,
                directory,
            });
        }
        servers.try_into().unwrap_or_else(|_| panic!("two servers"))
    }
}
