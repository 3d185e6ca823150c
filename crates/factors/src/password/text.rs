//! The forms of a password that are counted, hashed and compared.

use icu_normalizer::{ComposingNormalizer, ComposingNormalizerBorrowed};
use zeroize::Zeroizing;

const NFKC: ComposingNormalizerBorrowed<'static> = ComposingNormalizer::new_nfkc();

/// The one form in which a password is counted and hashed: NFKC.
pub(super) fn normal(password: &str) -> Zeroizing<String> {
    Zeroizing::new(NFKC.normalize(password).into_owned())
}

/// How many characters a password has: those of its normal form, whichever form was typed.
pub fn length(password: &str) -> usize {
    normal(password).chars().count()
}

/// The form in which a normal password is compared with words: lower case.
pub(super) fn folded(normal: &str) -> Zeroizing<String> {
    Zeroizing::new(normal.to_lowercase())
}
