//! From logical lines to records (RFC 2849 §2).

use super::{
    Entry,
    line::{Line, Lines},
    record::{RecordError, split},
};
use std::{
    borrow::Cow,
    io::{self, BufRead},
};

/// Most values that one entry may have.
const MAX_VALUES: usize = 100_000;

/// Most bytes that one entry may have, as written.
const MAX_ENTRY: usize = 16 * 1024 * 1024;

/// The bytes of a line, or why they can't be had.
type Text = Result<Vec<u8>, Cow<'static, str>>;

/// Reads the records of a file in order.
///
/// The iterator's outer error is the file's (it can't be read, or is no LDIF of version 1) and
/// ends it; the inner one is one record's, and the next record follows.
#[derive(Debug)]
pub(crate) struct Reader<R> {
    lines: Lines<R>,
    version_allowed: bool,
    failed: bool,
}

impl<R: BufRead> Reader<R> {
    /// Reads from `source`.
    pub(crate) fn new(source: R) -> Self {
        Self {
            lines: Lines::new(source),
            version_allowed: true,
            failed: false,
        }
    }

    fn record(&mut self) -> io::Result<Option<Result<Entry, RecordError>>> {
        let Some((number, first)) = self.first_line()? else {
            return Ok(None);
        };
        let mut entry = match self.begin(number, first) {
            Ok(entry) => entry,
            Err(error) => return self.abandon(error),
        };
        let mut size = entry.dn.len();
        while let Some((number, line)) = self.next_line()? {
            let fault = |reason| RecordError {
                line: number,
                dn: Some(entry.dn.clone()),
                reason,
            };
            let attribute = match line.and_then(|bytes| {
                size += bytes.len();
                split(&bytes)
            }) {
                Ok(attribute) => attribute,
                Err(reason) => return self.abandon(fault(reason)),
            };
            if matches!(attribute.description.as_str(), "changetype" | "control") {
                let reason = "a change record; only content records can be imported";
                return self.abandon(fault(reason.into()));
            }
            if size > MAX_ENTRY || entry.attributes.len() == MAX_VALUES {
                return self.abandon(fault("the entry is too large".into()));
            }
            entry.attributes.push(attribute);
        }
        if entry.attributes.is_empty() {
            let reason = "the entry has no attributes".into();
            return Ok(Some(Err(RecordError {
                line: entry.line,
                dn: Some(entry.dn),
                reason,
            })));
        }
        Ok(Some(Ok(entry)))
    }

    /// The `dn` line.
    fn begin(&self, line: usize, first: Text) -> Result<Entry, RecordError> {
        let fault = |reason| RecordError {
            line,
            dn: None,
            reason,
        };
        let dn = first.and_then(|bytes| split(&bytes)).map_err(fault)?;
        if dn.description != "dn" {
            return Err(fault("a record begins with `dn:`".into()));
        }
        let dn = String::from_utf8(dn.value).map_err(|_| fault("the name is not UTF-8".into()))?;
        Ok(Entry {
            line,
            dn,
            attributes: Vec::new(),
        })
    }

    /// The first line of the next record, past separators and the version line.
    fn first_line(&mut self) -> io::Result<Option<(usize, Text)>> {
        loop {
            let Some(line) = self.lines.next()? else {
                return Ok(None);
            };
            let Some((number, text)) = text_of(line) else {
                continue;
            };
            let version_allowed = std::mem::take(&mut self.version_allowed);
            match &text {
                Ok(bytes) if version_allowed && bytes.starts_with(b"version:") => version(bytes)?,
                _ => return Ok(Some((number, text))),
            }
        }
    }

    /// The next line of the record, if it has more.
    fn next_line(&mut self) -> io::Result<Option<(usize, Text)>> {
        Ok(self.lines.next()?.and_then(text_of))
    }

    /// Skips what is left of a record that can't be read.
    fn abandon(&mut self, error: RecordError) -> io::Result<Option<Result<Entry, RecordError>>> {
        while self.next_line()?.is_some() {}
        Ok(Some(Err(error)))
    }
}

impl<R: BufRead> Iterator for Reader<R> {
    type Item = io::Result<Result<Entry, RecordError>>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.failed {
            return None;
        }
        let record = self.record().transpose();
        self.failed = matches!(record, Some(Err(_)));
        record
    }
}

/// A line and its number; `None` for the separator that ends a record.
fn text_of(line: Line) -> Option<(usize, Text)> {
    match line {
        Line::Text { number, bytes } => Some((number, Ok(bytes))),
        Line::TooLong { number } => Some((number, Err("the line is too long".into()))),
        Line::Separator => None,
    }
}

fn version(line: &[u8]) -> io::Result<()> {
    let number = line.get(b"version:".len()..).unwrap_or_default();
    if number.trim_ascii() == b"1" {
        return Ok(());
    }
    let number = String::from_utf8_lossy(number);
    let text = format!(
        "this is LDIF of version {}; only version 1 exists (RFC 2849)",
        number.trim()
    );
    Err(io::Error::new(io::ErrorKind::InvalidData, text))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing)]
    use super::*;

    fn read(text: &str) -> Vec<Result<Entry, RecordError>> {
        Reader::new(text.as_bytes()).map(Result::unwrap).collect()
    }

    fn reason(text: &str) -> String {
        let records = read(text);
        records[0].as_ref().unwrap_err().to_string()
    }

    #[test]
    fn a_file_of_two_entries() {
        let text =
            "version: 1\n# people\ndn: cn=A\ncn: A\nmail:: YUBi\n\n\n\ndn:: Y249w4k=\ncn: É\n";
        let entries: Vec<_> = read(text).into_iter().map(Result::unwrap).collect();
        assert_eq!(entries.len(), 2);
        assert_eq!((entries[0].line, entries[0].dn.as_str()), (3, "cn=A"));
        assert_eq!(entries[0].values("mail").collect::<Vec<_>>(), [b"a@b"]);
        assert_eq!((entries[1].line, entries[1].dn.as_str()), (9, "cn=É"));
    }

    #[test]
    fn an_empty_file_has_no_records() {
        assert_eq!(read(""), []);
        assert_eq!(read("\n\n# nothing\n"), []);
        assert_eq!(read("version: 1\n"), []);
    }

    #[test]
    fn a_bad_record_does_not_hide_the_next() {
        let records = read("dn: cn=A\nnonsense\ncn: A\n\ndn: cn=B\ncn: B\n");
        let error = records[0].as_ref().unwrap_err();
        assert_eq!((error.line, error.dn.as_deref()), (2, Some("cn=A")));
        assert_eq!(records[1].as_ref().unwrap().dn, "cn=B");
        assert_eq!(records.len(), 2);
    }

    #[test]
    fn change_records_are_refused() {
        let text = "dn: cn=A\nchangetype: modify\nadd: cn\ncn: B\n-\n\ndn: cn=B\ncn: B\n";
        assert!(reason(text).contains("change record"));
        assert_eq!(read(text).len(), 2);
        assert!(
            reason("dn: cn=A\ncontrol: 1.2.3 true\nchangetype: delete\n").contains("change record")
        );
    }

    #[test]
    fn what_is_no_record_is_refused() {
        assert!(reason("cn: A\n").contains("begins with `dn:`"));
        assert!(reason("dn: cn=A\n").contains("no attributes"));
        assert!(reason("dn:: /w==\ncn: A\n").contains("UTF-8"));
        assert!(reason("dn: cn=A\ncn:< file:///etc/passwd\n").contains("URL"));
    }

    #[test]
    fn an_entry_beyond_the_limit_is_refused() {
        let many = format!(
            "dn: cn=A\n{}\ndn: cn=B\ncn: B\n",
            "cn: A\n".repeat(MAX_VALUES + 1)
        );
        let records = read(&many);
        assert!(
            records[0]
                .as_ref()
                .unwrap_err()
                .reason
                .contains("too large")
        );
        assert!(records[1].is_ok());
    }

    #[test]
    fn another_version_ends_the_reading() {
        let mut reader = Reader::new(&b"version: 2\ndn: cn=A\ncn: A\n"[..]);
        let error = reader.next().unwrap().unwrap_err();
        assert!(error.to_string().contains("version 2"));
        assert!(reader.next().is_none());
    }

    #[test]
    fn any_bytes_at_all_are_read_without_a_panic() {
        let mut seed = 0x2545_f491_4f6c_dd1d_u64;
        let alphabet: &[u8] = b"dn:cn= \n\n\r#-<;\\,1\xff\xc3\xa9=AB";
        for length in 0..3000 {
            let bytes: Vec<u8> = (0..length % 300)
                .map(|_| {
                    seed ^= seed << 13;
                    seed ^= seed >> 7;
                    seed ^= seed << 17;
                    alphabet[(seed >> 33) as usize % alphabet.len()]
                })
                .collect();
            let lines = bytes.iter().filter(|b| **b == b'\n').count() + 1;
            assert!(Reader::new(&bytes[..]).count() <= lines);
        }
    }
}
