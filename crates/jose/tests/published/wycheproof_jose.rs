//! Wycheproof's JOSE files.

use crate::unsupported::{Refusals, listed, name};
use crate::{data, read_json, verify};
use jose::JoseError;
use serde_json::Value;

/// File, tests in it, how many of them are invalid.
const FILES: [(&str, usize, usize); 4] = [
    ("json_web_crypto", 83, 77),
    ("json_web_encryption", 139, 74),
    ("json_web_key", 26, 21),
    ("json_web_signature", 401, 355),
];

struct Vector {
    id: String,
    token: String,
    keys: Value,
    valid: bool,
}

fn vectors(file: &str) -> Vec<Vector> {
    let document = read_json(&data(&format!("wycheproof/{file}_test.json")));
    let groups = document["testGroups"].as_array().unwrap();
    groups.iter().flat_map(of_group).collect()
}

fn of_group(group: &Value) -> impl Iterator<Item = Vector> {
    // A symmetric group has no public key.
    let keys = group.get("public").unwrap_or(&group["private"]);
    let tests = group["tests"].as_array().unwrap();
    tests.iter().map(|test| {
        let token = test.get("jws").or_else(|| test.get("jwe")).unwrap();
        Vector {
            id: test["tcId"].to_string(),
            token: token
                .as_str()
                .map_or_else(|| token.to_string(), str::to_owned),
            keys: keys.clone(),
            valid: match test["result"].as_str().unwrap() {
                "valid" => true,
                "invalid" => false,
                other => panic!("{other}"),
            },
        }
    })
}

#[test]
fn v8_every_invalid_vector_is_refused() {
    for (file, tests, invalid) in FILES {
        let vectors = vectors(file);
        assert_eq!(vectors.len(), tests, "{file}");
        let refused: Vec<_> = vectors.iter().filter(|vector| !vector.valid).collect();
        assert_eq!(refused.len(), invalid, "{file}");
        let accepted = |vector: &&&Vector| verify(&vector.token, &vector.keys).is_ok();
        let accepted: Vec<_> = refused.iter().filter(accepted).map(|v| &v.id).collect();
        assert!(accepted.is_empty(), "{file} {accepted:?}");
    }
}

#[test]
fn v8_every_valid_vector_is_accepted_or_listed_as_unsupported() {
    let mut refusals = Refusals::new();
    for (file, _, _) in FILES {
        for vector in vectors(file).into_iter().filter(|vector| vector.valid) {
            if let Err(error) = verify(&vector.token, &vector.keys) {
                refusals.insert((file.to_owned(), vector.id), name(error));
            }
        }
    }
    assert_eq!(refusals, listed("json_web_"));
}

/// The refusals above come from the rule in question only if a valid neighbour is accepted: here each
/// group's own valid vector, altered in one character of each part.
#[test]
fn a_valid_vector_is_refused_once_altered() {
    let mut accepted = 0;
    for vector in FILES.iter().flat_map(|(file, ..)| vectors(file)) {
        if !vector.valid || verify(&vector.token, &vector.keys).is_err() {
            continue;
        }
        accepted += 1;
        for (index, part) in vector.token.split('.').enumerate() {
            if part.is_empty() {
                continue;
            }
            let middle = part.len() / 2;
            let other = if part.as_bytes()[middle] == b'A' {
                "B"
            } else {
                "A"
            };
            let altered = format!("{}{other}{}", &part[..middle], &part[middle + 1..]);
            let mut parts: Vec<&str> = vector.token.split('.').collect();
            parts[index] = &altered;
            assert!(verify(&parts.join("."), &vector.keys).is_err());
        }
        assert_eq!(
            verify(&vector.token, &serde_json::json!({"keys": []})),
            Err(JoseError::UnknownKey)
        );
    }
    assert!(accepted >= 30, "{accepted}");
}
