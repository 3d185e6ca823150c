//! Argon2id (RFC 9106) as PHC strings.
//!
//! Hashing one password takes 19 MiB and tens of milliseconds of a processor: do it on a thread that may block, and few at
//! once (U4).

use super::text::normal;
use argon2::password_hash::{PasswordHasher, PasswordVerifier, phc::PasswordHash};
use argon2::{Algorithm, Argon2, Params, Version};
use thiserror::Error;

/// KiB of memory, passes and lanes: what OWASP recommends for Argon2id.
const MEMORY: u32 = 19_456;
const PASSES: u32 = 2;
const LANES: u32 = 1;
/// Bytes of the salt (RFC 9106 §3.1).
pub const SALT_BYTES: usize = 16;
/// Bytes of the tag.
const TAG_BYTES: usize = 32;
/// The longest password that is looked at, in bytes: 128 characters, and what normalising may take away, fit in. No longer
/// one was ever accepted (U4).
pub const MOST_BYTES: usize = 4096;
/// What a hash that came from elsewhere may cost: more is refused, not worked off.
const MOST_MEMORY: u32 = 256 * 1024;
const MOST_PASSES: u32 = 16;
const MOST_LANES: u32 = 16;

/// A hash that no password matches and that costs as much as ours: check a password against it where there is no such
/// person, or no password, so that the answer takes as long (U5).
pub const NO_ONE: &str = "$argon2id$v=19$m=19456,t=2,p=1$bm8gb25lJ3Mgc2FsdC4uLg$8eRb0WQ7jTiXk2mZqVwNs5uLcYhGfDo1aE3xPtB6rCI";

/// What checking a password found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[must_use]
pub enum Verdict {
    /// It is the password.
    Right,
    /// It is the password, but its hash is weaker than what [`hash`] makes now: hash it again and keep that.
    RightButOutdated,
    /// It is not the password.
    Wrong,
}

/// Why there is no hash.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum HashError {
    /// No policy accepts a password of so many bytes, and [`verify`] would look at none.
    #[error("the password is longer than {MOST_BYTES} bytes")]
    TooLong,
    /// The library refused.
    #[error("hashing a password: {0}")]
    Library(String),
}

/// The PHC string to keep of `password`. `salt` is random, and never used for another.
///
/// # Errors
/// [`HashError`] if the password is absurdly long, or the library refuses.
pub fn hash(password: &str, salt: [u8; SALT_BYTES]) -> Result<String, HashError> {
    if password.len() > MOST_BYTES {
        return Err(HashError::TooLong);
    }
    let failed = |error: &dyn std::fmt::Display| HashError::Library(error.to_string());
    let hashed: PasswordHash = ours()
        .map_err(|error| failed(&error))?
        .hash_password_with_salt(normal(password).as_bytes(), &salt)
        .map_err(|error| failed(&error))?;
    Ok(hashed.to_string())
}

/// Whether `password` is the one whose PHC string is `kept`.
///
/// Argon2 strings of other programs are understood. What is no such string, or asks for more work than any of ours would,
/// matches nothing, and takes as long as [`NO_ONE`].
pub fn verify(kept: &str, password: &str) -> Verdict {
    let (kept, password) = match readable(kept) {
        Some(kept) if password.len() <= MOST_BYTES => (kept, password),
        _ => {
            let _ = readable(NO_ONE).map(|no_one| matches(&no_one, ""));
            return Verdict::Wrong;
        }
    };
    if !matches(&kept, password) {
        Verdict::Wrong
    } else if is_outdated(&kept) {
        Verdict::RightButOutdated
    } else {
        Verdict::Right
    }
}

fn ours() -> Result<Argon2<'static>, argon2::Error> {
    let params = Params::new(MEMORY, PASSES, LANES, Some(TAG_BYTES))?;
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

fn matches(kept: &PasswordHash, password: &str) -> bool {
    // The algorithm, version and costs are those of `kept`; tags are compared in constant time.
    Argon2::default()
        .verify_password(normal(password).as_bytes(), kept)
        .is_ok()
}

/// The parts of a PHC string of Argon2, unless it asks for too much work or has no tag.
fn readable(kept: &str) -> Option<PasswordHash> {
    let hash = PasswordHash::new(kept).ok()?;
    Algorithm::try_from(hash.algorithm.as_str()).ok()?;
    let params = Params::try_from(&hash).ok()?;
    let bounded = params.m_cost() <= MOST_MEMORY
        && params.t_cost() <= MOST_PASSES
        && params.p_cost() <= MOST_LANES;
    let whole = hash.hash.is_some() && hash.salt.is_some();
    (bounded && whole).then_some(hash)
}

fn is_outdated(kept: &PasswordHash) -> bool {
    let Ok(params) = Params::try_from(kept) else {
        return true;
    };
    kept.algorithm.as_str() != Algorithm::Argon2id.as_str()
        || kept.version != Some(Version::V0x13.into())
        || params.m_cost() < MEMORY
        || params.t_cost() < PASSES
        || kept.hash.as_ref().is_none_or(|tag| tag.len() < TAG_BYTES)
        || kept
            .salt
            .as_ref()
            .is_none_or(|salt| salt.len() < SALT_BYTES)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use std::time::{Duration, Instant};

    const SALT: [u8; SALT_BYTES] = *b"sixteen bytes of";

    #[test]
    fn a_password_matches_its_own_hash_and_nothing_else_does() {
        let kept = hash("correct horse battery staple", SALT).unwrap();
        assert!(
            kept.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"),
            "{kept}"
        );
        assert_eq!(
            verify(&kept, "correct horse battery staple"),
            Verdict::Right
        );
        for wrong in [
            "",
            "correct horse battery stapl",
            "correct horse battery staple ",
            "Correct horse battery staple",
        ] {
            assert_eq!(verify(&kept, wrong), Verdict::Wrong, "{wrong:?}");
        }
    }

    /// U4: what would never match is not kept.
    #[test]
    fn an_absurdly_long_password_is_not_hashed() {
        let longest = "x".repeat(MOST_BYTES);
        let kept = hash(&longest, SALT).unwrap();
        assert_eq!(verify(&kept, &longest), Verdict::Right);
        assert_eq!(hash(&(longest + "x"), SALT), Err(HashError::TooLong));
    }

    #[test]
    fn the_salt_makes_the_hash() {
        let other = hash("the same", [1; SALT_BYTES]).unwrap();
        assert_ne!(hash("the same", SALT).unwrap(), other);
    }

    #[test]
    fn what_keyboards_send_differently_is_one_password() {
        let kept = hash("E\u{301}cole ﬁnale Ⅷ", SALT).unwrap();
        assert_eq!(verify(&kept, "École finale VIII"), Verdict::Right);
    }

    #[test]
    fn the_vector_of_the_reference_implementation() {
        // phc-winner-argon2, test.c: Argon2id, version 0x13, 64 MiB, two passes.
        let kept = "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc";
        assert_eq!(verify(kept, "differentpassword"), Verdict::Wrong);
        // Its salt has eight bytes, so it is renewed.
        assert_eq!(verify(kept, "password"), Verdict::RightButOutdated);
    }

    #[test]
    fn weaker_hashes_are_outdated_and_stronger_ones_are_not() {
        let with = |algorithm, memory, passes, tag| {
            let params = Params::new(memory, passes, 1, Some(tag)).unwrap();
            let hash: PasswordHash = Argon2::new(algorithm, Version::V0x13, params)
                .hash_password_with_salt(b"secret", &SALT)
                .unwrap();
            verify(&hash.to_string(), "secret")
        };
        use Algorithm::{Argon2i, Argon2id};
        assert_eq!(with(Argon2id, MEMORY, PASSES, 32), Verdict::Right);
        assert_eq!(with(Argon2id, MEMORY + 8, PASSES + 1, 32), Verdict::Right);
        for outdated in [
            with(Argon2id, MEMORY - 8, PASSES, 32),
            with(Argon2id, MEMORY, PASSES - 1, 32),
            with(Argon2id, MEMORY, PASSES, 16),
            with(Argon2i, MEMORY, PASSES, 32),
        ] {
            assert_eq!(outdated, Verdict::RightButOutdated);
        }
    }

    /// U5, REG-25: an unknown person costs what a known one does.
    #[test]
    fn no_one_matches_nothing_and_costs_the_same() {
        let no_one = readable(NO_ONE).unwrap();
        assert!(!is_outdated(&no_one));
        let ours = hash("somebody's", SALT).unwrap();
        let parts = readable(&ours).unwrap();
        assert_eq!(no_one.params, parts.params);
        assert_eq!(
            no_one.hash.as_ref().map(|tag| tag.len()),
            parts.hash.as_ref().map(|tag| tag.len())
        );
        for password in ["", "*", "no one", "somebody's"] {
            assert_eq!(verify(NO_ONE, password), Verdict::Wrong);
        }
    }

    /// U4, U5: neither nonsense nor a costly hash changes what a check costs.
    #[test]
    fn what_is_no_hash_matches_nothing_and_takes_its_time() {
        let shortest = |kept: &str, password: &str| {
            let times = (0..3).map(|_| {
                let begin = Instant::now();
                assert_eq!(verify(kept, password), Verdict::Wrong);
                begin.elapsed()
            });
            times.min().unwrap()
        };
        let usual = shortest(NO_ONE, "secret");
        let huge = "x".repeat(MOST_BYTES + 1);
        for (kept, password) in [
            ("", "secret"),
            ("*", "secret"),
            ("secret", "secret"),
            ("$argon2id$v=19$m=19456,t=2,p=1$c29tZXNhbHRzb21l", "secret"),
            (
                "$pbkdf2-sha256$i=1000$c29tZXNhbHRzb21l$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8",
                "secret",
            ),
            (
                "$argon2id$v=19$m=4194304,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc",
                "secret",
            ),
            (
                "$argon2id$v=19$m=65536,t=4000000,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc",
                "secret",
            ),
            (NO_ONE, &huge),
        ] {
            let took = shortest(kept, password);
            assert!(took > usual / 4, "{kept:?} took {took:?}, not {usual:?}");
            assert!(took < usual * 4 + Duration::from_millis(50), "{kept:?}");
        }
    }
}
