//! The public numbers of a key (RFC 7518 §6.2, §6.3; RFC 8037 §2), checked when built.

use crate::{Algorithm, JoseError, base64url, roca, sha256};
use aws_lc_rs::rsa::PublicKeyComponents;
use aws_lc_rs::signature::{
    self, EcdsaVerificationAlgorithm, ParsedPublicKey, RsaParameters, VerificationAlgorithm,
};

/// The NIST curves of RFC 7518 §6.2.1.1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Curve {
    /// P-256, for ES256.
    P256,
    /// P-384, for ES384.
    P384,
    /// P-521, for ES512.
    P521,
}

impl Curve {
    /// The `crv` value.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::P256 => "P-256",
            Self::P384 => "P-384",
            Self::P521 => "P-521",
        }
    }

    /// Octets of one coordinate (RFC 7518 §6.2.1.2).
    const fn coordinate_len(self) -> usize {
        match self {
            Self::P256 => 32,
            Self::P384 => 48,
            Self::P521 => 66,
        }
    }

    const fn algorithm(self) -> Algorithm {
        match self {
            Self::P256 => Algorithm::Es256,
            Self::P384 => Algorithm::Es384,
            Self::P521 => Algorithm::Es512,
        }
    }

    fn verification(self) -> &'static EcdsaVerificationAlgorithm {
        match self {
            Self::P256 => &signature::ECDSA_P256_SHA256_FIXED,
            Self::P384 => &signature::ECDSA_P384_SHA384_FIXED,
            Self::P521 => &signature::ECDSA_P521_SHA512_FIXED,
        }
    }
}

/// The public parameters of a signature key. Values that reach other crates come from
/// [`crate::Jwk`], which only holds checked ones: the point is on the curve, the modulus has
/// 2048 to 8192 bits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum KeyParams {
    /// `kty` = `EC`.
    Ec {
        /// The curve.
        curve: Curve,
        /// x, as long as the curve's field element.
        x: Vec<u8>,
        /// y, likewise.
        y: Vec<u8>,
    },
    /// `kty` = `RSA`.
    Rsa {
        /// Modulus, big-endian without leading zeros.
        n: Vec<u8>,
        /// Exponent, likewise.
        e: Vec<u8>,
    },
    /// `kty` = `OKP`, `crv` = `Ed25519`.
    Ed25519 {
        /// The 32 octets of the public key.
        x: Vec<u8>,
    },
}

impl KeyParams {
    /// The `kty` value (RFC 7517 §4.1).
    pub const fn key_type(&self) -> &'static str {
        match self {
            Self::Ec { .. } => "EC",
            Self::Rsa { .. } => "RSA",
            Self::Ed25519 { .. } => "OKP",
        }
    }

    /// Whether keys of this type and curve sign with `algorithm`.
    pub fn fits(&self, algorithm: Algorithm) -> bool {
        use Algorithm as A;
        match self {
            Self::Ec { curve, .. } => curve.algorithm() == algorithm,
            Self::Ed25519 { .. } => algorithm == A::EdDsa,
            Self::Rsa { .. } => matches!(
                algorithm,
                A::Rs256 | A::Rs384 | A::Rs512 | A::Ps256 | A::Ps384 | A::Ps512
            ),
        }
    }

    /// The JWK thumbprint with SHA-256, base64url (RFC 7638).
    pub fn thumbprint(&self) -> String {
        let b64 = base64url::encode;
        // RFC 7638 §3.2, RFC 8037 §2: the required members only, in lexicographic order.
        let canonical = match self {
            Self::Ec { curve, x, y } => format!(
                r#"{{"crv":"{}","kty":"EC","x":"{}","y":"{}"}}"#,
                curve.as_str(),
                b64(x),
                b64(y)
            ),
            Self::Rsa { n, e } => {
                format!(r#"{{"e":"{}","kty":"RSA","n":"{}"}}"#, b64(e), b64(n))
            }
            Self::Ed25519 { x } => {
                format!(r#"{{"crv":"Ed25519","kty":"OKP","x":"{}"}}"#, b64(x))
            }
        };
        base64url::encode(sha256(canonical.as_bytes()))
    }

    /// The uncompressed point of SEC 1 §2.3.3, as the library reads and writes it.
    pub(crate) fn from_point(curve: Curve, point: &[u8]) -> Result<Self, JoseError> {
        let (x, y) = point
            .strip_prefix(&[4])
            .and_then(|xy| xy.split_at_checked(curve.coordinate_len()))
            .ok_or(JoseError::Crypto)?;
        Ok(Self::Ec {
            curve,
            x: x.to_vec(),
            y: y.to_vec(),
        })
    }

    /// Checks the numbers by parsing them (RFC 8725 §3.4 point validation, J14 key sizes).
    pub(crate) fn check(&self) -> Result<(), JoseError> {
        let algorithm = match self {
            Self::Ec { curve, .. } => curve.algorithm(),
            Self::Rsa { .. } => Algorithm::Rs256,
            Self::Ed25519 { .. } => Algorithm::EdDsa,
        };
        self.parse(algorithm).map(drop)
    }

    /// Parses the key once, for one algorithm (RFC 8725 §3.1: never for two at once).
    pub(crate) fn parse(&self, algorithm: Algorithm) -> Result<ParsedPublicKey, JoseError> {
        if !self.fits(algorithm) {
            return Err(JoseError::UnsupportedKey(
                "`alg` does not fit `kty` and `crv`",
            ));
        }
        match self {
            Self::Ec { curve, x, y } => {
                let length = curve.coordinate_len();
                if x.len() != length || y.len() != length {
                    return Err(JoseError::InvalidKey("coordinate length"));
                }
                let point = [&[4], x.as_slice(), y.as_slice()].concat();
                parse(
                    curve.verification(),
                    &point,
                    "the point is not on the curve",
                )
            }
            Self::Ed25519 { x } => {
                if x.len() != 32 {
                    return Err(JoseError::InvalidKey("Ed25519 key length"));
                }
                parse(&signature::ED25519, x, "not an Ed25519 public key")
            }
            Self::Rsa { n, e } => {
                check_rsa(n, e)?;
                PublicKeyComponents { n, e }
                    .to_parsed_public_key(rsa_verification(algorithm)?)
                    .map_err(|_| JoseError::InvalidKey("not an RSA public key"))
            }
        }
    }
}

fn parse(
    algorithm: &'static dyn VerificationAlgorithm,
    bytes: &[u8],
    wrong: &'static str,
) -> Result<ParsedPublicKey, JoseError> {
    ParsedPublicKey::new(algorithm, bytes).map_err(|_| JoseError::InvalidKey(wrong))
}

/// RFC 7518 §3.3, §3.5: at least 2048 bits; at most 8192, to bound the work of a verification.
/// The exponent is odd, above 1 and at most 64 bits wide. A modulus that can be factored from its form is
/// refused ([`roca`]).
fn check_rsa(n: &[u8], e: &[u8]) -> Result<(), JoseError> {
    let Some(&first) = n.first().filter(|&&first| first != 0) else {
        return Err(JoseError::InvalidKey("modulus with leading zeros"));
    };
    let bits = n.len() * 8 - first.leading_zeros() as usize;
    if !(2048..=8192).contains(&bits) {
        return Err(JoseError::InvalidKey("modulus size"));
    }
    match e {
        [] | [0, ..] | [1] => Err(JoseError::InvalidKey("exponent")),
        [.., last] if e.len() > 8 || last % 2 == 0 => Err(JoseError::InvalidKey("exponent")),
        _ if roca::is_suspect(n) => Err(JoseError::InvalidKey("modulus of a broken generator")),
        _ => Ok(()),
    }
}

fn rsa_verification(algorithm: Algorithm) -> Result<&'static RsaParameters, JoseError> {
    Ok(match algorithm {
        Algorithm::Rs256 => &signature::RSA_PKCS1_2048_8192_SHA256,
        Algorithm::Rs384 => &signature::RSA_PKCS1_2048_8192_SHA384,
        Algorithm::Rs512 => &signature::RSA_PKCS1_2048_8192_SHA512,
        Algorithm::Ps256 => &signature::RSA_PSS_2048_8192_SHA256,
        Algorithm::Ps384 => &signature::RSA_PSS_2048_8192_SHA384,
        Algorithm::Ps512 => &signature::RSA_PSS_2048_8192_SHA512,
        _ => return Err(JoseError::AlgorithmNotAllowed),
    })
}
