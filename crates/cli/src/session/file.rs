//! The file of sessions: who is signed in to which realm. Only its owner can read it (T11).

use anyhow::{Context, bail};
use serde::{Deserialize, Serialize};
use std::{
    collections::BTreeMap,
    fs::{self, DirBuilder, File, OpenOptions, Permissions},
    io::{ErrorKind, Write},
    os::unix::fs::{DirBuilderExt, OpenOptionsExt, PermissionsExt},
    path::{Path, PathBuf},
};
use zeroize::Zeroizing;

/// A person's session with a realm.
#[derive(Clone, Serialize, Deserialize)]
pub(super) struct Session {
    /// The client that got the tokens.
    pub(super) client_id: String,
    /// The access token.
    pub(super) access_token: Zeroizing<String>,
    /// What gets the next one, if there is such a thing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) refresh_token: Option<Zeroizing<String>>,
    /// When the access token expires, in seconds since 1970.
    pub(super) expires: i64,
}

/// All sessions of a person on this machine, by realm.
#[derive(Default, Serialize, Deserialize)]
pub(super) struct Sessions {
    /// The realm that was signed in to last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) current: Option<String>,
    /// The sessions.
    #[serde(default)]
    pub(super) sessions: BTreeMap<String, Session>,
}

/// The file, held by this process alone.
pub(super) struct SessionFile {
    path: PathBuf,
    /// The lock goes with it. Two processes that refresh at once would use one refresh token twice.
    _lock: File,
}

impl SessionFile {
    /// Waits for the file of the person who runs this.
    pub(super) fn open() -> anyhow::Result<Self> {
        let folder = folder()?;
        DirBuilder::new()
            .recursive(true)
            .mode(0o700)
            .create(&folder)
            .with_context(|| format!("{} can't be made", folder.display()))?;
        fs::set_permissions(&folder, Permissions::from_mode(0o700))
            .with_context(|| format!("{} can't be closed to others", folder.display()))?;
        let lock = OpenOptions::new()
            .create(true)
            .truncate(false)
            .write(true)
            .mode(0o600)
            .open(folder.join("sessions.lock"))?;
        lock.lock()?;
        let path = folder.join("sessions.json");
        Ok(Self { path, _lock: lock })
    }

    /// What is in it; nothing, if there is no such file.
    pub(super) fn read(&self) -> anyhow::Result<Sessions> {
        match read_private(&self.path) {
            Ok(text) => serde_json::from_str(&text)
                .with_context(|| format!("{} holds no sessions", self.path.display())),
            Err(error) if is_missing(&error) => Ok(Sessions::default()),
            Err(error) => Err(error),
        }
    }

    /// Puts other sessions in the place of those that are there, all or nothing.
    pub(super) fn write(&self, sessions: &Sessions) -> anyhow::Result<()> {
        let folder = self.path.parent().unwrap_or(Path::new("."));
        let text = Zeroizing::new(serde_json::to_string_pretty(sessions)?);
        // Made with mode 600.
        let mut file = tempfile::NamedTempFile::new_in(folder)?;
        writeln!(file, "{}", *text)?;
        file.as_file().sync_all()?;
        file.persist(&self.path)
            .with_context(|| format!("{} can't be written", self.path.display()))?;
        Ok(())
    }
}

fn is_missing(error: &anyhow::Error) -> bool {
    let io = error.downcast_ref::<std::io::Error>();
    io.is_some_and(|error| error.kind() == ErrorKind::NotFound)
}

/// Reads a file of secrets, which others must not be able to read.
pub(super) fn read_private(path: &Path) -> anyhow::Result<Zeroizing<String>> {
    let cannot = || format!("{} can't be read", path.display());
    let mut file = File::open(path).with_context(cannot)?;
    // Of the file that is open, not of one that has its name by now.
    if file.metadata().with_context(cannot)?.permissions().mode() & 0o077 != 0 {
        bail!(
            "{} can be read by others, and holds secrets: give it mode 600",
            path.display()
        );
    }
    let mut text = Zeroizing::new(String::new());
    std::io::Read::read_to_string(&mut file, &mut text).with_context(cannot)?;
    Ok(text)
}

/// Where settings of a person are (XDG Base Directory Specification).
fn folder() -> anyhow::Result<PathBuf> {
    let absolute = |name: &str| {
        let path = std::env::var_os(name).map(PathBuf::from);
        path.filter(|path| path.is_absolute())
    };
    let settings = absolute("XDG_CONFIG_HOME")
        .or_else(|| absolute("HOME").map(|home| home.join(".config")))
        .context("there is no place for sessions: neither XDG_CONFIG_HOME nor HOME is set")?;
    Ok(settings.join("ambit"))
}
