//! What the figures depend on besides the program.

use anyhow::Result;
use std::{
    fs::{self, File},
    io::Write as _,
    path::Path,
    process::Command,
    time::{Duration, Instant},
};

const FLUSHES: usize = 200;

/// The machine, the tools and the program, a line each. `folder` is where the stores are.
///
/// # Errors
/// If nothing can be written there.
pub fn describe(folder: &Path) -> Result<Vec<String>> {
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let flush = flush(folder)?.as_secs_f64() * 1e3;
    Ok(vec![
        format!(
            "commit {}",
            said("git", &["describe", "--always", "--dirty"])
        ),
        format!(
            "{} cores of {}, {}",
            all_cores().unwrap_or(cores),
            of("/proc/cpuinfo", "model name"),
            memory()
        ),
        format!("Linux {}", file("/proc/sys/kernel/osrelease")),
        format!("a flush of 4 KiB to the disk takes {flush:.2} ms"),
        said("rustc", &["--version"]),
        format!("Node.js {}", said("node", &["--version"])),
    ])
}

/// How long `fdatasync` takes after a small write: the middle of many.
fn flush(folder: &Path) -> Result<Duration> {
    let path = folder.join("flush");
    let mut file = File::create(&path)?;
    let mut took = Vec::new();
    for _ in 0..FLUSHES {
        file.write_all(&[7; 4096])?;
        let begun = Instant::now();
        file.sync_data()?;
        took.push(begun.elapsed());
    }
    fs::remove_file(path)?;
    took.sort_unstable();
    Ok(took.get(FLUSHES / 2).copied().unwrap_or_default())
}

/// The machine's cores, of which this process may use only some.
fn all_cores() -> Option<usize> {
    let text = fs::read_to_string("/proc/cpuinfo").ok()?;
    let count = text
        .lines()
        .filter(|line| line.starts_with("processor"))
        .count();
    (count > 0).then_some(count)
}

fn memory() -> String {
    let kibibytes = of("/proc/meminfo", "MemTotal");
    let number = kibibytes
        .split_whitespace()
        .next()
        .and_then(|text| text.parse::<f64>().ok());
    number.map_or(kibibytes, |number| {
        format!("{:.0} GiB", number / 1024.0 / 1024.0)
    })
}

/// The value of a line `name: value`.
fn of(path: &str, name: &str) -> String {
    let text = file(path);
    let mut lines = text.lines().filter_map(|line| line.split_once(':'));
    let value = lines.find(|(key, _)| key.trim() == name);
    value.map_or_else(
        || "unknown".to_owned(),
        |(_, value)| value.trim().to_owned(),
    )
}

fn file(path: &str) -> String {
    fs::read_to_string(path).map_or_else(|_| "unknown".to_owned(), |text| text.trim().to_owned())
}

fn said(program: &str, arguments: &[&str]) -> String {
    let output = Command::new(program).args(arguments).output();
    let output = output.ok().filter(|output| output.status.success());
    let text = output.and_then(|output| String::from_utf8(output.stdout).ok());
    text.map_or_else(
        || format!("{program}: unknown"),
        |text| text.trim().to_owned(),
    )
}
