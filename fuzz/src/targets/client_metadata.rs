//! The metadata in a client's registration or update (RFC 7591, RFC 7592).

use oauth::{ClientMetadata, ClientUpdate, ErrorCode, WebUri};
use serde_json::{Map, Value};
use url::{Host, Url};

/// What is accepted is written and read again as the same; every address in it is safe (H2, REG-02); an
/// update has the same rules (H4); a refusal is one of the errors for it.
pub fn run(data: &[u8]) {
    let Ok(members) = ClientMetadata::members(data) else {
        return;
    };
    let read = ClientMetadata::from_json(&members);
    update(&members, &read);
    let metadata = match read {
        Ok(metadata) => metadata,
        Err(error) => {
            let codes = [
                ErrorCode::InvalidRedirectUri,
                ErrorCode::InvalidClientMetadata,
                ErrorCode::InvalidSoftwareStatement,
                ErrorCode::UnapprovedSoftwareStatement,
            ];
            assert!(codes.contains(&error.code()), "{error}");
            return;
        }
    };
    let written = serde_json::to_value(&metadata).expect("metadata can be written");
    let again: ClientMetadata = serde_json::from_value(written).expect("and read again");
    assert_eq!(again, metadata);
    for uri in &metadata.redirect_uris {
        let scheme = uri.as_str().split(':').next().unwrap_or_default();
        assert!(matches!(scheme, "https" | "http") || scheme.contains('.'));
    }
    let pages = [
        &metadata.client_uri,
        &metadata.logo_uri,
        &metadata.policy_uri,
        &metadata.tos_uri,
        &metadata.backchannel_logout_uri,
    ];
    pages.into_iter().flatten().for_each(page);
    let sent = |name: &str| members.get(name).filter(|value| !value.is_null());
    assert!(sent("jwks_uri").is_none());
    assert_eq!(metadata.jwks.is_some(), sent("jwks").is_some());
    assert_eq!(
        metadata.client_name.as_deref(),
        sent("client_name").and_then(Value::as_str)
    );
    assert_eq!(metadata.scope.is_some(), sent("scope").is_some());
}

fn page(uri: &WebUri) {
    let url = Url::parse(uri.as_str()).expect("an address is a URL");
    assert_eq!(url.scheme(), "https");
    assert!(matches!(url.host(), Some(Host::Domain(name)) if name != "localhost"));
    assert!(url.username().is_empty() && url.password().is_none() && url.fragment().is_none());
}

fn update(members: &Map<String, Value>, read: &Result<ClientMetadata, oauth::OAuthError>) {
    if let Ok(update) = ClientUpdate::from_json(members) {
        assert_eq!(Ok(&update.metadata), read.as_ref());
        assert_eq!(members["client_id"], update.client_id.as_str());
    }
}
