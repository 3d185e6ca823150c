//! `cargo xtask tidy`: the invariants of the architecture, held by a machine.
//!
//! A rule is a pure function from what it reads to violations; a violation says where, what, and what to do.

mod documents;
mod imports;
mod leaks;
mod sources;

use anyhow::{Result, bail};

use crate::workspace::Workspace;

/// Checks every rule and prints every violation.
///
/// # Errors
///
/// If anything is violated, or a file cannot be read.
pub(crate) fn run(workspace: &Workspace) -> Result<()> {
    let crates = workspace.crates()?;
    let outside = workspace.outside()?;
    let mut violations = imports::check(&crates, &outside);
    violations.extend(leaks::check(crates.iter().chain(&outside)));
    violations.extend(documents::check(workspace, &crates, &outside)?);
    violations.extend(sources::check(workspace)?);
    for violation in &violations {
        eprintln!("tidy: {violation}");
    }
    if !violations.is_empty() {
        bail!("tidy found {} violation(s)", violations.len());
    }
    println!("tidy: {} crates, no violation", crates.len());
    Ok(())
}
