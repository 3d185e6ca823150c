//! Files with secrets in them: who else can read them.

use std::{os::unix::fs::PermissionsExt, path::Path};

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
