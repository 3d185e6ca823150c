//! The static files that pages refer to, under names that change with their content.

use std::{fmt::Write as _, sync::LazyLock};

use sha2::{Digest, Sha256};

/// Where assets live below [`crate::Frame::base`].
pub const ASSET_FOLDER: &str = "assets";

/// A static file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asset {
    /// Its path below the base, without a leading slash: `assets/style-0123456789ab.css`.
    pub path: String,
    /// Its `Content-Type`.
    pub media_type: &'static str,
    /// Its content.
    pub bytes: &'static [u8],
    /// Whether it may be kept for ever (`Cache-Control: public, max-age=31536000, immutable`): its name has its hash.
    pub immutable: bool,
}

/// Which asset a page means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum AssetName {
    Style,
    Passkey,
    Submit,
}

static ASSETS: LazyLock<[Asset; 3]> = LazyLock::new(|| {
    [
        hashed(
            "style",
            "css",
            "text/css; charset=utf-8",
            include_bytes!("../assets/style.css"),
        ),
        hashed(
            "passkey",
            "js",
            SCRIPT,
            include_bytes!("../assets/passkey.js"),
        ),
        hashed(
            "submit",
            "js",
            SCRIPT,
            include_bytes!("../assets/submit.js"),
        ),
    ]
});

const SCRIPT: &str = "text/javascript; charset=utf-8";

/// Every asset.
pub fn assets() -> &'static [Asset] {
    ASSETS.as_slice()
}

/// The asset whose file name (the path's last part) is `name`.
pub fn asset(name: &str) -> Option<&'static Asset> {
    assets().iter().find(|asset| asset.file_name() == name)
}

impl Asset {
    /// The path's last part.
    pub fn file_name(&self) -> &str {
        self.path.rsplit('/').next().unwrap_or_default()
    }
}

impl AssetName {
    pub(crate) fn path(self) -> &'static str {
        let [style, passkey, submit] = &*ASSETS;
        match self {
            Self::Style => &style.path,
            Self::Passkey => &passkey.path,
            Self::Submit => &submit.path,
        }
    }
}

fn hashed(stem: &str, extension: &str, media_type: &'static str, bytes: &'static [u8]) -> Asset {
    let mut hash = String::new();
    for byte in Sha256::digest(bytes).iter().take(8) {
        // Writing into a String does not fail.
        let _ = write!(hash, "{byte:02x}");
    }
    Asset {
        path: format!("{ASSET_FOLDER}/{stem}-{hash}.{extension}"),
        media_type,
        bytes,
        immutable: true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_asset_is_found_by_its_name_alone() {
        for each in assets() {
            assert_eq!(asset(each.file_name()), Some(each));
            assert!(!each.bytes.is_empty() && each.immutable);
        }
        assert_eq!(assets().len(), 3);
        for unknown in ["style.css", "", "assets", "../style.css"] {
            assert_eq!(asset(unknown), None);
        }
    }

    #[test]
    fn another_content_has_another_name() {
        let name = |bytes| hashed("a", "css", "text/css", bytes).path;
        assert_ne!(name(b"a {}"), name(b"b {}"));
    }
}
