//! The command lines of tasks: options, some of which have a value.

use std::fmt::Display;
use std::slice::Iter;
use std::str::FromStr;

use anyhow::{Error, Result, anyhow};

/// What of a command line was not read yet.
pub(crate) struct Arguments<'a> {
    rest: Iter<'a, &'a str>,
    /// The option that is being read.
    option: &'a str,
    usage: &'a str,
}

impl<'a> Arguments<'a> {
    /// `usage` is shown with every mistake.
    pub(crate) fn new(arguments: &'a [&'a str], usage: &'a str) -> Self {
        Self {
            rest: arguments.iter(),
            option: "",
            usage,
        }
    }

    /// The next option.
    pub(crate) fn option(&mut self) -> Option<&'a str> {
        self.option = self.rest.next()?;
        Some(self.option)
    }

    /// The value of the option.
    pub(crate) fn value(&mut self) -> Result<&'a str> {
        let value = self.rest.next().copied();
        value.ok_or_else(|| self.mistake("needs a value"))
    }

    /// The value of the option, which is a number.
    pub(crate) fn number<T: FromStr>(&mut self) -> Result<T> {
        let value = self.value()?;
        let number = value.parse().ok();
        number.ok_or_else(|| self.mistake(format_args!("`{value}`: not a number")))
    }

    /// The option is none.
    pub(crate) fn unknown(&self) -> Error {
        self.mistake("is no option")
    }

    fn mistake(&self, what: impl Display) -> Error {
        anyhow!("{} {what}\n\n{}", self.option, self.usage)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn options_and_their_values_are_read_and_mistakes_named() {
        let mut arguments = Arguments::new(&["--jobs", "4", "--only", "x", "--jobs"], "Usage");
        assert_eq!(arguments.option(), Some("--jobs"));
        assert_eq!(arguments.number::<usize>().unwrap(), 4);
        assert_eq!(arguments.option(), Some("--only"));
        let error = arguments.number::<usize>().unwrap_err().to_string();
        assert_eq!(error, "--only `x`: not a number\n\nUsage");
        assert_eq!(arguments.option(), Some("--jobs"));
        let error = arguments.value().unwrap_err().to_string();
        assert_eq!(error, "--jobs needs a value\n\nUsage");
        assert_eq!(arguments.option(), None);
    }
}
