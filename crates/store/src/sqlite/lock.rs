//! Exclusive ownership: an operating system's lock on a file beside the database, which the
//! system releases however the process ends.

use crate::OpenError;
use domain::store::StoreError;
use std::{
    fs::{File, OpenOptions, TryLockError},
    path::{Path, PathBuf},
};

/// The database file of this process.
pub(super) struct Lock {
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
            Ok(()) => Ok(Self {
                file,
                path,
                database,
            }),
            Err(TryLockError::WouldBlock) => Err(OpenError::Owned(database.display().to_string())),
            Err(TryLockError::Error(error)) => Err(OpenError::File(path, error)),
        }
    }

    /// The canonical path of the database.
    pub(super) fn database(&self) -> &Path {
        &self.database
    }

    /// Whether the locked file is still the one that another process would try to lock.
    pub(super) fn check(&self) -> Result<(), StoreError> {
        if same_file(&self.file, &self.path) && self.database.exists() {
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
