//! No build has the feature `leaks` unless it is asked for by name: no crate turns it on, by default or
//! for another, and only those that have holes know it (`docs/decisions/0011-two-worlds.md`).

use toml::{Table, Value};

use crate::workspace::Crate;

const FEATURE: &str = "leaks";
/// The crates that have it.
const HOLES: [&str; 3] = ["scim", "domain", "server"];

/// Every place that could turn it on.
pub(super) fn check<'c>(crates: impl IntoIterator<Item = &'c Crate>) -> Vec<String> {
    crates.into_iter().flat_map(check_crate).collect()
}

fn check_crate(package: &Crate) -> Vec<String> {
    let Crate { name, manifest } = package;
    let mut violations = Vec::new();
    let features = manifest.get("features").and_then(Value::as_table);
    for (feature, implied) in features.into_iter().flatten() {
        let reaches = feature == FEATURE || texts(implied).any(is_leaky);
        if reaches && !(feature == FEATURE && HOLES.contains(&name.as_str())) {
            violations.push(format!(
                "{name}: its feature `{feature}` would turn on `{FEATURE}`, which is for the two-world test alone"
            ));
        }
    }
    for dependency in dependencies(manifest) {
        let asked = dependency.get("features").into_iter().flat_map(texts);
        if asked.into_iter().any(is_leaky) {
            violations.push(format!(
                "{name}: a dependency is asked for its feature `{FEATURE}`, which is for the two-world test alone"
            ));
        }
    }
    violations
}

fn is_leaky(feature: &str) -> bool {
    feature.rsplit('/').next() == Some(FEATURE)
}

fn texts(list: &Value) -> impl Iterator<Item = &str> {
    list.as_array()
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
}

fn dependencies(manifest: &Table) -> impl Iterator<Item = &Value> {
    let targets = manifest.get("target").and_then(Value::as_table);
    let targets = targets.into_iter().flat_map(Table::values);
    let tables = std::iter::once(manifest).chain(targets.filter_map(Value::as_table));
    tables.flat_map(|table| {
        ["dependencies", "dev-dependencies", "build-dependencies"]
            .into_iter()
            .filter_map(move |kind| table.get(kind).and_then(Value::as_table))
            .flat_map(Table::values)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn violations(name: &str, manifest: &str) -> usize {
        check(&[Crate {
            name: name.to_owned(),
            manifest: manifest.parse().unwrap(),
        }])
        .len()
    }

    #[test]
    fn only_crates_with_holes_know_the_feature() {
        let own = "[features]\nleaks = [\"scim/leaks\"]";
        assert_eq!(violations("domain", own), 0);
        assert_eq!(violations("cli", own), 1);
    }

    #[test]
    fn nothing_turns_it_on() {
        for manifest in [
            "[features]\ndefault = [\"leaks\"]",
            "[features]\nfast = [\"scim/leaks\"]",
            "[dependencies]\nscim = { workspace = true, features = [\"leaks\"] }",
            "[dev-dependencies]\ndomain = { path = \"x\", features = [\"leaks\"] }",
            "[target.'cfg(unix)'.dependencies]\nserver = { path = \"x\", features = [\"leaks\"] }",
        ] {
            assert_eq!(violations("domain", manifest), 1, "{manifest}");
        }
    }
}
