//! Points in time as people read them, in UTC, with the month as a word: no order of numbers to guess at.

use askama::filters::Safe;
use jiff::{Timestamp, civil::DateTime, tz::TimeZone};

use crate::{Locale, text::Markup};

const ENGLISH_MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

const GERMAN_MONTHS: [&str; 12] = [
    "Januar",
    "Februar",
    "März",
    "April",
    "Mai",
    "Juni",
    "Juli",
    "August",
    "September",
    "Oktober",
    "November",
    "Dezember",
];

impl Locale {
    /// `seconds` since the epoch as `<time>`; a moment that no calendar has is a dash.
    pub(crate) fn moment(self, seconds: i64) -> Markup {
        let Ok(timestamp) = Timestamp::from_second(seconds) else {
            return Safe("–".to_owned());
        };
        let at = TimeZone::UTC.to_datetime(timestamp);
        let machine = at.strftime("%Y-%m-%dT%H:%M:%SZ");
        Safe(format!(
            r#"<time datetime="{machine}">{}</time>"#,
            self.in_words(at)
        ))
    }

    fn in_words(self, at: DateTime) -> String {
        let (months, point) = match self {
            Self::English => (&ENGLISH_MONTHS, ""),
            Self::German => (&GERMAN_MONTHS, "."),
        };
        let month = usize::from(at.month().unsigned_abs()).saturating_sub(1);
        let month = months.get(month).copied().unwrap_or_default();
        let (day, year, hour, minute) = (at.day(), at.year(), at.hour(), at.minute());
        format!("{day}{point} {month} {year}, {hour:02}:{minute:02} UTC")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_reads_the_same_everywhere() {
        assert_eq!(
            Locale::English.moment(1_795_291_065).0,
            r#"<time datetime="2026-11-21T19:57:45Z">21 November 2026, 19:57 UTC</time>"#
        );
        assert!(
            Locale::German
                .moment(1_772_323_200)
                .0
                .contains(">1. März 2026, 00:00 UTC<")
        );
    }

    #[test]
    fn a_moment_that_no_calendar_has_is_a_dash() {
        assert_eq!(Locale::English.moment(i64::MAX).0, "–");
        assert_eq!(Locale::German.moment(i64::MIN).0, "–");
    }
}
