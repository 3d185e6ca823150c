//! LDIF content files (RFC 2849), read one record at a time within fixed limits.
//!
//! Read: `version: 1`, comments, folded lines, base64 values, attribute options, LF and CRLF, and
//! values in plain UTF-8, which the RFC wants in base64 but which most directories write.
//! Refused, record by record: change records, values taken from a URL (no file or network address
//! is ever opened on the word of the file), and whatever does not follow the grammar.

mod dn;
mod line;
mod reader;
mod record;

pub(crate) use dn::Dn;
pub(crate) use reader::Reader;
pub(crate) use record::Entry;
