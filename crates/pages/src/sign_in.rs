//! Sign-in: password, passkey or another provider, on one page.

use askama::Template;

use crate::{Form, Frame, Locale, Provider, Unchecked, field::Input, page::View, text::Markup};

/// The sign-in page.
///
/// Fields: `username`, `password`. Actions: `sign-in`; `passkey`, with the assertion as JSON in `credential`; the value
/// of a [`Provider`]; `switch-account`, where the page knows whom it asks.
#[derive(Clone, Template)]
#[template(path = "sign_in.html")]
pub struct SignIn {
    /// What is common to all pages.
    pub frame: Frame,
    /// Where it posts to.
    pub form: Form,
    /// The application that asks, if one does.
    pub client_name: Option<String>,
    /// Whether nobody has checked the application.
    pub unchecked: Option<Unchecked>,
    /// Why somebody is asked.
    pub purpose: Purpose,
    /// The user name to begin with (`login_hint`, or what was typed before); empty for none.
    pub username: String,
    /// Why the last try failed.
    pub error: Option<SignInError>,
    /// Upstream providers, in the order of their buttons.
    pub providers: Vec<Provider>,
    /// `PublicKeyCredentialRequestOptionsJSON` (WebAuthn Level 3 §5.1.9) as text, if passkeys may be used.
    pub passkeys: Option<String>,
}

/// Why somebody is asked to sign in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Purpose {
    /// To sign in.
    #[default]
    SignIn,
    /// To prove once more to be who is signed in already (`prompt=login`, `max_age`, step-up by RFC 9470). The user name
    /// stands fixed, with a button for another account.
    Confirm,
}

/// Why a sign-in failed, as far as it may be told (U5: an unknown user is a wrong password).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SignInError {
    /// The user name or the password is not right.
    WrongCredentials,
    /// Too many tries (U3).
    TooManyAttempts {
        /// Seconds until the next may be made.
        retry_after: u64,
    },
    /// The passkey was not accepted.
    Passkey,
    /// The upstream provider did not sign anybody in.
    Provider,
    /// The upstream provider signed somebody in who has no account here.
    NoAccount,
    /// The page was open for too long.
    Expired,
    /// Who signed in is not who must confirm.
    OtherPerson,
}

impl View for SignIn {
    fn frame(&self) -> &Frame {
        &self.frame
    }

    fn heading(&self) -> Markup {
        match self.purpose {
            Purpose::SignIn => self.frame.say("sign-in-heading"),
            Purpose::Confirm => self.frame.say("confirm-heading"),
        }
    }

    fn inputs(&self) -> Vec<Input> {
        let wrong = self.error == Some(SignInError::WrongCredentials);
        let username = Input::text("username", self.frame.say("username"), self.autocomplete())
            .with_value(&self.username)
            .readonly_if(self.knows_whom())
            .blamed_if(wrong);
        let password = self.frame.say("password");
        let password = Input::password("password", password, "current-password").blamed_if(wrong);
        vec![username, password]
    }

    fn problem(&self) -> Option<Markup> {
        let id = match self.error.as_ref()? {
            SignInError::WrongCredentials => "wrong-credentials",
            SignInError::TooManyAttempts { retry_after } => {
                return Some(too_many(self.frame.locale, *retry_after));
            }
            SignInError::Passkey => "passkey-refused",
            SignInError::Provider => "provider-failed",
            SignInError::NoAccount => "provider-no-account",
            SignInError::Expired => "page-expired",
            SignInError::OtherPerson => "other-person",
        };
        Some(self.frame.say(id))
    }
}

impl SignIn {
    fn autocomplete(&self) -> &'static str {
        if self.passkeys.is_some() {
            "username webauthn"
        } else {
            "username"
        }
    }

    fn knows_whom(&self) -> bool {
        self.purpose == Purpose::Confirm && !self.username.is_empty()
    }
}

/// "Too many tries", with the time to wait in full minutes from one minute on.
pub(crate) fn too_many(locale: Locale, seconds: u64) -> Markup {
    if seconds < 60 {
        locale.about("too-many-seconds", "seconds", seconds.max(1))
    } else {
        locale.about("too-many-minutes", "minutes", seconds.div_ceil(60))
    }
}
