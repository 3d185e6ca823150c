//! The documents that are made of the management API's own definitions: `docs/openapi.json` and the reference
//! below `docs/reference`. They are committed, and fresh.
//!
//! After a change that is meant: `AMBIT_BLESS=1 cargo test -p server --test documents`.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

mod html;
mod reference;

use domain::management::{reference::definitions, table::OPERATIONS};
use serde_json::Value;
use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

fn docs() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs")
}

/// Compares a file with what it must be, or makes it that.
fn fresh(path: &Path, text: &str) {
    if std::env::var_os("AMBIT_BLESS").is_some() {
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    let committed = fs::read_to_string(path).unwrap_or_default();
    let differs = committed
        .lines()
        .zip(text.lines())
        .position(|(old, new)| old != new);
    assert!(
        committed == text,
        "{} is not fresh, first in line {differs:?}: AMBIT_BLESS=1 cargo test -p server --test documents",
        path.display()
    );
}

#[test]
fn the_openapi_document_is_fresh() {
    let text = serde_json::to_string_pretty(&server::openapi()).unwrap();
    fresh(&docs().join("openapi.json"), &format!("{text}\n"));
}

/// Each operation of the table is there under its own path, method and id, with the scopes of which one is enough.
#[test]
fn the_openapi_document_has_every_operation() {
    let document = server::openapi();
    let mut ids = BTreeSet::new();
    for operation in OPERATIONS {
        let described = &document["paths"][operation.path][operation.method.to_ascii_lowercase()];
        assert!(
            ids.insert(described["operationId"].as_str().unwrap().to_owned()),
            "{described}"
        );
        let scopes = described["security"].as_array().unwrap().iter();
        let scopes: Vec<_> = scopes
            .map(|one| one["oauth2"][0].as_str().unwrap())
            .collect();
        assert_eq!(scopes[0], operation.scope);
    }
    let paths = document["paths"].as_object().unwrap().values();
    let methods: usize = paths.map(|item| item.as_object().unwrap().len() - 1).sum();
    assert_eq!(methods, OPERATIONS.len() + 1, "and the batch");
}

/// `connector:read` is as good as `connectors:read` (product §7).
#[test]
fn alternatives_are_told() {
    let document = server::openapi();
    for operation in OPERATIONS
        .iter()
        .filter(|o| o.scope.starts_with("connectors:"))
    {
        let described = &document["paths"][operation.path][operation.method.to_ascii_lowercase()];
        let other = if operation.scope == "connectors:read" {
            "connector:read"
        } else {
            "connector:write"
        };
        assert_eq!(
            described["security"][1]["oauth2"][0], other,
            "{}",
            operation.path
        );
    }
}

#[test]
fn every_reference_leads_somewhere() {
    fn walk(document: &Value, value: &Value, seen: &mut usize) {
        match value {
            Value::Object(members) => {
                if let Some(Value::String(target)) = members.get("$ref") {
                    let pointer = target
                        .strip_prefix('#')
                        .expect("references stay in the document");
                    assert!(document.pointer(pointer).is_some(), "{target}");
                    *seen += 1;
                }
                members
                    .values()
                    .for_each(|member| walk(document, member, seen));
            }
            Value::Array(values) => values.iter().for_each(|one| walk(document, one, seen)),
            _ => {}
        }
    }
    let document = server::openapi();
    let mut seen = 0;
    walk(&document, &document, &mut seen);
    assert!(seen > 300, "only {seen} references");
}

#[test]
fn the_reference_is_fresh() {
    let folder = docs().join("reference");
    let pages = reference::pages();
    for (name, text) in &pages {
        fresh(&folder.join(name), text);
    }
    let mut known: BTreeSet<String> = pages.into_iter().map(|(name, _)| name).collect();
    assert_eq!(known.len(), definitions().len() + 1);
    // How they look is written by hand.
    known.insert("style.css".to_owned());
    let there = fs::read_dir(&folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap());
    assert_eq!(
        there.collect::<BTreeSet<_>>(),
        known,
        "docs/reference has a page of nothing"
    );
}
