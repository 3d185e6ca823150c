//! Who somebody is.

use askama::Template;

use super::{Account, AccountView, Place};
use crate::{FieldError, Frame, field::Input, page::View, text::Markup};

/// The attributes that a person sees and changes.
///
/// Fields: as [`ProfileField::name`] says; read-only ones are not sent. Action: `save`.
#[derive(Clone, Template)]
#[template(path = "profile.html")]
pub struct Profile {
    /// What is common to the account pages.
    pub account: Account,
    /// The fields, in order.
    pub fields: Vec<ProfileField>,
    /// Whether it was changed by somebody else since it was shown.
    pub stale: bool,
}

/// A field of the profile.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProfileField {
    /// The name of the form's field, unique on the page.
    pub name: String,
    /// What it is called.
    pub label: ProfileLabel,
    /// Which one it is of several (`work`, `home, primary`), in brackets after the label.
    pub which: Option<String>,
    /// The value to begin with.
    pub value: String,
    /// Whether it may be changed.
    pub editable: bool,
    /// Whether it may not be empty.
    pub required: bool,
    /// What is wrong with what was typed.
    pub error: Option<FieldError>,
}

/// What a field of the profile is called.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ProfileLabel {
    /// `userName`.
    Username,
    /// `displayName`.
    DisplayName,
    /// `name.givenName`.
    GivenName,
    /// `name.familyName`.
    FamilyName,
    /// `nickName`.
    NickName,
    /// `title`.
    Title,
    /// A value of `emails`.
    Email,
    /// A value of `phoneNumbers`.
    Phone,
    /// `preferredLanguage`.
    Language,
    /// `timezone`.
    TimeZone,
    /// An attribute of a schema, by its own name.
    Named(String),
}

impl ProfileLabel {
    /// The words, the `type` and the `autocomplete` of the field.
    fn parts(&self, frame: &Frame) -> (Markup, &'static str, &'static str) {
        let (id, kind, autocomplete) = match self {
            Self::Username => ("username", "text", "username"),
            Self::DisplayName => ("display-name", "text", "name"),
            Self::GivenName => ("given-name", "text", "given-name"),
            Self::FamilyName => ("family-name", "text", "family-name"),
            Self::NickName => ("nick-name", "text", "nickname"),
            Self::Title => ("job-title", "text", "organization-title"),
            Self::Email => ("email", "email", "email"),
            Self::Phone => ("phone", "tel", "tel"),
            Self::Language => ("language", "text", "language"),
            Self::TimeZone => ("time-zone", "text", "off"),
            Self::Named(name) => {
                return (frame.about("as-is", "text", name.as_str()), "text", "off");
            }
        };
        (frame.say(id), kind, autocomplete)
    }
}

impl View for Profile {
    fn frame(&self) -> &Frame {
        &self.account.frame
    }

    fn heading(&self) -> Markup {
        Self::PLACE.title(self.frame())
    }

    fn problem(&self) -> Option<Markup> {
        self.stale.then(|| self.frame().say("page-expired"))
    }

    fn inputs(&self) -> Vec<Input> {
        let field = |field| self.input(field);
        self.fields.iter().map(field).collect()
    }
}

impl AccountView for Profile {
    const PLACE: Place = Place::Profile;
}

impl Profile {
    fn input(&self, field: &ProfileField) -> Input {
        let frame = self.frame();
        let (mut label, kind, autocomplete) = field.label.parts(frame);
        if let Some(which) = &field.which {
            label
                .0
                .push_str(&frame.about("in-brackets", "text", which.as_str()).0);
        }
        let mut input = Input::text(&field.name, label, autocomplete)
            .of_kind(kind)
            .with_value(&field.value)
            .readonly_if(!field.editable)
            .with_error(field.error.as_ref(), frame.locale);
        input.required = field.required && field.editable;
        input
    }

    fn is_editable(&self) -> bool {
        self.fields.iter().any(|field| field.editable)
    }
}
