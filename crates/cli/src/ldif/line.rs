//! Logical lines: physical lines unfolded, without comments (RFC 2849 §2 and notes 1 and 2).

use std::io::{self, BufRead, Read};

/// Longest logical line, in bytes. Photographs in base64 are the longest that files hold.
const MAX_LINE: usize = 4 * 1024 * 1024;

/// One logical line.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Line {
    /// The line with its folds undone.
    Text { number: usize, bytes: Vec<u8> },
    /// A line longer than what is accepted; its text was dropped.
    TooLong { number: usize },
    /// An empty line: it ends a record.
    Separator,
}

/// Splits a file into logical lines.
#[derive(Debug)]
pub(super) struct Lines<R> {
    source: R,
    number: usize,
    ahead: Option<Physical>,
}

#[derive(Debug)]
struct Physical {
    number: usize,
    bytes: Vec<u8>,
    too_long: bool,
}

impl<R: BufRead> Lines<R> {
    pub(super) fn new(source: R) -> Self {
        Self {
            source,
            number: 0,
            ahead: None,
        }
    }

    /// The next logical line that is not a comment; `None` at the end of the file.
    pub(super) fn next(&mut self) -> io::Result<Option<Line>> {
        loop {
            let Some(mut line) = self.physical()? else {
                return Ok(None);
            };
            if line.bytes.is_empty() && !line.too_long {
                return Ok(Some(Line::Separator));
            }
            while let Some(folded) = self.continuation()? {
                let rest = folded.bytes.get(1..).unwrap_or_default();
                line.too_long |= folded.too_long || line.bytes.len() + rest.len() > MAX_LINE;
                if line.too_long {
                    line.bytes.truncate(1);
                } else {
                    line.bytes.extend_from_slice(rest);
                }
            }
            if line.bytes.first() == Some(&b'#') {
                continue;
            }
            let number = line.number;
            return Ok(Some(match line.too_long {
                true => Line::TooLong { number },
                false => Line::Text {
                    number,
                    bytes: line.bytes,
                },
            }));
        }
    }

    fn continuation(&mut self) -> io::Result<Option<Physical>> {
        match self.physical()? {
            Some(line) if line.bytes.first() == Some(&b' ') => Ok(Some(line)),
            other => {
                self.ahead = other;
                Ok(None)
            }
        }
    }

    fn physical(&mut self) -> io::Result<Option<Physical>> {
        if let Some(line) = self.ahead.take() {
            return Ok(Some(line));
        }
        let mut bytes = Vec::new();
        let limit = MAX_LINE as u64 + 2;
        if self
            .source
            .by_ref()
            .take(limit)
            .read_until(b'\n', &mut bytes)?
            == 0
        {
            return Ok(None);
        }
        let too_long = bytes.len() as u64 == limit && bytes.last() != Some(&b'\n');
        if too_long {
            self.source.skip_until(b'\n')?;
        }
        self.number += 1;
        for ending in [b'\n', b'\r'] {
            if bytes.last() == Some(&ending) {
                bytes.pop();
            }
        }
        if self.number == 1 && bytes.starts_with(b"\xef\xbb\xbf") {
            bytes.drain(..3);
        }
        Ok(Some(Physical {
            number: self.number,
            bytes,
            too_long,
        }))
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn lines(text: &str) -> Vec<String> {
        let mut lines = Lines::new(text.as_bytes());
        let mut all = Vec::new();
        while let Some(line) = lines.next().unwrap() {
            all.push(match line {
                Line::Text { number, bytes } => {
                    format!("{number}:{}", String::from_utf8(bytes).unwrap())
                }
                Line::TooLong { number } => format!("{number}: too long"),
                Line::Separator => "--".into(),
            });
        }
        all
    }

    #[test]
    fn folded_lines_are_joined_without_the_fold() {
        assert_eq!(
            lines("cn: Ada\n  Love\n lace\nsn: L\n"),
            ["1:cn: Ada Lovelace", "4:sn: L"]
        );
    }

    #[test]
    fn a_folded_comment_vanishes_whole() {
        assert_eq!(lines("# one\n two: 2\ncn: x\n#\n"), ["3:cn: x"]);
    }

    #[test]
    fn carriage_returns_and_a_byte_order_mark_are_no_part_of_a_line() {
        assert_eq!(
            lines("\u{feff}dn: a\r\n b\r\n\r\ncn: x"),
            ["1:dn: ab", "--", "4:cn: x"]
        );
    }

    #[test]
    fn a_line_beyond_the_limit_is_dropped_and_reading_goes_on() {
        let text = format!("a: {}\nb: 2\n", "x".repeat(MAX_LINE));
        assert_eq!(lines(&text), ["1: too long", "2:b: 2"]);
        let folded = format!(
            "a: x\n{}b: 2\n",
            format!(" {}\n", "y".repeat(MAX_LINE / 2)).repeat(3)
        );
        assert_eq!(lines(&folded), ["1: too long", "5:b: 2"]);
    }

    #[test]
    fn a_too_long_comment_is_still_a_comment() {
        let text = format!("#{}\nb: 2\n", "x".repeat(MAX_LINE + 10));
        assert_eq!(lines(&text), ["2:b: 2"]);
    }
}
