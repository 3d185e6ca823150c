//! What every page has around it, and what every form carries.

use crate::{Locale, asset::AssetName, text::Markup, words::Fill};

/// What is common to all pages.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Frame {
    /// The language of the page.
    pub locale: Locale,
    /// The realm's name, above the page and in its title.
    pub realm_name: String,
    /// The URL path below which the assets are served, with or without a slash at its end; empty for the origin's root.
    pub base: String,
    /// The name of who is signed in, if anybody is.
    pub signed_in_as: Option<String>,
}

impl Frame {
    pub(crate) fn say(&self, id: &str) -> Markup {
        self.locale.say(id)
    }

    pub(crate) fn about(&self, id: &str, name: &str, value: impl Fill) -> Markup {
        self.locale.about(id, name, value)
    }

    pub(crate) fn style(&self) -> String {
        self.path_of(AssetName::Style)
    }

    pub(crate) fn passkey_script(&self) -> String {
        self.path_of(AssetName::Passkey)
    }

    pub(crate) fn submit_script(&self) -> String {
        self.path_of(AssetName::Submit)
    }

    fn path_of(&self, asset: AssetName) -> String {
        format!("{}/{}", self.base.trim_end_matches('/'), asset.path())
    }
}

/// Where a page's forms post to, and what they carry unseen.
///
/// Not `Debug`: a hidden field may be a secret.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Form {
    /// The path (and query) to post to.
    pub action: String,
    /// Hidden fields as (name, value), for instance `csrf` (U2) and `flow`.
    pub hidden: Vec<(String, String)>,
}
