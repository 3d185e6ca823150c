//! Files with secrets in them: who else can read them.

use crate::serve::create_secret;
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

/// Makes a new file that only its owner can read, before there is anything to put into it; one that
/// exists is an error.
pub(crate) fn create(file: &Path) -> anyhow::Result<(File, PathBuf)> {
    let made = create_secret(file).with_context(|| format!("{} can't be made", file.display()))?;
    Ok((made, file.to_owned()))
}

/// Writes secrets into such a file, durably.
pub(crate) fn fill((mut file, path): (File, PathBuf), secrets: &Value) -> anyhow::Result<()> {
    let text = Zeroizing::new(serde_json::to_string_pretty(secrets)?);
    writeln!(file, "{}", *text)
        .and_then(|()| file.sync_all())
        .with_context(|| format!("{} can't be written", path.display()))
}
