//! The second factor.

use askama::Template;

use crate::{Form, Frame, field::Input, page::View, sign_in::too_many, text::Markup};

/// Asks for a code besides the password.
///
/// Fields: `code` with action `totp`, or `recovery_code` with action `recovery-code`. Action `switch-account` gives up.
#[derive(Clone, Template)]
#[template(path = "second_factor.html")]
pub struct SecondFactor {
    /// What is common to all pages.
    pub frame: Frame,
    /// Where it posts to.
    pub form: Form,
    /// Whether a code of an authenticator application will do.
    pub totp: bool,
    /// Whether a recovery code will do.
    pub recovery_code: bool,
    /// Why the last try failed.
    pub error: Option<SecondFactorError>,
}

/// Why a second factor was refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SecondFactorError {
    /// The code of the application is not right, or was used before.
    WrongTotp,
    /// The recovery code is not right, or was used before.
    WrongRecoveryCode,
    /// Too many tries (U3: each factor is counted).
    TooManyAttempts {
        /// Seconds until the next may be made.
        retry_after: u64,
    },
}

impl View for SecondFactor {
    fn frame(&self) -> &Frame {
        &self.frame
    }

    fn heading(&self) -> Markup {
        self.frame.say("factor-heading")
    }

    fn problem(&self) -> Option<Markup> {
        Some(match self.error.as_ref()? {
            SecondFactorError::WrongTotp => self.frame.say("wrong-totp"),
            SecondFactorError::WrongRecoveryCode => self.frame.say("wrong-recovery-code"),
            SecondFactorError::TooManyAttempts { retry_after } => {
                too_many(self.frame.locale, *retry_after)
            }
        })
    }
}

impl SecondFactor {
    fn totp_input(&self) -> Input {
        Input::code("code", self.frame.say("totp-code"), "one-time-code")
            .digits()
            .blamed_if(self.error == Some(SecondFactorError::WrongTotp))
    }

    fn recovery_input(&self) -> Input {
        Input::code("recovery_code", self.frame.say("recovery-code"), "off")
            .blamed_if(self.error == Some(SecondFactorError::WrongRecoveryCode))
    }

    /// Whether the recovery code is asked for at once, and not behind a line that opens.
    fn recovery_is_open(&self) -> bool {
        !self.totp || self.error == Some(SecondFactorError::WrongRecoveryCode)
    }
}
