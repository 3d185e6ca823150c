//! The committed inputs and words of each target.

use crate::Target;
use std::{
    fs, io,
    path::{Path, PathBuf},
};

/// The folder of a target's inputs; what once broke something stays there as `regression-…`.
pub fn folder(target: &Target) -> PathBuf {
    root().join("corpus").join(target.name)
}

/// A target's inputs, by name.
///
/// # Errors
/// If they cannot be read.
pub fn inputs(target: &Target) -> io::Result<Vec<(String, Vec<u8>)>> {
    let mut inputs = Vec::new();
    for entry in fs::read_dir(folder(target))? {
        let path = entry?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        inputs.push((name.into_owned(), fs::read(&path)?));
    }
    inputs.sort();
    Ok(inputs)
}

/// The words of a target's language, of a dictionary in libFuzzer's form; none if it has no dictionary.
///
/// # Errors
/// If the dictionary cannot be read.
pub fn words(target: &Target) -> io::Result<Vec<Vec<u8>>> {
    let path = root()
        .join("dictionaries")
        .join(format!("{}.dict", target.name));
    if !path.is_file() {
        return Ok(Vec::new());
    }
    let text = fs::read_to_string(path)?;
    Ok(text.lines().filter_map(word).collect())
}

/// `"word"`, in which `\\`, `\"` and `\xAB` stand for one byte each.
fn word(line: &str) -> Option<Vec<u8>> {
    let text = line.trim().strip_prefix('"')?.strip_suffix('"')?;
    let mut word = Vec::new();
    let mut bytes = text.bytes();
    while let Some(byte) = bytes.next() {
        word.push(match byte {
            b'\\' => match bytes.next()? {
                b'x' => {
                    let digits = [bytes.next()?, bytes.next()?];
                    u8::from_str_radix(std::str::from_utf8(&digits).ok()?, 16).ok()?
                }
                plain => plain,
            },
            plain => plain,
        });
    }
    Some(word)
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}
