//! `P:V` and `P<FILE`: a property and a value for it.

use crate::exit::UsageError;
use std::path::PathBuf;

/// A property and a value for it, as given on the command line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Assignment {
    /// The property, as it was written.
    pub(super) property: String,
    /// Where its value is.
    pub(super) value: Source,
}

/// Where a value is.
#[derive(Clone, PartialEq, Eq)]
pub(super) enum Source {
    /// It was given.
    Given(String),
    /// In a file.
    File(PathBuf),
    /// On standard input.
    Input,
}

/// What was given may turn out to be a secret that should not have been.
impl std::fmt::Debug for Source {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Given(_) => f.write_str("Given"),
            Self::File(path) => f.debug_tuple("File").field(path).finish(),
            Self::Input => f.write_str("Input"),
        }
    }
}

impl Assignment {
    /// Reads `P:V` or `P<FILE`, split at the first colon or `<`; `P<-` is standard input.
    pub(super) fn read(text: &str) -> Result<Self, UsageError> {
        let shape = || {
            let shown: String = text.chars().take_while(|c| *c != ':').take(60).collect();
            UsageError(format!(
                "`{shown}` must have the form PROPERTY:VALUE or PROPERTY<FILE"
            ))
        };
        let (at, separator) = text
            .char_indices()
            .find(|(_, c)| matches!(c, ':' | '<'))
            .ok_or_else(shape)?;
        let (property, rest) = text.split_at(at);
        let rest = rest.get(1..).unwrap_or_default();
        if property.is_empty() {
            return Err(shape());
        }
        let value = match (separator, rest) {
            (':', "") => return Err(empty(property)),
            ('<', "") => return Err(shape()),
            (':', value) => Source::Given(value.to_owned()),
            (_, "-") => Source::Input,
            (_, file) => Source::File(file.into()),
        };
        Ok(Self {
            property: property.to_owned(),
            value,
        })
    }
}

impl Assignment {
    /// As it is written on a command line.
    pub(super) fn written(&self) -> String {
        let property = &self.property;
        match &self.value {
            Source::Given(text) => format!("{property}:{text}"),
            Source::File(path) => format!("{property}<{}", path.display()),
            Source::Input => format!("{property}<-"),
        }
    }
}

/// The refusal of an empty value.
pub(super) fn empty(property: &str) -> UsageError {
    UsageError(format!(
        "`{property}` can't have an empty value; --reset {property} takes its values away"
    ))
}

impl Source {
    /// The value. One line end at the end of a file is not part of it.
    pub(super) fn text(&self) -> anyhow::Result<String> {
        let mut text = match self {
            Self::Given(text) => return Ok(text.clone()),
            Self::File(path) => std::fs::read_to_string(path)
                .map_err(|error| anyhow::anyhow!("{} can't be read: {error}", path.display()))?,
            Self::Input => std::io::read_to_string(std::io::stdin())?,
        };
        if text.ends_with('\n') {
            text.pop();
            if text.ends_with('\r') {
                text.pop();
            }
        }
        Ok(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn given(property: &str, value: &str) -> Assignment {
        Assignment {
            property: property.into(),
            value: Source::Given(value.into()),
        }
    }

    #[test]
    fn the_first_colon_separates() {
        assert_eq!(Assignment::read("a:b:c<d").unwrap(), given("a", "b:c<d"));
        assert_eq!(
            Assignment::read("a:urn:x:y").unwrap(),
            given("a", "urn:x:y")
        );
        let file = Assignment::read("a<C:/b").unwrap();
        assert_eq!(file.value, Source::File("C:/b".into()));
        assert_eq!(Assignment::read("a<-").unwrap().value, Source::Input);
    }

    #[test]
    fn what_has_no_property_or_no_value_is_refused() {
        let says = |text: &str| Assignment::read(text).unwrap_err().0;
        let shape = "must have the form PROPERTY:VALUE or PROPERTY<FILE";
        assert_eq!(says("tags"), format!("`tags` {shape}"));
        assert_eq!(says(":x"), format!("`` {shape}"));
        assert_eq!(says("tag<"), format!("`tag<` {shape}"));
        assert_eq!(
            says("tag:"),
            "`tag` can't have an empty value; --reset tag takes its values away"
        );
    }

    proptest! {
        #[test]
        fn every_text_is_read_or_refused(text in any::<String>()) {
            if let Ok(read) = Assignment::read(&text) {
                prop_assert_eq!(read.written(), text);
            }
        }

        #[test]
        fn any_value_goes_through(name in "[a-z-]{1,20}", value in "(?s).{1,40}") {
            let read = Assignment::read(&format!("{name}:{value}")).unwrap();
            prop_assert_eq!(read, given(&name, &value));
        }
    }
}
