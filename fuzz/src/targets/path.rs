//! An attribute path (RFC 7644 §3.10), and the path of a PATCH operation (§3.5.2).

use super::samples::{SOME, USERS};
use scim::{AttributePath, MAX_PATH, Selection, is_name, patch::PatchPath};

/// A path is the sum of its parts and prints as it was written; letter case changes nothing of what it
/// leads to (S8). A PATCH path written anew from its parts is the same path.
pub fn run(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else {
        return;
    };
    if let Ok(path) = text.parse::<AttributePath>() {
        attribute(text, &path);
    }
    match PatchPath::parse(text) {
        Ok(path) => patch(text, &path),
        Err(error) => assert!(error.status == 400 && error.detail.len() < 600),
    }
}

fn attribute(text: &str, path: &AttributePath) {
    assert!(text.len() <= MAX_PATH);
    assert_eq!(path.as_str(), text);
    assert_eq!(path.to_string(), text);
    let urn = path.urn().map(|urn| format!("{urn}:")).unwrap_or_default();
    let sub = path.sub().map(|sub| format!(".{sub}")).unwrap_or_default();
    assert_eq!(format!("{urn}{}{sub}", path.name()), text);
    assert!(path.sub().is_none_or(is_name));

    let found = USERS.resolve(path).map(|node| node.id);
    for spelling in [text.to_ascii_lowercase(), text.to_ascii_uppercase()] {
        let same: AttributePath = spelling.parse().expect("letter case is no matter");
        assert_eq!(
            USERS.resolve(&same).map(|node| node.id),
            found,
            "{spelling}"
        );
    }
    if let Some(node) = USERS.resolve(path) {
        assert_eq!(
            USERS.lookup(&node.path).map(|node| node.id),
            found,
            "{}",
            node.path
        );
    }
    // RFC 7644 §3.9: asking for an attribute never shows more than may be read.
    for selection in [
        Selection::Only(vec![path.clone()]),
        Selection::Without(vec![path.clone()]),
    ] {
        assert!(selection.visible(&USERS, &SOME).is_subset(&SOME));
    }
}

fn patch(text: &str, path: &PatchPath) {
    let filter = path.filter.as_ref().map(|filter| format!("[{filter}]"));
    let sub = path.sub.as_ref().map(|sub| format!(".{sub}"));
    let written = [
        path.attribute.to_string(),
        filter.unwrap_or_default(),
        sub.unwrap_or_default(),
    ]
    .concat();
    match PatchPath::parse(&written) {
        Ok(again) => assert_eq!(&again, path, "{text}"),
        // Only because numbers may print longer than they were written.
        Err(error) => assert!(
            written.len() > scim::filter::MAX_LENGTH,
            "{written}: {error}"
        ),
    }
    assert!(path.sub.is_none() || path.filter.is_some());
}
