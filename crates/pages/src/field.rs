//! Fields that a person fills in, and what may be wrong with them.

use crate::{Frame, Locale, sign_in::too_many, text::Markup};

/// What is wrong with a field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FieldError {
    /// It is empty.
    Required,
    /// It is not of the form that the field wants.
    Invalid,
    /// Somebody else has it.
    Taken,
    /// It is shorter than this many characters.
    TooShort(u32),
    /// It is longer than this many characters.
    TooLong(u32),
    /// The two new passwords differ.
    Mismatch,
    /// The current password is not right.
    WrongPassword,
    /// A password that does not meet the requirements listed.
    NotGoodEnough,
    /// The code is not right, or no longer.
    WrongCode,
    /// The passkey was not accepted.
    Passkey,
    /// Without it nobody could sign in any more.
    OnlyWayIn,
    /// Something changed since the page was made.
    Stale,
    /// Too many tries.
    TooManyAttempts {
        /// Seconds until the next may be made.
        retry_after: u64,
    },
    /// In words of a policy or a schema, as they are.
    Other(String),
}

impl FieldError {
    pub(crate) fn words(&self, locale: Locale) -> Markup {
        match self {
            Self::Required => locale.say("field-required"),
            Self::Invalid => locale.say("field-invalid"),
            Self::Taken => locale.say("field-taken"),
            Self::TooShort(least) => locale.about("field-too-short", "least", *least),
            Self::TooLong(most) => locale.about("field-too-long", "most", *most),
            Self::Mismatch => locale.say("field-mismatch"),
            Self::WrongPassword => locale.say("field-wrong-password"),
            Self::NotGoodEnough => locale.say("field-not-good-enough"),
            Self::WrongCode => locale.say("field-wrong-code"),
            Self::Passkey => locale.say("passkey-refused"),
            Self::OnlyWayIn => locale.say("field-only-way-in"),
            Self::Stale => locale.say("page-expired"),
            Self::TooManyAttempts { retry_after } => too_many(locale, *retry_after),
            Self::Other(text) => locale.about("as-is", "text", text.as_str()),
        }
    }
}

/// What a new password must be, and whether the one that was tried is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Requirement {
    /// What is required.
    pub kind: RequirementKind,
    /// Whether it was met; `None` before a password was tried.
    pub satisfied: Option<bool>,
}

/// A requirement of a new password.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RequirementKind {
    /// At least this many characters.
    MinLength(u32),
    /// At most this many characters.
    MaxLength(u32),
    /// At least so many characters of a class.
    Characters {
        /// The class.
        class: CharacterClass,
        /// How many.
        least: u32,
    },
    /// At least so many of these characters.
    OneOf {
        /// The characters.
        characters: String,
        /// How many.
        least: u32,
    },
    /// No character more often than this in a row.
    MaxRepeats(u32),
    /// At least this many different characters.
    MinUnique(u32),
    /// None of the passwords that everybody tries first.
    NotCommon,
    /// Does not contain the user name, name or e-mail address.
    NotPersonal,
    /// None of the last ones, this many.
    NotRecent(u32),
    /// Not sooner after the last one than so many minutes.
    MinAge {
        /// How many.
        minutes: u32,
    },
    /// In words of a policy, as they are.
    Other(String),
}

/// A class of characters, of any script.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CharacterClass {
    /// Lower-case letters.
    Lowercase,
    /// Upper-case letters.
    Uppercase,
    /// Letters.
    Letter,
    /// Digits.
    Digit,
    /// All else.
    Symbol,
}

impl CharacterClass {
    fn word(self) -> &'static str {
        match self {
            Self::Lowercase => "require-lowercase",
            Self::Uppercase => "require-uppercase",
            Self::Letter => "require-letter",
            Self::Digit => "require-digit",
            Self::Symbol => "require-symbol",
        }
    }
}

impl Requirement {
    pub(crate) fn words(&self, frame: &Frame) -> Markup {
        match &self.kind {
            RequirementKind::MinLength(least) => frame.about("require-min", "least", *least),
            RequirementKind::MaxLength(most) => frame.about("require-max", "most", *most),
            RequirementKind::Characters { class, least } => {
                frame.about(class.word(), "least", *least)
            }
            RequirementKind::OneOf { characters, least } => frame.locale.about_both(
                "require-one-of",
                ("characters", characters),
                ("least", least),
            ),
            RequirementKind::MaxRepeats(most) => frame.about("require-repeats", "most", *most),
            RequirementKind::MinUnique(least) => frame.about("require-unique", "least", *least),
            RequirementKind::NotCommon => frame.say("require-not-common"),
            RequirementKind::NotPersonal => frame.say("require-not-personal"),
            RequirementKind::NotRecent(count) => frame.about("require-not-recent", "count", *count),
            RequirementKind::MinAge { minutes } => min_age(frame, *minutes),
            RequirementKind::Other(text) => frame.about("as-is", "text", text.as_str()),
        }
    }
}

/// In the greatest unit that fits without a rest.
fn min_age(frame: &Frame, minutes: u32) -> Markup {
    const HOUR: u32 = 60;
    const DAY: u32 = 24 * HOUR;
    match minutes {
        minutes if minutes.is_multiple_of(DAY) => {
            frame.about("require-min-age-days", "days", minutes / DAY)
        }
        minutes if minutes.is_multiple_of(HOUR) => {
            frame.about("require-min-age-hours", "hours", minutes / HOUR)
        }
        minutes => frame.about("require-min-age-minutes", "minutes", minutes),
    }
}

/// A labelled input, as `templates/input.html` writes it.
pub(crate) struct Input {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) label: Markup,
    pub(crate) kind: &'static str,
    pub(crate) value: String,
    pub(crate) autocomplete: &'static str,
    pub(crate) inputmode: Option<&'static str>,
    pub(crate) required: bool,
    pub(crate) readonly: bool,
    pub(crate) hint: Option<Markup>,
    pub(crate) error: Option<Markup>,
    /// The id of another element that describes it.
    pub(crate) described_by: Option<&'static str>,
    /// Whether it is wrong without an error of its own: the form's problem is about it.
    pub(crate) blamed: bool,
}

impl Input {
    /// A text field whose id is its name.
    pub(crate) fn text(name: &str, label: Markup, autocomplete: &'static str) -> Self {
        Self {
            id: name.to_owned(),
            name: name.to_owned(),
            label,
            kind: "text",
            value: String::new(),
            autocomplete,
            inputmode: None,
            required: true,
            readonly: false,
            hint: None,
            error: None,
            described_by: None,
            blamed: false,
        }
    }

    /// A password field: its value is never written into a page.
    pub(crate) fn password(name: &str, label: Markup, autocomplete: &'static str) -> Self {
        Self {
            kind: "password",
            ..Self::text(name, label, autocomplete)
        }
    }

    /// A field for a code that somebody types off another screen.
    pub(crate) fn code(name: &str, label: Markup, autocomplete: &'static str) -> Self {
        Self {
            kind: "code",
            ..Self::text(name, label, autocomplete)
        }
    }

    pub(crate) fn of_kind(self, kind: &'static str) -> Self {
        Self { kind, ..self }
    }

    pub(crate) fn digits(self) -> Self {
        Self {
            inputmode: Some("numeric"),
            ..self
        }
    }

    pub(crate) fn with_value(self, value: &str) -> Self {
        Self {
            value: value.to_owned(),
            ..self
        }
    }

    pub(crate) fn with_hint(self, hint: Markup) -> Self {
        Self {
            hint: Some(hint),
            ..self
        }
    }

    pub(crate) fn optional(self) -> Self {
        Self {
            required: false,
            ..self
        }
    }

    pub(crate) fn readonly_if(self, readonly: bool) -> Self {
        Self { readonly, ..self }
    }

    pub(crate) fn described_by(self, id: &'static str) -> Self {
        Self {
            described_by: Some(id),
            ..self
        }
    }

    pub(crate) fn blamed_if(self, blamed: bool) -> Self {
        Self { blamed, ..self }
    }

    pub(crate) fn with_error(self, error: Option<&FieldError>, locale: Locale) -> Self {
        Self {
            error: error.map(|error| error.words(locale)),
            ..self
        }
    }

    /// The `type` attribute.
    pub(crate) fn html_type(&self) -> &'static str {
        if self.kind == "code" {
            "text"
        } else {
            self.kind
        }
    }

    /// The ids of all that describes it, for `aria-describedby`; empty if nothing does.
    pub(crate) fn descriptions(&self) -> String {
        let mut ids = Vec::new();
        if self.error.is_some() {
            ids.push(format!("{}-error", self.id));
        }
        if self.blamed {
            ids.push("problem".to_owned());
        }
        if self.hint.is_some() {
            ids.push(format!("{}-hint", self.id));
        }
        ids.extend(self.described_by.map(str::to_owned));
        ids.join(" ")
    }

    pub(crate) fn is_invalid(&self) -> bool {
        self.blamed || self.error.is_some()
    }
}
