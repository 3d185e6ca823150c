//! Token introspection (RFC 7662).

use super::{
    AuthenticateError, AuthenticatedClient, GrantBody, PresentedToken, RequestError, subject_of,
    unexpected,
};
use crate::{Core, snapshot::RealmSnapshot, store::TokenRecord};
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
        if let Some(said) = token.said() {
            return Ok(IntrospectionResponse::Active(said));
        }
        let person = self.person_of(snapshot, &token.record).await?;
        Ok(IntrospectionResponse::Active(token.say(snapshot, person)?))
    }

    /// For whom a token speaks: the `sub` by which its client knows them, and their grant.
    async fn person_of(
        &self,
        snapshot: &RealmSnapshot,
        token: &TokenRecord,
    ) -> Result<Option<(String, GrantBody)>, RequestError> {
        let Some(id) = token.grant else {
            return Ok(None);
        };
        let grant = self.store().find_grant(snapshot.key(), &id).await?;
        let client = snapshot.application(&token.scope_set.client);
        let (Some(grant), Some(client)) = (grant, client) else {
            return Err(unexpected(&"a live token without its grant").into());
        };
        let sub = subject_of(self.secrets(), snapshot, client, &grant.person);
        Ok(Some((sub, GrantBody::of(&grant)?)))
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
