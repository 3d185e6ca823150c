//! A request path at a gateway, and the URL of a service (product §6.4).

use scope::{CanonicalPath, MAX_PATH_BYTES, MAX_PATTERN_SEGMENTS, PathPattern};

/// G4, REG-16: an accepted path has one reading, whoever reads it: decoding it twice is decoding it once,
/// and a browser's URL parser makes the very same path of it. A pattern prints as what it was read from.
pub fn run(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else {
        return;
    };
    if let Ok(path) = CanonicalPath::parse(text) {
        canonical(path.as_str());
        assert_eq!(path.as_str(), text);
    }
    let Ok(pattern) = text.parse::<PathPattern>() else {
        return;
    };
    assert!(text.ends_with(pattern.as_str()) || pattern.as_str() == "/");
    let again: PathPattern = pattern
        .to_string()
        .parse()
        .expect("a printed pattern parses");
    assert_eq!(again, pattern);
    assert!(pattern.as_str().matches('/').count() <= MAX_PATTERN_SEGMENTS + 1);
    assert!(pattern.is_below("") && pattern.is_below("/"));
    assert!(pattern.is_below(pattern.as_str()));
}

fn canonical(path: &str) {
    assert!(path.starts_with('/') && path.len() <= MAX_PATH_BYTES);
    assert!(
        path.bytes()
            .all(|byte| byte.is_ascii_graphic() && !b";\\#?\"<>^`{|}".contains(&byte))
    );
    let once = decoded(path);
    assert_eq!(decoded(&once), once, "decoded twice it is another path");
    let slashes = |text: &str| text.matches('/').count();
    assert_eq!(slashes(&once), slashes(path), "no slash is encoded");
    for segment in once.split('/') {
        assert!(segment != "." && segment != "..");
        assert!(
            !segment
                .chars()
                .any(|c| c.is_control() || c == ';' || c == '\\')
        );
    }
    assert!(!path.contains("//"));
    let parsed = url::Url::parse(&format!("http://upstream{path}")).expect("a URL has this path");
    assert_eq!(
        parsed.path(),
        path,
        "the upstream sees the path that was judged"
    );
}

/// Percent-decodes what is well encoded and leaves the rest.
fn decoded(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut out = Vec::new();
    let mut at = 0;
    while let Some(byte) = bytes.get(at) {
        let pair = text.get(at + 1..at + 3).filter(|_| *byte == b'%');
        let value = pair
            .filter(|pair| pair.bytes().all(|b| b.is_ascii_hexdigit()))
            .and_then(|pair| u8::from_str_radix(pair, 16).ok());
        out.push(value.unwrap_or(*byte));
        at += if value.is_some() { 3 } else { 1 };
    }
    String::from_utf8(out).expect("encodings are UTF-8")
}
