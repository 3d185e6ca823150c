//! Base64url without padding (RFC 7515 §2), in its canonical form only.

use crate::JoseError;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

/// Encodes without padding.
pub fn encode(bytes: impl AsRef<[u8]>) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

/// Decodes; padding, other alphabets, white space and non-zero trailing bits are
/// [`JoseError::Base64`], so that no two texts decode to the same bytes.
pub fn decode(text: impl AsRef<[u8]>) -> Result<Vec<u8>, JoseError> {
    URL_SAFE_NO_PAD.decode(text).map_err(|_| JoseError::Base64)
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
}
