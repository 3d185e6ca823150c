//! `ambit audit verify` against a running server (R20).

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]

mod support;

use serde_json::{Value, json};
use support::{Client, Folder, Server, read_json, run, stderr, stdout};

fn verify(credentials: &str, more: &[&str]) -> (Option<i32>, String) {
    let mut arguments = vec!["audit", "verify", "--credentials", credentials];
    arguments.extend(more);
    let output = run(&arguments);
    let said = format!("{}{}", stdout(&output), stderr(&output));
    (output.status.code(), said)
}

#[test]
fn r20_a_trail_is_verified_from_outside() {
    let folder = Folder::new();
    let file = folder.text("admin.json");
    let server = Server::start(&folder, &["--bootstrap-credentials", &file]);
    let admin = Client::new(&read_json(&folder.path("admin.json")), "scopes:create");
    for number in 0..3 {
        let scope = json!({"name": format!("audited:{number}"), "type": "generic"});
        let (status, answer) = admin.send("POST", "/scopes", Some(&scope));
        assert_eq!(status, 201, "{answer}");
    }
    let (code, said) = verify(&file, &[]);
    assert_eq!(code, Some(0), "{said}");
    let head = said.trim().rsplit(' ').next().unwrap().to_owned();
    assert!(said.starts_with("intact: "), "{said}");
    let (code, said) = verify(&file, &["--json"]);
    assert_eq!(code, Some(0), "{said}");
    let report: Value = serde_json::from_str(&said).unwrap();
    let (events, hash) = (&report["events"], &report["head"]["hash"]);
    assert_eq!(head, format!("{events}:{}", hash.as_str().unwrap()));
    assert_eq!(
        (&report["intact"], &report["broken"]),
        (&json!(true), &json!([]))
    );
    // What was written down must be there still, and as it was.
    assert_eq!(verify(&file, &["--head", &head]).0, Some(0));
    let events = events.as_u64().unwrap();
    let hash = hash.as_str().unwrap();
    let (code, said) = verify(&file, &["--head", &format!("{}:{hash}", events + 1)]);
    assert_eq!(code, Some(1), "{said}");
    assert!(
        said.contains(&format!("event {} is missing", events + 1)),
        "{said}"
    );
    let (code, said) = verify(&file, &["--head", &format!("2:{hash}"), "--json"]);
    assert_eq!(code, Some(1), "{said}");
    let report: Value = serde_json::from_str(&said).unwrap();
    assert_eq!(report["broken"][0]["sequence"], 2);
    assert_eq!(verify(&file, &["--head", "two"]).0, Some(2));
    server.stop();
    assert_eq!(verify(&file, &[]).0, Some(1), "nobody answers");
}
