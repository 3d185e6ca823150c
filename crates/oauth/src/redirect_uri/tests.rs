#![allow(clippy::unwrap_used)]

use super::*;
use proptest::prelude::*;

mod mutations;

fn uri(text: &str) -> RedirectUri {
    text.parse().unwrap()
}

#[test]
fn a3_what_may_be_registered_is_kept_as_written() {
    for text in [
        "https://client.example.com/cb",
        "https://client.example.com",
        "https://client.example.com/",
        "https://client.example.com?tenant=1",
        "https://client.example.com/cb?tenant=1&decode=x",
        "https://client.example.com:8443/cb",
        "https://client.example.com/a%20b/c;v=1",
        "https://client.example.com/.well-known/cb",
        "https://xn--bcher-kva.example/cb",
        "https://192.0.2.7/cb",
        "https://[2001:db8::1]/cb",
        "http://127.0.0.1/cb",
        "http://127.0.0.1:8000/cb",
        "http://[::1]:8000/cb",
        "http://localhost:3000/cb",
        "com.example.app:/cb",
        "com.example.app:cb",
        "com.example.my-app://cb/x",
    ] {
        let read = uri(text);
        assert_eq!(read.as_str(), text);
        assert!(read.matches(text), "{text}");
        let json = serde_json::to_string(&read).unwrap();
        assert_eq!(serde_json::from_str::<RedirectUri>(&json).unwrap(), read);
    }
}

#[test]
fn a3_h2_what_may_not_is_refused_with_the_reason() {
    use RedirectUriError as E;
    let not_normal = |text: &str| E::NotNormal(text.to_owned());
    for (text, reason) in [
        ("", E::NotAbsolute),
        ("/cb", E::NotAbsolute),
        ("//x.example/cb", E::NotAbsolute),
        ("cb", E::NotAbsolute),
        ("https://", E::NotAbsolute),
        ("https://x.example:99999/cb", E::NotAbsolute),
        ("https://256.1.1.1/cb", E::NotAbsolute),
        ("https://x.example/cb#", E::Fragment),
        ("https://x.example/cb#f", E::Fragment),
        ("com.example.app:/cb#f", E::Fragment),
        ("https://user@x.example/cb", E::Credentials),
        ("https://user:pass@x.example/cb", E::Credentials),
        ("https://@x.example/cb", E::Credentials),
        ("https://:@x.example/cb", E::Credentials),
        ("https://a@b@x.example/cb", E::Credentials),
        ("com.example.app://user@cb", E::Credentials),
        ("https://*.example/cb", E::Wildcard),
        ("https://x.example*/cb", E::Wildcard),
        ("https://x.example/*", E::Wildcard),
        ("https://x.example/\\cb", E::Character),
        ("https:\\\\x.example/cb", E::Character),
        ("https://x.example/c b", E::Character),
        (" https://x.example/cb", E::Character),
        ("https://x.example/cb ", E::Character),
        ("https://x.example/cb\n", E::Character),
        ("https://x.example/\tcb", E::Character),
        ("https://x.example/cb\0", E::Character),
        ("java\nscript:alert(1)", E::Character),
        ("https://bücher.example/cb", E::Character),
        ("https://x.example/%", E::Character),
        ("https://x.example/%2", E::Character),
        ("https://x.example/%zz", E::Character),
        ("https://x.example/a/../cb", E::DotSegment),
        ("https://x.example/./cb", E::DotSegment),
        ("https://x.example/a/..", E::DotSegment),
        ("https://x.example/%2e%2E/cb", E::DotSegment),
        ("https://x.example/a/..;/cb", E::DotSegment),
        ("https://x.example/a/..;x=1/cb", E::DotSegment),
        ("https://x.example/a/..%3b/cb", E::DotSegment),
        ("com.example.app:../cb", E::DotSegment),
        ("https://x.example/a%2fcb", E::EncodedDelimiter),
        ("https://x.example/a%5Ccb", E::EncodedDelimiter),
        ("https://x.example/a%00", E::EncodedDelimiter),
        ("https://x.example/a%0d%0a", E::EncodedDelimiter),
        ("https://x.example/a%7F", E::EncodedDelimiter),
        ("HTTPS://x.example/cb", not_normal("https://x.example/cb")),
        ("https://X.example/cb", not_normal("https://x.example/cb")),
        ("https:x.example/cb", not_normal("https://x.example/cb")),
        ("https:/x.example/cb", not_normal("https://x.example/cb")),
        ("https:///x.example/cb", not_normal("https://x.example/cb")),
        (
            "https://x.example:443/cb",
            not_normal("https://x.example/cb"),
        ),
        ("https://x.example:/cb", not_normal("https://x.example/cb")),
        ("https://%78.example/cb", not_normal("https://x.example/cb")),
        ("http://127.1/cb", not_normal("http://127.0.0.1/cb")),
        ("http://2130706433/cb", not_normal("http://127.0.0.1/cb")),
        ("http://0x7f.0.0.1/cb", not_normal("http://127.0.0.1/cb")),
        ("http://[0::1]/cb", not_normal("http://[::1]/cb")),
        ("Com.Example.App:/cb", not_normal("com.example.app:/cb")),
        ("http://x.example/cb", E::PlainHttp),
        ("http://127.0.0.2/cb", E::PlainHttp),
        ("http://[::ffff:127.0.0.1]/cb", E::PlainHttp),
        ("http://localhost.x.example/cb", E::PlainHttp),
        ("http://127.0.0.1.x.example/cb", E::PlainHttp),
        ("http://localhost./cb", E::PlainHttp),
        ("myapp:/cb", E::Scheme),
        ("urn:ietf:wg:oauth:2.0:oob", E::Scheme),
        ("com..app:/cb", E::Scheme),
        ("com.example.:/cb", E::Scheme),
        ("com.-example:/cb", E::Scheme),
        ("com.exa+mple:/cb", E::Scheme),
        ("https://x.example/cb?code=1", E::Reserved("code")),
        ("https://x.example/cb?%63ode=1", E::Reserved("code")),
        ("https://x.example/cb?CODE", E::Reserved("code")),
        ("https://x.example/cb?a=1&state=2", E::Reserved("state")),
        ("https://x.example/cb?a=1;state=2", E::Reserved("state")),
        ("https://x.example?iss=https://as", E::Reserved("iss")),
        ("com.example.app:/cb?error=1", E::Reserved("error")),
        ("com.example.app:cb?response=1", E::Reserved("response")),
    ] {
        let refused = text.parse::<RedirectUri>().unwrap_err();
        assert_eq!(refused, reason, "{text:?}");
        assert!(serde_json::from_value::<RedirectUri>(text.into()).is_err());
        assert!(text.parse::<PostLogoutRedirectUri>().is_err());
    }
}

#[test]
fn a3_every_reserved_parameter_is_refused() {
    for name in RESERVED {
        let text = format!("https://x.example/cb?a=b&{name}=");
        assert_eq!(
            text.parse::<RedirectUri>(),
            Err(RedirectUriError::Reserved(name))
        );
        let longer = format!("https://x.example/cb?my_{name}=");
        assert!(longer.parse::<RedirectUri>().is_ok(), "{longer}");
    }
}

/// Every scheme that runs or reads something, in several cases and with several bodies.
#[test]
fn reg02_dangerous_schemes_in_any_case() {
    for scheme in [
        "javascript",
        "data",
        "vbscript",
        "file",
        "blob",
        "about",
        "filesystem",
        "view-source",
        "ftp",
        "ws",
        "wss",
        "jar",
        "mailto",
        "tel",
        "intent",
        "android-app",
        "chrome",
        "chrome-extension",
        "moz-extension",
        "ms-browser-extension",
        "res",
        "livescript",
        "mocha",
        "feed",
        "ldap",
        "gopher",
        "mhtml",
        "ms-its",
    ] {
        let capital = scheme.replacen(|_: char| true, &scheme[..1].to_uppercase(), 1);
        for spelt in [scheme.to_owned(), scheme.to_uppercase(), capital] {
            for rest in [
                ":alert(1)",
                ":/cb",
                "://client.example.com/cb",
                "://127.0.0.1/",
                ":",
            ] {
                let text = format!("{spelt}{rest}");
                assert!(text.parse::<RedirectUri>().is_err(), "{text}");
            }
        }
    }
}

#[test]
fn reg09_the_longest_is_kept_and_a_longer_one_refused() {
    let base = "https://x.example/";
    let longest = format!("{base}{}", "a".repeat(MAX_REDIRECT_URI_BYTES - base.len()));
    assert_eq!(uri(&longest).as_str(), longest);
    assert_eq!(
        format!("{longest}a").parse::<RedirectUri>(),
        Err(RedirectUriError::TooLong)
    );
}

#[test]
fn rfc8252_7_3_any_port_of_a_literal_loopback_address() {
    for (registered, presented) in [
        ("http://127.0.0.1/cb", "http://127.0.0.1:1/cb"),
        ("http://127.0.0.1/cb", "http://127.0.0.1:65535/cb"),
        ("http://127.0.0.1:8000/cb", "http://127.0.0.1:49152/cb"),
        ("http://127.0.0.1:8000/cb", "http://127.0.0.1/cb"),
        ("http://[::1]/cb?a=1", "http://[::1]:8000/cb?a=1"),
        ("http://127.0.0.1", "http://127.0.0.1:8000"),
        ("http://127.0.0.1?a", "http://127.0.0.1:8000?a"),
    ] {
        assert!(uri(registered).matches(presented), "{presented}");
        assert!(uri(registered).is_loopback());
    }
    for (registered, presented) in [
        ("http://localhost:3000/cb", "http://localhost:3001/cb"),
        ("http://localhost/cb", "http://localhost:80/cb"),
        ("https://127.0.0.1/cb", "https://127.0.0.1:8443/cb"),
        ("https://x.example/cb", "https://x.example:8443/cb"),
        (
            "com.example.app://127.0.0.1/cb",
            "com.example.app://127.0.0.1:1/cb",
        ),
    ] {
        assert!(!uri(registered).matches(presented), "{presented}");
    }
}

#[test]
fn a_refusal_is_invalid_redirect_uri() {
    let error = OAuthError::from("https://x.example/#".parse::<RedirectUri>().unwrap_err());
    assert_eq!(error.code(), ErrorCode::InvalidRedirectUri);
    let logout: PostLogoutRedirectUri = "http://127.0.0.1/bye".parse().unwrap();
    assert!(logout.matches("http://127.0.0.1:5/bye") && !logout.matches("http://127.0.0.1:5/by"));
    assert_eq!(logout.to_string(), logout.as_str());
    assert_eq!(
        serde_json::to_value(&logout).unwrap(),
        "http://127.0.0.1/bye"
    );
}

/// The rule said naively: byte-equal, or one of the loopback prefixes with one of all ports.
fn model(registered: &str, presented: &str) -> bool {
    registered == presented
        || ["http://127.0.0.1", "http://[::1]"].iter().any(|address| {
            let rests = registered
                .strip_prefix(address)
                .zip(presented.strip_prefix(address));
            let tail = |rest: &str| {
                let mut ports = (1..=65535_u16).map(|port| format!(":{port}"));
                let plain = !rest.starts_with(':');
                let end = rest.find(['/', '?']).unwrap_or(rest.len());
                (plain || ports.any(|port| port == rest[..end])).then(|| match plain {
                    true => rest.to_owned(),
                    false => rest[end..].to_owned(),
                })
            };
            rests.is_some_and(|(a, b)| tail(a).is_some() && tail(a) == tail(b))
        })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    /// REG-01: accept ⇔ byte-equal, or the loopback-port rule.
    #[test]
    fn reg01_a1_matching_agrees_with_the_model(
        registered in "(https://x\\.example|http://127\\.0\\.0\\.1|http://\\[::1\\]|http://localhost|com\\.example\\.app:)(:[1-9][0-9]{0,3})?(/[a-c.]{1,3}x){0,2}/?(\\?a=1)?",
        presented in "(https://x\\.example|http://127\\.0\\.0\\.1|http://\\[::1\\]|http://localhost|com\\.example\\.app:)(:[0-9]{0,6})?(/[a-c.]{1,3}x){0,2}/?(\\?a=1)?",
        same_tail in any::<bool>(),
        port in ":[0-9]{0,6}|",
    ) {
        if let Ok(uri) = registered.parse::<RedirectUri>() {
            prop_assert_eq!(uri.matches(&presented), model(&registered, &presented));
            prop_assert!(uri.matches(&registered));
            if same_tail && let Some((address, rest)) = loopback(&registered) {
                let rest = without_port(rest).unwrap_or_default();
                let presented = format!("{address}{port}{rest}");
                prop_assert_eq!(uri.matches(&presented), model(&registered, &presented));
            }
        }
    }

    /// REG-01: one byte changed, put in or taken out is another URI.
    #[test]
    fn reg01_no_edit_of_one_byte_matches(at in 0_usize..30, byte in any::<char>(), kind in 0..3) {
        let registered = uri("https://x.example/cb?tenant=1");
        let mut edited: Vec<char> = registered.as_str().chars().collect();
        let at = at.min(edited.len() - 1);
        match kind {
            0 => edited[at] = byte,
            1 => edited.insert(at, byte),
            _ => drop(edited.remove(at)),
        }
        let edited: String = edited.into_iter().collect();
        prop_assert_eq!(registered.matches(&edited), edited == registered.as_str());
    }

    /// What is registered is to a browser what it is to us, and nothing dangerous (A3, REG-02).
    #[test]
    fn what_parses_is_safe(text in "(?i:https?|javascript|data|com\\.a|file):(//)?[a-z@:.%2ef/;?*#\\\\\\[\\]=&-]{0,24}|\\PC{0,30}") {
        if let Ok(uri) = text.parse::<RedirectUri>() {
            prop_assert_eq!(uri.as_str(), &text);
            let url = Url::parse(&text).unwrap();
            prop_assert!(url.fragment().is_none() && url.username().is_empty());
            prop_assert!(matches!(url.scheme(), "https" | "http") || url.scheme().contains('.'));
            prop_assert!(!text.contains(['#', '\\', ' ', '*']));
        }
    }
}
