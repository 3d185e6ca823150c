//! The words of the pages: `words/en.ftl` and `words/de.ftl` (Project Fluent), looked up by id.

use std::sync::LazyLock;

use askama::filters::Safe;
use fluent_bundle::{FluentArgs, FluentResource, FluentValue, concurrent::FluentBundle};

use crate::{
    Locale,
    text::{Markup, shown, verbatim},
};

const ENGLISH: &str = include_str!("../words/en.ftl");
const GERMAN: &str = include_str!("../words/de.ftl");

type Bundle = FluentBundle<FluentResource>;

static ENGLISH_WORDS: LazyLock<Bundle> = LazyLock::new(|| bundle(Locale::English, ENGLISH));
static GERMAN_WORDS: LazyLock<Bundle> = LazyLock::new(|| bundle(Locale::German, GERMAN));

fn bundle(locale: Locale, source: &str) -> Bundle {
    let resource = match FluentResource::try_new(source.to_owned()) {
        // The files are part of the program, and a test reads them without an error.
        Ok(resource) | Err((resource, _)) => resource,
    };
    let mut bundle = Bundle::new_concurrent(vec![locale.tag().parse().unwrap_or_default()]);
    bundle.add_resource_overriding(resource);
    bundle
}

impl Locale {
    fn bundle(self) -> &'static Bundle {
        match self {
            Self::English => &ENGLISH_WORDS,
            Self::German => &GERMAN_WORDS,
        }
    }

    /// The message `id`.
    pub(crate) fn say(self, id: &str) -> Markup {
        self.format(id, None)
    }

    /// The message `id`, with `value` filled in for `name`.
    pub(crate) fn about(self, id: &str, name: &str, value: impl Fill) -> Markup {
        let mut arguments = FluentArgs::new();
        arguments.set(name, value.fill());
        self.format(id, Some(&arguments))
    }

    /// The message `id`, with two values filled in.
    pub(crate) fn about_both(
        self,
        id: &str,
        one: (&str, &dyn Fill),
        other: (&str, &dyn Fill),
    ) -> Markup {
        let mut arguments = FluentArgs::new();
        for (name, value) in [one, other] {
            arguments.set(name, value.fill());
        }
        self.format(id, Some(&arguments))
    }

    /// A message that is not there shows its id in brackets, which the tests look for.
    fn format(self, id: &str, arguments: Option<&FluentArgs<'_>>) -> Markup {
        let bundle = self.bundle();
        let pattern = bundle.get_message(id).and_then(|message| message.value());
        let Some(pattern) = pattern else {
            return Safe(format!("⟦{id}⟧"));
        };
        let mut errors = Vec::new();
        verbatim(&bundle.format_pattern(pattern, arguments, &mut errors))
    }
}

/// What may be filled in.
pub(crate) trait Fill {
    fn fill(&self) -> FluentValue<'static>;
}

/// Fluent puts what it fills in between isolates (U+2068, U+2069), so that a name in another direction moves none of the
/// words around it. A name that brought such characters along could end its isolate early: they are left out.
impl Fill for str {
    fn fill(&self) -> FluentValue<'static> {
        FluentValue::from(shown(self))
    }
}

impl Fill for String {
    fn fill(&self) -> FluentValue<'static> {
        self.as_str().fill()
    }
}

impl Fill for u32 {
    fn fill(&self) -> FluentValue<'static> {
        FluentValue::from(*self)
    }
}

impl Fill for u64 {
    fn fill(&self) -> FluentValue<'static> {
        FluentValue::from(*self)
    }
}

impl<T: Fill + ?Sized> Fill for &T {
    fn fill(&self) -> FluentValue<'static> {
        (**self).fill()
    }
}
