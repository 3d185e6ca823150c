//! The Content-Security-Policy of the pages (A8, V18).

use url::{Host, Url};

const FIXED: &str = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; \
    connect-src 'self'; base-uri 'none'; frame-ancestors 'none'; form-action 'self'";

/// The policy of a page whose forms end at `form_targets`, besides here.
///
/// Browsers hold the redirects after a POST to `form-action` too. So a page whose answer redirects to a client (sign-in,
/// consent, form_post) or to an upstream provider must name that redirect URI, whole or as its origin. One that is no
/// URL, or that could not be written into a policy, is left out: the browser then stays here.
pub fn content_security_policy(form_targets: &[&str]) -> String {
    let mut policy = FIXED.to_owned();
    let mut named = Vec::new();
    for source in form_targets.iter().filter_map(|target| source(target)) {
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
        // The grammar has no IPv6 address: a native application's `http://[::1]:port` (RFC 8252 §7.3) needs its scheme.
        ("http" | "https", Some(Host::Ipv6(_))) => Some(format!("{scheme}:")),
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
        assert_eq!(form_action(&["http://[::1]:51004/cb"]), "'self' http:");
        assert_eq!(
            form_action(&["com.example.app:/cb"]),
            "'self' com.example.app:"
        );
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
