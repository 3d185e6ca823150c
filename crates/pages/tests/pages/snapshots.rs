//! Two pages as they are written, so that a change of the layout is seen by who makes it.

use pages::{Locale, Page, assets};

use crate::views::{Texts, every, plain_sign_in};

/// Names of assets change with their content, which is no matter of these pages.
fn without_hashes(mut html: String) -> String {
    for asset in assets() {
        let (folder, file) = asset.path.rsplit_once('/').unwrap();
        let plain = format!("{folder}/{}", file.split('-').next().unwrap());
        html = html.replace(&asset.path, &plain);
    }
    html
}

#[test]
fn the_plain_sign_in_page() {
    let texts = Texts {
        locale: Locale::English,
        text: &str::to_owned,
    };
    insta::assert_snapshot!(without_hashes(plain_sign_in(&texts).html().unwrap()));
}

#[test]
fn the_consent_page_in_german() {
    let texts = Texts {
        locale: Locale::German,
        text: &str::to_owned,
    };
    let pages = every(&texts);
    let (_, page) = pages.iter().find(|(name, _)| name == "consent").unwrap();
    insta::assert_snapshot!(without_hashes(page.html().unwrap()));
}
