//! A redirection URI to be registered, and after a line feed one that is presented.

use oauth::{PostLogoutRedirectUri, RedirectUri};
use url::{Host, Url};

/// What is registered is safe, said anew (A3, REG-02); what is presented matches exactly if it is the
/// same text, or the same but for the port of a literal loopback address (A1, REG-01).
pub fn run(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else {
        return;
    };
    let (registered, presented) = text.split_once('\n').unwrap_or((text, text));
    let Ok(uri) = registered.parse::<RedirectUri>() else {
        return;
    };
    assert_eq!(uri.as_str(), registered);
    assert!(uri.matches(registered));
    safe(registered);
    assert_eq!(
        uri.matches(presented),
        same(registered, presented),
        "{registered:?} {presented:?}"
    );
    let logout: PostLogoutRedirectUri = registered.parse().expect("the same rules");
    assert_eq!(logout.matches(presented), uri.matches(presented));
    if uri.matches(presented) && presented != registered {
        let (one, other) = (Url::parse(registered), Url::parse(presented));
        let (one, mut other) = (one.expect("a URL"), other.expect("a URL"));
        other.set_port(one.port()).expect("it has a host");
        assert_eq!(one, other, "to a browser only the port differs");
    }
}

fn safe(text: &str) {
    let url = Url::parse(text).expect("a redirection URI is a URL");
    assert!(!text.contains(['#', '\\', ' ', '*']) && text.is_ascii());
    assert!(url.username().is_empty() && url.password().is_none());
    let own_machine = match url.host() {
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        Some(Host::Domain(name)) => name == "localhost",
        None => false,
    };
    match url.scheme() {
        "https" => assert!(url.has_host()),
        "http" => assert!(own_machine),
        scheme => assert!(scheme.contains('.')),
    }
    let segments = url.path().split('/');
    assert!(segments.into_iter().all(|part| !matches!(part, "." | "..")));
    for (name, _) in url.query_pairs() {
        assert!(!["code", "state", "iss", "error", "response"].contains(&&*name));
    }
}

fn same(registered: &str, presented: &str) -> bool {
    let tail = |text: &str, address: &str| {
        let rest = text.strip_prefix(address)?;
        let end = rest.find(['/', '?']).unwrap_or(rest.len());
        let port = &rest[..end];
        let number = port
            .strip_prefix(':')
            .and_then(|digits| digits.parse::<u16>().ok());
        let is_port = number.is_some_and(|number| number > 0 && format!(":{number}") == port);
        (port.is_empty() || is_port).then(|| rest[end..].to_owned())
    };
    registered == presented
        || ["http://127.0.0.1", "http://[::1]"].iter().any(|address| {
            let own = tail(registered, address);
            own.is_some() && own == tail(presented, address)
        })
}
