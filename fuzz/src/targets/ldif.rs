//! An LDIF file (RFC 2849) of an import, and the distinguished names (RFC 4514) in it.

use crate::ldif::{Dn, Entry, Reader};
use base64::{Engine as _, engine::general_purpose::STANDARD};

/// Entries written anew, every value in base64, are read as the same entries; a name's normal form is
/// its own; there are no more records than lines.
pub fn run(data: &[u8]) {
    let lines = data.iter().filter(|byte| **byte == b'\n').count() + 1;
    let mut records = 0;
    let mut entries = Vec::new();
    for record in Reader::new(data) {
        records += 1;
        let Ok(record) = record else {
            break;
        };
        match record {
            Ok(entry) => entries.push(entry),
            Err(error) => assert!((1..=lines).contains(&error.line)),
        }
    }
    assert!(records <= lines);
    let written: String = entries.iter().map(write).collect();
    let again = Reader::new(written.as_bytes()).map(|record| {
        let record = record.expect("a written file can be read");
        record.expect("a written entry can be read")
    });
    let again: Vec<Entry> = again.collect();
    assert_eq!(again.len(), entries.len());
    for (entry, again) in entries.iter().zip(&again) {
        assert_eq!(
            (&entry.dn, &entry.attributes),
            (&again.dn, &again.attributes)
        );
        name(&entry.dn);
    }
    if let Ok(text) = std::str::from_utf8(data) {
        name(text);
    }
}

fn write(entry: &Entry) -> String {
    let mut text = format!("dn:: {}\n", STANDARD.encode(&entry.dn));
    for attribute in &entry.attributes {
        let value = STANDARD.encode(&attribute.value);
        text.push_str(&format!("{}:: {value}\n", attribute.description));
    }
    text.push('\n');
    text
}

fn name(text: &str) {
    if let Ok(dn) = Dn::parse(text) {
        match Dn::parse(dn.as_str()) {
            Ok(again) => assert_eq!(again, dn, "the normal form is its own"),
            // Folding and escaping may make a name longer than a file may have.
            Err(_) => assert!(dn.as_str().len() > text.len(), "{text}"),
        }
    }
}
