//! A JWT in compact serialization (RFC 7515, RFC 7519): a whole token; or, where the input begins with
//! `{`, a header and a payload in one line each, which are then signed with a key that is trusted. `$KID` stands
//! for that key's name.

use jose::{
    Algorithm, Expect, JwkSet, MAX_TOKEN_BYTES, RegisteredClaims, SigningKey, UntrustedClaims,
    Unverified, VerifyingKeys, base64url, verify_compact,
};
use jsonwebtoken::EncodingKey;
use serde_json::Value;
use std::sync::LazyLock;

const EXPECT: Expect<'static> = Expect {
    algs: &[Algorithm::Es256, Algorithm::EdDsa],
    typ: &["at+jwt"],
    untyped: false,
};

struct Key {
    kid: String,
    verifying: VerifyingKeys,
    signing: EncodingKey,
}

static KEY: LazyLock<Key> = LazyLock::new(|| {
    let key = SigningKey::generate(Algorithm::Es256).expect("a new key");
    let set = JwkSet::from_iter([key.public_jwk()]);
    Key {
        kid: key.kid().to_owned(),
        verifying: VerifyingKeys::from_jwk_set(&set, EXPECT.algs).expect("a good key"),
        signing: EncodingKey::from_ec_der(&key.to_pkcs8_der().expect("a document")),
    }
});

/// A token of a stranger is never accepted (J2, J3, J5, J10, J16). A signed one is exactly if its header
/// says what the rules below ask (J1, J4, J6, J7, J12, J13).
pub fn run(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else {
        return;
    };
    match text.split_once('\n') {
        Some((header, payload)) if header.starts_with('{') => {
            signed(&header.replace("$KID", &KEY.kid), payload);
        }
        _ => strange(text),
    }
}

fn strange(token: &str) {
    let accepted = verify_compact(token, &KEY.verifying, &EXPECT);
    assert!(accepted.is_err(), "nobody signed this");
    if let Ok(header) = Unverified::peek(token) {
        three_parts(token);
        assert!(Algorithm::ALL.contains(&header.algorithm));
        assert!(header.kid.is_none_or(|kid| kid.len() <= 256));
    }
    if UntrustedClaims::peek(token).is_ok() {
        three_parts(token);
    }
}

fn three_parts(token: &str) {
    assert!(token.len() <= MAX_TOKEN_BYTES);
    assert_eq!(token.split('.').count(), 3);
}

fn signed(header: &str, payload: &str) {
    let expected = acceptable(header) && jose::parse_object(payload.as_bytes()).is_ok();
    let input = [base64url::encode(header), base64url::encode(payload)].join(".");
    let algorithm = jsonwebtoken::Algorithm::ES256;
    let signature = jsonwebtoken::crypto::sign(input.as_bytes(), &KEY.signing, algorithm)
        .expect("the other library signs");
    let token = format!("{input}.{signature}");
    let verified = verify_compact(&token, &KEY.verifying, &EXPECT);
    let expected = expected && token.len() <= MAX_TOKEN_BYTES;
    assert_eq!(verified.is_ok(), expected, "{header}");
    let Ok(verified) = verified else {
        return;
    };
    assert_eq!(
        Some(&Value::Object(verified.claims.clone())),
        serde_json::from_str(payload).ok().as_ref()
    );
    if let Ok(claims) = RegisteredClaims::from_map(&verified.claims) {
        assert!(
            claims
                .exp
                .is_none_or(|exp| (0..=253_402_300_799).contains(&exp))
        );
        let at_the_end = claims.check_times(i64::MAX, 0);
        assert!(at_the_end.is_err(), "nothing lives for ever");
    }
    altered(&token);
}

/// One bit more or less anywhere, and it is no token any more.
fn altered(token: &str) {
    let mut bytes = token.as_bytes().to_vec();
    let at = token.len() / 2;
    bytes[at] ^= 1;
    let text = String::from_utf8(bytes).expect("ASCII stays ASCII");
    assert!(verify_compact(&text, &KEY.verifying, &EXPECT).is_err());
}

/// Whether a header is one that this verifier must accept, said in another way than the verifier does.
fn acceptable(header: &str) -> bool {
    let Ok(Value::Object(header)) = strict(header) else {
        return false;
    };
    let text = |name: &str| header.get(name).map(|value| value.as_str());
    let kid = text("kid");
    let typ = text("typ").flatten().map(str::to_ascii_lowercase);
    text("alg") == Some(Some("ES256"))
        && (kid.is_none() || kid == Some(Some(&KEY.kid)))
        && matches!(typ.as_deref(), Some("at+jwt" | "application/at+jwt"))
        && !header.contains_key("crit")
}

/// What `jose` takes for JSON; what it refuses, the other strict reader refuses too.
fn strict(text: &str) -> Result<Value, ()> {
    match jose::parse_object(text.as_bytes()) {
        Ok(object) => Ok(Value::Object(object)),
        Err(_) => {
            assert!(scim::json::read_object(text.as_bytes()).is_err());
            Err(())
        }
    }
}
