//! The list of valid vectors that are refused on purpose.

use crate::data;
use jose::JoseError;
use std::collections::BTreeMap;

/// (file, vector) → the name of the rule that refuses it.
pub(crate) type Refusals = BTreeMap<(String, String), String>;

/// The name of an error: what is in parentheses explains it further.
pub(crate) fn name(error: JoseError) -> String {
    let printed = format!("{error:?}");
    printed.split('(').next().unwrap().to_owned()
}

/// What the list says of the files whose names begin so. A line is `error file vector…`.
pub(crate) fn listed(prefix: &str) -> Refusals {
    let text = std::fs::read_to_string(data("unsupported.txt")).unwrap();
    let mut refusals = Refusals::new();
    for line in text.lines().filter(|line| !line.starts_with('#')) {
        let mut words = line.split_ascii_whitespace();
        let (Some(error), Some(file)) = (words.next(), words.next()) else {
            continue;
        };
        for vector in words.filter(|_| file.starts_with(prefix)) {
            let twice = refusals.insert((file.to_owned(), vector.to_owned()), error.to_owned());
            assert_eq!(twice, None, "{file} {vector} stands there twice");
        }
    }
    refusals
}
