//! An `xsd:dateTime` (RFC 7643 §2.3.5), read by `scim` and by the arithmetic below.

/// Both accept the same texts and mean the same instant. Folding a text twice is folding it once (S17).
pub fn run(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else {
        return;
    };
    assert_eq!(scim::parse_date_time(text), expected(data), "{text}");
    let folded = scim::fold(text);
    assert_eq!(scim::fold(&folded), folded, "{text}");
    assert_eq!(
        scim::fold(&text.to_ascii_uppercase()),
        scim::fold(&text.to_ascii_lowercase())
    );
}

/// Microseconds since 1970, by the calendar's own rules.
fn expected(text: &[u8]) -> Option<i64> {
    let mut reader = Reader(text);
    let year = reader.number(4)?;
    let month = reader.after(b'-')?.number(2)?;
    let day = reader.after(b'-')?.number(2)?;
    let hour = reader.after(b'T')?.number(2)?;
    let minute = reader.after(b':')?.number(2)?;
    let second = reader.after(b':')?.number(2)?;
    let micros = reader.fraction()?;
    let offset = reader.offset()?;
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let lengths = [
        31,
        if leap { 29 } else { 28 },
        31,
        30,
        31,
        30,
        31,
        31,
        30,
        31,
        30,
        31,
    ];
    let length = *lengths.get(usize::try_from(month - 1).ok()?)?;
    let midnight = (hour, minute, second) == (24, 0, 0) && micros.exact_zero;
    let clock = hour < 24 && minute < 60 && (second < 60 || (minute, second) == (59, 60));
    if !(1..=length).contains(&day) || !(clock || midnight) {
        return None;
    }
    let before: i64 = lengths.iter().take(usize::try_from(month - 1).ok()?).sum();
    // Leap days before this year, counted from the year 0, which has one.
    let leaps = if year == 0 {
        0
    } else {
        (year - 1) / 4 - (year - 1) / 100 + (year - 1) / 400 + 1
    };
    let days = year * 365 + leaps + before + day - 1 - 719_528;
    let seconds = days * 86_400 + hour * 3_600 + minute * 60 + second - offset * 60;
    Some(seconds * 1_000_000 + micros.value)
}

struct Fraction {
    value: i64,
    exact_zero: bool,
}

struct Reader<'a>(&'a [u8]);

impl Reader<'_> {
    fn after(&mut self, mark: u8) -> Option<&mut Self> {
        self.0 = self.0.strip_prefix(&[mark])?;
        Some(self)
    }

    fn number(&mut self, digits: usize) -> Option<i64> {
        let (number, rest) = self.0.split_at_checked(digits)?;
        self.0 = rest;
        let digit = |total: i64, byte: &u8| {
            let digit = byte.is_ascii_digit().then(|| i64::from(byte - b'0'))?;
            Some(total * 10 + digit)
        };
        number.iter().try_fold(0, digit)
    }

    /// Digits below the microsecond are cut off, those below the nanosecond not even looked at.
    fn fraction(&mut self) -> Option<Fraction> {
        let (mut value, mut exact_zero) = (0, true);
        if self.after(b'.').is_some() {
            let length = self
                .0
                .iter()
                .take_while(|byte| byte.is_ascii_digit())
                .count();
            let (digits, rest) = self.0.split_at_checked(length)?;
            self.0 = rest;
            exact_zero = digits.iter().take(9).all(|digit| *digit == b'0');
            if digits.is_empty() {
                return None;
            }
            for place in 0..6 {
                value = value * 10 + i64::from(digits.get(place).unwrap_or(&b'0') - b'0');
            }
        }
        Some(Fraction { value, exact_zero })
    }

    /// In minutes ahead of UTC.
    fn offset(&mut self) -> Option<i64> {
        let sign = match self.0 {
            b"" | b"Z" => return Some(0),
            [b'+', ..] => 1,
            [b'-', ..] => -1,
            _ => return None,
        };
        self.0 = self.0.get(1..)?;
        let hours = self.number(2)?;
        let minutes = self.after(b':')?.number(2)?;
        let total = hours * 60 + minutes;
        (self.0.is_empty() && minutes < 60 && total <= 14 * 60).then_some(sign * total)
    }
}
