//! Published vectors: every invalid one is refused; every valid one is accepted, or stands with the way in
//! which it is refused in `data/unsupported.txt`, a list that holds nothing else (V8).

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

mod cookbook;
mod primitives;
mod unsupported;
mod wycheproof_jose;

use jose::{Algorithm, Expect, JoseError, JwkSet, Unverified, VerifyingKeys, verify_payload};
use serde_json::{Value, json};
use std::path::{Path, PathBuf};

fn data(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/data")
        .join(name)
}

fn read_json(path: &Path) -> Value {
    serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap()
}

/// Verifies a JWS as a relying party would: with the keys that were published for it, under every algorithm
/// and whatever `typ` it has, since the vectors are no JWTs of ours.
fn verify(token: &str, keys: &Value) -> Result<Vec<u8>, JoseError> {
    let keys = match keys.get("keys") {
        Some(_) => keys.clone(),
        None => json!({ "keys": [keys] }),
    };
    let keys = JwkSet::from_json(keys.to_string().as_bytes())?;
    let keys = VerifyingKeys::from_jwk_set(&keys, &Algorithm::ALL)?;
    let typ = Unverified::peek(token)?.typ.unwrap_or_default();
    let expect = Expect {
        algs: &Algorithm::ALL,
        typ: &[&typ],
        untyped: true,
    };
    verify_payload(token, &keys, &expect).map(|(_, payload)| payload)
}
