//! An independent implementation agrees: what we sign it verifies, what it signs we verify, and
//! it refuses what we refuse.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

use jose::{Algorithm, Expect, JoseError, SigningKey, VerifyingKeys, verify_compact};
use jose::{base64url, hmac_sha256};
use jsonwebtoken as peer;
use serde_json::{Value, json};

const PAIRS: [(Algorithm, peer::Algorithm); 9] = [
    (Algorithm::Es256, peer::Algorithm::ES256),
    (Algorithm::Es384, peer::Algorithm::ES384),
    (Algorithm::EdDsa, peer::Algorithm::EdDSA),
    (Algorithm::Rs256, peer::Algorithm::RS256),
    (Algorithm::Rs384, peer::Algorithm::RS384),
    (Algorithm::Rs512, peer::Algorithm::RS512),
    (Algorithm::Ps256, peer::Algorithm::PS256),
    (Algorithm::Ps384, peer::Algorithm::PS384),
    (Algorithm::Ps512, peer::Algorithm::PS512),
];

fn claims() -> Value {
    json!({"iss": "https://as", "aud": "https://rs", "sub": "Zoë", "exp": 4_000_000_000_u64})
}

fn peer_verifies(token: &str, key: &SigningKey, algorithm: peer::Algorithm) -> Option<Value> {
    let jwk = serde_json::from_value(serde_json::to_value(key.public_jwk()).unwrap()).unwrap();
    let mut rules = peer::Validation::new(algorithm);
    rules.set_audience(&["https://rs"]);
    rules.set_issuer(&["https://as"]);
    let key = peer::DecodingKey::from_jwk(&jwk).unwrap();
    peer::decode::<Value>(token, &key, &rules)
        .ok()
        .map(|data| data.claims)
}

#[test]
fn the_peer_verifies_what_we_sign() {
    for (ours, theirs) in PAIRS {
        let key = SigningKey::generate(ours).unwrap();
        let token = key
            .sign_compact("at+jwt", claims().to_string().as_bytes())
            .unwrap();
        assert_eq!(
            peer_verifies(&token, &key, theirs),
            Some(claims()),
            "{ours}"
        );

        let other = SigningKey::generate(ours).unwrap();
        assert_eq!(peer_verifies(&token, &other, theirs), None, "{ours}");
    }
}

#[test]
fn we_verify_what_the_peer_signs() {
    for (ours, theirs) in PAIRS {
        let key = SigningKey::generate(ours).unwrap();
        let der = key.to_pkcs8_der().unwrap();
        let signer = match ours {
            Algorithm::Es256 | Algorithm::Es384 => peer::EncodingKey::from_ec_der(&der),
            Algorithm::EdDsa => peer::EncodingKey::from_ed_der(&der),
            // The peer wants PKCS#1, which PKCS#8 wraps in 26 octets for a 2048-bit key.
            _ => peer::EncodingKey::from_rsa_der(&der[26..]),
        };
        let mut header = peer::Header::new(theirs);
        header.typ = Some("at+jwt".to_owned());
        header.kid = Some(key.kid().to_owned());
        let token = peer::encode(&header, &claims(), &signer).unwrap();

        let keys = VerifyingKeys::from_iter([key.verifying_key().unwrap()]);
        let expect = Expect {
            algs: &[ours],
            typ: &["at+jwt"],
            untyped: false,
        };
        let verified = verify_compact(&token, &keys, &expect).unwrap();
        assert_eq!(Value::Object(verified.claims), claims(), "{ours}");

        let other = SigningKey::generate(ours).unwrap().verifying_key().unwrap();
        let wrong = VerifyingKeys::from_iter([other]);
        let refused = verify_compact(&token, &wrong, &expect);
        assert_eq!(refused, Err(JoseError::UnknownKey), "{ours}");
    }
}

/// Ways to break a signed token (RFC 8725 §2), with what each is called.
fn breakages(token: &str, key: &SigningKey) -> Vec<(&'static str, String)> {
    let [header, payload, signature] = token.split('.').collect::<Vec<_>>()[..] else {
        panic!("not three parts: {token}")
    };
    let octets = base64url::decode(signature).unwrap();
    let fields: Value = serde_json::from_slice(&base64url::decode(header).unwrap()).unwrap();
    let with = |name: &str, value: Value| {
        let mut fields = fields.clone();
        fields[name] = value;
        base64url::encode(fields.to_string())
    };
    let flipped = |at: usize| {
        let mut octets = octets.clone();
        octets[at] ^= 1;
        format!("{header}.{payload}.{}", base64url::encode(octets))
    };
    let widened = json!({"iss": "https://as", "aud": "https://rs", "sub": "another", "exp": 4_000_000_000_u64});
    let none = with("alg", json!("none"));
    let hmac = format!("{}.{payload}", with("alg", json!("HS256")));
    let public = serde_json::to_vec(&key.public_jwk()).unwrap();
    let tag = base64url::encode(hmac_sha256(&public, hmac.as_bytes()));
    vec![
        ("first octet of the signature", flipped(0)),
        ("last octet of the signature", flipped(octets.len() - 1)),
        (
            "a shorter signature",
            format!("{header}.{payload}.{}", base64url::encode(&octets[1..])),
        ),
        ("no signature", format!("{header}.{payload}.")),
        (
            "a signature of zeros",
            format!(
                "{header}.{payload}.{}",
                base64url::encode(vec![0; octets.len()])
            ),
        ),
        ("two parts", format!("{header}.{payload}")),
        ("four parts", format!("{token}.{signature}")),
        (
            "another payload",
            format!(
                "{header}.{}.{signature}",
                base64url::encode(widened.to_string())
            ),
        ),
        (
            "another header",
            format!("{}.{payload}.{signature}", with("typ", json!("JWT"))),
        ),
        ("no algorithm", format!("{none}.{payload}.")),
        ("the public key as a shared secret", format!("{hmac}.{tag}")),
    ]
}

#[test]
fn j1_j2_j3_both_refuse_what_is_broken() {
    for (ours, theirs) in PAIRS {
        let key = SigningKey::generate(ours).unwrap();
        let token = key
            .sign_compact("at+jwt", claims().to_string().as_bytes())
            .unwrap();
        let keys = VerifyingKeys::from_iter([key.verifying_key().unwrap()]);
        let expect = Expect {
            algs: &[ours],
            typ: &["at+jwt", "JWT"],
            untyped: false,
        };
        assert!(verify_compact(&token, &keys, &expect).is_ok());
        for (what, broken) in breakages(&token, &key) {
            let verified = verify_compact(&broken, &keys, &expect);
            assert!(verified.is_err(), "{ours}: {what}");
            assert_eq!(peer_verifies(&broken, &key, theirs), None, "{ours}: {what}");
        }
    }
}
