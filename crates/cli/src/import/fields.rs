//! Takes an entry's values one attribute at a time, and remembers which were not taken.

use crate::ldif::Entry;
use std::collections::{BTreeMap, BTreeSet};

/// An entry whose values are being mapped.
pub(super) struct Fields<'a> {
    entry: &'a Entry,
    taken: BTreeSet<usize>,
}

/// What of an entry has no place in the realm.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct LeftOver {
    /// How many values of each attribute description were not mapped.
    pub(super) unmapped: BTreeMap<String, u64>,
    /// How many passwords were left out.
    pub(super) passwords: u64,
}

impl<'a> Fields<'a> {
    /// All of the entry's values, none taken.
    pub(super) fn new(entry: &'a Entry) -> Self {
        Self {
            entry,
            taken: BTreeSet::new(),
        }
    }

    /// The first value of the first of `names` that has one.
    pub(super) fn first(&mut self, names: &[&str]) -> Result<Option<String>, String> {
        for name in names {
            if let Some(value) = self.values(name, 1)?.pop() {
                return Ok(Some(value));
            }
        }
        Ok(None)
    }

    /// Every value of `name`.
    pub(super) fn all(&mut self, name: &str) -> Result<Vec<String>, String> {
        self.values(name, usize::MAX)
    }

    /// Up to `most` values, without the empty ones. `Err` if one is no text.
    fn values(&mut self, name: &str, most: usize) -> Result<Vec<String>, String> {
        let mut values = Vec::new();
        for (index, attribute) in self.entry.attributes.iter().enumerate() {
            if attribute.description != name || values.len() == most {
                continue;
            }
            let text = std::str::from_utf8(&attribute.value)
                .map_err(|_| format!("a value of `{name}` is not UTF-8 text"))?
                .trim();
            self.taken.insert(index);
            if !text.is_empty() && !values.iter().any(|value| value == text) {
                values.push(text.to_owned());
            }
        }
        Ok(values)
    }

    /// What was not taken.
    pub(super) fn left_over(self) -> LeftOver {
        let mut left = LeftOver::default();
        for (index, attribute) in self.entry.attributes.iter().enumerate() {
            let description = attribute.description.as_str();
            match description {
                "objectclass" => {}
                "userpassword" => left.passwords += 1,
                _ if self.taken.contains(&index) => {}
                _ => *left.unmapped.entry(description.to_owned()).or_default() += 1,
            }
        }
        left
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic)]
    use super::*;
    use crate::ldif::Reader;

    fn entry(text: &str) -> Entry {
        Reader::new(text.as_bytes())
            .next()
            .unwrap()
            .unwrap()
            .unwrap()
    }

    #[test]
    fn what_is_not_taken_is_left_over_by_name() {
        let entry = entry(
            "dn: cn=a\nobjectclass: person\ncn: a\ncn;lang-fr: â\nou: One\nou: Two\nmail: x\nmail: y\n\
             userPassword: secret\n",
        );
        let mut fields = Fields::new(&entry);
        assert_eq!(fields.first(&["displayname", "cn"]).unwrap().unwrap(), "a");
        assert_eq!(fields.first(&["ou"]).unwrap().unwrap(), "One");
        assert_eq!(fields.all("mail").unwrap(), ["x", "y"]);
        assert_eq!(fields.first(&["title"]).unwrap(), None);
        let left = fields.left_over();
        assert_eq!(
            left.unmapped,
            [("cn;lang-fr".into(), 1), ("ou".into(), 1)].into()
        );
        assert_eq!(left.passwords, 1);
    }

    #[test]
    fn values_are_trimmed_and_a_value_that_is_no_text_is_refused() {
        let entry = entry("dn: cn=a\ncn:  \ncn: b \ncn: b\nsn:: /w==\n");
        let mut fields = Fields::new(&entry);
        assert_eq!(fields.all("cn").unwrap(), ["b"]);
        assert!(fields.first(&["sn"]).unwrap_err().contains("`sn`"));
    }
}
