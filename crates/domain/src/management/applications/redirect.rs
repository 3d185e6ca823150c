//! Redirection URIs as they may be registered (RFC 9700 §2.6, RFC 8252 §7; A3, H2).

use super::super::{FieldError, body::short};
use url::{Host, Url};

/// Parameters that an authorization response sets itself.
const RESERVED: [&str; 4] = ["code", "state", "iss", "error"];
/// Schemes that run something in a browser.
const DANGEROUS: [&str; 5] = ["javascript", "data", "vbscript", "blob", "file"];

/// Checks a URI; it is kept as written, for it is compared as written (A1).
///
/// # Errors
/// What is wrong with it, as a fault of the field `redirect_uris`.
pub fn check(text: &str) -> Result<String, FieldError> {
    let refuse =
        |why: &str| FieldError::invalid("redirect_uris", format!("has `{}`: {why}", short(text)));
    let url = Url::parse(text).map_err(|_| refuse("it is no absolute URI"))?;
    let graphic = text
        .bytes()
        .all(|b| b.is_ascii_graphic() && !br#""<>\^`{|}*"#.contains(&b));
    if !graphic {
        return Err(refuse("it has a character that must be percent-encoded"));
    }
    if text.contains('#') {
        return Err(refuse("it has a fragment (RFC 6749 §3.1.2)"));
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(refuse("it has credentials"));
    }
    if let Some((name, _)) = url
        .query_pairs()
        .find(|(name, _)| RESERVED.contains(&&**name))
    {
        return Err(refuse(&format!(
            "the response sets the parameter `{name}` itself"
        )));
    }
    match url.scheme() {
        "https" => Ok(()),
        "http" if is_loopback(&url) => Ok(()),
        "http" => Err(refuse(
            "`http` is for loopback addresses only (RFC 8252 §7.3)",
        )),
        scheme if DANGEROUS.contains(&scheme) => Err(refuse("the scheme is not one of a client")),
        scheme if scheme.contains('.') => Ok(()),
        _ => Err(refuse(
            "a private scheme is a reversed domain name (RFC 8252 §7.1)",
        )),
    }?;
    Ok(text.to_owned())
}

fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Ipv4(ip)) => ip.is_loopback(),
        Some(Host::Ipv6(ip)) => ip.is_loopback(),
        Some(Host::Domain(_)) | None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a3_https_loopback_and_private_schemes_only() {
        for good in [
            "https://client.example.com/cb",
            "https://client.example.com/cb?tenant=1",
            "http://127.0.0.1/cb",
            "http://[::1]:8000/cb",
            "com.example.app:/cb",
        ] {
            assert_eq!(check(good), Ok(good.to_owned()), "{good}");
        }
        for bad in [
            "http://client.example.com/cb",
            "http://localhost/cb",
            "javascript:alert(1)",
            "JavaScript:alert(1)",
            "data:text/html,x",
            "vbscript:x",
            "file:///etc/passwd",
            "myapp:/cb",
            "/cb",
            "https://",
            "https://x.example/cb#",
            "https://x.example/cb#f",
            "https://user@x.example/cb",
            "https://x.example/cb?code=1",
            "https://x.example/cb?%63ode=1",
            "https://x.example/cb?a=1&state=2",
            "https://x.example/\\cb",
            "https://x.example/c b",
            "https://*.example/cb",
            "https://x.example/cb\n",
        ] {
            assert!(check(bad).is_err(), "{bad}");
        }
    }
}
