//! The Content-Security-Policy of the pages (A8, V18).

use url::{Host, Url};

const FIXED: &str = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; \
    connect-src 'self'; base-uri 'none'; frame-ancestors 'none'; form-action 'self'";

/// The policy of a page whose forms end at `form_targets`, besides here.
///
/// Browsers hold the redirects after a POST to `form-action` too. So a page whose answer redirects to a client (sign-in,
/// consent) must name that redirect URI, whole or as its origin. One that is no URL, or that can't be written into a
/// policy ([`can_be_form_target`]), is left out: the browser then stays here.
pub fn content_security_policy(form_targets: &[&str]) -> String {
    with_sources(form_targets.iter().filter_map(|target| source(target)))
}

/// The policy of a page with one form, which is sent to `target` ([`FormPost`](crate::FormPost)). Where that can't be named,
/// as an IPv6 address can't, its scheme is: no other form is on the page.
pub fn form_post_policy(target: &str) -> String {
    let scheme = |url: Url| match url.scheme() {
        scheme @ ("http" | "https") => Some(format!("{scheme}:")),
        _ => None,
    };
    let by_scheme = || Url::parse(target).ok().and_then(scheme);
    with_sources(source(target).or_else(by_scheme).into_iter())
}

/// Whether a policy can name `target`, so that an answer to a form may redirect there. The grammar of CSP has no IPv6
/// address (CSP3 §2.3.1, `host-source`), and the scheme alone would let forms go anywhere: to `http://[::1]:port` of a
/// native application (RFC 8252 §7.3) leads a page ([`Onward`](crate::Onward)).
pub fn can_be_form_target(target: &str) -> bool {
    source(target).is_some()
}

fn with_sources(sources: impl Iterator<Item = String>) -> String {
    let mut policy = FIXED.to_owned();
    let mut named = Vec::new();
    for source in sources {
        if !named.contains(&source) {
            policy.push(' ');
            policy.push_str(&source);
            named.push(source);
        }
    }
    policy
}

/// The source expression that a URL's redirects are matched by (CSP3 §2.3.1).
fn source(target: &str) -> Option<String> {
    let url = Url::parse(target).ok()?;
    let scheme = url.scheme();
    match (scheme, url.host()) {
        ("http" | "https", Some(Host::Domain(host))) if is_plain(host) => {
            Some(with_port(&url, host))
        }
        ("http" | "https", Some(Host::Ipv4(host))) => Some(with_port(&url, &host.to_string())),
        ("http" | "https" | "javascript" | "data" | "blob" | "vbscript" | "filesystem", _) => None,
        // A native application's own scheme (RFC 8252 §7.1).
        _ => Some(format!("{scheme}:")),
    }
}

fn with_port(url: &Url, host: &str) -> String {
    let port = url
        .port()
        .map(|port| format!(":{port}"))
        .unwrap_or_default();
    format!("{}://{host}{port}", url.scheme())
}

/// Whether a host is letters, digits, dots and dashes: a `;` or `*` would be read as more policy.
fn is_plain(host: &str) -> bool {
    host.bytes()
        .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn form_action(targets: &[&str]) -> String {
        let policy = content_security_policy(targets);
        policy.split("form-action ").nth(1).unwrap().to_owned()
    }

    #[test]
    fn a8_v18_nothing_inline_nothing_framed_nothing_from_elsewhere() {
        assert_eq!(
            content_security_policy(&[]),
            "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; connect-src 'self'; \
             base-uri 'none'; frame-ancestors 'none'; form-action 'self'"
        );
    }

    #[test]
    fn form_targets_are_named_by_origin_once() {
        assert_eq!(
            form_action(&[
                "https://app.example/cb?x=1",
                "https://app.example/other",
                "https://App.example:8443/"
            ]),
            "'self' https://app.example https://app.example:8443"
        );
        assert_eq!(
            form_action(&["http://127.0.0.1:51004/cb"]),
            "'self' http://127.0.0.1:51004"
        );
        assert!(can_be_form_target("http://127.0.0.1:51004/cb"));
        assert_eq!(
            form_action(&["com.example.app:/cb"]),
            "'self' com.example.app:"
        );
    }

    /// RFC 8252 §7.3.
    #[test]
    fn no_policy_has_an_ipv6_address_or_a_scheme_in_its_place() {
        let target = "http://[::1]:51004/cb";
        assert!(!can_be_form_target(target));
        assert_eq!(form_action(&[target]), "'self'");
        assert!(form_post_policy(target).ends_with("form-action 'self' http:"));
        let named = form_post_policy("https://app.example/cb");
        assert!(named.ends_with("form-action 'self' https://app.example"));
        assert_eq!(form_post_policy("no url"), content_security_policy(&[]));
    }

    #[test]
    fn a_target_adds_no_policy() {
        for hostile in [
            "",
            "'unsafe-inline'",
            "*",
            "https:",
            "https://*",
            "https://a;script-src *",
            "https://a;b.example/",
            "https://a,b.example/",
            "javascript:alert(1)",
            "data:text/html,x",
            "/path",
            "https://a.example\r\nX: y/",
        ] {
            let policy = form_action(&[hostile]);
            assert!(
                !policy.contains([';', ',', '*', '\r', '\n']),
                "{hostile:?}: {policy}"
            );
            assert!(
                !policy.contains("javascript") && !policy.contains("data:"),
                "{policy}"
            );
        }
        assert_eq!(
            form_action(&["https://a;b.example/", "javascript:x", ""]),
            "'self'"
        );
    }
}
