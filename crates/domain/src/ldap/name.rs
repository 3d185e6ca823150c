//! Distinguished names (RFC 4514).

use super::{InvalidText, is_attribute};

/// Whether the text is a distinguished name of at least one part.
pub fn check_name(text: &str) -> Result<(), InvalidText> {
    let mut part = String::new();
    let mut bytes = text.chars();
    while let Some(c) = bytes.next() {
        match c {
            ',' | '+' => {
                check_part(&part)?;
                part.clear();
            }
            // What is escaped ends nothing.
            '\\' => match bytes.next() {
                Some(next) => part.extend(['\\', next]),
                None => return Err(InvalidText::Name),
            },
            c => part.push(c),
        }
    }
    check_part(&part)
}

/// `attributeType "=" attributeValue` (RFC 4514 §3); blanks may stand around it (RFC 2253 §4).
fn check_part(part: &str) -> Result<(), InvalidText> {
    let (attribute, value) = part.split_once('=').ok_or(InvalidText::Name)?;
    let value = value.trim_start();
    let good = match value.strip_prefix('#') {
        Some(hex) => {
            !hex.is_empty() && hex.len() % 2 == 0 && hex.bytes().all(|b| b.is_ascii_hexdigit())
        }
        None => is_string(value),
    };
    let good = good && is_attribute(attribute.trim());
    good.then_some(()).ok_or(InvalidText::Name)
}

/// `string` of RFC 4514 §3.
fn is_string(value: &str) -> bool {
    let mut chars = value.chars();
    while let Some(c) = chars.next() {
        let fine = match c {
            '\\' => match chars.next() {
                Some(first) if first.is_ascii_hexdigit() => chars
                    .next()
                    .is_some_and(|second| second.is_ascii_hexdigit()),
                Some(special) => " \"#+,;<=>\\".contains(special),
                None => false,
            },
            '"' | ';' | '<' | '>' | '\0' => false,
            _ => true,
        };
        if !fine {
            return false;
        }
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 4514 §4, and what administrators write.
    #[test]
    fn rfc4514_4_names() {
        for good in [
            "UID=jsmith,DC=example,DC=net",
            "OU=Sales+CN=J.  Smith,DC=example,DC=net",
            r#"CN=James \"Jim\" Smith\, III,DC=example,DC=net"#,
            r"CN=Before\0dAfter,DC=example,DC=net",
            "1.3.6.1.4.1.1466.0=#04024869",
            r"CN=Lu\C4\8Di\C4\87",
            "dc=example, dc=com",
            "ou=Людмила,o=x",
            "o=",
        ] {
            assert_eq!(check_name(good), Ok(()), "{good}");
        }
        for bad in [
            "",
            "example.com",
            "dc=example,",
            ",dc=example",
            "dc=example,,dc=com",
            "dc",
            "=x",
            "d c=x",
            r"cn=x\",
            r"cn=\q",
            r"cn=\4",
            "cn=a;b=c",
            "cn=<x>",
            "cn=#0",
            "cn=#xy",
            "1.=x",
        ] {
            assert_eq!(check_name(bad), Err(InvalidText::Name), "{bad}");
        }
    }
}
