//! What a provider says of itself (OpenID Connect Discovery §3).

use super::error::UpstreamError;
use serde_json::{Map, Value};
use url::Url;

/// Longest address of an endpoint, in bytes.
const MAX_ADDRESS: usize = 2048;

/// The members of a provider's metadata that are used here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Metadata {
    pub(super) authorization_endpoint: Url,
    pub(super) token_endpoint: String,
    pub(super) jwks_uri: String,
    pub(super) userinfo_endpoint: Option<String>,
    /// How we prove ourselves at the token endpoint.
    pub(super) secret_in_body: bool,
    /// Whether its authorization responses say who it is (RFC 9207 §3).
    pub(super) says_who_it_is: bool,
    /// Whether it says that it knows `prompt=select_account` (Initiating User Registration §4).
    pub(super) lets_people_choose: bool,
}

impl Metadata {
    /// The address of a provider's metadata: below its issuer, "any terminating / MUST be removed"
    /// (OpenID Connect Discovery §4).
    pub(super) fn address(issuer: &str) -> String {
        let issuer = issuer.strip_suffix('/').unwrap_or(issuer);
        format!("{issuer}/.well-known/openid-configuration")
    }

    /// Reads the metadata of `issuer`, which must say exactly that of itself (§4.3).
    pub(super) fn read(members: &Map<String, Value>, issuer: &str) -> Result<Self, UpstreamError> {
        let text = |name: &str| members.get(name).and_then(Value::as_str);
        if text("issuer") != Some(issuer) {
            return Err(UpstreamError::Metadata("is another issuer's"));
        }
        let endpoint = |name, why| {
            let address = text(name).filter(|address| address.len() <= MAX_ADDRESS);
            let url = address.and_then(|address| Url::parse(address).ok());
            url.filter(|url| may_be_used(url, issuer))
                .ok_or(UpstreamError::Metadata(why))
        };
        let lists = |member: &str, value: &str| {
            let listed = members.get(member).and_then(Value::as_array);
            listed.map(|listed| listed.iter().any(|name| name.as_str() == Some(value)))
        };
        let supports = |method| lists("token_endpoint_auth_methods_supported", method);
        // §3: "If omitted, the default is client_secret_basic".
        let basic = supports("client_secret_basic").unwrap_or(true);
        let post = supports("client_secret_post").unwrap_or(false);
        let chooses = lists("prompt_values_supported", "select_account");
        let userinfo = match members.contains_key("userinfo_endpoint") {
            true => Some(endpoint(
                "userinfo_endpoint",
                "has no good userinfo_endpoint",
            )?),
            false => None,
        };
        let says_who_it_is = members
            .get("authorization_response_iss_parameter_supported")
            .and_then(Value::as_bool);
        Ok(Self {
            authorization_endpoint: endpoint(
                "authorization_endpoint",
                "has no good authorization_endpoint",
            )?,
            token_endpoint: endpoint("token_endpoint", "has no good token_endpoint")?.into(),
            jwks_uri: endpoint("jwks_uri", "has no good jwks_uri")?.into(),
            userinfo_endpoint: userinfo.map(String::from),
            secret_in_body: post && !basic,
            says_who_it_is: says_who_it_is.unwrap_or(false),
            lets_people_choose: chooses.unwrap_or(false),
        })
    }
}

/// `https`; `http` only where the issuer itself is one of this machine, for tests. What may be
/// connected to is another question, which the port to other servers answers (F1).
fn may_be_used(url: &Url, issuer: &str) -> bool {
    let anonymous = url.username().is_empty() && url.password().is_none();
    let plain = issuer.starts_with("http://") && url.scheme() == "http";
    anonymous && url.has_host() && url.fragment().is_none() && (url.scheme() == "https" || plain)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use serde_json::json;

    fn read(change: impl FnOnce(&mut Value)) -> Result<Metadata, UpstreamError> {
        let mut document = json!({
            "issuer": "https://op.example/a",
            "authorization_endpoint": "https://op.example/authorize?x=1",
            "token_endpoint": "https://op.example/token",
            "jwks_uri": "https://keys.example/jwks",
        });
        change(&mut document);
        Metadata::read(document.as_object().unwrap(), "https://op.example/a")
    }

    #[test]
    fn the_metadata_is_of_this_issuer_and_its_endpoints_are_encrypted() {
        let good = read(|_| {}).unwrap();
        assert!(!good.secret_in_body && !good.says_who_it_is && good.userinfo_endpoint.is_none());
        for issuer in [
            json!("https://op.example/a/"),
            json!("https://op.example"),
            json!(null),
        ] {
            assert!(
                read(|document| document["issuer"] = issuer.clone()).is_err(),
                "{issuer}"
            );
        }
        for name in [
            "authorization_endpoint",
            "token_endpoint",
            "jwks_uri",
            "userinfo_endpoint",
        ] {
            for bad in [
                json!("http://op.example/x"),
                json!("javascript:alert(1)"),
                json!("https://user@op.example/x"),
                json!("https://op.example/x#y"),
                json!("/x"),
                json!(null),
            ] {
                assert!(
                    read(|document| document[name] = bad.clone()).is_err(),
                    "{name} {bad}"
                );
            }
        }
    }

    #[test]
    fn how_we_prove_ourselves_is_what_the_provider_takes() {
        for (methods, in_body) in [
            (json!(["client_secret_basic", "client_secret_post"]), false),
            (json!(["client_secret_post"]), true),
            (json!(["private_key_jwt"]), false),
        ] {
            let found = read(|document| {
                document["token_endpoint_auth_methods_supported"] = methods.clone();
            });
            assert_eq!(found.unwrap().secret_in_body, in_body, "{methods}");
        }
    }

    #[test]
    fn the_address_of_metadata() {
        for issuer in ["https://op.example/a", "https://op.example/a/"] {
            let address = Metadata::address(issuer);
            assert_eq!(
                address,
                "https://op.example/a/.well-known/openid-configuration"
            );
        }
    }
}
