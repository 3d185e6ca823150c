//! How somebody signs in: password, passkeys, authenticator application, recovery codes.

use askama::Template;

use super::{Account, AccountView, Place};
use crate::{
    FieldError, Frame,
    field::Input,
    page::View,
    qr,
    text::{Markup, shown, verbatim},
};

/// The ways to sign in, and buttons to change them.
///
/// Actions: `change-password`, `set-password` (where there is none), `add-passkey`; `rename-passkey` (fields `id`,
/// `name`) and `remove-passkey` (field `id`); `add-totp`, `remove-totp`; `make-recovery-codes`.
#[derive(Clone, Template)]
#[template(path = "sign_in_methods.html")]
pub struct SignInMethods {
    /// What is common to the account pages.
    pub account: Account,
    /// When the password was last changed, in seconds since the epoch; `None` if there is no password.
    pub password_changed: Option<i64>,
    /// The passkeys, in order.
    pub passkeys: Vec<Passkey>,
    /// Whether one can be added at this address.
    pub can_add_passkey: bool,
    /// Whether an authenticator application is asked for a code.
    pub totp: bool,
    /// How many recovery codes are left; `None` if none were made.
    pub recovery_codes_left: Option<u32>,
    /// What could not be done.
    pub error: Option<FieldError>,
}

/// A passkey.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Passkey {
    /// What the form sends as `id`.
    pub id: String,
    /// The name that its owner gave it.
    pub name: String,
    /// When it was added, in seconds since the epoch.
    pub created: i64,
    /// When it was last used, in seconds since the epoch.
    pub last_used: Option<i64>,
}

impl View for SignInMethods {
    fn frame(&self) -> &Frame {
        &self.account.frame
    }

    fn heading(&self) -> Markup {
        Self::PLACE.title(self.frame())
    }

    fn problem(&self) -> Option<Markup> {
        Some(self.error.as_ref()?.words(self.frame().locale))
    }
}

impl AccountView for SignInMethods {
    const PLACE: Place = Place::SignInMethods;
}

/// Makes a passkey: the browser does, so this page needs JavaScript, and says so.
///
/// Fields: `name`, and `credential` with the `RegistrationResponseJSON` (WebAuthn Level 3 §5.1.8). Actions: `passkey`,
/// `cancel`.
#[derive(Clone, Template)]
#[template(path = "add_passkey.html")]
pub struct AddPasskey {
    /// What is common to the account pages.
    pub account: Account,
    /// `PublicKeyCredentialCreationOptionsJSON` as text.
    pub options: String,
    /// The name to begin with.
    pub name: String,
    /// What is wrong with the name or the passkey.
    pub error: Option<FieldError>,
}

impl View for AddPasskey {
    fn frame(&self) -> &Frame {
        &self.account.frame
    }

    fn heading(&self) -> Markup {
        self.frame().say("add-passkey-heading")
    }

    fn inputs(&self) -> Vec<Input> {
        let name = Input::text("name", self.frame().say("passkey-name"), "off")
            .with_value(&self.name)
            .with_hint(self.frame().say("passkey-name-hint"))
            .with_error(self.error.as_ref(), self.frame().locale);
        vec![name]
    }
}

impl AccountView for AddPasskey {
    const PLACE: Place = Place::SignInMethods;
}

/// Shows the secret of an authenticator application (RFC 6238), and asks for the first code.
///
/// Field: `code`. Actions: `totp`, `cancel`. Not `Debug`: it shows a secret.
#[derive(Clone, Template)]
#[template(path = "add_totp.html")]
pub struct AddTotp {
    /// What is common to the account pages.
    pub account: Account,
    /// The secret in base32, for typing.
    pub secret: String,
    /// The `otpauth://totp/…` URI, for scanning.
    pub otpauth_uri: String,
    /// What is wrong with the code.
    pub error: Option<FieldError>,
}

impl View for AddTotp {
    fn frame(&self) -> &Frame {
        &self.account.frame
    }

    fn heading(&self) -> Markup {
        self.frame().say("add-totp-heading")
    }

    fn inputs(&self) -> Vec<Input> {
        let code = Input::code("code", self.frame().say("totp-code"), "one-time-code")
            .digits()
            .with_error(self.error.as_ref(), self.frame().locale);
        vec![code]
    }
}

impl AccountView for AddTotp {
    const PLACE: Place = Place::SignInMethods;
}

impl AddTotp {
    fn qr(&self) -> Option<Markup> {
        qr::svg(&self.otpauth_uri, &self.frame().say("totp-qr"))
    }

    /// The URI as a link for the telephone that shows this page: of this one scheme only.
    fn link(&self) -> Option<Markup> {
        let is_otpauth = self.otpauth_uri.starts_with("otpauth://totp/");
        is_otpauth.then(|| verbatim(&shown(&self.otpauth_uri)))
    }

    /// The secret in groups of four.
    fn grouped_secret(&self) -> Markup {
        let secret: Vec<char> = shown(&self.secret)
            .chars()
            .filter(|c| !c.is_whitespace())
            .collect();
        let groups: Vec<String> = secret
            .chunks(4)
            .map(|group| group.iter().collect())
            .collect();
        verbatim(&groups.join(" "))
    }
}
