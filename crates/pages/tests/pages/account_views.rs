//! The account pages, in all their states.

use pages::{
    FieldError,
    account::{
        Account, AddPasskey, AddTotp, App, Apps, IdentityProvider, LinkedIdentities,
        LinkedIdentity, Links, Notice, Passkey, Profile, ProfileField, ProfileLabel, RecoveryCodes,
        Session, Sessions, SignInMethods,
    },
};

use crate::views::{Named, Texts, named};

const NOON: i64 = 1_795_291_065;

pub(crate) fn every(texts: &Texts<'_>) -> Vec<Named> {
    let mut pages = profile(texts);
    pages.extend(methods(texts));
    pages.extend(lists(texts));
    pages
}

fn account(texts: &Texts<'_>, notice: Option<Notice>) -> Account {
    let link = |page: &str| format!("/account{page}");
    Account {
        frame: texts.signed_in(),
        form: texts.form(),
        links: Links {
            profile: link(""),
            sign_in_methods: link("/sign-in"),
            identities: link("/identities"),
            apps: link("/apps"),
            sessions: link("/sessions"),
        },
        notice,
    }
}

fn profile(texts: &Texts<'_>) -> Vec<Named> {
    let labels = [
        ProfileLabel::Username,
        ProfileLabel::DisplayName,
        ProfileLabel::GivenName,
        ProfileLabel::FamilyName,
        ProfileLabel::NickName,
        ProfileLabel::Title,
        ProfileLabel::Email,
        ProfileLabel::Phone,
        ProfileLabel::Language,
        ProfileLabel::TimeZone,
        ProfileLabel::Named(texts.of("Cost center")),
    ];
    let field = |(at, label): (usize, ProfileLabel)| ProfileField {
        name: format!("field-{at}"),
        which: (label == ProfileLabel::Email).then(|| texts.of("work, primary")),
        editable: label != ProfileLabel::Username,
        required: label == ProfileLabel::DisplayName,
        error: (label == ProfileLabel::Phone).then(|| FieldError::Other(texts.of("No country."))),
        value: texts.of("Ada"),
        label,
    };
    let full = Profile {
        account: account(texts, None),
        fields: labels.into_iter().enumerate().map(field).collect(),
        stale: false,
    };
    let read_only = Profile {
        fields: full.fields.iter().take(1).cloned().collect(),
        ..full.clone()
    };
    let empty = Profile {
        fields: Vec::new(),
        ..full.clone()
    };
    let notices = [
        Notice::Saved,
        Notice::PasswordChanged,
        Notice::PasskeyAdded,
        Notice::PasskeyRenamed,
        Notice::PasskeyRemoved,
        Notice::TotpOn,
        Notice::TotpOff,
        Notice::IdentityLinked,
        Notice::IdentityUnlinked,
        Notice::AppRevoked,
        Notice::SessionEnded,
        Notice::OtherSessionsEnded,
    ];
    let noticed = notices.into_iter().enumerate().map(|(at, notice)| {
        let page = Profile {
            account: account(texts, Some(notice)),
            ..read_only.clone()
        };
        named(&format!("account-notice-{at}"), page)
    });
    let mut pages: Vec<Named> = noticed.collect();
    pages.push(named("account-profile", full));
    pages.push(named("account-profile-empty", empty));
    pages
}

fn methods(texts: &Texts<'_>) -> Vec<Named> {
    let passkey = |id: &str, name: &str, last_used| Passkey {
        id: texts.of(id),
        name: texts.of(name),
        created: NOON,
        last_used,
    };
    let full = SignInMethods {
        account: account(texts, Some(Notice::PasskeyAdded)),
        password_changed: Some(NOON),
        passkeys: vec![
            passkey("p-1", "Laptop", Some(NOON + 86_400)),
            passkey("p-2", "Key on the ring", None),
        ],
        can_add_passkey: true,
        totp: true,
        recovery_codes_left: Some(7),
        error: None,
    };
    let bare = SignInMethods {
        account: account(texts, None),
        password_changed: None,
        passkeys: Vec::new(),
        can_add_passkey: true,
        totp: false,
        recovery_codes_left: None,
        error: Some(FieldError::Other(texts.of("This is the last one."))),
    };
    let used_up = SignInMethods {
        recovery_codes_left: Some(0),
        ..full.clone()
    };
    let add_passkey = |error| AddPasskey {
        account: account(texts, None),
        options: texts.of(r#"{"challenge":"AAAA"}"#),
        name: texts.of("Laptop"),
        error,
    };
    let add_totp = |uri: String, error| AddTotp {
        account: account(texts, None),
        secret: texts.of("JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"),
        otpauth_uri: uri,
        error,
    };
    let uri =
        "otpauth://totp/Northwind:ada?secret=JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP&issuer=Northwind";
    let codes = RecoveryCodes {
        account: account(texts, None),
        codes: ["7k2m-q9xd", "h4vn-t8rw", "c3jp-y6bz", "w5sd-l1gf"]
            .map(|code| texts.of(code))
            .to_vec(),
    };
    vec![
        named("account-methods", full),
        named("account-methods-bare", bare),
        named("account-methods-used-up", used_up),
        named("account-add-passkey", add_passkey(None)),
        named(
            "account-add-passkey-wrong",
            add_passkey(Some(FieldError::Required)),
        ),
        named("account-add-totp", add_totp(uri.to_owned(), None)),
        named(
            "account-add-totp-wrong",
            add_totp(texts.of(uri), Some(FieldError::WrongCode)),
        ),
        named("account-recovery-codes", codes),
    ]
}

fn lists(texts: &Texts<'_>) -> Vec<Named> {
    let linked = |can_unlink| LinkedIdentity {
        id: texts.of("i-1"),
        label: texts.of("ada@contoso.example"),
        linked_at: NOON,
        can_unlink,
    };
    let provider = |name: &str, linked| IdentityProvider {
        id: texts.of(name),
        name: texts.of(name),
        linked,
    };
    let identities = |providers| LinkedIdentities {
        account: account(texts, None),
        providers,
    };
    let app = |name: &str, last_used| App {
        id: texts.of(name),
        client_name: texts.of(name),
        scopes: vec![
            texts.of("See your name"),
            texts.of("See your e-mail address"),
        ],
        granted: NOON,
        last_used,
    };
    let apps = |apps| Apps {
        account: account(texts, None),
        apps,
    };
    let session = |device: &str, current| Session {
        id: texts.of("s-1"),
        device: device.to_owned(),
        created: NOON,
        last_seen: NOON + 3_600,
        current,
    };
    let sessions = |sessions| Sessions {
        account: account(texts, None),
        sessions,
    };
    let known = session(&texts.of("Firefox on Linux"), true);
    vec![
        named(
            "account-identities",
            identities(vec![
                provider("Contoso", Some(linked(true))),
                provider("Fabrikam", Some(linked(false))),
                provider("Adatum", None),
            ]),
        ),
        named("account-identities-none", identities(Vec::new())),
        named(
            "account-apps",
            apps(vec![
                app("Expense Reports", Some(NOON)),
                app("Calendar", None),
            ]),
        ),
        named("account-apps-none", apps(Vec::new())),
        named(
            "account-sessions",
            sessions(vec![known.clone(), session("", false)]),
        ),
        named("account-sessions-one", sessions(vec![known])),
    ]
}
