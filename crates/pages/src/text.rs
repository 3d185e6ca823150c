//! How text from elsewhere gets into a page: escaped always, and without what makes it look like other text.

use std::fmt::{self, Write};

use askama::filters::{Escaper, Html, Safe};

/// Text that is already HTML, made by this crate alone.
pub(crate) type Markup = Safe<String>;

/// The escaper of every template (askama.toml): [`is_shown`] characters only, escaped for text and quoted attributes.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Clean;

impl Escaper for Clean {
    fn write_escaped_str<W: Write>(&self, mut dest: W, string: &str) -> fmt::Result {
        for shown in string.split(|c| !is_shown(c)) {
            Html.write_escaped_str(&mut dest, shown)?;
        }
        Ok(())
    }
}

/// Whether a character may stand in text that a person is shown.
///
/// What reorders its neighbours, or is seen by nobody, lets one name pass for another (REG-27): no controls, no
/// directional formatting (Unicode's Bidi_Control), no invisible spaces. Joiners stay, scripts and emoji need them.
fn is_shown(c: char) -> bool {
    match c {
        '\n' | '\t' => true,
        '\u{061C}' | '\u{180E}' | '\u{200B}' | '\u{200E}' | '\u{200F}' | '\u{FEFF}' => false,
        '\u{2028}'..='\u{202E}' | '\u{2060}'..='\u{206F}' | '\u{FFF9}'..='\u{FFFB}' => false,
        _ => !c.is_control(),
    }
}

/// `text` without what [`is_shown`] refuses; not escaped.
pub(crate) fn shown(text: &str) -> String {
    text.chars().filter(|&c| is_shown(c)).collect()
}

/// `text` escaped, with every character kept: for what a form carries (`state` must come back as it was sent, RFC 6749
/// §4.1.2), and for what a person edits.
pub(crate) fn verbatim(text: &str) -> Markup {
    let mut escaped = String::with_capacity(text.len());
    // Writing into a String does not fail.
    let _ = Html.write_escaped_str(&mut escaped, text);
    Safe(escaped)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn clean(text: &str) -> String {
        let mut out = String::new();
        Clean.write_escaped_str(&mut out, text).unwrap();
        out
    }

    #[test]
    fn text_is_escaped_for_elements_and_attributes() {
        assert_eq!(
            clean(r#"<a b="c" d='e'>&"#),
            "&#60;a b=&#34;c&#34; d=&#39;e&#39;&#62;&#38;"
        );
        assert_eq!(verbatim("<\u{202E}>").0, "&#60;\u{202E}&#62;");
    }

    #[test]
    fn reg_27_what_reorders_or_hides_is_left_out() {
        assert_eq!(
            clean("moc\u{202E}.knab\u{2069}\u{0}\u{7f}\u{200B}\u{FEFF}!"),
            "moc.knab!"
        );
        assert_eq!(shown("a\u{2066}b\u{061C}"), "ab");
        assert_eq!(
            clean("क\u{094D}\u{200D}ष 👩\u{200D}💻"),
            "क\u{094D}\u{200D}ष 👩\u{200D}💻"
        );
    }
}
