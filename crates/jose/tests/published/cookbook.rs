//! RFC 7520: the keys of its section 3, the signatures of section 4, the encryptions of section 5, in every
//! serialization that it prints.

use crate::unsupported::{Refusals, listed, name};
use crate::{data, read_json, verify};
use jose::{Jwk, JwkSet};
use serde_json::{Value, json};

/// The examples of a folder by their section number.
fn examples(folder: &str) -> Vec<(String, Value)> {
    let entries = std::fs::read_dir(data(&format!("rfc7520/{folder}"))).unwrap();
    let mut examples: Vec<_> = entries
        .map(|entry| {
            let path = entry.unwrap().path();
            let name = path.file_name().unwrap().to_str().unwrap();
            (
                name.split('.').next().unwrap().replace('_', "."),
                read_json(&path),
            )
        })
        .collect();
    examples.sort_by(|a, b| a.0.cmp(&b.0));
    examples
}

/// An example's key or keys: `input.key` is one, or a list with one for each signature or recipient.
fn keys(example: &Value) -> Value {
    match &example["input"]["key"] {
        Value::Array(keys) => json!({ "keys": keys }),
        key => json!({ "keys": [key] }),
    }
}

#[test]
fn v8_rfc7520_3_keys_are_read_or_listed() {
    let mut refusals = Refusals::new();
    for (section, key) in examples("jwk") {
        match Jwk::from_json(key.to_string().as_bytes()) {
            Ok(read) => {
                assert_eq!(read.kid(), key["kid"].as_str());
                let written = serde_json::to_value(&read).unwrap();
                for (name, value) in written.as_object().unwrap() {
                    assert_eq!(key.get(name), Some(value), "{section} {name}");
                }
            }
            Err(error) => drop(refusals.insert(("rfc7520-3".to_owned(), section), name(error))),
        }
    }
    assert_eq!(refusals, listed("rfc7520-3"));
}

#[test]
fn v8_rfc7520_4_signatures_are_accepted_or_listed() {
    let mut refusals = Refusals::new();
    for (section, example) in examples("jws") {
        let payload = example["input"]["payload"].as_str().unwrap();
        for (serialization, output) in example["output"].as_object().unwrap() {
            let token = output
                .as_str()
                .map_or_else(|| output.to_string(), str::to_owned);
            match verify(&token, &keys(&example)) {
                Ok(found) => assert_eq!(found, payload.as_bytes(), "{section} {serialization}"),
                Err(error) => {
                    let vector = format!("{section}/{serialization}");
                    refusals.insert(("rfc7520-4".to_owned(), vector), name(error));
                }
            }
        }
    }
    assert_eq!(refusals, listed("rfc7520-4"));
}

#[test]
fn v8_rfc7520_5_encryptions_are_listed_and_their_keys_sign_nothing() {
    let mut refusals = Refusals::new();
    for (section, example) in examples("jwe") {
        for (serialization, output) in example["output"].as_object().unwrap() {
            let token = output
                .as_str()
                .map_or_else(|| output.to_string(), str::to_owned);
            let vector = format!("{section}/{serialization}");
            let error = verify(&token, &keys(&example)).unwrap_err();
            refusals.insert(("rfc7520-5".to_owned(), vector), name(error));
        }
        let keys = keys(&example).to_string();
        let set = JwkSet::from_json(keys.as_bytes()).unwrap();
        assert!(set.keys().is_empty(), "{section}");
    }
    assert_eq!(refusals, listed("rfc7520-5"));
}
