//! What every suite needs: places to keep a store in, and things to keep.
#![allow(dead_code)] // No test binary uses all of it.

pub mod postgres;
pub mod relay;
pub mod things;

use domain::store::Store;
use std::{any::Any, future::Future, pin::Pin, sync::Arc, time::Duration};
use store::{OpenError, OpenOptions};

/// Where a store can be opened, closed and opened again.
pub struct Place {
    pub address: String,
    guard: Box<dyn Any + Send + Sync>,
}

impl Place {
    pub fn new(address: String, guard: impl Any + Send + Sync) -> Self {
        Self {
            address,
            guard: Box::new(guard),
        }
    }

    /// A new SQLite database in a folder of its own.
    pub fn sqlite() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("ambit.db");
        Self::new(format!("sqlite:{}", path.display()), folder)
    }

    /// A new PostgreSQL database, where there is a server.
    pub async fn postgres() -> Option<Self> {
        let address = postgres::database().await?;
        Some(Self::new(address, ()))
    }

    pub async fn try_open(&self) -> Result<Arc<dyn Store>, OpenError> {
        // Searches are not hurried here: other tests use the machine too.
        let search_timeout = Duration::from_secs(60);
        store::open(
            &self.address,
            OpenOptions {
                search_timeout,
                ..OpenOptions::default()
            },
        )
        .await
    }

    pub async fn open(&self) -> Arc<dyn Store> {
        self.try_open().await.unwrap()
    }

    /// Opens once more what was just closed: the engine may take a moment to notice.
    pub async fn reopen(&self) -> Arc<dyn Store> {
        for _ in 0..100 {
            match self.try_open().await {
                Err(OpenError::Owned(_)) => tokio::time::sleep(Duration::from_millis(50)).await,
                opened => return opened.unwrap(),
            }
        }
        panic!("still owned after 5 seconds");
    }
}

type Run = fn(Place) -> Pin<Box<dyn Future<Output = ()>>>;

/// A case of the conformance suite.
pub struct Case {
    pub name: &'static str,
    pub run: Run,
}

/// The cases of a module, by the names of their functions.
#[macro_export]
macro_rules! cases {
    ($($name:ident),+ $(,)?) => {
        pub const CASES: &[$crate::support::Case] = &[$($crate::support::Case {
            name: stringify!($name),
            run: |place| Box::pin($name(place)),
        }),+];
    };
}

/// Runs cases, each in a place of its own.
pub fn run(cases: &[Case], place: impl AsyncFn() -> Place) {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(4)
        .enable_all()
        .build()
        .unwrap();
    for case in cases {
        println!("case {}", case.name);
        let begun = std::time::Instant::now();
        runtime.block_on(async { (case.run)(place().await).await });
        println!("  passed in {:?}", begun.elapsed());
    }
}
