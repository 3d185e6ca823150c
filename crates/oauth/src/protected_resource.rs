//! Protected resource metadata (RFC 9728 §2).

use crate::{Issuer, ResourceIndicator, ScopeToken};
use serde::Serialize;

/// The metadata document of one protected resource.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ProtectedResourceMetadata {
    /// The resource identifier.
    pub resource: ResourceIndicator,
    /// The servers whose tokens are accepted.
    pub authorization_servers: Vec<Issuer>,
    /// Scopes used in requests to the resource.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub scopes_supported: Vec<ScopeToken>,
    /// How a token may be presented (RFC 6750): `header`, never `body` or `query` (G2).
    pub bearer_methods_supported: Vec<&'static str>,
    /// A name for people.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub resource_name: Option<String>,
}

impl ProtectedResourceMetadata {
    /// A document for a resource that takes tokens of one issuer, in the header only.
    pub fn new(resource: ResourceIndicator, issuer: Issuer) -> Self {
        Self {
            resource,
            authorization_servers: vec![issuer],
            scopes_supported: Vec::new(),
            bearer_methods_supported: vec!["header"],
            resource_name: None,
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use serde_json::json;

    #[test]
    fn rfc9728_2_document() {
        let issuer: Issuer = "https://as.example/r".parse().unwrap();
        let mut metadata = ProtectedResourceMetadata::new((&issuer).into(), issuer);
        metadata.scopes_supported = vec!["scim:read".parse().unwrap()];
        assert_eq!(
            serde_json::to_value(&metadata).unwrap(),
            json!({
                "resource": "https://as.example/r",
                "authorization_servers": ["https://as.example/r"],
                "scopes_supported": ["scim:read"],
                "bearer_methods_supported": ["header"],
            })
        );
    }
}
