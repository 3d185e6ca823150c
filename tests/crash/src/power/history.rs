//! What happened, in order: changes of files by the server, requests and answers by the clients.

use crate::shim::{ANSWERED, HEAD, SENT};
use anyhow::{Context as _, Result, bail};
use std::{ops::Range, path::Path};

/// A file's number; 0 is the folder.
pub(super) type File = u32;

/// One event; the numbers of the kinds are those of `shim.c`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Event {
    /// A file was there already.
    Opened(File, String),
    Created(File, String),
    /// These bytes of the history were written.
    Written(File, u64, Range<usize>),
    Truncated(File, u64),
    Synced(File),
    SyncFailed(File),
    Unlinked(File, String),
    Sent(usize, usize),
    Answered(usize, usize),
}

/// All events, with the bytes that were written.
pub(super) struct History {
    bytes: Vec<u8>,
    pub(super) events: Vec<Event>,
}

impl History {
    /// Reads what the shim and the clients appended.
    pub(super) fn read(path: &Path) -> Result<Self> {
        let bytes = std::fs::read(path)?;
        let mut events = Vec::new();
        let mut at = 0;
        while at + HEAD <= bytes.len() {
            let data = at + HEAD..at + HEAD + number(&bytes[at + 16..at + 24]);
            if data.end > bytes.len() {
                // The server was killed here.
                break;
            }
            events.push(event(&bytes, at, data.clone())?);
            at = data.end;
        }
        Ok(Self { bytes, events })
    }

    /// The bytes of a write.
    pub(super) fn data(&self, range: &Range<usize>) -> &[u8] {
        &self.bytes[range.clone()]
    }
}

fn event(bytes: &[u8], at: usize, data: Range<usize>) -> Result<Event> {
    let file = u32::from_ne_bytes(bytes[at + 4..at + 8].try_into()?);
    let offset = number(&bytes[at + 8..at + 16]);
    let name = || String::from_utf8_lossy(&bytes[data.clone()]).into_owned();
    Ok(match bytes[at] {
        1 => Event::Opened(file, name()),
        2 => Event::Created(file, name()),
        3 => Event::Written(file, offset as u64, data),
        4 => Event::Truncated(file, offset as u64),
        5 => Event::Synced(file),
        6 => Event::SyncFailed(file),
        7 => Event::Unlinked(file, name()),
        8 => bail!(
            "the server changed a file in a way that is not recorded: {}",
            name()
        ),
        SENT => Event::Sent(file as usize, offset),
        ANSWERED => Event::Answered(file as usize, offset),
        other => bail!("no event has the number {other}"),
    })
}

fn number(bytes: &[u8]) -> usize {
    let bytes: Option<[u8; 8]> = bytes.try_into().ok();
    bytes
        .map(u64::from_ne_bytes)
        .and_then(|number| number.try_into().ok())
        .context("a number of eight bytes")
        .unwrap_or(usize::MAX / 2)
}
