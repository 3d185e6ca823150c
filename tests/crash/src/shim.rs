//! The C library's calls of `ambit`, recorded and failed (`shim/shim.c`).

use anyhow::{Context as _, Result, bail};
use std::{
    fs::File,
    io::Write as _,
    os::unix::fs::FileExt as _,
    path::{Path, PathBuf},
    process::Command,
};

/// Kinds of records that are not the shim's own.
pub(crate) const SENT: u8 = 100;
pub(crate) const ANSWERED: u8 = 101;

/// Bytes of a record before its data.
pub(crate) const HEAD: usize = 24;

/// Compiles the shim into a folder.
pub(crate) fn compile(folder: &Path) -> Result<PathBuf> {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("shim/shim.c");
    let shim_object = folder.join("shim.so");
    let compiled = Command::new("cc")
        .args(["-std=gnu11", "-O2", "-Wall", "-Wextra", "-Werror"])
        .args(["-shared", "-fPIC", "-o"])
        .arg(&shim_object)
        .arg(&source)
        .args(["-ldl", "-lpthread"])
        .status()
        .context("cannot start `cc`: a C compiler is needed")?;
    if !compiled.success() {
        bail!("{} does not compile", source.display());
    }
    Ok(shim_object)
}

/// The environment that puts the shim in the way of a server whose files are in `folder`.
pub(crate) fn environment(
    shim_object: &Path,
    folder: &Path,
    log: Option<&Path>,
    control: Option<&Control>,
) -> Vec<(String, String)> {
    let mut environment = vec![
        ("LD_PRELOAD".to_owned(), shim_object.display().to_string()),
        ("AMBIT_SHIM_FOLDER".to_owned(), folder.display().to_string()),
    ];
    let log = log.map(|log| ("AMBIT_SHIM_LOG".to_owned(), log.display().to_string()));
    environment.extend(log);
    let control = control.map(|control| control.path.display().to_string());
    environment.extend(control.map(|path| ("AMBIT_SHIM_CONTROL".to_owned(), path)));
    environment
}

/// A history that the shim and the clients append to.
#[derive(Debug)]
pub(crate) struct Marks(File);

impl Marks {
    /// An empty history.
    pub(crate) fn create(path: &Path) -> Result<Self> {
        File::create(path)?;
        Ok(Self(File::options().append(true).open(path)?))
    }

    /// A request is about to be sent.
    pub(crate) fn sent(&self, worker: usize, number: usize) {
        self.mark(SENT, worker, number);
    }

    /// A request was answered.
    pub(crate) fn answered(&self, worker: usize, number: usize) {
        self.mark(ANSWERED, worker, number);
    }

    fn mark(&self, kind: u8, worker: usize, number: usize) {
        let mut record = [0; HEAD];
        record[0] = kind;
        record[4..8].copy_from_slice(&u32::try_from(worker).unwrap_or(u32::MAX).to_ne_bytes());
        record[8..16].copy_from_slice(&(number as u64).to_ne_bytes());
        // One call, so that no other record can come between.
        if let Err(error) = (&self.0).write_all(&record) {
            panic!("the history can't be written: {error}");
        }
    }
}

/// Which calls fail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Calls {
    /// `write` and its kin, `ftruncate`.
    Writes,
    /// `fsync` and `fdatasync`.
    Syncs,
    /// Creating and deleting files.
    Names,
}

/// Input/output error.
pub(crate) const EIO: u64 = 5;
/// No space left on device.
pub(crate) const ENOSPC: u64 = 28;

/// The switches of a shim that is in use: `struct control` of `shim.c`, a file that it has mapped.
#[derive(Debug)]
pub(crate) struct Control {
    pub(crate) path: PathBuf,
    file: File,
}

impl Control {
    /// Switches that let everything through.
    pub(crate) fn create(path: &Path) -> Result<Self> {
        let file = File::options()
            .create(true)
            .truncate(true)
            .read(true)
            .write(true)
            .open(path)?;
        file.set_len(4096)?;
        let control = Self {
            path: path.to_owned(),
            file,
        };
        control.heal()?;
        Ok(control)
    }

    /// The `countdown`-th call fails with `error`, and if `lasting` all after it.
    pub(crate) fn fail(
        &self,
        calls: Calls,
        countdown: u64,
        error: u64,
        lasting: bool,
    ) -> Result<()> {
        let class = match calls {
            Calls::Writes => 1,
            Calls::Syncs => 2,
            Calls::Names => 4,
        };
        for (place, value) in [(1, countdown), (2, error), (3, u64::from(lasting)), (6, 0)] {
            self.set(place, value)?;
        }
        self.set(0, class)
    }

    /// Files may grow by so many bytes, all together.
    pub(crate) fn leave_space(&self, bytes: u64) -> Result<()> {
        self.set(6, 0)?;
        self.set(4, bytes)
    }

    /// Nothing fails any more.
    pub(crate) fn heal(&self) -> Result<()> {
        for (place, value) in [(0, 0), (1, 0), (4, u64::MAX)] {
            self.set(place, value)?;
        }
        Ok(())
    }

    /// How many calls were failed since this was last asked for.
    pub(crate) fn failed(&self) -> Result<u64> {
        let mut bytes = [0; 8];
        self.file.read_exact_at(&mut bytes, 6 * 8)?;
        Ok(u64::from_ne_bytes(bytes))
    }

    fn set(&self, place: u64, value: u64) -> Result<()> {
        Ok(self.file.write_all_at(&value.to_ne_bytes(), place * 8)?)
    }
}
