//! Passwords that everybody tries first.

/// Passwords of eight characters or more, folded, sorted by byte: `data/README.md` says where they come from.
static COMMON: &str = include_str!("../../data/common-passwords.txt");

/// Whether a folded password is one of the built-in list.
pub(super) fn is_common(folded: &str) -> bool {
    let mut rest = COMMON;
    // A binary search over lines: every round looks at the line in the middle.
    while !rest.is_empty() {
        let bytes = rest.as_bytes();
        let middle = bytes.len() / 2;
        let before = bytes.iter().take(middle);
        let begin = before.rev().position(|byte| *byte == b'\n');
        let begin = begin.map_or(0, |back| middle - back);
        let (smaller, from) = rest.split_at_checked(begin).unwrap_or((rest, ""));
        let (line, greater) = from.split_once('\n').unwrap_or((from, ""));
        rest = match folded.cmp(line) {
            std::cmp::Ordering::Equal => return true,
            std::cmp::Ordering::Less => smaller,
            std::cmp::Ordering::Greater => greater,
        };
    }
    false
}

#[cfg(test)]
mod tests {
    use super::super::policy::SHORTEST;
    use super::super::text::{folded, normal};
    use super::*;

    #[test]
    fn every_line_is_found_and_none_is_made_up() {
        let mut last = "";
        let mut lines = 0;
        for line in COMMON.lines() {
            assert!(is_common(line), "{line}");
            assert!(!is_common(&format!("{line} ")), "{line}");
            assert!(last < line, "{last} stands before {line}");
            assert!(line.chars().count() >= usize::from(SHORTEST), "{line}");
            assert_eq!(folded(&normal(line)).as_str(), line);
            (last, lines) = (line, lines + 1);
        }
        assert!(lines >= 10_000, "{lines}");
        assert!(COMMON.ends_with('\n'));
    }

    #[test]
    fn what_everybody_tries_is_there() {
        for word in [
            "password",
            "12345678",
            "iloveyou",
            "qwertyuiop",
            "password1",
            "trustno1",
        ] {
            assert!(is_common(word), "{word}");
        }
        for word in [
            "",
            "\n",
            "password\n123",
            "correct horse",
            "zzzzzzzzzzzzzzzzz",
            "!",
        ] {
            assert!(!is_common(word), "{word:?}");
        }
    }
}
