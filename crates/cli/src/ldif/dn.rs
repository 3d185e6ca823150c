//! Distinguished names (RFC 4514), so that two spellings of one name are one.

use std::{collections::BTreeSet, fmt, fmt::Write};

/// Longest name that is taken apart, in bytes.
const MAX_DN: usize = 8 * 1024;

/// A distinguished name in one normal form: types and values folded to lower case, spaces levelled,
/// the parts of a multi-valued RDN sorted, escapes written one way.
///
/// Values are compared as `distinguishedNameMatch` does for attributes of case-ignoring rules,
/// which naming attributes are in practice (RFC 4517 §4.2.15).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Dn(String);

/// A text that is no distinguished name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a distinguished name (RFC 4514)")]
pub(crate) struct DnError;

impl Dn {
    /// Reads a name as written in RFC 4514, or in the older RFC 2253 and RFC 1779 spellings with
    /// quoted values, `;` between RDNs and spaces around separators.
    pub(crate) fn parse(text: &str) -> Result<Self, DnError> {
        if text.len() > MAX_DN {
            return Err(DnError);
        }
        let mut normal = String::with_capacity(text.len());
        let mut rest = text.trim_start();
        if rest.is_empty() {
            return Ok(Self(normal));
        }
        loop {
            let mut parts = BTreeSet::new();
            let end = loop {
                let (part, separator, left) = attribute_value(rest)?;
                parts.insert(part);
                rest = left;
                if separator != Some('+') {
                    break separator;
                }
            };
            for (index, part) in parts.iter().enumerate() {
                normal.push_str(if index == 0 { "" } else { "+" });
                normal.push_str(part);
            }
            match end {
                None => return Ok(Self(normal)),
                Some(_) => normal.push(','),
            }
        }
    }

    /// The normal form.
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Dn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// One `type=value`, normal, with the separator after it and what follows.
fn attribute_value(text: &str) -> Result<(String, Option<char>, &str), DnError> {
    let (kind, rest) = text.split_once('=').ok_or(DnError)?;
    let kind = kind.trim();
    let kind = kind
        .strip_prefix("OID.")
        .or_else(|| kind.strip_prefix("oid."))
        .unwrap_or(kind);
    // RFC 4514 §3: `attributeType = descr / numericoid`; a name has no dots.
    let descr = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
    let numericoid = |c: char| c.is_ascii_digit() || c == '.';
    let legal = kind.chars().all(descr) || kind.chars().all(numericoid);
    if !kind.starts_with(|c: char| c.is_ascii_alphanumeric()) || !legal {
        return Err(DnError);
    }
    let (value, separator, rest) = value(rest.trim_start_matches(' '))?;
    Ok((
        format!("{}={}", kind.to_ascii_lowercase(), normal_value(&value)?),
        separator,
        rest,
    ))
}

/// The bytes of a value, unescaped, up to an unescaped separator.
fn value(text: &str) -> Result<(Vec<u8>, Option<char>, &str), DnError> {
    let mut bytes = Vec::new();
    let mut kept = 0; // Spaces beyond this are the padding before a separator.
    let mut characters = text.char_indices();
    let mut quoted = false;
    while let Some((at, c)) = characters.next() {
        match c {
            '"' if bytes.is_empty() || quoted => {
                quoted = !quoted;
                kept = bytes.len();
            }
            '\\' => {
                let escaped = text.get(at + 1..).ok_or(DnError)?;
                let pair = escaped
                    .get(..2)
                    .filter(|two| two.bytes().all(|b| b.is_ascii_hexdigit()));
                match pair {
                    Some(pair) => {
                        bytes.push(u8::from_str_radix(pair, 16).map_err(|_| DnError)?);
                        characters.nth(1);
                    }
                    None => push(&mut bytes, characters.next().ok_or(DnError)?.1),
                }
                kept = bytes.len();
            }
            ',' | ';' | '+' if !quoted => {
                bytes.truncate(kept);
                let rest = text.get(at + 1..).unwrap_or_default();
                return Ok((bytes, Some(c), rest));
            }
            ' ' if !quoted => push(&mut bytes, c),
            _ => {
                push(&mut bytes, c);
                kept = bytes.len();
            }
        }
    }
    bytes.truncate(kept);
    if quoted {
        Err(DnError)
    } else {
        Ok((bytes, None, ""))
    }
}

fn push(bytes: &mut Vec<u8>, c: char) {
    bytes.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes());
}

/// Folds a value, levels its spaces and escapes what RFC 4514 §2.4 demands.
fn normal_value(bytes: &[u8]) -> Result<String, DnError> {
    let text = std::str::from_utf8(bytes).map_err(|_| DnError)?;
    let folded = scim::fold(text);
    let mut normal = String::with_capacity(folded.len());
    for word in folded.split_whitespace() {
        normal.push_str(if normal.is_empty() { "" } else { " " });
        for c in word.chars() {
            match c {
                ',' | '+' | '"' | '\\' | '<' | '>' | ';' | '=' => {
                    normal.push('\\');
                    normal.push(c);
                }
                '#' if normal.is_empty() => normal.push_str("\\#"),
                c if c.is_control() => {
                    for byte in c.encode_utf8(&mut [0; 4]).bytes() {
                        // Writing to a String does not fail.
                        let _ = write!(normal, "\\{byte:02x}");
                    }
                }
                c => normal.push(c),
            }
        }
    }
    Ok(normal)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn normal(text: &str) -> String {
        Dn::parse(text).unwrap().to_string()
    }

    #[test]
    fn spellings_of_one_name_are_one() {
        let expected = "uid=kvaughan,ou=people,dc=example,dc=com";
        for spelling in [
            "uid=kvaughan,ou=People,dc=example,dc=com",
            "UID = KVaughan , OU=people;DC=Example,  dc=com  ",
            r#"uid="kvaughan", ou=p\65ople, dc=example, dc=com"#,
        ] {
            assert_eq!(normal(spelling), expected, "{spelling}");
        }
    }

    #[test]
    fn escapes_are_undone_and_written_one_way() {
        assert_eq!(normal(r"cn=Lu\C4\8Di\C4\87"), "cn=lučić");
        assert_eq!(
            normal(r#"o="Sue, Grabbit and Runn",c=GB"#),
            r"o=sue\, grabbit and runn,c=gb"
        );
        assert_eq!(
            normal(r"o=Sue\2C Grabbit and Runn,c=GB"),
            r"o=sue\, grabbit and runn,c=gb"
        );
        assert_eq!(normal(r"cn=\#1,cn=a\ "), r"cn=\#1,cn=a");
        assert_eq!(normal(r"cn=a\0Ab"), "cn=a b");
        assert_eq!(normal(r"cn=a\01b"), r"cn=a\01b");
    }

    #[test]
    fn parts_of_one_rdn_have_no_order() {
        assert_eq!(normal("cn=A+uid=b,c=x"), normal("UID=B + CN=a, C=X"));
    }

    #[test]
    fn different_names_stay_different() {
        assert_ne!(normal("cn=a,cn=b"), normal(r"cn=a\,cn\=b"));
        assert_ne!(normal("cn=c"), normal("cn=ç"));
        assert_ne!(normal("cn=a+cn=b"), normal("cn=a,cn=b"));
    }

    #[test]
    fn normalising_twice_is_normalising_once() {
        for text in [
            r"cn=\#1 \+ 2\=3\,x\\y",
            "o=Çéliné Ändrè",
            "cn=a+uid=b,c=x",
            "",
            r"cn=\01\22",
        ] {
            let once = normal(text);
            assert_eq!(normal(&once), once);
        }
    }

    #[test]
    fn what_is_no_name_is_refused() {
        for text in [
            "people",
            "cn=a,",
            "cn=a,,cn=b",
            "=a",
            "c n=a",
            "cn=\"a",
            "cn=a\\",
            r"cn=\ff",
            "cn=a,b",
            "OID.oid.2.5.4.3=a",
            "c.n=a",
        ] {
            assert_eq!(Dn::parse(text), Err(DnError), "{text}");
        }
        assert_eq!(
            Dn::parse(&format!("cn={}", "a".repeat(MAX_DN))),
            Err(DnError)
        );
    }
}
