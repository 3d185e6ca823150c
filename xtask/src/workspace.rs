//! Where things are: the root, the manifests, the sources.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};
use toml::{Table, Value};

/// The checked-out workspace.
pub(crate) struct Workspace {
    /// The folder of the root manifest.
    pub(crate) root: PathBuf,
}

/// The folders of packages beside `crates/`: they may import what they like, and nothing imports them.
const OUTSIDE: [&str; 4] = ["bench", "fuzz", "tests/crash", "xtask"];

/// Whether a package is one of those beside `crates/`.
pub(crate) fn is_outside(package: &str) -> bool {
    OUTSIDE
        .iter()
        .any(|folder| folder.rsplit('/').next() == Some(package))
}

/// One package, with its parsed manifest.
pub(crate) struct Crate {
    /// The name of its folder; below `crates/` that is the name of the package.
    pub(crate) name: String,
    /// Its `Cargo.toml`.
    pub(crate) manifest: Table,
}

impl Workspace {
    /// The workspace this task was built from.
    pub(crate) fn find() -> Result<Self> {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"))
            .parent()
            .context("xtask has no parent folder")?;
        Ok(Self {
            root: root.to_owned(),
        })
    }

    /// Reads a text file, named relative to the root.
    pub(crate) fn read(&self, relative: &str) -> Result<String> {
        let path = self.root.join(relative);
        fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))
    }

    /// Reads a TOML file, named relative to the root.
    pub(crate) fn toml(&self, relative: &str) -> Result<Table> {
        self.read(relative)?
            .parse()
            .with_context(|| format!("{relative} is not valid TOML"))
    }

    /// Every crate under `crates/`, by name.
    pub(crate) fn crates(&self) -> Result<Vec<Crate>> {
        let mut crates = Vec::new();
        for folder in sorted_entries(&self.root.join("crates"))? {
            let name = file_name(&folder);
            let manifest = format!("crates/{name}/Cargo.toml");
            if self.root.join(&manifest).is_file() {
                let manifest = self.toml(&manifest)?;
                crates.push(Crate { name, manifest });
            }
        }
        Ok(crates)
    }

    /// The packages beside `crates/`, by their folders: all that the root manifest names.
    pub(crate) fn outside(&self) -> Result<Vec<Crate>> {
        let root = self.toml("Cargo.toml")?;
        let members = root
            .get("workspace")
            .and_then(|table| table.get("members")?.as_array());
        let members = members.into_iter().flatten().filter_map(Value::as_str);
        if !members.filter(|member| *member != "crates/*").eq(OUTSIDE) {
            bail!("the members of the workspace beside crates/ are not {OUTSIDE:?}");
        }
        let package = |name: &str| {
            Ok(Crate {
                name: name.to_owned(),
                manifest: self.toml(&format!("{name}/Cargo.toml"))?,
            })
        };
        OUTSIDE.into_iter().map(package).collect()
    }

    /// Every Rust file below `folder`, relative to the root.
    pub(crate) fn rust_files(&self, folder: &str) -> Result<Vec<String>> {
        let mut found = Vec::new();
        let mut pending = vec![self.root.join(folder)];
        while let Some(path) = pending.pop() {
            if path.is_dir() {
                pending.extend(sorted_entries(&path)?);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let relative = path.strip_prefix(&self.root).unwrap_or(&path);
                found.push(relative.to_string_lossy().into_owned());
            }
        }
        found.sort();
        Ok(found)
    }
}

fn sorted_entries(folder: &Path) -> Result<Vec<PathBuf>> {
    let entries =
        fs::read_dir(folder).with_context(|| format!("cannot list {}", folder.display()))?;
    let mut paths = entries
        .map(|entry| Ok(entry?.path()))
        .collect::<Result<Vec<_>>>()?;
    paths.sort();
    Ok(paths)
}

fn file_name(path: &Path) -> String {
    path.file_name()
        .map(|name| name.to_string_lossy().into_owned())
        .unwrap_or_default()
}
