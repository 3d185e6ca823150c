//! TOTP (RFC 6238): SHA-1, six digits, steps of thirty seconds, which is what every authenticator app can do.

use std::fmt;
use thiserror::Error;
use totp_rs::{Algorithm, Builder};
use zeroize::Zeroizing;

/// Bytes of a secret: 160 bits, as RFC 4226 §4 R6 recommends.
pub const SECRET_BYTES: usize = 20;
/// Seconds of a step (RFC 6238 §5.2).
pub const STEP_SECONDS: u64 = 30;
/// How many steps the two clocks may be apart, either way (RFC 6238 §5.2, §6).
const WINDOW: u64 = 1;

/// The secret that a server and an authenticator app share. `Debug` prints none of it.
#[derive(Clone, PartialEq, Eq)]
pub struct TotpSecret(Zeroizing<[u8; SECRET_BYTES]>);

/// Why there is no `otpauth` URI.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("the issuer and the account must not be empty or contain a colon")]
pub struct InvalidLabel;

impl TotpSecret {
    /// A secret made of random bytes, or one that was kept.
    pub fn from_bytes(bytes: [u8; SECRET_BYTES]) -> Self {
        Self(Zeroizing::new(bytes))
    }

    /// What to keep. Seal it before it is stored: who has it has the factor.
    pub fn as_bytes(&self) -> &[u8; SECRET_BYTES] {
        &self.0
    }

    /// The secret for typing into an app that can't scan: base32 without padding (RFC 4648 §6).
    pub fn to_base32(&self) -> Zeroizing<String> {
        Zeroizing::new(totp_rs::Secret::from(*self.0).to_base32())
    }

    /// The URI that authenticator apps read from a QR code: `otpauth://totp/ISSUER:ACCOUNT?secret=…&issuer=ISSUER`.
    ///
    /// # Errors
    /// [`InvalidLabel`] if `issuer` or `account` is empty or has a colon, which is what separates them.
    pub fn otpauth_uri(
        &self,
        issuer: &str,
        account: &str,
    ) -> Result<Zeroizing<String>, InvalidLabel> {
        if issuer.trim().is_empty() || account.trim().is_empty() {
            return Err(InvalidLabel);
        }
        let totp = self
            .builder()
            .with_issuer(Some(issuer))
            .with_account_name(account);
        let uri = totp.build().and_then(|totp| totp.to_url());
        uri.map(Zeroizing::new).map_err(|_| InvalidLabel)
    }

    /// The step whose code `code` is, looked for in the step of `unix_time` and its neighbours.
    ///
    /// Keep the step, and refuse every code whose step is not greater than the one kept: a code is good for one use
    /// (RFC 6238 §5.2). Takes the same time whichever step matches. Spaces within the code are ignored, as apps show them.
    #[must_use = "a code whose step was used before must be refused"]
    pub fn matching_step(&self, code: &str, unix_time: u64) -> Option<u64> {
        let digits: Zeroizing<String> = Zeroizing::new(
            code.chars()
                .filter(|c| !c.is_whitespace())
                .take(7)
                .collect(),
        );
        let totp = self.builder().build().ok()?;
        let now = unix_time / STEP_SECONDS;
        let mut matched = None;
        for step in now.saturating_sub(WINDOW)..=now.saturating_add(WINDOW) {
            let start = step.saturating_mul(STEP_SECONDS);
            // All are tried, each compared in constant time; the latest that matches counts.
            matched = totp.check(&digits, start).or(matched);
        }
        matched
    }

    fn builder(&self) -> Builder {
        Builder::new()
            .with_algorithm(Algorithm::SHA1)
            .with_digits(6)
            .with_step_duration(STEP_SECONDS)
            .with_skew(0)
            .with_secret(*self.0)
    }
}

impl fmt::Debug for TotpSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TotpSecret")
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    /// RFC 6238 appendix B, and RFC 4226 appendix D: the secret of the SHA-1 vectors.
    fn secret() -> TotpSecret {
        TotpSecret::from_bytes(*b"12345678901234567890")
    }

    #[test]
    fn rfc6238_appendix_b() {
        // The vectors have eight digits; a code of six is their last six (RFC 4226 §5.3).
        for (time, code) in [
            (59, "94287082"),
            (1_111_111_109, "07081804"),
            (1_111_111_111, "14050471"),
            (1_234_567_890, "89005924"),
            (2_000_000_000, "69279037"),
            (20_000_000_000, "65353130"),
        ] {
            let step = secret().matching_step(&code[2..], time);
            assert_eq!(step, Some(time / 30), "{time}");
        }
    }

    #[test]
    fn rfc4226_appendix_d_step_by_step() {
        let codes = [
            "755224", "287082", "359152", "969429", "338314", "254676", "287922", "162583",
            "399871", "520489",
        ];
        for (step, code) in codes.into_iter().enumerate() {
            let step = step as u64;
            assert_eq!(secret().matching_step(code, step * 30 + 29), Some(step));
        }
    }

    #[test]
    fn one_step_early_or_late_is_told_and_two_are_refused() {
        // 338314 is the code of step 4: seconds 120 to 149.
        for (time, expected) in [
            (89, None),
            (90, Some(4)),
            (120, Some(4)),
            (149, Some(4)),
            (179, Some(4)),
            (180, None),
        ] {
            assert_eq!(secret().matching_step("338314", time), expected, "{time}");
        }
    }

    #[test]
    fn only_six_digits_are_a_code() {
        let at = |code: &str| secret().matching_step(code, 59);
        assert_eq!(at(" 287 082 "), Some(1));
        for code in [
            "",
            "28708",
            "2870820",
            "94287082",
            "28708a",
            "+87082",
            "٢٨٧٠٨٢",
            "-87082",
        ] {
            assert_eq!(at(code), None, "{code:?}");
        }
        let endless = "2".repeat(1_000_000);
        assert_eq!(at(&endless), None);
        assert_eq!(secret().matching_step("287082", u64::MAX), None);
    }

    #[test]
    fn another_secret_has_other_codes() {
        let other = TotpSecret::from_bytes([7; SECRET_BYTES]);
        assert_eq!(other.matching_step("287082", 59), None);
    }

    #[test]
    fn the_uri_is_what_apps_expect() {
        let uri = secret().otpauth_uri("Example Co", "b jensen@example.com");
        assert_eq!(
            uri.unwrap().as_str(),
            "otpauth://totp/Example%20Co:b%20jensen%40example.com\
             ?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Example%20Co"
        );
        assert_eq!(
            secret().to_base32().as_str(),
            "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
        );
        for (issuer, account) in [("", "a"), ("a", ""), ("a:b", "c"), ("a", "b:c"), (" ", "c")] {
            let uri = secret().otpauth_uri(issuer, account);
            assert_eq!(uri, Err(InvalidLabel), "{issuer:?} {account:?}");
        }
    }

    #[test]
    fn debug_prints_no_secret() {
        assert_eq!(format!("{:?}", secret()), "TotpSecret");
    }
}
