//! The languages that pages are written in.

use std::cmp::Reverse;

/// Most language ranges of one header that are looked at.
const MAX_RANGES: usize = 32;

/// A language of the pages.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Locale {
    /// English, where nothing else is asked for.
    #[default]
    English,
    /// German.
    German,
}

impl Locale {
    /// Every language.
    pub const ALL: [Self; 2] = [Self::English, Self::German];

    /// The first of `preferences` (language tags, the most wanted first) that there are words for.
    ///
    /// Give it the tags of `ui_locales` (OpenID Connect Core §3.1.2.1), then those of [`accept_language`]. A region
    /// is no reason to pass over a language (RFC 4647 §3.4): `de-CH` is answered in German.
    pub fn choose(preferences: &[&str]) -> Self {
        preferences
            .iter()
            .find_map(|tag| Self::of_tag(tag))
            .unwrap_or_default()
    }

    fn of_tag(tag: &str) -> Option<Self> {
        let language = tag.trim().split(['-', '_']).next()?;
        Self::ALL
            .into_iter()
            .find(|locale| locale.tag().eq_ignore_ascii_case(language))
    }

    /// The language tag (BCP 47), for `lang` and `ui_locales_supported`.
    pub fn tag(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::German => "de",
        }
    }
}

/// The language ranges of an `Accept-Language` header (RFC 9110 §12.5.4), the most wanted first.
///
/// A range with `q=0`, and one whose weight is none, is left out.
pub fn accept_language(header: &str) -> Vec<&str> {
    let mut ranges: Vec<(u16, &str)> = header
        .split(',')
        .take(MAX_RANGES)
        .filter_map(weighted)
        .filter(|(weight, _)| *weight > 0)
        .collect();
    ranges.sort_by_key(|(weight, _)| Reverse(*weight));
    ranges.into_iter().map(|(_, range)| range).collect()
}

/// A range with its weight in thousandths.
fn weighted(item: &str) -> Option<(u16, &str)> {
    let (range, weight) = match item.split_once(';') {
        None => (item, 1000),
        Some((range, parameter)) => {
            let weight = parameter.trim().strip_prefix("q=")?.parse::<f32>().ok()?;
            // A number out of range is clamped, and one that is none becomes 0.
            (range, (weight.clamp(0.0, 1.0) * 1000.0) as u16)
        }
    };
    Some((weight, range.trim()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_language_with_words_is_taken() {
        assert_eq!(Locale::choose(&["fr", "de-CH", "en"]), Locale::German);
        assert_eq!(Locale::choose(&["EN-us", "de"]), Locale::English);
        assert_eq!(Locale::choose(&["de_AT"]), Locale::German);
    }

    #[test]
    fn without_one_it_is_english() {
        for none in [&[][..], &["fr", "*"], &["", "-de", "deu"]] {
            assert_eq!(Locale::choose(none), Locale::English, "{none:?}");
        }
    }

    #[test]
    fn weights_order_the_header() {
        assert_eq!(
            accept_language("fr;q=0.3, de;q=0.9 , en, it;q=0, es;q=x, pt;w=1, nl;q=NaN"),
            ["en", "de", "fr"]
        );
        assert_eq!(accept_language(&"de,".repeat(10_000)).len(), MAX_RANGES);
    }
}
