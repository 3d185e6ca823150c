//! A new password in place of the old one.

use askama::Template;

use crate::{FieldError, Form, Frame, Requirement, field::Input, page::View, text::Markup};

/// Asks for the current and a new password.
///
/// Fields: `current_password`, `new_password`, `new_password_again`. Actions: `change`, `cancel` (where it is a choice).
#[derive(Clone, Template)]
#[template(path = "change_password.html")]
pub struct ChangePassword {
    /// What is common to all pages.
    pub frame: Frame,
    /// Where it posts to.
    pub form: Form,
    /// Why it is asked.
    pub reason: ChangeReason,
    /// Whose password it is, for who reads and for password managers; empty to leave it out.
    pub username: String,
    /// What the new password must be.
    pub requirements: Vec<Requirement>,
    /// What is wrong with the current password.
    pub current_error: Option<FieldError>,
    /// What is wrong with the new password.
    pub new_error: Option<FieldError>,
    /// What is wrong with its repetition.
    pub again_error: Option<FieldError>,
}

/// Why a new password is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChangeReason {
    /// Its owner wants it.
    Chosen,
    /// Its owner has none yet: the current one is not asked for.
    First,
    /// An administrator set the current one.
    Required,
    /// The current one is too old.
    Expired,
}

impl View for ChangePassword {
    fn frame(&self) -> &Frame {
        &self.frame
    }

    fn heading(&self) -> Markup {
        self.frame.say(match self.reason {
            ChangeReason::First => "set-password-heading",
            _ => "change-password-heading",
        })
    }

    fn inputs(&self) -> Vec<Input> {
        let (frame, locale) = (&self.frame, self.frame.locale);
        let mut inputs = Vec::new();
        if !self.username.is_empty() {
            let username = Input::text("username", frame.say("username"), "username");
            inputs.push(username.with_value(&self.username).readonly_if(true));
        }
        if self.reason != ChangeReason::First {
            let current = frame.say("current-password");
            let current = Input::password("current_password", current, "current-password");
            inputs.push(current.with_error(self.current_error.as_ref(), locale));
        }
        inputs.extend(new_password(
            frame,
            self.new_error.as_ref(),
            self.again_error.as_ref(),
        ));
        inputs
    }
}

impl ChangePassword {
    fn explanation(&self) -> Option<Markup> {
        match self.reason {
            ChangeReason::Chosen | ChangeReason::First => None,
            ChangeReason::Required => Some(self.frame.say("change-password-required")),
            ChangeReason::Expired => Some(self.frame.say("change-password-expired")),
        }
    }
}

/// The two fields of a new password; the first is described by the list `requirements`.
pub(crate) fn new_password(
    frame: &Frame,
    error: Option<&FieldError>,
    again: Option<&FieldError>,
) -> [Input; 2] {
    [
        Input::password("new_password", frame.say("new-password"), "new-password")
            .described_by("requirements")
            .with_error(error, frame.locale),
        Input::password(
            "new_password_again",
            frame.say("new-password-again"),
            "new-password",
        )
        .with_error(again, frame.locale),
    ]
}
