//! Wycheproof's vectors of the primitives that have a face of their own here; those of the signature
//! algorithms are tried beside `VerifyingKey`.

use jose::{HmacKey, SealingKey, derive_key};
use wycheproof::{aead, hkdf, mac};

const TAG_BITS: usize = 256;

#[test]
fn v8_hmac_sha256() {
    let set = mac::TestSet::load(mac::TestName::HmacSha256).unwrap();
    let (mut accepted, mut refused, mut truncated) = (0, 0, 0);
    for group in set.test_groups {
        for test in group.tests {
            let key = HmacKey::new(&test.key);
            let verified = key.verify(&test.msg, &test.tag);
            if group.tag_size < TAG_BITS {
                // Unsupported: a tag is whole or it is none, though its beginning be right.
                assert!(!verified, "{}", test.tc_id);
                truncated += 1;
                continue;
            }
            let valid = !test.result.must_fail();
            assert_eq!(verified, valid, "{}", test.tc_id);
            assert_eq!(key.tag(&test.msg) == test.tag[..], valid, "{}", test.tc_id);
            *(if valid { &mut accepted } else { &mut refused }) += 1;
        }
    }
    assert_eq!((accepted, refused, truncated), (33, 54, 87));
}

/// `derive_key` is HKDF with an empty salt and 32 octets of output; vectors that ask for less are prefixes.
#[test]
fn v8_hkdf_sha256() {
    let set = hkdf::TestSet::load(hkdf::TestName::HkdfSha256).unwrap();
    let mut compared = 0;
    for test in set.test_groups.into_iter().flat_map(|group| group.tests) {
        if !test.salt.is_empty() || test.size > 32 {
            continue;
        }
        assert!(!test.result.must_fail(), "{}", test.tc_id);
        let key = derive_key(&test.ikm, &test.info).unwrap();
        assert_eq!(key[..test.size], test.okm[..], "{}", test.tc_id);
        compared += 1;
    }
    assert_eq!(compared, 7);
}

#[test]
fn v8_aes_256_gcm_siv() {
    let set = aead::TestSet::load(aead::TestName::AesGcmSiv).unwrap();
    let (mut opened, mut refused) = (0, 0);
    for group in set
        .test_groups
        .into_iter()
        .filter(|group| group.key_size == 256)
    {
        for test in group.tests {
            let key = SealingKey::from_bytes(test.key[..].try_into().unwrap()).unwrap();
            let sealed = [&test.nonce[..], &test.ct[..], &test.tag[..]].concat();
            let plaintext = key.open(&test.aad, &sealed).ok();
            if test.result.must_fail() {
                assert_eq!(plaintext, None, "{}", test.tc_id);
                refused += 1;
            } else {
                assert_eq!(
                    plaintext.unwrap().as_slice(),
                    &test.pt[..],
                    "{}",
                    test.tc_id
                );
                opened += 1;
            }
        }
    }
    assert_eq!((opened, refused), (69, 34));
}
