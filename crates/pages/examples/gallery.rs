//! Writes every page in every state and language to `target/pages`, for looking at: `cargo run -p pages --example gallery`.

#![allow(
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a tool for looking, which shares its pages with the tests"
)]

#[path = "../tests/pages/account_views.rs"]
mod account_views;
#[path = "../tests/pages/views.rs"]
mod views;

use std::{error::Error, fs, path::PathBuf};

use pages::{Locale, assets, content_security_policy};
use views::{Texts, every};

fn main() -> Result<(), Box<dyn Error>> {
    let target = std::env::var_os("CARGO_TARGET_DIR").map_or_else(
        || PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../target")),
        PathBuf::from,
    );
    let folder = target.join("pages");
    fs::create_dir_all(folder.join("assets"))?;
    fs::write(folder.join("policy.txt"), content_security_policy(&[]))?;
    for asset in assets() {
        fs::write(folder.join(&asset.path), asset.bytes)?;
    }
    for locale in Locale::ALL {
        let texts = Texts {
            locale,
            text: &str::to_owned,
        };
        for (name, page) in every(&texts) {
            // Files have no root of their own: the assets stand beside them.
            let html = page.html()?.replace("\"/ui/assets/", "\"assets/");
            fs::write(folder.join(format!("{name}.{}.html", locale.tag())), html)?;
        }
    }
    println!("{}", folder.display());
    Ok(())
}
