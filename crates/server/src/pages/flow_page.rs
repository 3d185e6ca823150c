//! From where a flow is to the page that shows it.

use super::{
    account::address as address_of,
    provider::onward,
    render,
    visit::{FormVisit, Visit},
};
use axum::{http::StatusCode, response::Response};
use domain::{
    Timestamp,
    authorize::{ActError, Answer, Outcome, SignInReason, Stage},
    config::{Application, IdentityProvider},
};
use oauth::ResponseMode;
use pages::{
    ChangePassword, ChangeReason, Consent, ConsentError, ConsentScope, DeviceConfirm, DeviceDone,
    FieldError, Form, FormPost, Provider, Purpose, SecondFactor, SecondFactorError, SignIn,
    SignInError, Unchecked, WebUrl,
};
use scope::ConsentNeed;
use std::sync::Arc;

/// How the action of a provider's button begins; its id follows.
pub(super) const PROVIDER: &str = "provider:";

/// What is wrong with what was just sent.
pub(super) enum Trouble {
    /// Name or password, and the name that was typed.
    SignIn(SignInError, String),
    /// A code.
    Factor(SecondFactorError),
    /// The current password.
    CurrentPassword(FieldError),
    /// The new password, by requirement.
    NewPassword(Vec<domain::people::password::Checked>),
    /// The two new passwords differ.
    Mismatch,
    /// The page was another one.
    Stale,
}

impl Trouble {
    pub(super) fn of(error: ActError, form: &FormVisit, now: Timestamp) -> Self {
        let typed = form.field("username").unwrap_or_default().to_owned();
        let action = form.field("action").unwrap_or_default();
        let wait = |until: Timestamp| {
            let seconds = until.seconds().saturating_sub(now.seconds());
            u64::try_from(seconds).unwrap_or_default().max(1)
        };
        match (error, action) {
            (ActError::WrongPassword, "change") => Self::CurrentPassword(FieldError::WrongPassword),
            (ActError::TooMany { until }, "change") => {
                let retry_after = wait(until);
                Self::CurrentPassword(FieldError::TooManyAttempts { retry_after })
            }
            (ActError::WrongPassword, _) => Self::SignIn(SignInError::WrongCredentials, typed),
            (ActError::WrongPasskey, _) => Self::SignIn(SignInError::Passkey, typed),
            (ActError::WrongCode, "totp") => Self::Factor(SecondFactorError::WrongTotp),
            (ActError::WrongCode, _) => Self::Factor(SecondFactorError::WrongRecoveryCode),
            (ActError::TooMany { until }, "totp" | "recovery-code") => {
                let retry_after = wait(until);
                Self::Factor(SecondFactorError::TooManyAttempts { retry_after })
            }
            (ActError::TooMany { until }, _) => {
                let retry_after = wait(until);
                Self::SignIn(SignInError::TooManyAttempts { retry_after }, typed)
            }
            (ActError::Password(checked), _) => Self::NewPassword(checked),
            (error @ (ActError::Provider | ActError::NoAccount), _) => Self::of_provider(error),
            (ActError::Stale | ActError::Flow(_), _) => Self::Stale,
        }
    }

    /// What went wrong at an identity provider, or on the way there and back.
    pub(super) fn of_provider(error: ActError) -> Self {
        let nothing = String::new();
        match error {
            ActError::Provider => Self::SignIn(SignInError::Provider, nothing),
            ActError::NoAccount => Self::SignIn(SignInError::NoAccount, nothing),
            _ => Self::Stale,
        }
    }
}

/// The address of a flow's page.
pub(super) fn address(visit: &Visit, handle: &str) -> String {
    let id = form_urlencoded::byte_serialize(handle.as_bytes()).collect::<String>();
    visit.path(&format!("/flow?id={id}"))
}

/// The answer that shows where a flow is.
pub(super) fn outcome(
    visit: &Visit,
    handle: &str,
    outcome: &Outcome,
    trouble: Option<Trouble>,
    status: StatusCode,
) -> Response {
    match outcome {
        Outcome::Respond(answer) => after_form(visit, answer),
        Outcome::Account(page) => visit.see_other(&visit.path(address_of(*page))),
        Outcome::DeviceDone(allowed) => {
            let frame = visit.frame();
            let allowed = *allowed;
            let view = DeviceDone { frame, allowed };
            visit.remembered(render::page(StatusCode::OK, &view, &[]))
        }
        Outcome::Show(stage, client, target) => {
            let origin = target.as_ref().map(|target| target.origin());
            let targets: Vec<&str> = origin.as_deref().into_iter().collect();
            let client = client.as_deref();
            let shown = Shown {
                visit,
                handle,
                client,
                targets: &targets,
                status,
            };
            visit.remembered(shown.stage(stage, trouble))
        }
    }
}

/// What a stage is shown with.
struct Shown<'a> {
    visit: &'a Visit,
    handle: &'a str,
    client: Option<&'a Application>,
    targets: &'a [&'a str],
    status: StatusCode,
}

impl Shown<'_> {
    fn stage(&self, stage: &Stage, trouble: Option<Trouble>) -> Response {
        match stage {
            Stage::SignIn {
                reason,
                hint,
                passkeys,
            } => self.sign_in(*reason, hint.as_deref(), passkeys.clone(), trouble),
            Stage::SecondFactor {
                name,
                totp,
                recovery_code,
            } => self.second_factor(name, (*totp, *recovery_code), trouble),
            Stage::ChangePassword { name } => self.change_password(name, trouble),
            Stage::ConfirmDevice { user_code } => {
                let view = DeviceConfirm {
                    frame: self.visit.frame(),
                    form: self.form(),
                    client_name: self.client_name().unwrap_or_default(),
                    unchecked: self.unchecked(),
                    user_code: user_code.clone(),
                };
                self.page(&view)
            }
            Stage::Consent { name, items, shown } => {
                let mut form = self.form();
                form.hidden.push(("shown".to_owned(), shown.clone()));
                let mut frame = self.visit.frame();
                frame.signed_in_as = Some(name.clone());
                let scope = |item: &domain::authorize::ConsentItem| ConsentScope {
                    name: item.name.clone(),
                    prompt_text: item.prompt.clone(),
                    optional: item.optional,
                    checked: item.need != ConsentNeed::Denied,
                    new: item.need == ConsentNeed::New,
                    widened: item.need == ConsentNeed::Widened,
                };
                let view = Consent {
                    frame,
                    form,
                    client_name: self.client_name().unwrap_or_default(),
                    client_uri: self.client.and_then(home_page),
                    unchecked: self.unchecked(),
                    scopes: items.iter().map(scope).collect(),
                    error: trouble.map(|_| ConsentError::Changed),
                };
                self.page(&view)
            }
        }
    }

    fn sign_in(
        &self,
        reason: SignInReason,
        hint: Option<&str>,
        passkeys: Option<String>,
        trouble: Option<Trouble>,
    ) -> Response {
        let (error, typed) = match trouble {
            Some(Trouble::SignIn(error, typed)) => (Some(error), typed),
            Some(_) => (Some(SignInError::Expired), String::new()),
            None => (None, String::new()),
        };
        let confirms = matches!(reason, SignInReason::Fresh | SignInReason::Stronger(_));
        let view = SignIn {
            frame: self.visit.frame(),
            form: self.form(),
            client_name: self.client_name(),
            unchecked: self.unchecked(),
            purpose: match confirms {
                true => Purpose::Confirm,
                false => Purpose::SignIn,
            },
            username: match typed.is_empty() || confirms {
                true => hint.unwrap_or_default().to_owned(),
                false => typed,
            },
            error,
            providers: self.providers(),
            passkeys,
        };
        self.page(&view)
    }

    /// The buttons of the realm's active providers, by name (B11).
    fn providers(&self) -> Vec<Provider> {
        let providers = self.visit.snapshot.config().identity_providers.values();
        let mut providers: Vec<_> = providers.filter(|provider| provider.active).collect();
        providers.sort_by_key(|provider| provider.name.to_lowercase());
        let button = |provider: &Arc<IdentityProvider>| Provider {
            name: provider.name.clone(),
            action: format!("{PROVIDER}{}", provider.id),
        };
        providers.into_iter().map(button).collect()
    }

    fn second_factor(
        &self,
        name: &str,
        (totp, recovery_code): (bool, bool),
        trouble: Option<Trouble>,
    ) -> Response {
        let mut frame = self.visit.frame();
        frame.signed_in_as = Some(name.to_owned());
        let view = SecondFactor {
            frame,
            form: self.form(),
            totp,
            recovery_code,
            error: match trouble {
                Some(Trouble::Factor(error)) => Some(error),
                _ => None,
            },
        };
        self.page(&view)
    }

    fn change_password(&self, name: &str, trouble: Option<Trouble>) -> Response {
        let policy = &self.visit.snapshot.config().realm.settings.password_policy;
        let checked = match &trouble {
            Some(Trouble::NewPassword(checked)) => checked.clone(),
            _ => Vec::new(),
        };
        let view = ChangePassword {
            frame: self.visit.frame(),
            form: self.form(),
            reason: ChangeReason::Required,
            username: name.to_owned(),
            requirements: super::requirements::shown(policy, &checked),
            current_error: match &trouble {
                Some(Trouble::CurrentPassword(error)) => Some(error.clone()),
                _ => None,
            },
            new_error: (!checked.is_empty()).then_some(FieldError::NotGoodEnough),
            again_error: matches!(trouble, Some(Trouble::Mismatch)).then_some(FieldError::Mismatch),
        };
        self.page(&view)
    }

    fn page(&self, view: &impl pages::Page) -> Response {
        render::page(self.status, view, self.targets)
    }

    fn form(&self) -> Form {
        Form {
            action: self.visit.path("/flow"),
            hidden: vec![("flow".to_owned(), self.handle.to_owned())],
        }
    }

    /// What to say of a client that nobody vouches for: what it says of itself is no reason to trust it,
    /// and where the answer goes is (RFC 7591 §5).
    fn unchecked(&self) -> Option<Unchecked> {
        let _ = self.client.filter(|client| client.registered_itself())?;
        let answer_to = self.targets.first().map(|target| place(target));
        Some(Unchecked { answer_to })
    }

    fn client_name(&self) -> Option<String> {
        self.client.map(|client| client.name.clone())
    }
}

/// The host of an address, or its scheme where that is a private one.
fn place(address: &str) -> String {
    match WebUrl::parse(address) {
        Some(url) => url.host().to_owned(),
        None => address.split(':').next().unwrap_or_default().to_owned(),
    }
}

/// The client's home page. One that registered itself could name a bank's: there, it is one of the hosts
/// that its answers go to.
fn home_page(client: &Application) -> Option<WebUrl> {
    let home = WebUrl::parse(client.openid.client_uri.as_deref()?)?;
    let own = |uri: &String| WebUrl::parse(uri).is_some_and(|uri| uri.host() == home.host());
    let is_own = !client.registered_itself() || client.redirect_uris.iter().any(own);
    is_own.then_some(home)
}

/// Sends an answer to the client.
pub(super) fn send(visit: &Visit, answer: &Answer) -> Response {
    let (uri, fields) = answer.form();
    match (answer.mode(), WebUrl::parse(uri)) {
        (ResponseMode::FormPost, Some(target)) => {
            let own = |(name, value): (&str, &str)| (name.to_owned(), value.to_owned());
            let view = FormPost {
                frame: visit.frame(),
                target,
                fields: fields.into_iter().map(own).collect(),
            };
            render::form_post(&view)
        }
        _ => visit.see_other(&answer.location()),
    }
}

/// The same from a page with a form, whose policy holds redirects back that it does not name (CSP3 §6.4.1).
fn after_form(visit: &Visit, answer: &Answer) -> Response {
    let (uri, _) = answer.form();
    let by_redirect = answer.mode() != ResponseMode::FormPost;
    match by_redirect && WebUrl::parse(uri).is_some() && !pages::can_be_form_target(uri) {
        true => onward(visit, &answer.location()),
        false => send(visit, answer),
    }
}
