//! Search filters (RFC 4515).

use super::{InvalidText, is_attribute};

/// How deeply filters may be nested.
const MAX_DEPTH: usize = 20;

/// Whether the text is one filter, balanced, with nothing after it.
pub fn check_filter(text: &str) -> Result<(), InvalidText> {
    match filter(text, 0)? {
        "" => Ok(()),
        _ => Err(InvalidText::Filter),
    }
}

/// `LPAREN filtercomp RPAREN` (RFC 4515 §3); answers what follows it.
fn filter(text: &str, depth: usize) -> Result<&str, InvalidText> {
    if depth == MAX_DEPTH {
        return Err(InvalidText::Deep);
    }
    let inner = text.strip_prefix('(').ok_or(InvalidText::Filter)?;
    let rest = match inner.chars().next() {
        Some('&' | '|') => list(inner.get(1..).unwrap_or_default(), depth + 1)?,
        Some('!') => filter(inner.get(1..).unwrap_or_default(), depth + 1)?,
        _ => {
            let end = inner.find([')', '(']).ok_or(InvalidText::Filter)?;
            let (item, rest) = inner.split_at(end);
            check_item(item)?;
            rest
        }
    };
    rest.strip_prefix(')').ok_or(InvalidText::Filter)
}

/// Any number of filters: none is true or false (RFC 4526).
fn list(mut text: &str, depth: usize) -> Result<&str, InvalidText> {
    while text.starts_with('(') {
        text = filter(text, depth)?;
    }
    Ok(text)
}

/// A comparison: `cn=Ba*`, `age>=3`, `cn:dn:2.4.8=x`.
fn check_item(item: &str) -> Result<(), InvalidText> {
    let (left, value) = item.split_once('=').ok_or(InvalidText::Filter)?;
    let compared = left.strip_suffix(['~', '<', '>']);
    let good = match left.strip_suffix(':') {
        Some(matched) => is_extensible(matched) && is_value(value, false),
        None => is_attribute(compared.unwrap_or(left)) && is_value(value, compared.is_none()),
    };
    good.then_some(()).ok_or(InvalidText::Filter)
}

/// `attr [":dn"] [":" rule]`, where one of attribute and rule may be missing.
fn is_extensible(text: &str) -> bool {
    let mut parts = text.split(':');
    let attribute = parts.next().unwrap_or_default();
    let rest: Vec<&str> = parts.collect();
    let is_dn = |part: &str| part.eq_ignore_ascii_case("dn");
    let rule = match rest.as_slice() {
        [] => None,
        [one] if is_dn(one) => None,
        [rule] => Some(*rule),
        [dn, rule] if is_dn(dn) => Some(*rule),
        _ => return false,
    };
    (attribute.is_empty() || is_attribute(attribute))
        && rule.is_none_or(is_attribute)
        && (rule.is_some() || !attribute.is_empty())
}

/// A value, in which parentheses, stars, backslashes and NUL stand as `\` and two digits.
fn is_value(value: &str, may_have_stars: bool) -> bool {
    let mut bytes = value.bytes();
    while let Some(byte) = bytes.next() {
        let fine = match byte {
            b'\\' => {
                let digits = [bytes.next(), bytes.next()];
                digits
                    .iter()
                    .all(|d| d.is_some_and(|d| d.is_ascii_hexdigit()))
            }
            b'*' => may_have_stars,
            0 => false,
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

    /// RFC 4515 §4, and what directories are asked in practice.
    #[test]
    fn rfc4515_4_filters() {
        for good in [
            "(cn=Babs Jensen)",
            "(!(cn=Tim Howes))",
            "(&(objectClass=Person)(|(sn=Jensen)(cn=Babs J*)))",
            "(o=univ*of*mich*)",
            "(seeAlso=)",
            "(cn:caseExactMatch:=Fred Flintstone)",
            "(cn:=Betty Rubble)",
            "(sn:dn:2.4.6.8.10:=Barney Rubble)",
            "(o:dn:=Ace Industry)",
            "(:1.2.3:=Wilma Flintstone)",
            "(:DN:2.4.6.8.10:=Dino)",
            r"(o=Parens R Us \28for all your parenthetical needs\29)",
            r"(cn=*\2A*)",
            r"(filename=C:\5cMyFile)",
            r"(bin=\00\00\00\04)",
            r"(1.3.6.1.4.1.1466.0=\04\02\48\69)",
            "(userAccountControl:1.2.840.113556.1.4.803:=2)",
            "(cn;lang-de=Müller)",
            "(uidNumber>=1000)",
            "(cn~=jon)",
            "(&)",
            "(objectClass=*)",
        ] {
            assert_eq!(check_filter(good), Ok(()), "{good}");
        }
    }

    #[test]
    fn what_is_not_balanced_or_has_no_item_is_refused() {
        for bad in [
            "",
            "cn=x",
            "(cn=x",
            "(cn=x))",
            "(cn=x)(sn=y)",
            "()",
            "(&(cn=x)",
            "(!)",
            "(!(a=1)(b=2))",
            "(&(cn=x)y)",
            "(cn)",
            "(=x)",
            "(c n=x)",
            "(cn=a(b)",
            r"(cn=\2)",
            r"(cn=\zz)",
            "(cn=a\0b)",
            "(cn>=a*)",
            "(:=x)",
            "(:dn:=x)",
            "(a:b:c:=x)",
            "( cn=x)",
            "(cn:~=x)",
            "(cn:dn:>=x)",
        ] {
            assert_eq!(check_filter(bad), Err(InvalidText::Filter), "{bad}");
        }
    }

    #[test]
    fn nesting_is_bounded() {
        let nested = |times: usize| format!("{}(a=b){}", "(!".repeat(times), ")".repeat(times));
        assert_eq!(check_filter(&nested(MAX_DEPTH - 1)), Ok(()));
        assert_eq!(check_filter(&nested(MAX_DEPTH)), Err(InvalidText::Deep));
        let many = nested(100_000);
        assert_eq!(check_filter(&many), Err(InvalidText::Deep));
    }
}
