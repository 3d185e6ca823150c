//! Whoever looks at a page of their own.

use super::notice;
use crate::{
    App,
    pages::{
        flow_page, render,
        visit::{FormVisit, Visit},
    },
};
use axum::{
    http::StatusCode,
    response::{IntoResponse, Response},
};
use domain::{
    Core, ToTheEnd,
    authorize::{AccountPage, FlowError},
    own::{OwnError, Recent},
    people::LoginSession,
};
use pages::{
    Fault, Form, LoggedOut, Page,
    account::{Account, Links, Notice},
};
use std::{future::Future, sync::Arc};

/// A person at a page of their own.
pub(super) struct Own<'a> {
    pub(super) visit: &'a Visit,
    pub(super) session: LoginSession,
    app: &'a App,
    page: AccountPage,
}

impl<'a> Own<'a> {
    /// Whoever is signed in; everybody else signs in first.
    pub(super) async fn enter(
        app: &'a App,
        visit: &'a Visit,
        page: AccountPage,
    ) -> Result<Self, Response> {
        let session = signed_in(app, visit).await?;
        Self::ready(app, visit, page, session).await
    }

    /// The same for what a form of the page sent; `sign-out` is on every page, and done for whoever
    /// may do nothing else.
    pub(super) async fn submitted(
        app: &'a App,
        form: &'a FormVisit,
        page: AccountPage,
    ) -> Result<Self, Response> {
        let visit = &form.visit;
        match (form.field("action"), signed_in(app, visit).await?) {
            (Some("sign-out"), Some(session)) => {
                let own = Self {
                    visit,
                    session,
                    app,
                    page,
                };
                Err(own.sign_out().await)
            }
            (_, session) => Self::ready(app, visit, page, session).await,
        }
    }

    /// Whoever has to change their password does that first.
    async fn ready(
        app: &'a App,
        visit: &'a Visit,
        page: AccountPage,
        session: Option<LoginSession>,
    ) -> Result<Self, Response> {
        let (snapshot, now) = (&visit.snapshot, app.core().now());
        match session.filter(|session| !session.must_change_password(snapshot, now)) {
            Some(session) => Ok(Self {
                visit,
                session,
                app,
                page,
            }),
            None => Err(sign_in(app, visit, page, false).await),
        }
    }

    /// Proof of a sign-in a short while ago; whoever can't give it signs in once more.
    pub(super) async fn recent(&self) -> Result<Recent<'_>, Response> {
        match self.session.recent(self.app.core().now()) {
            Some(recent) => Ok(recent),
            None => Err(sign_in(self.app, self.visit, self.page, true).await),
        }
    }

    pub(super) fn core(&self) -> &Core {
        self.app.core()
    }

    /// Does something to the end, whether or not somebody waits for it.
    pub(super) async fn to_the_end<T, F>(
        &self,
        work: impl FnOnce(Arc<Core>, LoginSession) -> F,
    ) -> T
    where
        F: Future<Output = T> + Send + 'static,
        T: Send + 'static,
    {
        let core = self.app.core().clone();
        ToTheEnd::new(work(core, self.session.clone())).await
    }

    async fn sign_out(&self) -> Response {
        let snapshot = self.visit.snapshot.clone();
        let ended =
            self.to_the_end(async move |core, session| core.sign_out(&snapshot, &session).await);
        match ended.await {
            Ok(()) => self.signed_out(),
            Err(error) => self.visit.unavailable(&error),
        }
    }

    /// The page after this very session ended.
    pub(super) fn signed_out(&self) -> Response {
        let view = LoggedOut {
            frame: self.visit.frame(),
            return_to: None,
        };
        let page = render::page(StatusCode::OK, &view, &[]);
        self.visit.signed_out(page)
    }

    /// What is around the page.
    pub(super) fn account(&self) -> Account {
        let mut frame = self.visit.frame();
        frame.signed_in_as = Some(self.session.person().display_name().to_owned());
        let path = |page| self.visit.path(address(page));
        Account {
            frame,
            form: Form {
                action: path(self.page),
                hidden: Vec::new(),
            },
            links: Links {
                profile: path(AccountPage::Profile),
                sign_in_methods: path(AccountPage::SignInMethods),
                identities: path(AccountPage::Identities),
                apps: path(AccountPage::Apps),
                sessions: path(AccountPage::Sessions),
            },
            notice: self
                .visit
                .parameter("done")
                .and_then(|done| notice::named(&done)),
        }
    }

    /// A page as the answer.
    pub(super) fn answer(&self, status: StatusCode, view: &impl Page) -> Response {
        self.visit.remembered(render::page(status, view, &[]))
    }

    /// Back to the page, which says what was done.
    pub(super) fn done(&self, done: Notice) -> Response {
        let (address, done) = (address(self.page), notice::name(done));
        let address = self.visit.path(&format!("{address}?done={done}"));
        self.visit.see_other(&address)
    }

    /// Back to the page.
    pub(super) fn back(&self) -> Response {
        self.visit.see_other(&self.visit.path(address(self.page)))
    }

    /// What is not on the page.
    pub(super) fn bad_request(&self) -> Response {
        self.visit
            .fault(StatusCode::BAD_REQUEST, Fault::InvalidRequest, None)
    }

    /// What can't be told on the page itself: what it showed is no longer so, or the store failed.
    pub(super) fn failed(&self, error: &OwnError) -> Response {
        match error {
            OwnError::Store(error) => self.visit.unavailable(error),
            _ => self.back(),
        }
    }
}

/// The path of a page below its realm.
pub(in crate::pages) fn address(page: AccountPage) -> &'static str {
    match page {
        AccountPage::Profile => "/account",
        AccountPage::SignInMethods => "/account/sign-in-methods",
        AccountPage::Identities => "/account/identities",
        AccountPage::Apps => "/account/apps",
        AccountPage::Sessions => "/account/sessions",
    }
}

/// The path of the page of linked identities, which says so if one was just linked.
pub(in crate::pages) fn identities(linked: bool) -> String {
    let address = address(AccountPage::Identities);
    match linked {
        true => format!("{address}?done={}", notice::name(Notice::IdentityLinked)),
        false => address.to_owned(),
    }
}

async fn signed_in(app: &App, visit: &Visit) -> Result<Option<LoginSession>, Response> {
    let Some(cookie) = &visit.visitor.session else {
        return Ok(None);
    };
    let found = app.core().login_session(&visit.snapshot, cookie.expose());
    found.await.map_err(|error| visit.unavailable(&error))
}

/// To the sign-in, and back to the page.
async fn sign_in(app: &App, visit: &Visit, page: AccountPage, fresh: bool) -> Response {
    let (snapshot, visitor) = (&visit.snapshot, &visit.visitor);
    let begun = app
        .core()
        .begin_account_flow(snapshot, visitor, page, fresh);
    match begun.await {
        Ok(handle) => visit.see_other(&flow_page::address(visit, handle.expose())),
        Err(FlowError::Store(error)) => visit.unavailable(&error),
        Err(error) => {
            tracing::error!(%error, "no flow could be begun");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}
