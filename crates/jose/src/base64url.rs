//! Base64url without padding (RFC 7515 §2), in its canonical form only.

use crate::JoseError;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

/// Encodes without padding.
pub fn encode(bytes: impl AsRef<[u8]>) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

/// Encodes without padding, at the end of `text`.
pub(crate) fn push(text: &mut String, bytes: impl AsRef<[u8]>) {
    URL_SAFE_NO_PAD.encode_string(bytes, text);
}

/// Decodes; padding, other alphabets, white space and non-zero trailing bits are
/// [`JoseError::Base64`], so that no two texts decode to the same bytes.
pub fn decode(text: impl AsRef<[u8]>) -> Result<Vec<u8>, JoseError> {
    URL_SAFE_NO_PAD.decode(text).map_err(|_| JoseError::Base64)
}

/// Decodes text of exactly `N` bytes, without allocating.
///
/// # Errors
/// [`JoseError::Base64`] as for [`decode`], or if it is the text of more or fewer.
pub fn decode_array<const N: usize>(text: impl AsRef<[u8]>) -> Result<[u8; N], JoseError> {
    let mut bytes = [0; N];
    match URL_SAFE_NO_PAD.decode_slice(text, &mut bytes) {
        Ok(length) if length == N => Ok(bytes),
        _ => Err(JoseError::Base64),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn rfc7515_appendix_c_example() {
        let bytes = [3, 236, 255, 224, 193];
        assert_eq!(encode(bytes), "A-z_4ME");
        assert_eq!(decode("A-z_4ME").unwrap(), bytes);
    }

    #[test]
    fn only_the_canonical_form_decodes() {
        assert_eq!(decode("").unwrap(), b"");
        for text in [
            "A-z_4MF",
            "A-z_4ME=",
            "A+z/4ME",
            "A-z_ 4ME",
            "A-z_4ME\n",
            "A",
            "é",
        ] {
            assert_eq!(decode(text), Err(JoseError::Base64), "{text:?}");
        }
    }

    #[test]
    fn an_array_is_filled_exactly() {
        assert_eq!(decode_array("A-z_4ME"), Ok([3, 236, 255, 224, 193]));
        assert_eq!(decode_array("").map(|none: [u8; 0]| none), Ok([]));
        for text in ["A-z_4MF", "A-z_4ME=", "A-z_", "A-z_4MEA", "A-z_4MEAA", ""] {
            let decoded: Result<[u8; 5], _> = decode_array(text);
            assert_eq!(decoded, Err(JoseError::Base64), "{text:?}");
        }
    }
}
