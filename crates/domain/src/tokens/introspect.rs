//! Token introspection (RFC 7662).

use super::{AuthenticateError, AuthenticatedClient};
use crate::{
    Core,
    store::{StoreError, TokenRecord},
};
use oauth::{ActiveToken, IntrospectionRequest, IntrospectionResponse};

impl Core {
    /// What a token is good for now, as far as the caller may know.
    ///
    /// `scope` has the scopes in effect now, which may be fewer than a JWT says. A token without
    /// any is active still, without `scope`: it authenticates its client and allows nothing.
    ///
    /// # Errors
    /// If the store fails, nothing is known, and neither answer would be true.
    pub async fn introspect(
        &self,
        caller: &AuthenticatedClient,
        request: &IntrospectionRequest,
    ) -> Result<IntrospectionResponse, StoreError> {
        let snapshot = caller.snapshot();
        let token = match self.resolve(snapshot, request.token.expose()).await {
            Ok(token) if may_know(caller, &token.record) => token,
            Ok(_) | Err(AuthenticateError::Invalid(_)) => {
                return Ok(IntrospectionResponse::Inactive);
            }
            Err(AuthenticateError::Store(error)) => return Err(error),
        };
        let record = &token.record;
        let grant = self.live_tokens().grant(snapshot, &record.scope_set);
        Ok(IntrospectionResponse::Active(Box::new(ActiveToken {
            scope: grant.scope_names(),
            client_id: record.scope_set.client.to_string(),
            username: None,
            token_type: "Bearer",
            exp: record.expires_at.seconds(),
            iat: record.issued_at.seconds(),
            sub: record.subject.clone(),
            aud: record.audience.iter().cloned().collect(),
            iss: snapshot.issuer().to_string(),
            jti: token.jti(),
        })))
    }
}

/// G8: the caller is the token's client, or a resource server that the token is for.
fn may_know(caller: &AuthenticatedClient, token: &TokenRecord) -> bool {
    let application = caller.application();
    let server = application.resource_server.as_ref();
    let server = server.and_then(|id| caller.snapshot().resource_server(id));
    token.scope_set.client == application.id
        || server.is_some_and(|server| token.is_for(&server.identifier))
}
