//! The model's own reading of paths and service URLs.

/// Decodes the path by itself and asks of every character whether it may stand there so.
pub(crate) fn has_one_reading(path: &str) -> bool {
    let reserved = "!$&'()*+,=:@";
    let unreserved = |c: char| c.is_ascii_alphanumeric() || "-._~".contains(c);
    let Some(rest) = path.strip_prefix('/') else {
        return false;
    };
    let segments: Vec<&str> = rest.split('/').collect();
    segments.iter().enumerate().all(|(n, segment)| {
        let mut bytes = Vec::new();
        let mut text = *segment;
        while let Some(c) = text.chars().next() {
            let Some(hex) = text.strip_prefix('%') else {
                if !unreserved(c) && !reserved.contains(c) {
                    return false;
                }
                bytes.push(c as u8);
                text = &text[c.len_utf8()..];
                continue;
            };
            let digits = hex
                .get(..2)
                .filter(|d| d.bytes().all(|b| b.is_ascii_hexdigit()));
            let Some(byte) = digits.and_then(|d| u8::from_str_radix(d, 16).ok()) else {
                return false;
            };
            text = &hex[2..];
            let twice = byte == b'%'
                && text.len() >= 2
                && text.bytes().take(2).all(|b| b.is_ascii_hexdigit());
            if unreserved(byte as char) || b"/\\;".contains(&byte) || twice {
                return false;
            }
            bytes.push(byte);
        }
        let last = n + 1 == segments.len();
        let decoded = String::from_utf8(bytes);
        decoded.is_ok_and(|d| {
            d != "." && d != ".." && (last || !d.is_empty()) && !d.chars().any(char::is_control)
        })
    })
}

/// The bytes that a segment stands for.
fn decoded(segment: &str) -> Vec<u8> {
    let bytes = segment.as_bytes();
    let mut plain = Vec::new();
    let mut at = 0;
    while at < bytes.len() {
        let hex = segment.get(at + 1..at + 3).filter(|_| bytes[at] == b'%');
        match hex.and_then(|hex| u8::from_str_radix(hex, 16).ok()) {
            Some(byte) => (plain.push(byte), at += 3),
            None => (plain.push(bytes[at]), at += 1),
        };
    }
    plain
}

/// How a URL matches a path, if it does: per segment 0 for the same, 1 for a variable, 2 for the
/// rest. The smaller, the more specific.
pub(crate) fn specificity(url: &str, path: &str) -> Option<Vec<u8>> {
    let (mut url, mut path) = (url.split('/'), path.split('/'));
    let mut ranks = Vec::new();
    loop {
        match (url.next(), path.next()) {
            (None, None) => return Some(ranks),
            (Some("*"), Some(_)) => {
                ranks.push(2);
                return Some(ranks);
            }
            (Some(pattern), Some(segment)) if pattern.starts_with('{') && !segment.is_empty() => {
                ranks.push(1);
            }
            (Some(pattern), Some(segment)) if decoded(pattern) == decoded(segment) => {
                ranks.push(0);
            }
            _ => return None,
        }
    }
}
