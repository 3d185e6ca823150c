//! The account pages: what a person sees and changes of themselves.
//!
//! Fields and actions are named in each view's documentation. What acts on one thing of a list carries that thing's `id`.

mod apps;
mod identities;
mod methods;
mod profile;
mod recovery;
mod sessions;

pub use apps::{App, Apps};
pub use identities::{IdentityProvider, LinkedIdentities, LinkedIdentity};
pub use methods::{AddPasskey, AddTotp, Passkey, SignInMethods};
pub use profile::{Profile, ProfileField, ProfileLabel};
pub use recovery::RecoveryCodes;
pub use sessions::{Session, Sessions};

use crate::{Form, Frame, text::Markup};

/// What is common to the account pages.
///
/// Every one of them has a form of its own for the action `sign-out`.
#[derive(Clone)]
pub struct Account {
    /// What is common to all pages.
    pub frame: Frame,
    /// Where every form of the page posts to.
    pub form: Form,
    /// Where the pages are.
    pub links: Links,
    /// What was just done.
    pub notice: Option<Notice>,
}

/// The paths of the account pages.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Links {
    /// [`Profile`].
    pub profile: String,
    /// [`SignInMethods`].
    pub sign_in_methods: String,
    /// [`LinkedIdentities`].
    pub identities: String,
    /// [`Apps`].
    pub apps: String,
    /// [`Sessions`].
    pub sessions: String,
}

/// What was just done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Notice {
    /// The profile was saved.
    Saved,
    /// The password was changed.
    PasswordChanged,
    /// A passkey was added.
    PasskeyAdded,
    /// A passkey has another name.
    PasskeyRenamed,
    /// A passkey was removed.
    PasskeyRemoved,
    /// The authenticator application is asked from now on.
    TotpOn,
    /// The authenticator application is not asked any more.
    TotpOff,
    /// An external identity was linked.
    IdentityLinked,
    /// An external identity was unlinked.
    IdentityUnlinked,
    /// An application lost its access.
    AppRevoked,
    /// A session was ended.
    SessionEnded,
    /// All other sessions were ended.
    OtherSessionsEnded,
}

/// A page of the account, for the navigation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    Profile,
    SignInMethods,
    Identities,
    Apps,
    Sessions,
}

impl Place {
    const ALL: [Self; 5] = [
        Self::Profile,
        Self::SignInMethods,
        Self::Identities,
        Self::Apps,
        Self::Sessions,
    ];

    fn title(self, frame: &Frame) -> Markup {
        frame.say(match self {
            Self::Profile => "profile-heading",
            Self::SignInMethods => "methods-heading",
            Self::Identities => "identities-heading",
            Self::Apps => "apps-heading",
            Self::Sessions => "sessions-heading",
        })
    }

    fn path(self, links: &Links) -> &str {
        match self {
            Self::Profile => &links.profile,
            Self::SignInMethods => &links.sign_in_methods,
            Self::Identities => &links.identities,
            Self::Apps => &links.apps,
            Self::Sessions => &links.sessions,
        }
    }
}

/// An entry of the navigation.
pub(crate) struct Entry<'a> {
    pub(crate) title: Markup,
    pub(crate) path: &'a str,
    pub(crate) here: bool,
}

impl Account {
    pub(crate) fn entries(&self, here: Place) -> Vec<Entry<'_>> {
        let entry = |place: Place| Entry {
            title: place.title(&self.frame),
            path: place.path(&self.links),
            here: place == here,
        };
        Place::ALL.into_iter().map(entry).collect()
    }

    pub(crate) fn notice_words(&self) -> Option<Markup> {
        Some(self.frame.say(match self.notice? {
            Notice::Saved => "notice-saved",
            Notice::PasswordChanged => "notice-password-changed",
            Notice::PasskeyAdded => "notice-passkey-added",
            Notice::PasskeyRenamed => "notice-passkey-renamed",
            Notice::PasskeyRemoved => "notice-passkey-removed",
            Notice::TotpOn => "notice-totp-on",
            Notice::TotpOff => "notice-totp-off",
            Notice::IdentityLinked => "notice-identity-linked",
            Notice::IdentityUnlinked => "notice-identity-unlinked",
            Notice::AppRevoked => "notice-app-revoked",
            Notice::SessionEnded => "notice-session-ended",
            Notice::OtherSessionsEnded => "notice-other-sessions-ended",
        }))
    }
}

/// What `templates/account.html` asks of a view, besides [`crate::page::View`].
pub(crate) trait AccountView {
    const PLACE: Place;
}
