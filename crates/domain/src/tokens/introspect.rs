//! Token introspection (RFC 7662).

use super::{AuthenticateError, AuthenticatedClient, PresentedToken, RequestError};
use crate::{Core, store::TokenRecord};
use oauth::{IntrospectionRequest, IntrospectionResponse};

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
        request: &IntrospectionRequest<'_>,
    ) -> Result<IntrospectionResponse, RequestError> {
        let snapshot = caller.snapshot();
        let token = match self
            .resolve(snapshot, &PresentedToken::new(request.token))
            .await
        {
            Ok(token) if may_know(caller, &token.record) => token,
            Ok(_) | Err(AuthenticateError::Invalid(_)) => {
                return Ok(IntrospectionResponse::Inactive);
            }
            Err(AuthenticateError::Store(error)) => return Err(error.into()),
        };
        Ok(IntrospectionResponse::Active(token.said(snapshot)?))
    }
}

/// G8: the caller is the token's client, or a resource server that the token is for.
fn may_know(caller: &AuthenticatedClient, token: &TokenRecord) -> bool {
    #[cfg(feature = "leaks")]
    if scim::leaks::is(scim::leaks::Leak::AnyonesToken) {
        return true;
    }
    let application = caller.application();
    let server = application.resource_server.as_ref();
    let server = server.and_then(|id| caller.snapshot().resource_server(id));
    token.scope_set.client == application.id
        || server.is_some_and(|server| token.is_for(&server.identifier))
}
