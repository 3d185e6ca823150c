//! Exclusive ownership: an operating system's lock on a file beside the database, which the
//! system releases however the process ends.
//!
//! The file may be removed or replaced under us; then another process may own the database. A
//! watcher looks every [`WATCHED`], so that a read costs a flag; a write looks for itself.

use crate::OpenError;
use domain::store::StoreError;
use std::{
    fs::{File, OpenOptions, TryLockError},
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
        mpsc::{RecvTimeoutError, Sender, channel},
    },
    thread::JoinHandle,
    time::Duration,
};

/// How long it may take at most until reads learn that ownership is lost.
const WATCHED: Duration = Duration::from_millis(100);

/// The database file of this process.
pub(super) struct Lock {
    held: Arc<Held>,
    watcher: Option<(Sender<()>, JoinHandle<()>)>,
}

/// What is held, and whether it was found to be lost; what is lost never comes back.
struct Held {
    lost: AtomicBool,
    /// Locked as long as it is open.
    file: File,
    path: PathBuf,
    database: PathBuf,
}

impl Lock {
    /// Creates the database file unless it exists, and locks it.
    pub(super) fn take(database: &Path) -> Result<Self, OpenError> {
        let failed = |path: &Path| {
            let path = path.to_owned();
            move |error| OpenError::File(path, error)
        };
        create(database).map_err(failed(database))?;
        // One file has one lock, by whatever name it is opened.
        let database = database.canonicalize().map_err(failed(database))?;
        let mut path = database.clone().into_os_string();
        path.push(".lock");
        let path = PathBuf::from(path);
        let file = create(&path).map_err(failed(&path))?;
        match file.try_lock() {
            Ok(()) => Self::watch(Held {
                lost: AtomicBool::new(false),
                file,
                path,
                database,
            }),
            Err(TryLockError::WouldBlock) => Err(OpenError::Owned(database.display().to_string())),
            Err(TryLockError::Error(error)) => Err(OpenError::File(path, error)),
        }
    }

    fn watch(held: Held) -> Result<Self, OpenError> {
        let held = Arc::new(held);
        let (stop, stopped) = channel();
        let watched = held.clone();
        let watcher = std::thread::Builder::new()
            .name("store-lock".into())
            .spawn(move || {
                let goes_on = || stopped.recv_timeout(WATCHED) == Err(RecvTimeoutError::Timeout);
                while goes_on() && watched.check().is_ok() {}
            })
            .map_err(|error| OpenError::Engine(error.to_string()))?;
        Ok(Self {
            held,
            watcher: Some((stop, watcher)),
        })
    }

    /// The canonical path of the database.
    pub(super) fn database(&self) -> &Path {
        &self.held.database
    }

    /// Whether the locked file is still the one that another process would try to lock, as the
    /// watcher or a write last found it.
    pub(super) fn is_held(&self) -> bool {
        !self.held.lost.load(Ordering::SeqCst)
    }

    /// [`check`](Self::check), for who writes.
    pub(super) fn checker(&self) -> impl Fn() -> Result<(), StoreError> + Send + 'static {
        let held = self.held.clone();
        move || held.check()
    }

    /// As [`is_held`](Self::is_held), looking now.
    pub(super) fn check(&self) -> Result<(), StoreError> {
        self.held.check()
    }
}

impl Drop for Lock {
    /// The file is given up here, not when the watcher happens to wake.
    fn drop(&mut self) {
        if let Some((stop, watcher)) = self.watcher.take() {
            drop(stop);
            if watcher.join().is_err() {
                tracing::error!("the watcher of the lock file panicked");
            }
        }
    }
}

impl Held {
    fn check(&self) -> Result<(), StoreError> {
        let found = same_file(&self.file, &self.path) && self.database.exists();
        if !found {
            self.lost.store(true, Ordering::SeqCst);
        }
        if !self.lost.load(Ordering::SeqCst) {
            return Ok(());
        }
        let path = self.path.display();
        Err(StoreError::Unavailable(format!(
            "{path} was removed or replaced: ownership is lost"
        )))
    }
}

/// Opens a file, for its owner only if it is new.
fn create(path: &Path) -> std::io::Result<File> {
    let mut options = OpenOptions::new();
    options.read(true).write(true).create(true).truncate(false);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

#[cfg(unix)]
fn same_file(file: &File, path: &Path) -> bool {
    use std::os::unix::fs::MetadataExt;
    let identity = |metadata: std::fs::Metadata| (metadata.dev(), metadata.ino());
    match (file.metadata(), path.metadata()) {
        (Ok(held), Ok(found)) => identity(held) == identity(found),
        _ => false,
    }
}

#[cfg(not(unix))]
fn same_file(_file: &File, path: &Path) -> bool {
    path.exists()
}
