//! A disk that keeps what was synced, and of the rest what it likes.
//!
//! Bytes: what was written since a file was last synced may be there, or not, sector by sector, in
//! any order; the file's size may be there without its bytes, which are then zero. Names: a file
//! that was made or deleted since the folder was last synced may be there or not.

use super::history::{Event, File, History};
use crate::random::Random;
use anyhow::{Result, bail};
use std::{collections::BTreeMap, path::Path};

/// What a disk writes whole or not at all.
const SECTOR: u64 = 512;

/// A change that is not known to be on the disk.
#[derive(Debug, Clone)]
enum Pending {
    Write(u64, Vec<u8>),
    Truncate(u64),
}

#[derive(Debug, Clone, Default)]
struct Contents {
    /// On the disk.
    durable: Vec<u8>,
    /// As the system shows it.
    visible: Vec<u8>,
    pending: Vec<Pending>,
}

/// The folder of the server.
#[derive(Debug, Clone, Default)]
pub(super) struct Disk {
    files: BTreeMap<File, Contents>,
    /// On the disk, and as the system shows it.
    durable_names: BTreeMap<String, File>,
    names: BTreeMap<String, File>,
    /// Changes of names that are not known to be on the disk: a file, or none.
    pending_names: Vec<(String, Option<File>)>,
}

impl Disk {
    /// A disk with these files, all of them durable.
    pub(super) fn new(files: &BTreeMap<String, Vec<u8>>) -> Self {
        let mut disk = Self::default();
        // Nobody has opened them; the shim counts from the other end.
        for (file, (name, bytes)) in (1..=File::MAX).rev().zip(files) {
            let contents = Contents {
                durable: bytes.clone(),
                visible: bytes.clone(),
                pending: Vec::new(),
            };
            disk.files.insert(file, contents);
            disk.names.insert(name.clone(), file);
        }
        disk.durable_names.clone_from(&disk.names);
        disk
    }

    /// What a folder holds that is recorded.
    pub(super) fn files_of(folder: &Path) -> Result<BTreeMap<String, Vec<u8>>> {
        let mut files = BTreeMap::new();
        for entry in std::fs::read_dir(folder)? {
            let entry = entry?;
            let name = entry.file_name().to_string_lossy().into_owned();
            if !name.ends_with("-shm") {
                files.insert(name, std::fs::read(entry.path())?);
            }
        }
        Ok(files)
    }

    /// The next event; `random` says what a sync that failed did.
    pub(super) fn happen(
        &mut self,
        history: &History,
        event: &Event,
        random: &mut Random,
    ) -> Result<()> {
        match event {
            Event::Opened(file, name) => {
                let opened = self.names.get(name).and_then(|old| self.files.remove(old));
                let Some(contents) = opened else {
                    bail!("`{name}` was there, and nobody made it");
                };
                self.files.insert(*file, contents);
                self.names.insert(name.clone(), *file);
                self.durable_names.insert(name.clone(), *file);
            }
            Event::Created(file, name) => {
                self.files.insert(*file, Contents::default());
                self.names.insert(name.clone(), *file);
                self.pending_names.push((name.clone(), Some(*file)));
            }
            Event::Unlinked(_, name) => {
                self.names.remove(name);
                self.pending_names.push((name.clone(), None));
            }
            Event::Written(file, offset, range) => {
                let write = Pending::Write(*offset, history.data(range).to_vec());
                self.contents(*file)?.change(write);
            }
            Event::Truncated(file, size) => self.contents(*file)?.change(Pending::Truncate(*size)),
            Event::Synced(0) => {
                self.durable_names.clone_from(&self.names);
                self.pending_names.clear();
            }
            Event::Synced(file) => self.contents(*file)?.sync(),
            Event::SyncFailed(0) => {}
            Event::SyncFailed(file) => self.contents(*file)?.lose(random),
            Event::Sent(..) | Event::Answered(..) => {}
        }
        Ok(())
    }

    fn contents(&mut self, file: File) -> Result<&mut Contents> {
        match self.files.get_mut(&file) {
            Some(contents) => Ok(contents),
            None => bail!("file {file} was changed, and nobody made it"),
        }
    }

    /// What the system shows: every file with its bytes.
    pub(super) fn visible(&self) -> BTreeMap<String, Vec<u8>> {
        let bytes = |file| {
            self.files
                .get(file)
                .map(|contents| contents.visible.clone())
        };
        let files = self.names.iter();
        files
            .filter_map(|(name, file)| Some((name.clone(), bytes(file)?)))
            .collect()
    }

    /// What may be found after the power was cut now.
    pub(super) fn cut(&self, random: &mut Random) -> BTreeMap<String, Vec<u8>> {
        let mood = Mood::of(random);
        let mut names = self.durable_names.clone();
        let mut stopped = Vec::new();
        for (name, file) in &self.pending_names {
            // Of one name's changes the first few happened.
            if stopped.contains(&name) || !mood.keeps(random) {
                stopped.push(name);
                continue;
            }
            match file {
                Some(file) => names.insert(name.clone(), *file),
                None => names.remove(name),
            };
        }
        let found = names.into_iter().filter_map(|(name, file)| {
            let contents = self.files.get(&file)?;
            Some((name, contents.cut(mood, random)))
        });
        found.collect()
    }
}

/// How much of what was not synced a disk keeps.
#[derive(Debug, Clone, Copy)]
enum Mood {
    Nothing,
    Everything,
    /// So many changes in a hundred.
    Some(u64),
}

impl Mood {
    fn of(random: &mut Random) -> Self {
        match random.below(10) {
            0..2 => Self::Nothing,
            2 => Self::Everything,
            _ => Self::Some(5 + random.below(91)),
        }
    }

    fn keeps(self, random: &mut Random) -> bool {
        match self {
            Self::Nothing => false,
            Self::Everything => true,
            Self::Some(percent) => random.chance(percent),
        }
    }
}

impl Contents {
    fn change(&mut self, change: Pending) {
        apply(&mut self.visible, &change, |_| true);
        self.pending.push(change);
    }

    fn sync(&mut self) {
        for change in std::mem::take(&mut self.pending) {
            apply(&mut self.durable, &change, |_| true);
        }
    }

    /// A sync failed: the system takes what it could not write for written, shows it, and never
    /// tries again (what Linux does).
    fn lose(&mut self, random: &mut Random) {
        self.durable = self.cut(Mood::of(random), random);
        self.pending.clear();
    }

    fn cut(&self, mood: Mood, random: &mut Random) -> Vec<u8> {
        let mut bytes = self.durable.clone();
        for change in &self.pending {
            match (mood, change) {
                (Mood::Nothing, _) => {}
                (Mood::Everything, _) => apply(&mut bytes, change, |_| true),
                (Mood::Some(_), Pending::Truncate(_)) => {
                    if mood.keeps(random) {
                        apply(&mut bytes, change, |_| true);
                    }
                }
                // Whole, not at all, or torn.
                (Mood::Some(_), Pending::Write(..)) => {
                    match (mood.keeps(random), random.below(3)) {
                        (true, 0) => apply(&mut bytes, change, |_| mood.keeps(random)),
                        (true, _) => apply(&mut bytes, change, |_| true),
                        (false, 0) => apply(&mut bytes, change, |_| false),
                        (false, _) => {}
                    }
                }
            }
        }
        bytes
    }
}

/// Applies a change, of a write only those sectors that are kept; the size it always has.
fn apply(bytes: &mut Vec<u8>, change: &Pending, mut keeps: impl FnMut(u64) -> bool) {
    let length = |offset: u64| usize::try_from(offset).unwrap_or(usize::MAX);
    let (offset, data) = match change {
        Pending::Truncate(size) => return bytes.resize(length(*size), 0),
        Pending::Write(offset, data) => (*offset, data),
    };
    let end = offset + data.len() as u64;
    if bytes.len() < length(end) {
        bytes.resize(length(end), 0);
    }
    let mut at = offset;
    while at < end {
        let next = end.min((at / SECTOR + 1) * SECTOR);
        if keeps(at / SECTOR) {
            let from = &data[length(at - offset)..length(next - offset)];
            bytes[length(at)..length(next)].copy_from_slice(from);
        }
        at = next;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn contents(changes: &[Pending]) -> Contents {
        let mut contents = Contents::default();
        for change in changes {
            contents.change(change.clone());
        }
        contents
    }

    #[test]
    fn what_was_synced_is_there_whatever_the_disk_does() {
        let mut contents = contents(&[Pending::Write(0, vec![1; 4096])]);
        contents.sync();
        contents.change(Pending::Write(4096, vec![2; 4096]));
        for seed in 0..200 {
            let mut random = Random::new(seed);
            let mood = Mood::of(&mut random);
            let found = contents.cut(mood, &mut random);
            assert_eq!(found[..4096], [1; 4096]);
        }
    }

    #[test]
    fn what_was_not_synced_is_lost_torn_reordered_or_there() {
        let changes = [
            Pending::Write(0, vec![1; 1024]),
            Pending::Write(1024, vec![2; 1024]),
        ];
        let contents = contents(&changes);
        let found: Vec<Vec<u8>> = (0..500)
            .map(|seed| {
                let mut random = Random::new(seed);
                let mood = Mood::of(&mut random);
                contents.cut(mood, &mut random)
            })
            .collect();
        let any = |what: &dyn Fn(&[u8]) -> bool| found.iter().any(|bytes| what(bytes));
        assert!(any(&|bytes| bytes.is_empty()), "lost");
        assert!(
            any(&|bytes| bytes == [[1; 1024], [2; 1024]].concat()),
            "there"
        );
        assert!(
            any(&|bytes| bytes.len() == 2048 && bytes[0] == 0 && bytes[1024] == 2),
            "reordered"
        );
        assert!(
            any(&|bytes| bytes.len() >= 1024 && bytes[0] != bytes[512]),
            "torn"
        );
    }

    #[test]
    fn what_a_failed_sync_lost_is_shown_and_does_not_come_back() {
        let mut contents = contents(&[Pending::Write(0, vec![1; 512])]);
        let mut random = Random::new(0);
        while contents.durable.is_empty() && !contents.pending.is_empty() {
            contents.lose(&mut random);
        }
        contents.sync();
        assert_eq!(contents.visible, vec![1; 512]);
        let found = contents.cut(Mood::Everything, &mut random);
        assert_eq!(found, contents.durable, "nothing is pending");
    }
}
