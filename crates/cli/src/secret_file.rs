//! Files with secrets in them: who else can read them.

use crate::serve::{create_secret, sync_folder_of};
use anyhow::Context;
use serde_json::Value;
use std::{
    fs::File,
    io::Write,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
};
use zeroize::Zeroizing;

/// What to do about a secret file that others can read.
const ADVICE: &str = "others can read this secret file; give it mode 600";

/// Points it out in the log.
pub(crate) fn warn_if_shared(file: &Path) {
    if is_shared(file) {
        tracing::warn!(file = %file.display(), "{ADVICE}");
    }
}

/// Points it out on the terminal, where there is no log.
pub(crate) fn complain_if_shared(file: &Path) {
    if is_shared(file) {
        crate::terminal::complain(format_args!("warning: {}: {ADVICE}", file.display()));
    }
}

/// Whether others than its owner can do anything with the file.
fn is_shared(file: &Path) -> bool {
    std::fs::metadata(file).is_ok_and(|meta| meta.permissions().mode() & 0o077 != 0)
}

/// A new file for secrets that only its owner can read, made before there is a secret to put into it.
/// It goes away again if none comes.
pub(crate) struct NewSecretFile {
    file: File,
    path: PathBuf,
    filled: bool,
}

impl NewSecretFile {
    /// Makes it; one that exists is an error.
    pub(crate) fn create(path: &Path) -> anyhow::Result<Self> {
        let file =
            create_secret(path).with_context(|| format!("{} can't be made", path.display()))?;
        Ok(Self {
            file,
            path: path.to_owned(),
            filled: false,
        })
    }

    /// Writes secrets into it, durably, if there are any.
    pub(crate) fn fill(mut self, secrets: Vec<Value>) -> anyhow::Result<()> {
        if secrets.is_empty() {
            return Ok(());
        }
        let text = Zeroizing::new(serde_json::to_string_pretty(&Value::from(secrets))?);
        // What is there of them is better than nothing, also if this fails.
        self.filled = true;
        writeln!(self.file, "{}", *text)
            .and_then(|()| self.file.sync_all())
            .and_then(|()| sync_folder_of(&self.path))
            .with_context(|| format!("{} can't be written", self.path.display()))
    }
}

impl Drop for NewSecretFile {
    fn drop(&mut self) {
        if !self.filled {
            let _ = std::fs::remove_file(&self.path);
        }
    }
}
