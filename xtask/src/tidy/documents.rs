//! What the documents must name: every crate in `ARCHITECTURE.md`, every dependency with its reason.

use anyhow::{Context as _, Result};
use toml::{Table, Value};

use crate::workspace::{Crate, Workspace};

const ARCHITECTURE: &str = "ARCHITECTURE.md";
const DEPENDENCIES: &str = "docs/decisions/0002-dependencies.md";
const DECISIONS: &str = "docs/decisions/README.md";

/// Every crate, dependency or decision that its document leaves out, or names although it is gone.
pub(super) fn check(
    workspace: &Workspace,
    crates: &[Crate],
    outside: &[Crate],
) -> Result<Vec<String>> {
    let manifest = workspace.toml("Cargo.toml")?;
    let mut violations = undescribed_crates(&workspace.read(ARCHITECTURE)?, crates);
    violations.extend(unexplained_dependencies(
        &workspace.read(DEPENDENCIES)?,
        &manifest,
    )?);
    violations.extend(own_versions("crates/", crates));
    violations.extend(own_versions("", outside));
    violations.extend(unlisted_decisions(workspace)?);
    Ok(violations)
}

fn undescribed_crates(architecture: &str, crates: &[Crate]) -> Vec<String> {
    crates
        .iter()
        .filter(|package| !architecture.contains(&format!("`{}`", package.name)))
        .map(|package| {
            format!(
                "{ARCHITECTURE}: say what crate `{}` is for, with its name in backticks",
                package.name
            )
        })
        .collect()
}

fn unexplained_dependencies(document: &str, manifest: &Table) -> Result<Vec<String>> {
    let dependencies = manifest
        .get("workspace")
        .and_then(|workspace| workspace.get("dependencies"))
        .and_then(Value::as_table)
        .context("Cargo.toml has no [workspace.dependencies]")?;
    let external: Vec<&str> = dependencies
        .iter()
        .filter(|(_, dependency)| dependency.get("path").is_none())
        .map(|(name, _)| name.as_str())
        .collect();
    let explained: Vec<&str> = document.lines().filter_map(row_name).collect();
    let missing = external
        .iter()
        .filter(|name| !explained.contains(name))
        .map(|name| {
            format!("{DEPENDENCIES}: add a row for `{name}` with its reason and runner-up")
        });
    let stale = explained
        .iter()
        .filter(|name| !external.contains(name))
        .map(|name| format!("{DEPENDENCIES}: `{name}` is no workspace dependency; remove its row"));
    Ok(missing.chain(stale).collect())
}

/// The name in the first cell of a table row: "| `name` | …".
fn row_name(line: &str) -> Option<&str> {
    line.strip_prefix("| `")?.split('`').next()
}

/// Versions stand in the root manifest alone, or its table of reasons would not be whole.
fn own_versions(below: &str, crates: &[Crate]) -> Vec<String> {
    let mut violations = Vec::new();
    for package in crates {
        for table in ["dependencies", "dev-dependencies", "build-dependencies"] {
            let Some(dependencies) = package.manifest.get(table).and_then(Value::as_table) else {
                continue;
            };
            for (name, dependency) in dependencies {
                if dependency.get("workspace").is_none() {
                    violations.push(format!(
                        "{below}{}/Cargo.toml: write `{name}.workspace = true`, and its version into the root manifest",
                        package.name
                    ));
                }
            }
        }
    }
    violations
}

fn unlisted_decisions(workspace: &Workspace) -> Result<Vec<String>> {
    let listed = workspace.read(DECISIONS)?;
    let mut violations = Vec::new();
    for entry in std::fs::read_dir(workspace.root.join("docs/decisions"))? {
        let name = entry?.file_name().to_string_lossy().into_owned();
        if name != "README.md" && !listed.contains(&format!("]({name})")) {
            violations.push(format!("{DECISIONS}: link {name}"));
        }
    }
    Ok(violations)
}

#[cfg(test)]
mod tests {
    use super::*;

    const MANIFEST: &str = "[workspace.dependencies]\nours = { path = \"crates/ours\" }\nserde = \"1\"\ntoml = { version = \"1\" }";

    fn package(name: &str, manifest: &str) -> Crate {
        Crate {
            name: name.to_owned(),
            manifest: manifest.parse().unwrap(),
        }
    }

    #[test]
    fn every_outside_dependency_needs_a_row_and_every_row_a_dependency() {
        let manifest = MANIFEST.parse().unwrap();
        let whole = "| `serde` | why |\n| `toml` | why |";
        assert!(
            unexplained_dependencies(whole, &manifest)
                .unwrap()
                .is_empty()
        );
        let wrong = "| `serde` | why |\n| `gone` | why |\nonly mentions `toml`";
        let found = unexplained_dependencies(wrong, &manifest).unwrap();
        assert_eq!(found.len(), 2, "{found:?}");
    }

    #[test]
    fn every_crate_is_described() {
        let crates = [package("scim", ""), package("scope", "")];
        let found = undescribed_crates("`scim` holds words; scope is not in backticks", &crates);
        assert_eq!(found.len(), 1, "{found:?}");
    }

    #[test]
    fn versions_stand_in_the_root_manifest() {
        let crates = [package(
            "scim",
            "[dependencies]\nserde.workspace = true\nwinnow = \"1\"",
        )];
        let found = own_versions("crates/", &crates);
        assert_eq!(found.len(), 1, "{found:?}");
        assert!(found[0].contains("winnow"));
    }
}
