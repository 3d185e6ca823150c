//! Addresses that an administrator gives, each checked for what becomes of it (H2).

use super::{
    FieldError,
    body::{Body, short},
};
use std::{fmt::Display, str::FromStr};
use url::{Host, Url};

/// Longest address, in bytes.
const MAX_BYTES: usize = 2048;

/// URIs of a list in some grammar; each is kept as written, for it is compared as written (A1).
pub(super) fn list<U: FromStr<Err: Display>>(
    body: Body<'_>,
    field: &str,
) -> Result<Vec<String>, FieldError> {
    let texts = body.texts(field)?.unwrap_or_default();
    let check = |text: &str| match text.parse::<U>() {
        Ok(_) => Ok(text.to_owned()),
        Err(error) => Err(refused(field, text, &error)),
    };
    texts.into_iter().map(check).collect()
}

/// An address that the server itself calls (F1): `https`, or `http` of a loopback address, without
/// a fragment. Whether it may be called is asked again when it is.
pub(super) fn called(body: Body<'_>, field: &str) -> Result<Option<String>, FieldError> {
    let Some(text) = body.text(field)? else {
        return Ok(None);
    };
    if text.contains('#') {
        return Err(refused(field, text, &"it has a fragment"));
    }
    web(field, text).map(Some)
}

/// The address of a page that people are shown the way to: never one that runs something (H2).
pub(super) fn page(body: Body<'_>, field: &str) -> Result<Option<String>, FieldError> {
    body.text(field)?.map(|text| web(field, text)).transpose()
}

/// The address of a server that a gateway or a connector of the administrator's own calls, not this
/// server: of one of the schemes, anywhere, without credentials, query and fragment.
pub(super) fn elsewhere(
    body: Body<'_>,
    field: &str,
    schemes: &[&str],
) -> Result<Option<String>, FieldError> {
    let Some(text) = body.text(field)? else {
        return Ok(None);
    };
    let refuse = |why: &str| refused(field, text, &why);
    let url = plain(field, text)?;
    if !schemes.contains(&url.scheme()) {
        let known: Vec<String> = schemes.iter().map(|scheme| format!("`{scheme}`")).collect();
        return Err(refuse(&format!("it must be {}", known.join(" or "))));
    }
    if url.host_str().is_none_or(str::is_empty) {
        return Err(refuse("it names no host"));
    }
    if text.contains(['?', '#']) {
        return Err(refuse("it has a query or a fragment"));
    }
    Ok(Some(text.to_owned()))
}

fn web(field: &str, text: &str) -> Result<String, FieldError> {
    let url = plain(field, text)?;
    if url.scheme() == "https" || (url.scheme() == "http" && is_loopback(&url)) {
        return Ok(text.to_owned());
    }
    let why = "it must be `https`; `http` is for loopback addresses only";
    Err(refused(field, text, &why))
}

/// An absolute URI without credentials, in the characters of one.
fn plain(field: &str, text: &str) -> Result<Url, FieldError> {
    let refuse = |why: &str| refused(field, text, &why);
    if text.len() > MAX_BYTES {
        return Err(refuse("it is too long"));
    }
    let written = |b: u8| b.is_ascii_graphic() && !br#""<>\^`{|}"#.contains(&b);
    let url = Url::parse(text).map_err(|_| refuse("it is no absolute URI"))?;
    if !text.bytes().all(written) {
        return Err(refuse("it has a character that must be percent-encoded"));
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(refuse("it has credentials"));
    }
    Ok(url)
}

/// Whether its host is a loopback address, written as such: names may lead elsewhere.
pub(super) fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Ipv4(ip)) => ip.is_loopback(),
        Some(Host::Ipv6(ip)) => ip.is_loopback(),
        Some(Host::Domain(_)) | None => false,
    }
}

fn refused(field: &str, text: &str, why: &dyn Display) -> FieldError {
    FieldError::invalid(field, format!("has `{}`: {why}", short(text)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn h2_only_what_can_be_called_or_shown_is_taken() {
        let try_it = |text: &str| {
            let object = [("u".to_owned(), json!(text))].into_iter().collect();
            let (called, page) = (called(Body(&object), "u"), page(Body(&object), "u"));
            (called.is_ok(), page.is_ok())
        };
        for good in [
            "https://client.example.com/logout?tenant=1",
            "https://client.example.com:8443/",
            "http://127.0.0.1:9000/logout",
            "http://[::1]/logout",
        ] {
            assert_eq!(try_it(good), (true, true), "{good}");
        }
        assert_eq!(try_it("https://client.example.com/#privacy"), (false, true));
        for bad in [
            "http://client.example.com/",
            "http://localhost/",
            "http://169.254.169.254/latest",
            "javascript:alert(1)",
            "JAVASCRIPT:alert(1)",
            "data:text/html,x",
            "file:///etc/passwd",
            "com.example:/x",
            "/logout",
            "https://",
            "https://user@x.example/",
            "https://x.example/<script>",
            "https://x.example/\\y",
        ] {
            assert_eq!(try_it(bad), (false, false), "{bad}");
        }
    }
}
