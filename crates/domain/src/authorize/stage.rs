//! What a person is shown next.

use crate::people::Acr;
use jose::base64url;
use scope::{AskedScope, ConsentNeed};

/// A page of a flow.
#[derive(Debug, Clone)]
pub enum Stage {
    /// Say who you are, and prove it.
    SignIn {
        /// Why.
        reason: SignInReason,
        /// Who it probably is.
        hint: Option<String>,
        /// What a browser asks passkeys with (WebAuthn §5.5), where they can be used.
        passkeys: Option<String>,
    },
    /// Give a second factor.
    SecondFactor {
        /// Who gave the first, for them to see.
        name: String,
        /// Whether a one-time password will do.
        totp: bool,
        /// Whether a recovery code will do.
        recovery_code: bool,
    },
    /// Choose another password.
    ChangePassword {
        /// Who must.
        name: String,
    },
    /// Say whether the device is yours (RFC 8628 §5.4).
    ConfirmDevice {
        /// The code that it shows.
        user_code: String,
    },
    /// Allow the client what it asks for, or not.
    Consent {
        /// Who is asked.
        name: String,
        /// For what.
        items: Vec<ConsentItem>,
        /// A name for what the page shows, of whom, and to whom: an answer counts for the very page
        /// that was seen, of the client as it was, in the session in which it was (A11).
        shown: String,
    },
}

/// Why someone has to sign in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SignInReason {
    /// Nobody is signed in.
    Nobody,
    /// The sign-in must be fresh (`prompt=login`, `max_age`).
    Fresh,
    /// It must be somebody who is meant (`id_token_hint`, `select_account`).
    Another,
    /// It must be a stronger one (RFC 9470).
    Stronger(Acr),
}

/// A scope on the consent page.
#[derive(Debug, Clone)]
pub struct ConsentItem {
    /// The scope, as it is asked for.
    pub(crate) scope: AskedScope,
    /// Its name.
    pub name: String,
    /// What it lets the client do.
    pub prompt: String,
    /// Whether it can be left out.
    pub optional: bool,
    /// Why it is asked for.
    pub need: ConsentNeed,
}

/// The name of a consent page; `registered` says how the client is registered.
pub(super) fn consent_digest(sid: &str, registered: &str, items: &[ConsentItem]) -> String {
    let mut shown = Vec::new();
    let mut add = |part: &[u8]| {
        shown.extend_from_slice(&(part.len() as u64).to_be_bytes());
        shown.extend_from_slice(part);
    };
    add(sid.as_bytes());
    add(registered.as_bytes());
    for item in items {
        add(item.name.as_bytes());
        add(&item.scope.granted().version.to_be_bytes());
        add(item.prompt.as_bytes());
        add(&[u8::from(item.optional)]);
    }
    base64url::encode(jose::sha256(&shown))
}
