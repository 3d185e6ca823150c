//! The first administrator, by the one-time link (T10).

use askama::Template;

use crate::{
    FieldError, Form, Frame, Requirement, field::Input, page::View, password::new_password,
    text::Markup,
};

/// Asks the first administrator for an account.
///
/// Fields: `username`, `given_name`, `family_name`, `email`, `new_password`, `new_password_again`. Action: `set-up`.
#[derive(Clone, Template)]
#[template(path = "set_up.html")]
pub struct SetUp {
    /// What is common to all pages.
    pub frame: Frame,
    /// Where it posts to.
    pub form: Form,
    /// The user name to begin with.
    pub username: String,
    /// The given name to begin with.
    pub given_name: String,
    /// The family name to begin with.
    pub family_name: String,
    /// The e-mail address to begin with.
    pub email: String,
    /// What the password must be.
    pub requirements: Vec<Requirement>,
    /// What is wrong, by the name of the field.
    pub errors: Vec<(&'static str, FieldError)>,
}

impl View for SetUp {
    fn frame(&self) -> &Frame {
        &self.frame
    }

    fn heading(&self) -> Markup {
        self.frame.say("set-up-heading")
    }

    fn inputs(&self) -> Vec<Input> {
        let (frame, locale) = (&self.frame, self.frame.locale);
        let email = Input::text("email", frame.say("email"), "email").of_kind("email");
        let mut inputs = vec![
            Input::text("username", frame.say("username"), "username").with_value(&self.username),
            Input::text("given_name", frame.say("given-name"), "given-name")
                .with_value(&self.given_name)
                .optional(),
            Input::text("family_name", frame.say("family-name"), "family-name")
                .with_value(&self.family_name)
                .optional(),
            email.with_value(&self.email).optional(),
        ];
        inputs = inputs
            .into_iter()
            .map(|input| {
                let error = self.error_of(&input.name);
                input.with_error(error, locale)
            })
            .collect();
        let (password, again) = (
            self.error_of("new_password"),
            self.error_of("new_password_again"),
        );
        inputs.extend(new_password(frame, password, again));
        inputs
    }
}

impl SetUp {
    fn error_of(&self, field: &str) -> Option<&FieldError> {
        let found = self.errors.iter().find(|(name, _)| *name == field);
        found.map(|(_, error)| error)
    }
}

/// Says that the account was made.
#[derive(Clone, Debug, Template)]
#[template(path = "set_up_done.html")]
pub struct SetUpDone {
    /// What is common to all pages.
    pub frame: Frame,
    /// Whose account it is.
    pub username: String,
    /// The path where to sign in, if there is one to go to.
    pub sign_in: Option<String>,
}

impl View for SetUpDone {
    fn frame(&self) -> &Frame {
        &self.frame
    }

    fn heading(&self) -> Markup {
        self.frame.say("set-up-done-heading")
    }
}
