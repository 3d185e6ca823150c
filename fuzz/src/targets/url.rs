//! URLs of configuration and requests: issuers, resource indicators, the base URL.

use crate::config::BaseUrl;
use oauth::{Issuer, ResourceIndicator, well_known};
use url::Url;

/// Each is kept and compared as written (A1), and is to a URL parser what it is to us; metadata
/// addresses stay at the same origin.
pub fn run(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else {
        return;
    };
    if let Ok(issuer) = text.parse::<Issuer>() {
        self::issuer(text, &issuer);
    }
    if let Ok(resource) = text.parse::<ResourceIndicator>() {
        self::resource(text, &resource);
    }
    if let Ok(base) = text.parse::<BaseUrl>() {
        let again: BaseUrl = base.as_str().parse().expect("an origin is a base URL");
        assert_eq!(again, base);
        assert!(!base.as_str().ends_with('/'));
        assert_eq!(base.is_encrypted(), base.as_str().starts_with("https://"));
    }
}

fn issuer(text: &str, issuer: &Issuer) {
    assert_eq!(issuer.as_str(), text);
    assert_eq!(format!("{}{}", issuer.origin(), issuer.path()), text);
    assert!(!text.contains(['?', '#', '\\', ' ']));
    let url = Url::parse(text).expect("an issuer is a URL");
    assert!(url.username().is_empty() && url.password().is_none());
    assert_eq!(url.origin().ascii_serialization(), issuer.origin());
    for address in [
        well_known::authorization_server(issuer),
        well_known::openid_configuration(issuer),
    ] {
        same_origin(&url, &address);
        assert!(address.contains("/.well-known/"));
    }
    assert_eq!(ResourceIndicator::from(issuer).as_str(), text);
}

fn resource(text: &str, resource: &ResourceIndicator) {
    assert_eq!(resource.as_str(), text);
    assert!(text.is_ascii() && !text.contains('#'));
    let url = Url::parse(text).expect("a resource is an absolute URI");
    if let Some(address) = well_known::protected_resource(resource) {
        same_origin(&url, &address);
        assert_eq!(
            Url::parse(&address).expect("an address").query(),
            url.query()
        );
    }
}

fn same_origin(url: &Url, address: &str) {
    let parsed = Url::parse(address).expect("an address is a URL");
    assert_eq!(parsed.origin(), url.origin(), "{address}");
    assert_eq!(parsed.as_str(), address, "in normal form");
}
