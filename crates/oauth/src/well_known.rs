//! Where metadata documents are (RFC 8414 §3.1, RFC 9728 §3.1, OpenID Connect Discovery §4).
//!
//! RFC 8414 and RFC 9728 *insert* the well-known part between host and path; OpenID Connect
//! Discovery *appends* it.

use crate::{Issuer, ResourceIndicator};
use url::{Position, Url};

/// The well-known path of authorization server metadata.
pub const AUTHORIZATION_SERVER: &str = "/.well-known/oauth-authorization-server";
/// The well-known path of protected resource metadata.
pub const PROTECTED_RESOURCE: &str = "/.well-known/oauth-protected-resource";
/// The well-known path of an OpenID provider's configuration.
pub const OPENID_CONFIGURATION: &str = "/.well-known/openid-configuration";

/// The address of the metadata of RFC 8414. §3.1: "any terminating "/" MUST be removed before
/// inserting "/.well-known/" and the well-known URI suffix between the host component and the
/// path component".
pub fn authorization_server(issuer: &Issuer) -> String {
    let path = issuer.path().strip_suffix('/').unwrap_or(issuer.path());
    format!("{}{AUTHORIZATION_SERVER}{path}", issuer.origin())
}

/// The address of the configuration of OpenID Connect Discovery §4.1: after the issuer's path.
pub fn openid_configuration(issuer: &Issuer) -> String {
    let issuer = issuer.as_str();
    format!(
        "{}{OPENID_CONFIGURATION}",
        issuer.strip_suffix('/').unwrap_or(issuer)
    )
}

/// The address of the metadata of RFC 9728 §3.1, inserted between host and path or query: a
/// terminating slash is removed only if it is the whole path. `None` if the resource is not an
/// `https` or `http` URL.
pub fn protected_resource(resource: &ResourceIndicator) -> Option<String> {
    let url = Url::parse(resource.as_str()).ok()?;
    if !matches!(url.scheme(), "https" | "http") {
        return None;
    }
    let (origin, rest) = (&url[..Position::BeforePath], &url[Position::BeforePath..]);
    let rest = if url.path() == "/" {
        rest.strip_prefix('/')?
    } else {
        rest
    };
    Some(format!("{origin}{PROTECTED_RESOURCE}{rest}"))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn rfc8414_3_1_inserts_and_discovery_appends() {
        for (issuer, inserted, appended) in [
            (
                "https://example.com",
                "https://example.com/.well-known/oauth-authorization-server",
                "https://example.com/.well-known/openid-configuration",
            ),
            (
                "https://example.com/",
                "https://example.com/.well-known/oauth-authorization-server",
                "https://example.com/.well-known/openid-configuration",
            ),
            (
                "https://example.com/issuer1",
                "https://example.com/.well-known/oauth-authorization-server/issuer1",
                "https://example.com/issuer1/.well-known/openid-configuration",
            ),
            (
                "http://127.0.0.1:8080/v1/a/",
                "http://127.0.0.1:8080/.well-known/oauth-authorization-server/v1/a",
                "http://127.0.0.1:8080/v1/a/.well-known/openid-configuration",
            ),
        ] {
            let issuer: Issuer = issuer.parse().unwrap();
            assert_eq!(authorization_server(&issuer), inserted);
            assert_eq!(openid_configuration(&issuer), appended);
        }
    }

    #[test]
    fn rfc9728_3_1_inserts_before_path_and_query() {
        for (resource, address) in [
            (
                "https://resource.example.com",
                Some("https://resource.example.com/.well-known/oauth-protected-resource"),
            ),
            (
                "https://resource.example.com/resource1",
                Some("https://resource.example.com/.well-known/oauth-protected-resource/resource1"),
            ),
            (
                "https://resource.example.com/?tenant=a",
                Some("https://resource.example.com/.well-known/oauth-protected-resource?tenant=a"),
            ),
            (
                "https://resource.example.com/r?k1=v1",
                Some("https://resource.example.com/.well-known/oauth-protected-resource/r?k1=v1"),
            ),
            ("urn:example:api", None),
        ] {
            let resource: ResourceIndicator = resource.parse().unwrap();
            assert_eq!(protected_resource(&resource).as_deref(), address);
        }
    }
}
