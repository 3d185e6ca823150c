//! What goes to the terminal. Answers go to standard output, everything else to standard error.

use std::{
    fmt::Display,
    io::{self, IsTerminal, Write},
};

/// Writes one line to standard output. That nobody reads it any more changes nothing of what is done.
pub(crate) fn say(line: impl Display) -> io::Result<()> {
    print(format_args!("{line}\n"))
}

/// The same for text that has its line ends.
pub(crate) fn print(text: impl Display) -> io::Result<()> {
    match hand_over(text) {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        other => other,
    }
}

/// Writes to standard output what is never shown again, such as a new secret: it must have a reader.
pub(crate) fn hand_over(text: impl Display) -> io::Result<()> {
    let mut out = io::stdout().lock();
    write!(out, "{text}")?;
    out.flush()
}

/// Writes one line to standard error; nobody is left to tell if that fails.
pub(crate) fn complain(line: impl Display) {
    let _ = writeln!(io::stderr().lock(), "{line}");
}

/// Whether standard output takes colours: a terminal, and `NO_COLOR` unset or empty.
pub(crate) fn has_colours() -> bool {
    colours_wanted() && io::stdout().is_terminal()
}

/// Whether standard error takes colours.
pub(crate) fn has_colours_on_stderr() -> bool {
    colours_wanted() && io::stderr().is_terminal()
}

fn colours_wanted() -> bool {
    std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty())
}
