//! An address that a page may link or post to.

use url::Url;

/// An absolute `http` or `https` URL, kept as it was spelled.
///
/// Born only where it was read: a link cannot be made of `javascript:`, `data:` or a bare string (REG-02, REG-27).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WebUrl {
    spelled: String,
    host: String,
}

impl WebUrl {
    /// `None` for every other scheme, a missing host, a user name (`https://bank.example@evil.example`), and for
    /// characters that a URL has not: browsers drop some of them before they look at the scheme.
    pub fn parse(spelled: &str) -> Option<Self> {
        if spelled.chars().any(|c| c.is_control() || c.is_whitespace()) || spelled.contains('\\') {
            return None;
        }
        let url = Url::parse(spelled).ok()?;
        let anonymous = url.username().is_empty() && url.password().is_none();
        if !matches!(url.scheme(), "http" | "https") || !anonymous {
            return None;
        }
        Some(Self {
            spelled: spelled.to_owned(),
            host: url.host_str()?.to_owned(),
        })
    }

    /// The URL as it was spelled.
    pub fn as_str(&self) -> &str {
        &self.spelled
    }

    /// The host, in ASCII (Punycode): what a person may judge the link by.
    pub fn host(&self) -> &str {
        &self.host
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn web_urls_keep_their_spelling() {
        for fine in [
            "https://app.example/a?b=c#d",
            "http://127.0.0.1:8080/cb",
            "HTTPS://App.Example",
        ] {
            assert_eq!(WebUrl::parse(fine).unwrap().as_str(), fine);
        }
        assert_eq!(
            WebUrl::parse("https://bücher.example/").unwrap().host(),
            "xn--bcher-kva.example"
        );
    }

    #[test]
    fn reg_02_nothing_else_becomes_a_link() {
        for refused in [
            "javascript:alert(1)",
            "JaVaScRiPt:alert(1)",
            "java\nscript:alert(1)",
            " javascript:alert(1)",
            "\u{1}javascript:alert(1)",
            "data:text/html,<script>",
            "vbscript:x",
            "file:///etc/passwd",
            "//evil.example",
            "/relative",
            "",
            "https://",
            "https://bank.example@evil.example/",
            "https:\\\\evil.example",
            "https://a b/",
            "app:/cb",
        ] {
            assert_eq!(WebUrl::parse(refused), None, "{refused:?}");
        }
    }
}
