//! Keys that sign. Each signs with one algorithm and is named by its thumbprint.

use crate::{Algorithm, Curve, JoseError, Jwk, KeyParams, VerifyingKey, base64url, der};
use aws_lc_rs::encoding::{AsDer, Pkcs8V1Der};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::KeySize;
use aws_lc_rs::signature::{
    self, EcdsaKeyPair, EcdsaSigningAlgorithm, Ed25519KeyPair, KeyPair as _, RsaEncoding,
    RsaKeyPair,
};
use serde::Serialize;
use std::fmt;
use zeroize::Zeroizing;

/// A private key. The library clears its memory on drop; `Debug` prints `kid` and algorithm.
pub struct SigningKey {
    pair: Pair,
    jwk: Jwk,
    kid: String,
    algorithm: Algorithm,
}

enum Pair {
    /// The library's ECDSA nonces are hedged: derived from key, message and randomness (J15).
    Ecdsa(EcdsaKeyPair, Curve),
    Ed25519(Ed25519KeyPair),
    Rsa(Box<RsaKeyPair>, &'static dyn RsaEncoding),
}

/// How a new or stored key becomes a pair.
enum Kind {
    Ecdsa(&'static EcdsaSigningAlgorithm, Curve),
    Ed25519,
    Rsa(&'static dyn RsaEncoding),
}

const fn kind(algorithm: Algorithm) -> Kind {
    match algorithm {
        Algorithm::Es256 => Kind::Ecdsa(&signature::ECDSA_P256_SHA256_FIXED_SIGNING, Curve::P256),
        Algorithm::Es384 => Kind::Ecdsa(&signature::ECDSA_P384_SHA384_FIXED_SIGNING, Curve::P384),
        Algorithm::Es512 => Kind::Ecdsa(&signature::ECDSA_P521_SHA512_FIXED_SIGNING, Curve::P521),
        Algorithm::EdDsa => Kind::Ed25519,
        Algorithm::Rs256 => Kind::Rsa(&signature::RSA_PKCS1_SHA256),
        Algorithm::Rs384 => Kind::Rsa(&signature::RSA_PKCS1_SHA384),
        Algorithm::Rs512 => Kind::Rsa(&signature::RSA_PKCS1_SHA512),
        Algorithm::Ps256 => Kind::Rsa(&signature::RSA_PSS_SHA256),
        Algorithm::Ps384 => Kind::Rsa(&signature::RSA_PSS_SHA384),
        Algorithm::Ps512 => Kind::Rsa(&signature::RSA_PSS_SHA512),
    }
}

#[derive(Serialize)]
struct ProtectedHeader<'a> {
    alg: Algorithm,
    typ: &'a str,
    kid: &'a str,
}

impl SigningKey {
    /// Makes a new key; an RSA key has 2048 bits.
    ///
    /// # Errors
    /// [`JoseError::Crypto`] if the library fails.
    pub fn generate(algorithm: Algorithm) -> Result<Self, JoseError> {
        let pair = match kind(algorithm) {
            Kind::Ecdsa(signing, curve) => {
                EcdsaKeyPair::generate(signing).map(|pair| Pair::Ecdsa(pair, curve))
            }
            Kind::Ed25519 => Ed25519KeyPair::generate().map(Pair::Ed25519),
            Kind::Rsa(encoding) => RsaKeyPair::generate(KeySize::Rsa2048)
                .map(|pair| Pair::Rsa(Box::new(pair), encoding)),
        };
        Self::new(pair.map_err(|_| JoseError::Crypto)?, algorithm)
    }

    /// Reads an unencrypted PKCS#8 document (RFC 5208, RFC 5958).
    ///
    /// # Errors
    /// [`JoseError::InvalidKey`] if it is malformed, of another kind, or too small.
    pub fn from_pkcs8(algorithm: Algorithm, pkcs8: &[u8]) -> Result<Self, JoseError> {
        let pair = match kind(algorithm) {
            Kind::Ecdsa(signing, curve) => {
                EcdsaKeyPair::from_pkcs8(signing, pkcs8).map(|pair| Pair::Ecdsa(pair, curve))
            }
            Kind::Ed25519 => Ed25519KeyPair::from_pkcs8(pkcs8).map(Pair::Ed25519),
            Kind::Rsa(encoding) => {
                RsaKeyPair::from_pkcs8(pkcs8).map(|pair| Pair::Rsa(Box::new(pair), encoding))
            }
        };
        Self::new(
            pair.map_err(|_| JoseError::InvalidKey("PKCS#8"))?,
            algorithm,
        )
    }

    fn new(pair: Pair, algorithm: Algorithm) -> Result<Self, JoseError> {
        let params = pair.public_params()?;
        params.check()?;
        let kid = params.thumbprint();
        Ok(Self {
            jwk: Jwk::new(params, kid.clone(), algorithm),
            pair,
            kid,
            algorithm,
        })
    }

    /// The key as an unencrypted PKCS#8 document: seal it before it is stored.
    ///
    /// # Errors
    /// [`JoseError::Crypto`] if the library fails.
    pub fn to_pkcs8_der(&self) -> Result<Zeroizing<Vec<u8>>, JoseError> {
        let der = match &self.pair {
            Pair::Ecdsa(pair, _) => pair.to_pkcs8v1().map(|der| der.as_ref().to_vec()),
            Pair::Ed25519(pair) => pair.to_pkcs8v1().map(|der| der.as_ref().to_vec()),
            Pair::Rsa(pair, _) => {
                AsDer::<Pkcs8V1Der<'_>>::as_der(&**pair).map(|der| der.as_ref().to_vec())
            }
        };
        der.map(Zeroizing::new).map_err(|_| JoseError::Crypto)
    }

    /// The key's name: its RFC 7638 thumbprint.
    pub fn kid(&self) -> &str {
        &self.kid
    }

    /// The one algorithm it signs with.
    pub const fn algorithm(&self) -> Algorithm {
        self.algorithm
    }

    /// What is published about it (RFC 7517), with `use`, `alg` and `kid`.
    pub fn public_jwk(&self) -> Jwk {
        self.jwk.clone()
    }

    /// The key that verifies its signatures.
    ///
    /// # Errors
    /// [`JoseError::Crypto`] or [`JoseError::InvalidKey`] if the library fails.
    pub fn verifying_key(&self) -> Result<VerifyingKey, JoseError> {
        VerifyingKey::from_jwk(&self.jwk, self.algorithm)
    }

    /// Signs in compact serialization (RFC 7515 §7.1) under the protected header `alg`, `typ`,
    /// `kid`. `claims` is the payload, a JSON object for a JWT.
    ///
    /// # Errors
    /// [`JoseError::Crypto`] if the library fails.
    pub fn sign_compact(&self, typ: &str, claims: &[u8]) -> Result<String, JoseError> {
        let header = ProtectedHeader {
            alg: self.algorithm,
            typ,
            kid: &self.kid,
        };
        let header = serde_json::to_vec(&header).map_err(|_| JoseError::Json)?;
        let octets = header.len() + claims.len() + self.pair.signature_len();
        let mut token = String::with_capacity(octets.div_ceil(3) * 4 + "..".len());
        base64url::push(&mut token, header);
        token.push('.');
        base64url::push(&mut token, claims);
        let signature = self.pair.sign(token.as_bytes())?;
        token.push('.');
        base64url::push(&mut token, signature);
        Ok(token)
    }
}

impl Pair {
    fn public_params(&self) -> Result<KeyParams, JoseError> {
        match self {
            Self::Ecdsa(pair, curve) => KeyParams::from_point(*curve, pair.public_key().as_ref()),
            Self::Ed25519(pair) => Ok(KeyParams::Ed25519 {
                x: pair.public_key().as_ref().to_vec(),
            }),
            Self::Rsa(pair, _) => {
                let (n, e) = der::rsa_public_key(pair.public_key().as_ref())?;
                Ok(KeyParams::Rsa { n, e })
            }
        }
    }

    /// About as long as a signature is, in octets.
    fn signature_len(&self) -> usize {
        match self {
            Self::Ecdsa(..) => 132,
            Self::Ed25519(_) => 64,
            Self::Rsa(pair, _) => pair.public_modulus_len(),
        }
    }

    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, JoseError> {
        let random = SystemRandom::new();
        let signature = match self {
            Self::Ecdsa(pair, _) => pair.sign(&random, message).map(|sig| sig.as_ref().to_vec()),
            Self::Ed25519(pair) => pair.try_sign(message).map(|sig| sig.as_ref().to_vec()),
            Self::Rsa(pair, encoding) => {
                let mut signature = vec![0; pair.public_modulus_len()];
                pair.sign(*encoding, &random, message, &mut signature)
                    .map(|()| signature)
            }
        };
        signature.map_err(|_| JoseError::Crypto)
    }
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SigningKey")
            .field("kid", &self.kid)
            .field("algorithm", &self.algorithm)
            .finish_non_exhaustive()
    }
}
