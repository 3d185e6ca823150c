//! A JWK and a JWK Set (RFC 7517).

use jose::{
    Algorithm, Curve, Jwk, JwkSet, KeyParams, MAX_KEYS, VerifyingKey, VerifyingKeys, base64url,
};
use serde_json::{Value, json};

/// An accepted key is a public one, with numbers that were checked (J14); written and read again it is
/// the same key under the same thumbprint (RFC 7638); it serves the algorithms that it says and no other
/// (J1). A set reads each key as it would be read alone.
pub fn run(data: &[u8]) {
    if let Ok(jwk) = Jwk::from_json(data) {
        key(&jwk);
    }
    let Ok(set) = JwkSet::from_json(data) else {
        return;
    };
    assert!(set.keys().len() + set.ignored().len() <= MAX_KEYS);
    set.keys().iter().for_each(key);
    let lax: Value = serde_json::from_slice(data).expect("JSON to the lax reader too");
    let entries = lax["keys"].as_array().expect("a set has an array of keys");
    let alone = entries
        .iter()
        .map(|entry| Jwk::from_json(entry.to_string().as_bytes()));
    let alone: Vec<Jwk> = alone.filter_map(Result::ok).collect();
    assert_eq!(set.keys(), alone);
    assert_eq!(set.ignored().len(), entries.len() - alone.len());
    VerifyingKeys::from_jwk_set(&set, &Algorithm::ALL).expect("checked keys parse");
}

fn key(jwk: &Jwk) {
    let written = serde_json::to_value(jwk).expect("a key can be written");
    assert_eq!(
        Jwk::from_json(written.to_string().as_bytes()).as_ref(),
        Ok(jwk)
    );
    for private in ["d", "p", "q", "dp", "dq", "qi", "oth", "k"] {
        assert!(written.get(private).is_none(), "`{private}` is private");
    }
    assert!(jwk.kid().is_none_or(|kid| kid.len() <= 256));
    let required = required(jwk.params());
    for (name, value) in required.as_object().expect("an object") {
        assert_eq!(written.get(name), Some(value));
    }
    // RFC 7638 §3: the required members in lexicographic order, which is how they stand here.
    let digest = jose::sha256(required.to_string().as_bytes());
    assert_eq!(jwk.thumbprint(), base64url::encode(digest));
    for algorithm in Algorithm::ALL {
        let bound = VerifyingKey::from_jwk(jwk, algorithm);
        assert_eq!(bound.is_ok(), jwk.allows(algorithm), "{algorithm}");
        assert!(!jwk.allows(algorithm) || jwk.params().fits(algorithm));
        assert!(!jwk.allows(algorithm) || jwk.algorithm().is_none_or(|only| only == algorithm));
    }
}

fn required(params: &KeyParams) -> Value {
    let b64 = |bytes: &[u8]| base64url::encode(bytes);
    match params {
        KeyParams::Ec { curve, x, y } => {
            let (name, length) = match curve {
                Curve::P256 => ("P-256", 32),
                Curve::P384 => ("P-384", 48),
                Curve::P521 => ("P-521", 66),
            };
            assert_eq!((x.len(), y.len()), (length, length));
            json!({ "crv": name, "kty": "EC", "x": b64(x), "y": b64(y) })
        }
        KeyParams::Rsa { n, e } => {
            assert!(
                n.len() >= 256 && n.first() != Some(&0),
                "at least 2048 bits"
            );
            json!({ "e": b64(e), "kty": "RSA", "n": b64(n) })
        }
        KeyParams::Ed25519 { x } => json!({ "crv": "Ed25519", "kty": "OKP", "x": b64(x) }),
    }
}
