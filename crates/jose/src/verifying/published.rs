//! Wycheproof's vectors of the signature primitives. Their messages are no JWS, so they are tried here, with keys
//! that come in as JWKs.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]

use crate::{Algorithm, Jwk, VerifyingKey, base64url};
use serde_json::{Value, json};
use wycheproof::{TestResult, ecdsa, eddsa, rsa_pkcs1_verify, rsa_pss_verify};

/// How many vectors are valid, invalid, and "acceptable": valid, but sloppy. Each was told right; a sloppy one is
/// unsupported.
#[derive(Default)]
struct Told {
    valid: usize,
    invalid: usize,
    sloppy: usize,
}

impl Told {
    fn check(&mut self, key: &VerifyingKey, id: usize, result: TestResult, msg: &[u8], sig: &[u8]) {
        let algorithm = key.algorithm();
        let valid = result == TestResult::Valid;
        assert_eq!(key.verifies(msg, sig), valid, "{algorithm} {id}");
        *match result {
            TestResult::Valid => &mut self.valid,
            TestResult::Invalid => &mut self.invalid,
            TestResult::Acceptable => &mut self.sloppy,
        } += 1;
    }

    fn counts(&self) -> (usize, usize, usize) {
        (self.valid, self.invalid, self.sloppy)
    }
}

fn key(jwk: &Value, algorithm: Algorithm) -> VerifyingKey {
    let jwk = Jwk::from_json(jwk.to_string().as_bytes()).unwrap();
    VerifyingKey::from_jwk(&jwk, algorithm).unwrap()
}

/// RFC 7518 §6.3.1.1: the fewest octets that hold the number.
fn number(octets: &[u8]) -> String {
    let leading = octets.iter().take_while(|octet| **octet == 0).count();
    base64url::encode(&octets[leading..])
}

/// The fixed-width signatures (IEEE P1363) of RFC 7518 §3.4.
fn ecdsa_vectors(test: ecdsa::TestName, crv: &str, algorithm: Algorithm) -> Told {
    let mut told = Told::default();
    for group in ecdsa::TestSet::load(test).unwrap().test_groups {
        let (x, y) = group.key.key[1..].split_at(group.key.key.len() / 2);
        let (x, y) = (base64url::encode(x), base64url::encode(y));
        let key = key(&json!({"kty": "EC", "crv": crv, "x": x, "y": y}), algorithm);
        for test in group.tests {
            told.check(&key, test.tc_id, test.result, &test.msg, &test.sig);
        }
    }
    told
}

#[test]
fn v8_ecdsa() {
    use ecdsa::TestName as T;
    for (test, crv, algorithm, valid, invalid) in [
        (
            T::EcdsaSecp256r1Sha256P1363,
            "P-256",
            Algorithm::Es256,
            173,
            89,
        ),
        (
            T::EcdsaSecp384r1Sha384P1363,
            "P-384",
            Algorithm::Es384,
            193,
            87,
        ),
        (
            T::EcdsaSecp521r1Sha512P1363,
            "P-521",
            Algorithm::Es512,
            231,
            87,
        ),
    ] {
        let told = ecdsa_vectors(test, crv, algorithm);
        assert_eq!(told.counts(), (valid, invalid, 0), "{algorithm}");
    }
}

/// J15: a signature in DER, as other protocols write it, is none in JOSE.
#[test]
fn v8_ecdsa_in_der_is_refused_however_valid() {
    let set = ecdsa::TestSet::load(ecdsa::TestName::EcdsaSecp256r1Sha256).unwrap();
    let mut refused = 0;
    for group in set.test_groups {
        let (x, y) = group.key.key[1..].split_at(32);
        let (x, y) = (base64url::encode(x), base64url::encode(y));
        let jwk = json!({"kty": "EC", "crv": "P-256", "x": x, "y": y});
        let key = key(&jwk, Algorithm::Es256);
        for test in group.tests {
            assert!(!key.verifies(&test.msg, &test.sig), "{}", test.tc_id);
            refused += 1;
        }
    }
    assert_eq!(refused, 484);
}

#[test]
fn v8_ed25519() {
    let mut told = Told::default();
    let set = eddsa::TestSet::load(eddsa::TestName::Ed25519).unwrap();
    for group in set.test_groups {
        let x = base64url::encode(&*group.key.pk);
        let key = key(
            &json!({"kty": "OKP", "crv": "Ed25519", "x": x}),
            Algorithm::EdDsa,
        );
        for test in group.tests {
            told.check(&key, test.tc_id, test.result, &test.msg, &test.sig);
        }
    }
    assert_eq!(told.counts(), (88, 63, 0));
}

fn rsa_key(n: &[u8], e: &[u8], algorithm: Algorithm) -> VerifyingKey {
    key(
        &json!({"kty": "RSA", "n": number(n), "e": number(e)}),
        algorithm,
    )
}

#[test]
fn v8_rsassa_pkcs1_v1_5() {
    use rsa_pkcs1_verify::{TestName as T, TestSet};
    let mut told = Told::default();
    for (tests, algorithm) in [
        (
            [
                T::Rsa2048Sha256,
                T::Rsa3072Sha256,
                T::Rsa4096Sha256,
                T::Rsa8192Sha256,
            ],
            Algorithm::Rs256,
        ),
        (
            [
                T::Rsa2048Sha384,
                T::Rsa3072Sha384,
                T::Rsa4096Sha384,
                T::Rsa8192Sha384,
            ],
            Algorithm::Rs384,
        ),
        (
            [
                T::Rsa2048Sha512,
                T::Rsa3072Sha512,
                T::Rsa4096Sha512,
                T::Rsa8192Sha512,
            ],
            Algorithm::Rs512,
        ),
    ] {
        for group in tests
            .into_iter()
            .flat_map(|test| TestSet::load(test).unwrap().test_groups)
        {
            let key = rsa_key(&group.key.n, &group.key.e, algorithm);
            for test in group.tests {
                told.check(&key, test.tc_id, test.result, &test.msg, &test.sig);
            }
        }
    }
    assert_eq!(told.counts(), (89, 3005, 12));
}

#[test]
fn v8_rsassa_pss() {
    use rsa_pss_verify::{TestName as T, TestSet};
    let mut told = Told::default();
    for (test, algorithm) in [
        (T::RsaPss2048Sha256Mgf1SaltLen32, Algorithm::Ps256),
        (T::RsaPss3072Sha256Mgf1SaltLen32, Algorithm::Ps256),
        (T::RsaPss4096Sha256Mgf1SaltLen32, Algorithm::Ps256),
        (T::RsaPss2048Sha384Mgf1SaltLen48, Algorithm::Ps384),
        (T::RsaPss4096Sha384Mgf1SaltLen48, Algorithm::Ps384),
        (T::RsaPss4096Sha512Mgf1SaltLen64, Algorithm::Ps512),
    ] {
        for group in TestSet::load(test).unwrap().test_groups {
            let key = rsa_key(&group.key.n, &group.key.e, algorithm);
            for test in group.tests {
                told.check(&key, test.tc_id, test.result, &test.msg, &test.sig);
            }
        }
    }
    assert_eq!(told.counts(), (511, 274, 0));
}

/// RFC 7518 §3.5: "The size of the salt value is the same size as the hash function output", and the hash of the
/// mask generation function is the same too. Vectors with other parameters are unsupported: none verifies.
#[test]
fn v8_rsassa_pss_with_other_parameters_is_refused_however_valid() {
    use rsa_pss_verify::{TestName as T, TestSet};
    let mut refused = 0;
    for (test, algorithm) in [
        (T::RsaPss2048Sha256Mgf1SaltLen0, Algorithm::Ps256),
        (T::RsaPss2048Sha256Mgf1Sha1_20, Algorithm::Ps256),
        (T::RsaPss4096Sha512Mgf1SaltLen32, Algorithm::Ps512),
    ] {
        for group in TestSet::load(test).unwrap().test_groups {
            let key = rsa_key(&group.key.n, &group.key.e, algorithm);
            for test in group.tests.iter().filter(|test| !test.result.must_fail()) {
                assert!(!key.verifies(&test.msg, &test.sig), "{}", test.tc_id);
                refused += 1;
            }
        }
    }
    assert_eq!(refused, 256);
}
