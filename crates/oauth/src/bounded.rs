//! What the requests of the browser have in common: parameters with a bound, wherever they come
//! from, and a query that is added to a URI.

use crate::OAuthError;
use crate::form::Parameters;
use url::form_urlencoded;

/// Most words of a list such as `acr_values`.
pub(crate) const MAX_WORDS: usize = 32;
/// Longest word of such a list, in bytes.
pub(crate) const MAX_WORD_BYTES: usize = 255;

/// Where the parameters of a request are found: in a query, a form or a request object.
pub(crate) trait Source {
    /// The value of a parameter that may be given once; `None` if it is empty.
    fn get(&self, name: &str) -> Option<&str>;
    /// The non-empty values of a parameter that may be repeated.
    fn all(&self, name: &str) -> Vec<&str>;
}

impl Source for Parameters {
    fn get(&self, name: &str) -> Option<&str> {
        Self::get(self, name)
    }

    fn all(&self, name: &str) -> Vec<&str> {
        Self::all(self, name).collect()
    }
}

/// A text of at most so many bytes; a longer one is refused and never dropped (REG-09).
pub(crate) fn text(
    source: &impl Source,
    name: &str,
    longest: usize,
) -> Result<Option<String>, OAuthError> {
    match source.get(name) {
        Some(value) if value.len() > longest => Err(refused(name, "is too long")),
        value => Ok(value.map(str::to_owned)),
    }
}

/// Words separated by spaces, in the order of preference.
pub(crate) fn words(source: &impl Source, name: &str) -> Result<Vec<String>, OAuthError> {
    let mut words = Vec::new();
    for word in source.get(name).unwrap_or_default().split(' ') {
        if word.is_empty() {
            continue;
        }
        if words.len() == MAX_WORDS || word.len() > MAX_WORD_BYTES {
            return Err(refused(name, "is too long"));
        }
        words.push(word.to_owned());
    }
    Ok(words)
}

/// `invalid_request` about a parameter.
pub(crate) fn refused(name: &str, why: &str) -> OAuthError {
    OAuthError::invalid_request(format!("parameter '{name}' {why}"))
}

/// Adds parameters to the query of a URI without fragment (RFC 6749 §4.1.2, appendix B).
pub(crate) fn with_query<'a>(
    uri: &str,
    parameters: impl IntoIterator<Item = (&'a str, &'a str)>,
) -> String {
    let query = form_urlencoded::Serializer::new(String::new())
        .extend_pairs(parameters)
        .finish();
    let separator = match uri.split_once('?') {
        _ if query.is_empty() => "",
        None => "?",
        Some((_, before)) if before.is_empty() || before.ends_with('&') => "",
        Some(_) => "&",
    };
    format!("{uri}{separator}{query}")
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_query_is_added_to() {
        for (uri, expected) in [
            ("https://x.example", "https://x.example?a=b+c&d=%26%3D%23"),
            (
                "https://x.example/?",
                "https://x.example/?a=b+c&d=%26%3D%23",
            ),
            (
                "https://x.example/?q",
                "https://x.example/?q&a=b+c&d=%26%3D%23",
            ),
            (
                "https://x.example/?q&",
                "https://x.example/?q&a=b+c&d=%26%3D%23",
            ),
            (
                "com.example:/cb?a=?",
                "com.example:/cb?a=?&a=b+c&d=%26%3D%23",
            ),
        ] {
            assert_eq!(with_query(uri, [("a", "b c"), ("d", "&=#")]), expected);
            assert_eq!(with_query(uri, []), uri);
        }
    }

    #[test]
    fn reg09_lists_are_bounded() {
        let list = |words: &str| {
            let form = format!("acr_values={words}");
            super::words(&Parameters::parse(form.as_bytes()).unwrap(), "acr_values")
        };
        assert_eq!(list("a++b+").unwrap(), ["a", "b"]);
        assert_eq!(list("").unwrap(), Vec::<String>::new());
        assert_eq!(list(&vec!["a"; 32].join("+")).unwrap().len(), 32);
        assert!(list(&vec!["a"; 33].join("+")).is_err());
        assert!(list(&"a".repeat(255)).is_ok());
        assert!(list(&"a".repeat(256)).is_err());
    }
}
