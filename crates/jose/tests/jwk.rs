//! Reading and writing keys (RFC 7517, RFC 7518 §6, RFC 8037 §2).

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

use jose::{Algorithm, JoseError, Jwk, JwkSet, SigningKey, VerifyingKey, VerifyingKeys, base64url};
use proptest::prelude::*;
use serde_json::{Value, json};

fn ec() -> Value {
    json!({
        "kty": "EC", "crv": "P-256",
        "x": "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",
        "y": "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0",
    })
}

fn okp() -> Value {
    json!({"kty": "OKP", "crv": "Ed25519", "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"})
}

fn rsa(bits: usize) -> Value {
    // Any odd number with the top bit set will do for a public key.
    let mut n = vec![0xff; bits.div_ceil(8)];
    n[0] = 0xff >> (n.len() * 8 - bits);
    json!({"kty": "RSA", "n": base64url::encode(n), "e": "AQAB"})
}

fn with(mut jwk: Value, name: &str, value: Value) -> Value {
    jwk[name] = value;
    jwk
}

fn read(jwk: &Value) -> Result<Jwk, JoseError> {
    Jwk::from_json(jwk.to_string().as_bytes())
}

#[test]
fn what_is_read_is_written_without_private_members() {
    for jwk in [ec(), okp(), rsa(2048)] {
        let private = with(with(jwk.clone(), "d", json!("AAAA")), "kid", json!("k"));
        let read = read(&private).unwrap();
        let written = serde_json::to_value(&read).unwrap();
        assert_eq!(
            written,
            with(with(jwk, "use", json!("sig")), "kid", json!("k"))
        );
        assert_eq!(serde_json::from_value::<Jwk>(written).unwrap(), read);
        assert!(!format!("{read:?}").contains("AAAA"));
    }
}

#[test]
fn generated_keys_publish_themselves() {
    for algorithm in [Algorithm::Es256, Algorithm::EdDsa, Algorithm::Rs256] {
        let key = SigningKey::generate(algorithm).unwrap();
        let jwk = key.public_jwk();
        assert_eq!(jwk.algorithm(), Some(algorithm));
        assert_eq!(jwk.kid(), Some(key.kid()));
        assert_eq!(jwk.thumbprint(), key.kid());
        let written = serde_json::to_value(&jwk).unwrap();
        for private in ["d", "p", "q", "dp", "dq", "qi", "oth", "k"] {
            assert_eq!(written.get(private), None, "{private}");
        }
        assert_eq!(read(&written).unwrap(), jwk);
    }
}

#[test]
fn j14_rsa_from_2048_bits() {
    for (bits, accepted) in [
        (512, false),
        (1024, false),
        (2047, false),
        (2048, true),
        (4096, true),
        (8193, false),
    ] {
        assert_eq!(read(&rsa(bits)).is_ok(), accepted, "{bits}");
    }
    for exponent in [vec![], vec![1], vec![2], vec![0, 1, 0, 1], vec![3; 9]] {
        let jwk = with(rsa(2048), "e", json!(base64url::encode(&exponent)));
        assert_eq!(
            read(&jwk),
            Err(JoseError::InvalidKey("exponent")),
            "{exponent:?}"
        );
    }
    let n = base64url::decode(rsa(2048)["n"].as_str().unwrap()).unwrap();
    let padded = base64url::encode([&[0], n.as_slice()].concat());
    assert!(read(&with(rsa(2048), "n", json!(padded))).is_err());
}

#[test]
fn points_off_the_curve_and_of_wrong_length_are_refused() {
    let x = base64url::decode(ec()["x"].as_str().unwrap()).unwrap();
    let mut moved = x.clone();
    moved[31] ^= 1;
    for bad in [
        moved,
        x[..31].to_vec(),
        [&[0], x.as_slice()].concat(),
        vec![0; 32],
        vec![0xff; 32],
        vec![],
    ] {
        let jwk = with(ec(), "x", json!(base64url::encode(&bad)));
        assert!(
            matches!(read(&jwk), Err(JoseError::InvalidKey(_))),
            "{bad:?}"
        );
    }
    assert!(read(&with(ec(), "crv", json!("P-384"))).is_err());
    for length in [0, 31, 33] {
        let jwk = with(okp(), "x", json!(base64url::encode(vec![9; length])));
        assert!(
            matches!(read(&jwk), Err(JoseError::InvalidKey(_))),
            "{length}"
        );
    }
}

#[test]
fn keys_for_other_purposes_are_unsupported() {
    for jwk in [
        json!({"kty": "oct", "k": "AAAA"}),
        json!({"kty": "unheard-of"}),
        with(ec(), "crv", json!("secp256k1")),
        with(okp(), "crv", json!("X25519")),
        with(okp(), "crv", json!("Ed448")),
        with(ec(), "use", json!("enc")),
        with(ec(), "key_ops", json!(["sign"])),
        with(ec(), "key_ops", json!([])),
        with(ec(), "alg", json!("ECDH-ES")),
        with(rsa(2048), "alg", json!("RSA-OAEP")),
        with(rsa(2048), "alg", json!("HS256")),
        with(rsa(2048), "alg", json!("none")),
    ] {
        assert!(
            matches!(read(&jwk), Err(JoseError::UnsupportedKey(_))),
            "{jwk}"
        );
    }
    assert!(read(&with(ec(), "key_ops", json!(["sign", "verify"]))).is_ok());
}

#[test]
fn malformed_members_are_invalid() {
    for jwk in [
        json!({}),
        with(ec(), "kty", json!(1)),
        with(ec(), "crv", json!(null)),
        with(
            ec(),
            "x",
            json!("f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU="),
        ),
        with(ec(), "x", json!(["a"])),
        with(ec(), "kid", json!(7)),
        with(ec(), "kid", json!("k".repeat(257))),
        with(ec(), "use", json!(null)),
        with(ec(), "key_ops", json!("verify")),
        with(ec(), "alg", json!("ES384")),
        with(rsa(2048), "alg", json!("ES256")),
        with(okp(), "alg", json!("RS256")),
    ] {
        assert!(matches!(read(&jwk), Err(JoseError::InvalidKey(_))), "{jwk}");
    }
    let twice = br#"{"kty":"OKP","crv":"Ed25519","x":"AA","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}"#;
    assert_eq!(Jwk::from_json(twice), Err(JoseError::DuplicateMember));
    assert!(serde_json::from_slice::<Jwk>(twice).is_err());
}

#[test]
fn j1_a_key_is_bound_to_one_algorithm() {
    let named = read(&with(rsa(2048), "alg", json!("PS256"))).unwrap();
    assert!(VerifyingKey::from_jwk(&named, Algorithm::Ps256).is_ok());
    for algorithm in Algorithm::ALL
        .into_iter()
        .filter(|&other| other != Algorithm::Ps256)
    {
        assert!(
            VerifyingKey::from_jwk(&named, algorithm).is_err(),
            "{algorithm}"
        );
    }
    let fully_specified = read(&with(okp(), "alg", json!("Ed25519"))).unwrap();
    assert_eq!(fully_specified.algorithm(), Some(Algorithm::EdDsa));
}

#[test]
fn rfc7517_5_a_set_leaves_out_what_it_can_not_use_and_says_so() {
    let set = json!({"keys": [ec(), {"kty": "oct", "k": "AA"}, okp(), rsa(1024), 7], "more": 1});
    let set = JwkSet::from_json(set.to_string().as_bytes()).unwrap();
    assert_eq!(set.keys().len(), 2);
    assert_eq!(
        set.ignored(),
        [
            JoseError::UnsupportedKey("`kty`"),
            JoseError::InvalidKey("modulus size"),
            JoseError::InvalidKey("not an object"),
        ]
    );
    let written = serde_json::to_value(&set).unwrap();
    assert_eq!(written.as_object().unwrap().len(), 1);
    assert_eq!(
        serde_json::from_value::<JwkSet>(written).unwrap().keys(),
        set.keys()
    );
}

#[test]
fn a_set_is_an_object_with_a_bounded_array() {
    for text in [
        "[]",
        "{}",
        r#"{"keys":{}}"#,
        r#"{"keys":[],"keys":[]}"#,
        "x",
    ] {
        assert!(JwkSet::from_json(text.as_bytes()).is_err(), "{text}");
    }
    let many = |count: usize| json!({"keys": vec![okp(); count]}).to_string();
    assert_eq!(
        JwkSet::from_json(many(64).as_bytes()).unwrap().keys().len(),
        64
    );
    assert_eq!(
        JwkSet::from_json(many(65).as_bytes()),
        Err(JoseError::TooManyKeys)
    );
}

#[test]
fn j4_candidates_are_chosen_by_algorithm_and_exact_kid() {
    let key = |kid: Option<&str>| {
        let jwk = kid.map_or_else(okp, |kid| with(okp(), "kid", json!(kid)));
        read(&jwk).unwrap()
    };
    let set: JwkSet = [key(Some("a")), key(Some("a")), key(Some("b")), key(None)]
        .into_iter()
        .collect();
    let keys = VerifyingKeys::from_jwk_set(&set, &[Algorithm::EdDsa, Algorithm::Es256]).unwrap();
    let count = |kid, algorithm| keys.candidates(kid, algorithm).count();
    assert_eq!(count(Some("a"), Algorithm::EdDsa), 3);
    assert_eq!(count(Some("b"), Algorithm::EdDsa), 2);
    assert_eq!(count(Some("A"), Algorithm::EdDsa), 1);
    assert_eq!(count(None, Algorithm::EdDsa), 4);
    assert_eq!(count(Some("a"), Algorithm::Es256), 0);
    assert!(
        VerifyingKeys::from_jwk_set(&set, &[Algorithm::Rs256])
            .unwrap()
            .is_empty()
    );
}

proptest! {
    #[test]
    fn arbitrary_input_does_not_panic(
        bytes in proptest::collection::vec(any::<u8>(), 0..100),
        text in r#"\{("(kty|crv|x|y|n|e|alg|use|kid|keys)":("(EC|RSA|OKP|P-256|Ed25519|AQAB|sig)"|1|null|\[\]),?){0,6}\}"#,
    ) {
        for input in [bytes.as_slice(), text.as_bytes()] {
            let _ = Jwk::from_json(input);
            let _ = JwkSet::from_json(input);
        }
    }
}
