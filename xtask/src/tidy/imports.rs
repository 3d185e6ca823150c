//! Who may import whom: `docs/decisions/0001-crates-are-walls.md`, as code.

use toml::{Table, Value};

use crate::workspace::{Crate, is_outside};

/// What one crate may import.
struct Wall {
    name: &'static str,
    /// Crates of ours that it may depend on.
    imports: &'static [&'static str],
    /// Crates of ours that its tests may depend on besides.
    tests_import: &'static [&'static str],
}

const WALLS: &[Wall] = &[
    wall("oauth", &[], &[]),
    wall("scim", &[], &[]),
    wall("jose", &[], &[]),
    wall("factors", &[], &[]),
    wall("passkeys", &[], &[]),
    wall("scope", &["oauth", "scim"], &[]),
    wall(
        "domain",
        &["oauth", "scim", "jose", "factors", "passkeys", "scope"],
        &[],
    ),
    wall("pages", &[], &[]),
    wall("outbound", &["domain"], &[]),
    wall("store", &["oauth", "scim", "jose", "scope", "domain"], &[]),
    wall(
        "server",
        &["oauth", "scim", "scope", "domain", "pages"],
        &["jose", "store"],
    ),
    wall(
        "cli",
        &[
            "oauth", "scim", "jose", "scope", "domain", "store", "outbound", "pages", "server",
        ],
        &[],
    ),
];

/// A family of libraries, and the only crates that may use it outside their tests.
struct Family {
    what: &'static str,
    libraries: &'static [&'static str],
    only: &'static [&'static str],
}

const FAMILIES: &[Family] = &[
    Family {
        what: "an HTTP library",
        libraries: &[
            "axum",
            "http",
            "http-body",
            "http-body-util",
            "hyper",
            "hyper-util",
            "reqwest",
            "tower",
            "tower-http",
        ],
        only: &["server", "outbound", "cli"],
    },
    Family {
        what: "an SQL driver",
        libraries: &[
            "rusqlite",
            "tokio-postgres",
            "deadpool-postgres",
            "postgres",
            "sqlx",
            "diesel",
        ],
        only: &["store"],
    },
    Family {
        what: "a crypto library",
        libraries: &["aws-lc-rs", "ring", "openssl", "rsa", "jsonwebtoken"],
        only: &["jose"],
    },
    Family {
        what: "a library of sign-in factors",
        libraries: &["argon2", "totp-rs"],
        only: &["factors", "domain"],
    },
    Family {
        what: "a library of passkeys",
        libraries: &["webauthn-rs"],
        only: &["passkeys"],
    },
    Family {
        what: "a TLS library",
        libraries: &["rustls", "tokio-rustls"],
        only: &["cli"],
    },
    Family {
        what: "an async runtime",
        libraries: &["tokio", "async-trait", "futures-util"],
        only: &["domain", "store", "server", "outbound", "cli"],
    },
];

const fn wall(
    name: &'static str,
    imports: &'static [&'static str],
    tests_import: &'static [&'static str],
) -> Wall {
    Wall {
        name,
        imports,
        tests_import,
    }
}

/// Every dependency that crosses a wall, and every manifest without the workspace's lints.
pub(super) fn check(crates: &[Crate], outside: &[Crate]) -> Vec<String> {
    let without_lints = outside
        .iter()
        .filter(|package| !inherits_lints(&package.manifest));
    let without_lints = without_lints.map(|package| add_lints(&package.name));
    crates
        .iter()
        .flat_map(check_crate)
        .chain(without_lints)
        .collect()
}

fn add_lints(folder: &str) -> String {
    format!("{folder}/Cargo.toml: add `[lints]` with `workspace = true`")
}

fn check_crate(package: &Crate) -> Vec<String> {
    let Crate { name, manifest } = package;
    let mut violations = Vec::new();
    if !inherits_lints(manifest) {
        violations.push(add_lints(&format!("crates/{name}")));
    }
    let Some(wall) = WALLS.iter().find(|wall| wall.name == name) else {
        violations.push(format!(
            "crates/{name}: unknown crate; give it a row in xtask/src/tidy/imports.rs and in docs/decisions/0001-crates-are-walls.md"
        ));
        return violations;
    };
    for table in ["dependencies", "build-dependencies"] {
        for library in dependencies(manifest, table) {
            violations.extend(crosses(wall, library));
        }
    }
    for library in dependencies(manifest, "dev-dependencies") {
        if is_outside(library) {
            violations.push(nothing_imports(name, library));
        }
        // A crate may ask for its own features in its tests.
        let ours = library != name && WALLS.iter().any(|other| other.name == library);
        let allowed = wall.imports.contains(&library) || wall.tests_import.contains(&library);
        if ours && !allowed {
            violations.push(format!(
                "crates/{name}: tests of `{name}` must not import `{library}`; test it where both are known"
            ));
        }
    }
    violations
}

fn nothing_imports(name: &str, library: &str) -> String {
    format!("crates/{name}: nothing imports `{library}`; move the code into a crate")
}

fn crosses(wall: &Wall, library: &str) -> Option<String> {
    let name = wall.name;
    if is_outside(library) {
        return Some(nothing_imports(name, library));
    }
    if WALLS.iter().any(|other| other.name == library) {
        return (!wall.imports.contains(&library)).then(|| {
            format!(
                "crates/{name}: must not import `{library}` (may import: {}); move the code, or change docs/decisions/0001-crates-are-walls.md",
                listed(wall.imports)
            )
        });
    }
    let family = FAMILIES
        .iter()
        .find(|family| family.libraries.contains(&library))?;
    (!family.only.contains(&name)).then(|| {
        format!(
            "crates/{name}: `{library}` is {}, which only {} may use; put it behind a port",
            family.what,
            listed(family.only)
        )
    })
}

fn listed(names: &[&str]) -> String {
    if names.is_empty() {
        "none of ours".to_owned()
    } else {
        names.join(", ")
    }
}

fn dependencies<'a>(manifest: &'a Table, table: &str) -> Vec<&'a str> {
    let own = manifest.get(table).and_then(Value::as_table);
    let targets = manifest.get("target").and_then(Value::as_table);
    let per_target = targets
        .into_iter()
        .flat_map(Table::values)
        .filter_map(|target| target.get(table).and_then(Value::as_table));
    own.into_iter()
        .chain(per_target)
        .flat_map(Table::keys)
        .map(String::as_str)
        .collect()
}

fn inherits_lints(manifest: &Table) -> bool {
    manifest
        .get("lints")
        .and_then(|lints| lints.get("workspace"))
        .and_then(Value::as_bool)
        .unwrap_or(false)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn package(name: &str, manifest: &str) -> Crate {
        Crate {
            name: name.to_owned(),
            manifest: manifest.parse().unwrap(),
        }
    }

    fn violations(name: &str, manifest: &str) -> Vec<String> {
        check(&[package(name, manifest)], &[])
    }

    #[test]
    fn a_crate_within_its_walls_is_fine() {
        let manifest = "[lints]\nworkspace = true\n[dependencies]\noauth.workspace = true\nserde = \"1\"\n[dev-dependencies]\nproptest = \"1\"";
        assert_eq!(violations("scope", manifest), Vec::<String>::new());
    }

    #[test]
    fn an_import_against_the_direction_is_refused() {
        let found = violations(
            "scope",
            "[lints]\nworkspace = true\n[dependencies]\nstore.workspace = true",
        );
        assert_eq!(found.len(), 1);
        assert!(found[0].contains("must not import `store`"), "{found:?}");
    }

    #[test]
    fn a_store_in_the_server_is_for_tests_only() {
        let tests = "[lints]\nworkspace = true\n[dev-dependencies]\nstore.workspace = true";
        let code = "[lints]\nworkspace = true\n[dependencies]\nstore.workspace = true";
        assert!(violations("server", tests).is_empty());
        assert_eq!(violations("server", code).len(), 1);
        assert_eq!(violations("domain", tests).len(), 1);
    }

    #[test]
    fn libraries_have_their_place() {
        for (name, library) in [
            ("scim", "axum"),
            ("domain", "rusqlite"),
            ("server", "aws-lc-rs"),
            ("scope", "tokio"),
        ] {
            let manifest = format!("[lints]\nworkspace = true\n[dependencies]\n{library} = \"1\"");
            assert_eq!(violations(name, &manifest).len(), 1, "{library} in {name}");
        }
    }

    #[test]
    fn a_dependency_of_one_platform_counts() {
        let manifest =
            "[lints]\nworkspace = true\n[target.'cfg(unix)'.dependencies]\nrusqlite = \"1\"";
        assert_eq!(violations("cli", manifest).len(), 1);
    }

    #[test]
    fn nothing_imports_what_measures_or_builds() {
        for table in ["dependencies", "dev-dependencies"] {
            for outside in ["bench", "crash"] {
                let manifest = format!("[lints]\nworkspace = true\n[{table}]\n{outside} = \"1\"");
                assert_eq!(violations("cli", &manifest).len(), 1, "{table}");
            }
        }
        assert_eq!(check(&[], &[package("bench", "")]).len(), 1);
    }

    #[test]
    fn unknown_crates_and_missing_lints_are_named() {
        let found = violations("surprise", "");
        assert_eq!(found.len(), 2, "{found:?}");
    }
}
