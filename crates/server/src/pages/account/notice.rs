//! What was just done, as an address tells it from one page to the next.

use pages::account::Notice;

const NOTICES: [(&str, Notice); 12] = [
    ("saved", Notice::Saved),
    ("password-changed", Notice::PasswordChanged),
    ("passkey-added", Notice::PasskeyAdded),
    ("passkey-renamed", Notice::PasskeyRenamed),
    ("passkey-removed", Notice::PasskeyRemoved),
    ("totp-on", Notice::TotpOn),
    ("totp-off", Notice::TotpOff),
    ("identity-linked", Notice::IdentityLinked),
    ("identity-unlinked", Notice::IdentityUnlinked),
    ("app-revoked", Notice::AppRevoked),
    ("session-ended", Notice::SessionEnded),
    ("others-ended", Notice::OtherSessionsEnded),
];

/// What a name stands for.
pub(super) fn named(name: &str) -> Option<Notice> {
    let found = NOTICES.iter().find(|(known, _)| *known == name);
    found.map(|(_, notice)| *notice)
}

/// The name of a notice.
pub(super) fn name(notice: Notice) -> &'static str {
    let found = NOTICES.iter().find(|(_, known)| *known == notice);
    found.map(|(name, _)| *name).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_notice_has_a_name() {
        for (known, notice) in NOTICES {
            assert_eq!((name(notice), named(known)), (known, Some(notice)));
        }
        assert_eq!(named("<script>"), None);
    }
}
