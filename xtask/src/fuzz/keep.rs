//! Adding what was found to the committed corpora, which stay small.

use std::ffi::OsString;
use std::path::Path;
use std::{cmp::Reverse, collections::BTreeMap, fs};

use anyhow::{Context as _, Result};

/// Most committed inputs of one target, and their bytes together. Every test run tries them all.
const MOST: (usize, u64) = (64, 8 << 10);
/// Longest input that is worth a place there.
pub(super) const LONGEST: &str = "-max_len=512";

/// Makes `chosen` a copy of the `committed` corpus, for libFuzzer to add to it.
pub(super) fn begin(chosen: &Path, committed: &Path) -> Result<()> {
    if chosen.exists() {
        fs::remove_dir_all(chosen)?;
    }
    fs::create_dir_all(chosen)?;
    for name in files(committed)?.into_keys() {
        fs::copy(committed.join(&name), chosen.join(&name))?;
    }
    Ok(())
}

/// Copies what libFuzzer added into the `committed` corpus, while there is room.
pub(super) fn end(chosen: &Path, committed: &Path) -> Result<()> {
    let there = files(committed)?;
    let (mut count, mut bytes) = (there.len(), there.values().sum::<u64>());
    let mut added: Vec<_> = files(chosen)?.into_iter().collect();
    added.retain(|(name, _)| !there.contains_key(name));
    // A long one reaches more than a short one.
    added.sort_by_key(|(_, size)| Reverse(*size));
    for (name, size) in added {
        if count < MOST.0 && bytes + size <= MOST.1 {
            (count, bytes) = (count + 1, bytes + size);
            fs::copy(chosen.join(&name), committed.join(&name))?;
        }
    }
    Ok(())
}

/// The files of a folder, with their sizes.
fn files(folder: &Path) -> Result<BTreeMap<OsString, u64>> {
    let read = fs::read_dir(folder).with_context(|| format!("cannot read {}", folder.display()))?;
    let file = |entry: std::io::Result<fs::DirEntry>| {
        let entry = entry?;
        Ok((entry.file_name(), entry.metadata()?.len()))
    };
    read.map(file).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_longest_are_kept_while_there_is_room() {
        let folder = std::env::temp_dir().join(format!("ambit-keep-{}", std::process::id()));
        let (committed, chosen) = (folder.join("committed"), folder.join("chosen"));
        fs::create_dir_all(&committed).unwrap();
        fs::write(committed.join("old"), vec![0; 1 << 10]).unwrap();
        fs::create_dir_all(&chosen).unwrap();
        fs::write(chosen.join("stale"), "").unwrap();
        begin(&chosen, &committed).unwrap();
        for (name, size) in [("a", 1 << 10), ("b", 3 << 10), ("c", 4 << 10)] {
            fs::write(chosen.join(name), vec![0; size]).unwrap();
        }
        for n in 0..100 {
            fs::write(chosen.join(format!("short-{n}")), "").unwrap();
        }
        end(&chosen, &committed).unwrap();
        let kept = files(&committed).unwrap();
        fs::remove_dir_all(&folder).unwrap();
        // 1 + 4 + 3 KiB leave room for what is empty only.
        let long = ["old", "c", "b"].map(|name| kept.contains_key(&OsString::from(name)));
        assert_eq!((long, kept.len()), ([true; 3], MOST.0));
        assert!(!kept.contains_key(&OsString::from("a")));
        assert!(!kept.contains_key(&OsString::from("stale")));
    }
}
