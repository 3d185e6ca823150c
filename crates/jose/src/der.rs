//! The one DER structure that must be read here: `RSAPublicKey` (RFC 8017 appendix A.1.1), which
//! is how the crypto library hands out an RSA public key.

use crate::JoseError;

const SEQUENCE: u8 = 0x30;
const INTEGER: u8 = 0x02;

/// Returns the modulus and the exponent, big-endian and without leading zeros.
pub(crate) fn rsa_public_key(der: &[u8]) -> Result<(Vec<u8>, Vec<u8>), JoseError> {
    let (body, rest) = element(SEQUENCE, der)?;
    let (modulus, body) = element(INTEGER, body)?;
    let (exponent, body) = element(INTEGER, body)?;
    if !rest.is_empty() || !body.is_empty() {
        return Err(JoseError::Crypto);
    }
    Ok((unsigned(modulus), unsigned(exponent)))
}

/// Splits off one element with the expected tag: (its content, what follows it).
fn element(tag: u8, der: &[u8]) -> Result<(&[u8], &[u8]), JoseError> {
    let (&[found, first], rest) = der.split_first_chunk().ok_or(JoseError::Crypto)?;
    let (length, rest) = match first {
        0..=0x7f => (usize::from(first), rest),
        // Long form; two octets cover every key in use (64 KiB).
        0x81 => {
            let (&[a], rest) = rest.split_first_chunk().ok_or(JoseError::Crypto)?;
            (usize::from(a), rest)
        }
        0x82 => {
            let (&octets, rest) = rest.split_first_chunk().ok_or(JoseError::Crypto)?;
            (usize::from(u16::from_be_bytes(octets)), rest)
        }
        _ => return Err(JoseError::Crypto),
    };
    if found != tag {
        return Err(JoseError::Crypto);
    }
    rest.split_at_checked(length).ok_or(JoseError::Crypto)
}

/// Drops the sign octet of a non-negative INTEGER.
fn unsigned(integer: &[u8]) -> Vec<u8> {
    let start = integer.iter().position(|&octet| octet != 0);
    integer
        .get(start.unwrap_or(integer.len())..)
        .unwrap_or_default()
        .to_vec()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing)]
    use super::*;

    #[test]
    fn reads_both_length_forms_and_refuses_truncation() {
        let short = [0x30, 0x08, 0x02, 0x02, 0x00, 0x81, 0x02, 0x02, 0x01, 0x00];
        assert_eq!(
            rsa_public_key(&short).unwrap(),
            (vec![0x81], vec![0x01, 0x00])
        );

        let mut long = vec![0x30, 0x82, 0x00, 0x87, 0x02, 0x81, 0x81, 0x00];
        long.extend([0xff; 128]);
        long.extend([0x02, 0x01, 0x03]);
        assert_eq!(rsa_public_key(&long).unwrap(), (vec![0xff; 128], vec![3]));

        for length in 0..short.len() {
            assert_eq!(
                rsa_public_key(&short[..length]),
                Err(JoseError::Crypto),
                "{length}"
            );
        }
        assert!(rsa_public_key(&[short.as_slice(), &[0]].concat()).is_err());
    }
}
