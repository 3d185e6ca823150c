//! The rules of RFC 8725 at verification, by the ids of the security checklist.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

use jose::{
    Algorithm, Expect, JoseError, MAX_TOKEN_BYTES, SigningKey, UntrustedClaims, Unverified,
    VerifyingKeys, base64url, hmac_sha256, verify_compact, verify_payload,
};
use proptest::prelude::*;
use serde_json::{Value, json};
use std::sync::LazyLock;

const CLAIMS: &[u8] = br#"{"iss":"https://as","sub":"me","exp":2000000000}"#;
const AT: Expect<'_> = Expect {
    algs: &[Algorithm::Es256, Algorithm::EdDsa],
    typ: &["at+jwt"],
    untyped: false,
};

static ES256: LazyLock<SigningKey> =
    LazyLock::new(|| SigningKey::generate(Algorithm::Es256).unwrap());
static KEYS: LazyLock<VerifyingKeys> = LazyLock::new(|| keys(&[&ES256]));
static TOKEN: LazyLock<String> = LazyLock::new(|| ES256.sign_compact("at+jwt", CLAIMS).unwrap());

fn keys(keys: &[&SigningKey]) -> VerifyingKeys {
    keys.iter()
        .map(|key| key.verifying_key().unwrap())
        .collect()
}

fn outcome(token: &str) -> Result<(), JoseError> {
    verify_compact(token, &KEYS, &AT).map(drop)
}

/// A token with any header at all, signed or not.
fn forge(header: &Value, payload: &[u8], signature: &[u8]) -> String {
    let parts = [header.to_string().as_bytes(), payload, signature].map(base64url::encode);
    parts.join(".")
}

fn part(token: &str, index: usize) -> Vec<u8> {
    base64url::decode(token.split('.').nth(index).unwrap()).unwrap()
}

#[test]
fn every_algorithm_signs_and_verifies() {
    for algorithm in Algorithm::ALL {
        let key = SigningKey::generate(algorithm).unwrap();
        let token = key.sign_compact("at+jwt", CLAIMS).unwrap();
        let expect = Expect {
            algs: &[algorithm],
            ..AT
        };
        let verified = verify_compact(&token, &keys(&[&key]), &expect).unwrap();
        assert_eq!(verified.claims["sub"], "me");
        assert_eq!(verified.header.algorithm, algorithm);
        assert_eq!(verified.header.kid.as_deref(), Some(key.kid()));
        let header: Value = serde_json::from_slice(&part(&token, 0)).unwrap();
        let written = json!({"alg": algorithm.as_str(), "typ": "at+jwt", "kid": key.kid()});
        assert_eq!(header, written);
    }
}

#[test]
fn a_stored_key_is_the_same_key() {
    for algorithm in [
        Algorithm::Es256,
        Algorithm::Es384,
        Algorithm::EdDsa,
        Algorithm::Ps256,
    ] {
        let key = SigningKey::generate(algorithm).unwrap();
        let stored = key.to_pkcs8_der().unwrap();
        let again = SigningKey::from_pkcs8(algorithm, &stored).unwrap();
        assert_eq!(again.kid(), key.kid());
        let expect = Expect {
            algs: &[algorithm],
            ..AT
        };
        let token = again.sign_compact("at+jwt", CLAIMS).unwrap();
        assert!(verify_compact(&token, &keys(&[&key]), &expect).is_ok());

        let wrong = if algorithm == Algorithm::EdDsa {
            Algorithm::Es256
        } else {
            Algorithm::EdDsa
        };
        assert!(SigningKey::from_pkcs8(wrong, &stored).is_err());
        assert!(SigningKey::from_pkcs8(algorithm, &stored[..stored.len() - 1]).is_err());
        assert!(SigningKey::from_pkcs8(algorithm, b"").is_err());
    }
}

#[test]
fn debug_of_a_signing_key_shows_no_private_byte() {
    let printed = format!("{:?}", *ES256);
    let expected = format!(
        "SigningKey {{ kid: {:?}, algorithm: Es256, .. }}",
        ES256.kid()
    );
    assert_eq!(printed, expected);
}

#[test]
fn j1_only_expected_algorithms_and_bound_keys() {
    assert_eq!(outcome(&TOKEN), Ok(()));
    let narrower = Expect {
        algs: &[Algorithm::EdDsa],
        ..AT
    };
    let refused = verify_compact(&TOKEN, &KEYS, &narrower);
    assert_eq!(refused, Err(JoseError::AlgorithmNotAllowed));

    // The same RSA key under the sibling algorithm: PS256 is not RS256.
    let rs256 = SigningKey::generate(Algorithm::Rs256).unwrap();
    let pkcs8 = rs256.to_pkcs8_der().unwrap();
    let ps256 = SigningKey::from_pkcs8(Algorithm::Ps256, &pkcs8).unwrap();
    let token = ps256.sign_compact("at+jwt", CLAIMS).unwrap();
    let both = Expect {
        algs: &[Algorithm::Rs256, Algorithm::Ps256],
        ..AT
    };
    assert_eq!(
        verify_compact(&token, &keys(&[&rs256]), &both),
        Err(JoseError::UnknownKey)
    );
    assert!(verify_compact(&token, &keys(&[&ps256]), &both).is_ok());
}

#[test]
fn j2_none_is_refused_in_any_case() {
    for alg in ["none", "None", "NONE", "nOnE", "noNE", "", " none"] {
        for signature in [&b""[..], b"x"] {
            let token = forge(&json!({"alg": alg, "typ": "at+jwt"}), CLAIMS, signature);
            assert_eq!(
                outcome(&token),
                Err(JoseError::AlgorithmNotAllowed),
                "{alg:?}"
            );
        }
    }
}

#[test]
fn j3_the_public_key_is_no_hmac_secret() {
    let jwk = serde_json::to_vec(&ES256.public_jwk()).unwrap();
    for alg in ["HS256", "ES256"] {
        let header = json!({"alg": alg, "typ": "at+jwt", "kid": ES256.kid()});
        let unsigned = forge(&header, CLAIMS, b"");
        let input = unsigned.trim_end_matches('.');
        let token = forge(&header, CLAIMS, &hmac_sha256(&jwk, input.as_bytes()));
        assert!(outcome(&token).is_err(), "{alg}");
    }
}

#[test]
fn j5_keys_in_the_message_are_ignored() {
    let attacker = SigningKey::generate(Algorithm::Es256).unwrap();
    let honest = attacker.sign_compact("at+jwt", CLAIMS).unwrap();
    assert_eq!(outcome(&honest), Err(JoseError::UnknownKey));
    // Sign a header that carries the attacker's own key, under our `kid`.
    let signature = part(&honest, 2);
    let header = json!({
        "alg": "ES256", "typ": "at+jwt", "kid": ES256.kid(), "jwk": attacker.public_jwk(),
        "jku": "https://attacker.example/jwks", "x5u": "https://attacker.example/cert",
        "x5c": ["AAAA"],
    });
    assert_eq!(
        outcome(&forge(&header, CLAIMS, &signature)),
        Err(JoseError::BadSignature)
    );
}

#[test]
fn j6_critical_extensions_are_refused() {
    let header = json!({"alg": "ES256", "typ": "at+jwt", "crit": ["b64"], "b64": false});
    assert_eq!(
        outcome(&forge(&header, CLAIMS, b"x")),
        Err(JoseError::Critical)
    );
}

#[test]
fn j7_each_type_of_token_is_taken_for_itself_only() {
    const TYPES: [&str; 7] = [
        "at+jwt",
        "JWT",
        "logout+jwt",
        "dpop+jwt",
        "oauth-authz-req+jwt",
        "client-authentication+jwt",
        "token-introspection+jwt",
    ];
    for minted in TYPES {
        let token = ES256.sign_compact(minted, CLAIMS).unwrap();
        for expected in TYPES {
            let expect = Expect {
                typ: &[expected],
                ..AT
            };
            let accepted = verify_compact(&token, &KEYS, &expect).is_ok();
            assert_eq!(accepted, minted == expected, "{minted} as {expected}");
        }
    }
}

#[test]
fn j7_an_absent_typ_is_taken_only_where_it_is_allowed() {
    let absent = Expect {
        typ: &["JWT"],
        untyped: true,
        ..AT
    };
    let (header, payload) = (
        base64url::encode(r#"{"alg":"EdDSA"}"#),
        base64url::encode("{}"),
    );
    let token = format!("{header}.{payload}.{}", base64url::encode([0; 64]));
    assert_eq!(outcome(&token), Err(JoseError::WrongType));
    // Past the header: there is no Ed25519 key in the set.
    assert_eq!(
        verify_compact(&token, &KEYS, &absent),
        Err(JoseError::UnknownKey)
    );
    assert_eq!(
        verify_compact(&TOKEN, &KEYS, &absent),
        Err(JoseError::WrongType)
    );
}

#[test]
fn j9_j10_only_compact_jws() {
    let [header, payload, signature] = TOKEN.split('.').collect::<Vec<_>>()[..] else {
        panic!()
    };
    let json =
        format!(r#"{{"payload":"{payload}","protected":"{header}","signature":"{signature}"}}"#);
    let jwe = format!("{header}.{payload}.{signature}.{payload}.{signature}");
    for token in [
        "",
        ".",
        "..",
        "a.b",
        header,
        &format!("{header}.{payload}"),
        &json,
        &jwe,
        &format!("{}.", *TOKEN),
    ] {
        assert!(outcome(token).is_err(), "{token}");
    }
    assert_eq!(outcome(&jwe), Err(JoseError::NotCompactJws));
    for spoilt in [
        format!(" {}", *TOKEN),
        format!("{}\n", *TOKEN),
        format!("{}=", *TOKEN),
        TOKEN.replacen('.', ".=", 1),
        TOKEN.replacen('.', "%2e", 1),
        TOKEN.replacen("ey", "\u{435}y", 1),
    ] {
        assert!(
            matches!(
                outcome(&spoilt),
                Err(JoseError::Base64 | JoseError::NotCompactJws)
            ),
            "{spoilt}"
        );
    }
}

#[test]
fn j12_duplicate_members_are_refused_in_header_and_claims() {
    let twice = br#"{"alg":"ES256","typ":"at+jwt","alg":"ES256"}"#;
    let token = format!(
        "{}.{}.AA",
        base64url::encode(twice),
        base64url::encode(CLAIMS)
    );
    assert_eq!(outcome(&token), Err(JoseError::DuplicateMember));

    for (claims, error) in [
        (&br#"{"sub":"a","sub":"b"}"#[..], JoseError::DuplicateMember),
        (
            br#"{"cnf":{"jkt":"a","jkt":"b"}}"#,
            JoseError::DuplicateMember,
        ),
        (b"{\"sub\":\"\xff\"}", JoseError::Json),
        (b"[]", JoseError::Json),
        (b"", JoseError::Json),
    ] {
        let token = ES256.sign_compact("at+jwt", claims).unwrap();
        assert_eq!(outcome(&token), Err(error), "{claims:?}");
    }
}

#[test]
fn j13_length_and_parts_are_bounded() {
    let padding = |size: usize| json!({"pad": "x".repeat(size)}).to_string();
    let fits = ES256
        .sign_compact("at+jwt", padding(11_900).as_bytes())
        .unwrap();
    assert!(fits.len() <= MAX_TOKEN_BYTES && fits.len() > MAX_TOKEN_BYTES - 400);
    assert_eq!(outcome(&fits), Ok(()));
    let long = ES256
        .sign_compact("at+jwt", padding(12_300).as_bytes())
        .unwrap();
    assert!(long.len() > MAX_TOKEN_BYTES);
    assert_eq!(outcome(&long), Err(JoseError::TooLong));
    assert_eq!(
        outcome(&".".repeat(MAX_TOKEN_BYTES)),
        Err(JoseError::NotCompactJws)
    );
    assert_eq!(
        outcome(&".".repeat(MAX_TOKEN_BYTES + 1)),
        Err(JoseError::TooLong)
    );
}

#[test]
fn j15_ecdsa_signatures_are_fixed_width_and_not_der() {
    assert_eq!(part(&TOKEN, 2).len(), 64);
    let [header, payload, _] = TOKEN.split('.').collect::<Vec<_>>()[..] else {
        panic!()
    };
    for signature in [
        vec![],
        vec![0; 64],
        vec![0; 63],
        vec![0; 65],
        vec![0xff; 64],
    ] {
        let token = format!("{header}.{payload}.{}", base64url::encode(signature));
        assert_eq!(outcome(&token), Err(JoseError::BadSignature));
    }
}

#[test]
fn a_key_of_the_set_is_found_with_and_without_kid() {
    let others: Vec<_> = (0..3)
        .map(|_| SigningKey::generate(Algorithm::Es256).unwrap())
        .collect();
    let set = keys(&[&others[0], &ES256, &others[1]]);
    assert!(verify_compact(&TOKEN, &set, &AT).is_ok());
    let foreign = others[2].sign_compact("at+jwt", CLAIMS).unwrap();
    assert_eq!(
        verify_compact(&foreign, &set, &AT).map(drop),
        Err(JoseError::UnknownKey)
    );
    assert_eq!(
        verify_compact(&TOKEN, &VerifyingKeys::default(), &AT).map(drop),
        Err(JoseError::UnknownKey)
    );
    // RFC 7515 A.3 has no `kid`: any key of the algorithm is tried.
    let untyped = Expect {
        untyped: true,
        ..AT
    };
    let anonymous = forge(&json!({"alg": "ES256"}), CLAIMS, &[1; 64]);
    assert_eq!(
        verify_payload(&anonymous, &set, &untyped),
        Err(JoseError::BadSignature)
    );
}

#[test]
fn what_is_peeked_is_what_the_token_says() {
    let seen = Unverified::peek(&TOKEN).unwrap();
    assert_eq!(seen.algorithm, Algorithm::Es256);
    assert_eq!(seen.kid.as_deref(), Some(ES256.kid()));
    assert_eq!(seen.typ.as_deref(), Some("at+jwt"));
    let claims = UntrustedClaims::peek(&TOKEN).unwrap();
    assert_eq!(
        (claims.iss.as_deref(), claims.sub.as_deref()),
        (Some("https://as"), Some("me"))
    );

    let odd = forge(&json!({"alg": "ES256"}), br#"{"iss":1,"sub":null}"#, b"");
    let claims = UntrustedClaims::peek(&odd).unwrap();
    assert_eq!(
        claims,
        UntrustedClaims {
            iss: None,
            sub: None
        }
    );
    let twice = forge(&json!({"alg": "ES256"}), br#"{"iss":"a","iss":"b"}"#, b"");
    assert_eq!(
        UntrustedClaims::peek(&twice),
        Err(JoseError::DuplicateMember)
    );
    assert!(Unverified::peek("a.b.c").is_err());
}

proptest! {
    /// J16: whatever single byte is changed, dropped or doubled, nothing is accepted.
    #[test]
    fn tampered_tokens_never_verify(
        at in any::<proptest::sample::Index>(),
        byte in proptest::char::range('!', '~'),
        kind in 0..3,
    ) {
        let mut token: Vec<char> = TOKEN.chars().collect();
        let at = at.index(token.len());
        match kind {
            0 => token[at] = byte,
            1 => drop(token.remove(at)),
            _ => token.insert(at, byte),
        }
        let token: String = token.into_iter().collect();
        prop_assume!(token != *TOKEN);
        prop_assert!(outcome(&token).is_err(), "{}", token);
    }

    #[test]
    fn arbitrary_input_does_not_panic(text in "\\PC{0,60}|[A-Za-z0-9_.-]{0,80}", header in "\\PC{0,40}") {
        let token = format!("{}.{text}", base64url::encode(header));
        for input in [&text, &token] {
            prop_assert!(outcome(input).is_err());
            let _ = Unverified::peek(input);
            let _ = UntrustedClaims::peek(input);
        }
    }
}
