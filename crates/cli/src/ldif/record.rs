//! Records and their attributes (RFC 2849 §2, RFC 4512 §2.5).

use std::{borrow::Cow, fmt};

/// One directory entry as the file has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Entry {
    /// The line on which it begins, counted from 1.
    pub(crate) line: usize,
    /// Its name, as written.
    pub(crate) dn: String,
    /// Its attribute values, in the order of the file.
    pub(crate) attributes: Vec<Attribute>,
}

/// One value of one attribute.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Attribute {
    /// The attribute description in lower case, with its options: `cn;lang-fr`.
    pub(crate) description: String,
    /// The value.
    pub(crate) value: Vec<u8>,
}

impl Entry {
    /// The values of the attribute with exactly this description, in lower case.
    pub(crate) fn values<'a>(&'a self, description: &'a str) -> impl Iterator<Item = &'a [u8]> {
        self.attributes
            .iter()
            .filter(move |attribute| attribute.description == description)
            .map(|attribute| attribute.value.as_slice())
    }

    /// Its object classes in lower case.
    pub(crate) fn object_classes(&self) -> impl Iterator<Item = String> {
        self.values("objectclass")
            .map(|value| String::from_utf8_lossy(value).trim().to_lowercase())
    }
}

/// A record that can't be read as an entry; the records after it can.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct RecordError {
    /// The line of the fault, counted from 1.
    pub(crate) line: usize,
    /// The record's name, if it was read.
    pub(crate) dn: Option<String>,
    /// What is wrong with it.
    pub(crate) reason: Cow<'static, str>,
}

impl fmt::Display for RecordError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}: {}", self.line, self.reason)
    }
}

/// `description: value`, `description:: base64` or `description:< url` taken apart.
pub(super) fn split(line: &[u8]) -> Result<Attribute, Cow<'static, str>> {
    let colon = line
        .iter()
        .position(|b| *b == b':')
        .ok_or("there is no `:` in this line")?;
    let (description, rest) = line.split_at(colon);
    let description = description_of(description)?;
    let rest = rest.get(1..).unwrap_or_default();
    let value = match rest.split_first() {
        Some((b':', encoded)) => base64(encoded)
            .ok_or_else(|| format!("the value of `{description}` is not valid base64"))?,
        Some((b'<', _)) => {
            let reason =
                format!("`{description}` takes its value from a URL, which an import never opens");
            return Err(reason.into());
        }
        _ => without_fill(rest).to_vec(),
    };
    Ok(Attribute { description, value })
}

/// An attribute type with options, in lower case (RFC 4512 §2.5).
fn description_of(bytes: &[u8]) -> Result<String, Cow<'static, str>> {
    let legal = |b: &u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b';' | b'.' | b'_');
    let legal = bytes.first().is_some_and(u8::is_ascii_alphanumeric) && bytes.iter().all(legal);
    match std::str::from_utf8(bytes) {
        Ok(text) if legal => Ok(text.to_ascii_lowercase()),
        _ => Err("this line does not begin with the name of an attribute".into()),
    }
}

fn base64(encoded: &[u8]) -> Option<Vec<u8>> {
    use base64::{Engine, engine::general_purpose::STANDARD};
    STANDARD.decode(encoded.trim_ascii()).ok()
}

/// Without the FILL (`*SPACE`) that may stand before a value.
fn without_fill(value: &[u8]) -> &[u8] {
    let spaces = value.iter().take_while(|b| **b == b' ').count();
    value.get(spaces..).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn value(line: &str) -> String {
        String::from_utf8(split(line.as_bytes()).unwrap().value).unwrap()
    }

    fn refused(line: &str) -> String {
        split(line.as_bytes()).unwrap_err().into_owned()
    }

    #[test]
    fn values_are_plain_or_base64() {
        assert_eq!(value("cn:   Ada Lovelace "), "Ada Lovelace ");
        assert_eq!(value("cn:"), "");
        assert_eq!(value("cn: a:b"), "a:b");
        assert_eq!(value("cn:: QWRh"), "Ada");
        assert_eq!(value("cn:: w4k="), "É");
    }

    #[test]
    fn descriptions_are_compared_without_case() {
        assert_eq!(split(b"CN;Lang-FR: x").unwrap().description, "cn;lang-fr");
        assert_eq!(split(b"2.5.4.3: x").unwrap().description, "2.5.4.3");
    }

    #[test]
    fn what_is_no_attribute_line_is_refused() {
        assert!(refused("no colon").contains("`:`"));
        for line in [": x", "c n: x", "-cn: x", "ç: x", "\tcn: x"] {
            assert!(refused(line).contains("name of an attribute"), "{line}");
        }
        assert!(refused("cn:: Q=WRh").contains("base64"));
        assert!(refused("cn:::").contains("base64"));
    }

    #[test]
    fn a_url_is_never_opened() {
        assert!(refused("jpegPhoto:< file:///etc/passwd").contains("URL"));
    }
}
