//! Accounts elsewhere that sign somebody in here.

use super::own::Own;
use crate::{
    App,
    pages::{
        provider,
        visit::{FormVisit, Visit},
    },
};
use axum::{extract::State, http::StatusCode, response::Response};
use domain::{authorize::AccountPage, own::OwnIdentity, people::LoginSession};
use pages::account::{IdentityProvider, LinkedIdentities, LinkedIdentity, Notice};

/// `GET {realm}/account/identities`.
pub(super) async fn show(State(app): State<App>, visit: Visit) -> Response {
    let own = match Own::enter(&app, &visit, AccountPage::Identities).await {
        Ok(own) => own,
        Err(answer) => return answer,
    };
    let identities = own.core().own_identities(&visit.snapshot, &own.session);
    let shown = |identity: OwnIdentity| IdentityProvider {
        id: identity.provider.to_string(),
        name: identity.name,
        linked: Some(LinkedIdentity {
            id: identity.id,
            label: identity.label,
            linked_at: identity.linked.seconds(),
            can_unlink: identity.can_unlink,
        }),
    };
    let mut providers: Vec<_> = match identities.await {
        Ok(identities) => identities.into_iter().map(shown).collect(),
        Err(error) => return visit.unavailable(&error),
    };
    for provider in visit.snapshot.config().identity_providers.values() {
        let id = provider.id.to_string();
        if provider.active && !providers.iter().any(|known| known.id == id) {
            providers.push(IdentityProvider {
                id,
                name: provider.name.clone(),
                linked: None,
            });
        }
    }
    let view = LinkedIdentities {
        account: own.account(),
        providers,
    };
    own.answer(StatusCode::OK, &view)
}

/// `POST {realm}/account/identities`.
pub(super) async fn submit(State(app): State<App>, form: FormVisit) -> Response {
    let own = match Own::submitted(&app, &form, AccountPage::Identities).await {
        Ok(own) => own,
        Err(answer) => return answer,
    };
    let recent = match own.recent().await {
        Ok(recent) => recent,
        Err(answer) => return answer,
    };
    let id = match (form.field("action"), form.field("id")) {
        (Some("unlink"), Some(id)) => id,
        (Some("link"), Some(id)) => return link(&own, recent.session(), id).await,
        _ => return own.bad_request(),
    };
    let unlinked = own
        .core()
        .unlink_own_identity(&own.visit.snapshot, &recent, id);
    match unlinked.await {
        Ok(()) => own.done(Notice::IdentityUnlinked),
        Err(error) => own.failed(&error),
    }
}

/// To the provider, where the person proves that the account there is theirs.
async fn link(own: &Own<'_>, session: &LoginSession, id: &str) -> Response {
    let Ok(id) = id.parse() else {
        return own.bad_request();
    };
    let (snapshot, visitor) = (&own.visit.snapshot, &own.visit.visitor);
    match own
        .core()
        .begin_linking(snapshot, visitor, session, id)
        .await
    {
        Ok(address) => provider::onward(own.visit, &address),
        Err(error) => provider::not_linked(own.visit, error),
    }
}
