//! How a command ends.

use std::{fmt, process::ExitCode};

/// The command did part of what was asked; its report says what was left out.
pub(crate) const INCOMPLETE: u8 = 3;

/// A comparison found differences.
pub(crate) const DIFFERENT: u8 = 2;

/// The command was used wrongly: bad flags or settings.
#[derive(Debug)]
pub(crate) struct UsageError(pub(crate) String);

impl fmt::Display for UsageError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for UsageError {}

/// The exit code of a failed command; see [`HELP`].
pub(crate) fn code_of(error: &anyhow::Error) -> ExitCode {
    ExitCode::from(if error.is::<UsageError>() { 2 } else { 1 })
}

/// The exit codes, for the help.
pub(crate) const HELP: &str = "\
Exit codes:
  0  done
  1  failed
  2  used wrongly: bad flags or settings
  3  done in part: an import rejected some entries, or a command of a batch failed";

/// The exit codes of `ambit config`, for its help.
pub(crate) const CONFIG_HELP: &str = "\
Exit codes:
  0  done
  1  failed: nothing was changed, unless it says otherwise
  2  used wrongly: a flag, a property or a line of a batch file; nothing was changed
  3  done in part: with --batch-continue-on-error, a command failed";
