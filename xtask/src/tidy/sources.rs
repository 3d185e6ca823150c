//! What source files must not be or hold: too long, unfinished, or switched off.

use anyhow::Result;

use crate::workspace::Workspace;

/// No source file is longer. Pleasant is 90 to 200.
const MOST_LINES: usize = 600;

/// Where the rules hold.
const FOLDERS: [&str; 6] = [
    "bench/benches",
    "bench/src",
    "crates",
    "fuzz",
    "tests",
    "xtask",
];

/// Unfinished work and switched-off tests.
const UNWANTED: &[(&str, &str)] = &[
    (
        "#[ignore",
        "a test that does not run holds nothing: fix it or delete it",
    ),
    ("todo!(", "finish it"),
    ("unimplemented!(", "finish it"),
    ("FIXME", "fix it, or open an issue"),
    ("TODO", "do it, or open an issue"),
];

/// Every file that is too long or holds something unwanted.
pub(super) fn check(workspace: &Workspace) -> Result<Vec<String>> {
    let mut violations = Vec::new();
    let mut paths = Vec::new();
    for folder in FOLDERS {
        paths.extend(workspace.rust_files(folder)?);
    }
    // This file has to name what it looks for.
    for path in paths.into_iter().filter(|path| path != file!()) {
        let text = workspace.read(&path)?;
        violations.extend(too_long(&path, &text));
        violations.extend(unwanted(&path, &text));
    }
    Ok(violations)
}

fn too_long(path: &str, text: &str) -> Option<String> {
    let lines = text.lines().count();
    let counts = path.split('/').take(3).any(|folder| folder == "src");
    (counts && lines > MOST_LINES)
        .then(|| format!("{path}: {lines} lines, at most {MOST_LINES}; split it by what it does"))
}

fn unwanted(path: &str, text: &str) -> Vec<String> {
    let mut violations = Vec::new();
    for (index, line) in text.lines().enumerate() {
        for (marker, advice) in UNWANTED {
            if line.contains(marker) {
                violations.push(format!("{path}:{}: `{marker}`: {advice}", index + 1));
            }
        }
    }
    violations
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_sources_are_measured() {
        let long = "x\n".repeat(MOST_LINES + 1);
        assert!(too_long("crates/scim/src/filter.rs", &long).is_some());
        assert!(too_long("crates/scim/src/filter.rs", &"x\n".repeat(MOST_LINES)).is_none());
        assert!(too_long("crates/scim/tests/filter.rs", &long).is_none());
    }

    #[test]
    fn unfinished_work_is_found_with_its_line() {
        let found = unwanted("a.rs", "fn f() {\n    todo!()\n}\n#[ignore]\nfn g() {}\n");
        assert_eq!(found.len(), 2);
        assert!(found[0].starts_with("a.rs:2:"), "{found:?}");
        assert!(unwanted("a.rs", "fn finished() {}").is_empty());
    }
}
