//! The master key: 32 random bytes in a file of their own, written in hexadecimal.

use crate::secret_file::warn_if_shared;
use anyhow::{Context, bail};
use std::{
    fs::{File, OpenOptions},
    io::{self, Write},
    os::unix::fs::OpenOptionsExt,
    path::Path,
};
use zeroize::Zeroizing;

/// The key itself.
pub(crate) type MasterKey = Zeroizing<[u8; 32]>;

/// Reads the key. For an empty store a missing one is made; a store that holds something can't be
/// read without its own.
pub(crate) fn load(file: &Path, store_is_empty: bool) -> anyhow::Result<MasterKey> {
    match std::fs::read_to_string(file).map(Zeroizing::new) {
        Ok(text) => {
            warn_if_shared(file);
            let shape = "must hold 64 hexadecimal digits";
            decode(text.trim())
                .with_context(|| format!("the master key file {} {shape}", file.display()))
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound && store_is_empty => {
            let key = generate()?;
            write_secret(file, &encode(&key)).with_context(|| {
                format!("the master key file {} can't be written", file.display())
            })?;
            Ok(key)
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => bail!(
            "the store is not empty, but its master key file {} is missing; what it holds can't be \
             read without that key: restore the file, or set master_key_file to where it is",
            file.display(),
        ),
        Err(error) => Err(error)
            .with_context(|| format!("the master key file {} can't be read", file.display())),
    }
}

/// A new random key.
fn generate() -> anyhow::Result<MasterKey> {
    Ok(Zeroizing::new(jose::random_bytes()?))
}

/// Writes a secret and a line end to a new file that only its owner can read, durably.
fn write_secret(file: &Path, secret: &str) -> io::Result<()> {
    let mut handle = create_secret(file)?;
    writeln!(handle, "{secret}")?;
    handle.sync_all()?;
    sync_folder_of(file)
}

/// Makes sure that a new file is found after a crash.
pub(crate) fn sync_folder_of(file: &Path) -> io::Result<()> {
    let folder = file
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty());
    File::open(folder.unwrap_or(Path::new(".")))?.sync_all()
}

/// Makes a new file that only its owner can read; one that exists is an error.
pub(crate) fn create_secret(file: &Path) -> io::Result<File> {
    OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(file)
}

fn encode(key: &MasterKey) -> Zeroizing<String> {
    Zeroizing::new(key.iter().map(|byte| format!("{byte:02x}")).collect())
}

fn decode(text: &str) -> Option<MasterKey> {
    let mut key = Zeroizing::new([0; 32]);
    if text.len() != 2 * key.len() || !text.bytes().all(|digit| digit.is_ascii_hexdigit()) {
        return None;
    }
    for (index, byte) in key.iter_mut().enumerate() {
        *byte = u8::from_str_radix(text.get(2 * index..2 * index + 2)?, 16).ok()?;
    }
    Some(key)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use std::os::unix::fs::PermissionsExt;

    #[test]
    fn a_key_is_made_once_for_an_empty_store_and_readable_by_its_owner_alone() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("a.key");
        let made = load(&file, true).unwrap();
        assert_eq!(
            std::fs::metadata(&file).unwrap().permissions().mode() & 0o777,
            0o600
        );
        assert_eq!(load(&file, true).unwrap(), made);
        assert_eq!(load(&file, false).unwrap(), made);
        assert_ne!(*made, [0; 32]);
    }

    #[test]
    fn a_store_that_holds_something_needs_its_key() {
        let folder = tempfile::tempdir().unwrap();
        let error = load(&folder.path().join("a.key"), false).unwrap_err();
        assert!(error.to_string().contains("is missing"), "{error}");
    }

    #[test]
    fn what_is_no_key_is_refused_without_showing_it() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("a.key");
        for text in [
            "",
            "canary",
            &"g".repeat(64),
            &"ab".repeat(33),
            &"+1".repeat(32),
        ] {
            std::fs::write(&file, text).unwrap();
            let error = format!("{:#}", load(&file, true).unwrap_err());
            assert!(
                error.contains("64 hexadecimal digits") && !error.contains("canary"),
                "{error}"
            );
        }
    }
}
