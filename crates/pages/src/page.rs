//! What a view must offer to become a page.

use askama::Template;

use crate::{Frame, field::Input, text::Markup, words::Fill};

/// A page that can be shown.
pub trait Page {
    /// The whole HTML document.
    ///
    /// # Errors
    /// [`NotRendered`] if the text could not be written, which is a defect of this crate.
    fn html(&self) -> Result<String, NotRendered>;
}

/// A page could not be written.
#[derive(Debug, thiserror::Error)]
#[error("the page could not be written: {0}")]
pub struct NotRendered(#[from] askama::Error);

impl<T: View + Template> Page for T {
    fn html(&self) -> Result<String, NotRendered> {
        Ok(self.render()?)
    }
}

/// What `templates/layout.html` asks of a view.
pub(crate) trait View {
    fn frame(&self) -> &Frame;

    fn say(&self, id: &str) -> Markup {
        self.frame().locale.say(id)
    }

    fn about(&self, id: &str, name: &str, value: impl Fill) -> Markup {
        self.frame().locale.about(id, name, value)
    }

    /// `seconds` since the epoch, as `<time>`.
    fn moment(&self, seconds: &i64) -> Markup {
        self.frame().locale.moment(*seconds)
    }

    /// The page's one `h1`, and the begin of its title.
    fn heading(&self) -> Markup;

    /// The fields that a person fills in, in order.
    fn inputs(&self) -> Vec<Input> {
        Vec::new()
    }

    /// What went wrong with the form as a whole.
    fn problem(&self) -> Option<Markup> {
        None
    }

    /// Everything that went wrong, for the summary above the form.
    fn problems(&self) -> Vec<Problem> {
        let whole = self.problem().map(|text| Problem { field: None, text });
        let fields = self.inputs().into_iter().filter_map(|input| {
            let text = input.error?;
            Some(Problem {
                field: Some((input.id, input.label)),
                text,
            })
        });
        whole.into_iter().chain(fields).collect()
    }
}

/// A line of the summary.
pub(crate) struct Problem {
    /// The id and the label of the field that it is about.
    pub(crate) field: Option<(String, Markup)>,
    pub(crate) text: Markup,
}
