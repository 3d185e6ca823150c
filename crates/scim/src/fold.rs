//! The one case fold of Ambit.

use icu_casemap::{CaseMapper, CaseMapperBorrowed};
use icu_normalizer::{
    ComposingNormalizer, ComposingNormalizerBorrowed, DecomposingNormalizer,
    DecomposingNormalizerBorrowed,
};
use icu_properties::{
    CodePointSetData, CodePointSetDataBorrowed, props::DefaultIgnorableCodePoint,
};
use std::borrow::Cow;

const CASE: CaseMapperBorrowed<'static> = CaseMapper::new();
const NFD: DecomposingNormalizerBorrowed<'static> = DecomposingNormalizer::new_nfd();
const NFKC: ComposingNormalizerBorrowed<'static> = ComposingNormalizer::new_nfkc();
const IGNORABLE: CodePointSetDataBorrowed<'static> =
    CodePointSetData::new::<DefaultIgnorableCodePoint>();

/// Rounds after which folding stops; every assigned character settles in two.
const MAX_ROUNDS: usize = 4;

/// Folds `text` for comparing without letter case: `toNFKC_Casefold(NFD(text))`, the identifier
/// caseless match of the Unicode Standard (D147; UAX #44, `NFKC_Casefold`).
///
/// Besides letter case it levels compatibility variants (`ﬁ` is `fi`, full-width is plain) and
/// drops default-ignorable characters such as the zero-width space. Uniqueness, filters, sorting
/// and sign-in all use this one function (S17). Folding twice is folding once; folding a
/// concatenation is *not* promised to be the concatenation of the folds.
pub fn fold(text: &str) -> Cow<'_, str> {
    if text.is_ascii() {
        return if text.bytes().any(|b| b.is_ascii_uppercase()) {
            Cow::Owned(text.to_ascii_lowercase())
        } else {
            Cow::Borrowed(text)
        };
    }
    let mut folded = round(text);
    for _ in 1..MAX_ROUNDS {
        let next = round(&folded);
        if next == folded {
            break;
        }
        folded = next;
    }
    Cow::Owned(folded)
}

fn round(text: &str) -> String {
    let decomposed = NFD.normalize(text);
    let mut folded = CASE.fold_string(&decomposed).into_owned();
    folded.retain(|c| !IGNORABLE.contains(c));
    NFKC.normalize(&folded).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn levels_case_compatibility_and_ignorables() {
        for (text, expected) in [
            ("", ""),
            ("BJensen@Example.COM", "bjensen@example.com"),
            ("plain", "plain"),
            ("Straße", "strasse"),
            ("ΣΊΣΥΦΟΣ", "σίσυφοσ"),
            ("İstanbul", "i\u{307}stanbul"),
            ("ﬁnance", "finance"),
            ("ＡＤＭＩＮ", "admin"),
            ("ad\u{200b}min", "admin"),
            ("soft\u{ad}ware", "software"),
            ("E\u{301}cole", "école"),
            ("ǅ", "dž"),
            ("ᾴ", "άι"),
            ("Ⅷ", "viii"),
            ("\u{ad}", ""),
        ] {
            assert_eq!(fold(text), expected, "{text:?}");
        }
    }

    #[test]
    fn borrows_what_is_folded_ascii() {
        assert!(matches!(fold("bjensen"), Cow::Borrowed(_)));
    }

    #[test]
    fn every_character_is_stable_after_one_fold() {
        // The planes beyond hold nothing but ideographs, private use and nothing.
        for c in ('\0'..='\u{1ffff}')
            .chain('\u{2f800}'..='\u{2fa1f}')
            .chain('\u{e0000}'..='\u{e0fff}')
        {
            let once = fold(c.encode_utf8(&mut [0; 4])).into_owned();
            assert_eq!(fold(&once), once, "{c:?}");
        }
    }

    proptest! {
        #[test]
        fn idempotent(text in "\\PC{0,12}") {
            let once = fold(&text).into_owned();
            prop_assert_eq!(fold(&once), once.as_str());
        }

        #[test]
        fn composed_and_decomposed_forms_agree(text in "\\PC{0,12}") {
            let (composed, decomposed) = (NFKC.normalize(&text), NFD.normalize(&text));
            prop_assert_eq!(fold(&composed), fold(&text));
            prop_assert_eq!(fold(&decomposed), fold(&text));
        }
    }
}
