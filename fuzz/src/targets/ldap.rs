//! A distinguished name (RFC 4514) or a search filter (RFC 4515) of a sync profile.

use crate::ldif::Dn;
use domain::ldap::{check_filter, check_name};

/// How deeply filters may be nested.
const DEPTH: usize = 20;

/// A filter is taken exactly by the grammar said anew, from the inside out. A name that is taken is one to the reader
/// of LDIF too, and a plain text, which has no older spelling, is a name to both or to neither.
pub fn run(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else {
        return;
    };
    let is_filter = check_filter(text).is_ok();
    assert_eq!(is_filter, filter(text), "{text:?}");
    if is_filter {
        assert!(check_filter(&format!("{text}{text}")).is_err());
        let twice = check_filter(&format!("(&{text}{text})")).is_ok();
        assert_eq!(check_filter(&format!("(!{text})")).is_ok(), twice);
    }
    let is_name = check_name(text).is_ok();
    let plain = |byte: u8| byte.is_ascii_alphabetic() || b" ,+=".contains(&byte);
    if text.bytes().all(plain) && !text.trim().is_empty() {
        assert_eq!(is_name, Dn::parse(text).is_ok(), "{text:?}");
    } else if is_name && !has_what_ldif_has_not(text) {
        assert!(Dn::parse(text).is_ok(), "{text:?}");
    }
    if is_name {
        assert!(check_name(&format!("{text},{text}")).is_ok());
        assert!(check_name(&format!("{text},")).is_err());
    }
}

/// Options of attributes; and escaped bytes beyond ASCII, which may be no text.
fn has_what_ldif_has_not(text: &str) -> bool {
    let escaped = text.split('\\').skip(1);
    let mut high = escaped.filter(|rest| rest.starts_with(|c: char| "89abcdefABCDEF".contains(c)));
    text.contains(';') || high.next().is_some()
}

/// Whether the text is a filter: what a closing parenthesis ends is judged, and stands as NUL in what it is in.
fn filter(text: &str) -> bool {
    let mut open = vec![String::new()];
    for c in text.chars() {
        match c {
            '\0' => return false,
            '(' if open.len() > DEPTH => return false,
            '(' => open.push(String::new()),
            ')' => {
                let inner = open.pop().expect("the text itself");
                let Some(outer) = open.last_mut().filter(|_| component(&inner)) else {
                    return false;
                };
                outer.push('\0');
            }
            c => open.last_mut().expect("the text itself").push(c),
        }
    }
    open == ["\0"]
}

/// `filtercomp` (RFC 4515 §3), with NUL for each filter in it.
fn component(text: &str) -> bool {
    match text.split_at_checked(1) {
        Some(("&" | "|", filters)) => filters.bytes().all(|byte| byte == 0),
        Some(("!", filters)) => filters == "\0",
        _ => !text.contains('\0') && item(text),
    }
}

fn item(text: &str) -> bool {
    let Some(equals) = text.find('=') else {
        return false;
    };
    let (left, value) = (&text[..equals], &text[equals + 1..]);
    let mut escaped = value.split('\\').skip(1);
    let escapes = escaped.all(|rest| {
        let digits = rest.bytes().take(2).filter(u8::is_ascii_hexdigit);
        digits.count() == 2
    });
    let exact = !value.contains('*');
    let left_is_good = match left.chars().last() {
        Some(':') => exact && extensible(&left[..left.len() - 1]),
        Some('~' | '<' | '>') => exact && attribute(&left[..left.len() - 1]),
        _ => attribute(left),
    };
    escapes && left_is_good
}

/// `attr [dnattrs] [matchingrule]` or `[dnattrs] matchingrule`, without the colon at the end.
fn extensible(text: &str) -> bool {
    let is_dn = |part: &str| part.eq_ignore_ascii_case("dn");
    let parts: Vec<&str> = text.split(':').collect();
    match parts.as_slice() {
        [attr] => attribute(attr),
        ["", rule] => !is_dn(rule) && attribute(rule),
        [attr, rule] => attribute(attr) && attribute(rule),
        [attr, dn, rule] => (attr.is_empty() || attribute(attr)) && is_dn(dn) && attribute(rule),
        _ => false,
    }
}

/// `attributedescription` of RFC 4512 §2.5, where an OID may begin with any number.
fn attribute(text: &str) -> bool {
    let keychars = |text: &str| {
        let each = text.chars();
        !text.is_empty()
            && each
                .into_iter()
                .all(|c| c == '-' || c.is_ascii_alphanumeric())
    };
    let (name, options) = text
        .split_once(';')
        .map_or((text, None), |(n, o)| (n, Some(o)));
    let numbers = || {
        let mut numbers = name.split('.');
        name.contains('.')
            && numbers.all(|n| !n.is_empty() && n.chars().all(|c| c.is_ascii_digit()))
    };
    let begins = name.chars().next().is_some_and(|c| c.is_ascii_alphabetic());
    let options = options.is_none_or(|options| options.split(';').all(keychars));
    options && ((begins && keychars(name)) || numbers())
}
