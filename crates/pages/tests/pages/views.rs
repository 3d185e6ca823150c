//! Every page, in all its states, with its texts from a function: as they are, or hostile.

use pages::{
    ChangePassword, ChangeReason, CharacterClass, Consent, ConsentError, ConsentScope, Device,
    DeviceConfirm, DeviceDone, DeviceError, ErrorPage, Fault, FieldError, Form, FormPost, Frame,
    LinkConfirm, Locale, LoggedOut, LogoutConfirm, NotLinked, Onward, Page, Provider, Purpose,
    Requirement, RequirementKind, SecondFactor, SecondFactorError, SetUp, SetUpDone, SignIn,
    SignInError, Unchecked, WebUrl,
};

use crate::account_views;

/// A page with the name of its file.
pub(crate) type Named = (String, Box<dyn Page>);

/// Where texts come from.
pub(crate) struct Texts<'a> {
    pub(crate) locale: Locale,
    pub(crate) text: &'a dyn Fn(&str) -> String,
}

/// Every page.
pub(crate) fn every(texts: &Texts<'_>) -> Vec<Named> {
    let mut pages = sign_in(texts);
    pages.extend(factors_and_passwords(texts));
    pages.extend(consent(texts));
    pages.extend(device(texts));
    pages.extend(endings(texts));
    pages.extend(errors(texts));
    pages.extend(set_up(texts));
    pages.extend(account_views::every(texts));
    pages
}

pub(crate) fn named(name: &str, page: impl Page + 'static) -> Named {
    (name.to_owned(), Box::new(page))
}

impl Texts<'_> {
    pub(crate) fn of(&self, text: &str) -> String {
        (self.text)(text)
    }

    pub(crate) fn frame(&self) -> Frame {
        Frame {
            locale: self.locale,
            realm_name: self.of("Northwind"),
            base: "/ui/".to_owned(),
            signed_in_as: None,
        }
    }

    pub(crate) fn signed_in(&self) -> Frame {
        Frame {
            signed_in_as: Some(self.of("Ada Lovelace")),
            ..self.frame()
        }
    }

    pub(crate) fn form(&self) -> Form {
        let hidden = [("csrf", "b2xkIHNvZnR3YXJl"), ("flow", "f-17")];
        let hidden = hidden.map(|(name, value)| (name.to_owned(), self.of(value)));
        Form {
            action: "/v1/tenants/default/realms/default/interaction".to_owned(),
            hidden: hidden.to_vec(),
        }
    }
}

pub(crate) fn https(url: &str) -> WebUrl {
    WebUrl::parse(url).unwrap()
}

pub(crate) fn plain_sign_in(texts: &Texts<'_>) -> SignIn {
    SignIn {
        frame: texts.frame(),
        form: texts.form(),
        client_name: Some(texts.of("Expense Reports")),
        unchecked: None,
        purpose: Purpose::SignIn,
        username: String::new(),
        error: None,
        providers: Vec::new(),
        passkeys: None,
    }
}

fn sign_in(texts: &Texts<'_>) -> Vec<Named> {
    let plain = plain_sign_in(texts);
    let provider = |name: &str, action: &str| Provider {
        name: texts.of(name),
        action: texts.of(action),
    };
    let full = SignIn {
        username: texts.of("ada"),
        providers: vec![
            provider("Contoso", "provider-1"),
            provider("Fabrikam", "provider-2"),
        ],
        passkeys: Some(texts.of(r#"{"challenge":"AAAA","rpId":"id.example"}"#)),
        ..plain.clone()
    };
    let confirm = SignIn {
        purpose: Purpose::Confirm,
        frame: texts.signed_in(),
        ..full.clone()
    };
    let errors = [
        SignInError::WrongCredentials,
        SignInError::TooManyAttempts { retry_after: 1 },
        SignInError::TooManyAttempts { retry_after: 61 },
        SignInError::Passkey,
        SignInError::Provider,
        SignInError::NoAccount,
        SignInError::Expired,
        SignInError::OtherPerson,
    ];
    let failed = errors.into_iter().enumerate().map(|(at, error)| {
        let page = SignIn {
            error: Some(error),
            ..full.clone()
        };
        named(&format!("sign-in-error-{at}"), page)
    });
    let mut pages: Vec<Named> = failed.collect();
    pages.push(named("sign-in-plain", plain));
    pages.push(named("sign-in", full));
    pages.push(named("sign-in-confirm", confirm));
    pages
}

fn factors_and_passwords(texts: &Texts<'_>) -> Vec<Named> {
    let factor = |totp, error| SecondFactor {
        frame: texts.frame(),
        form: texts.form(),
        totp,
        recovery_code: true,
        error,
    };
    let change = ChangePassword {
        frame: texts.frame(),
        form: texts.form(),
        reason: ChangeReason::Required,
        username: texts.of("ada"),
        requirements: requirements(texts, false),
        current_error: None,
        new_error: None,
        again_error: None,
    };
    let wrong = ChangePassword {
        reason: ChangeReason::Chosen,
        requirements: requirements(texts, true),
        current_error: Some(FieldError::WrongPassword),
        new_error: Some(FieldError::NotGoodEnough),
        again_error: Some(FieldError::Mismatch),
        ..change.clone()
    };
    let expired = ChangePassword {
        reason: ChangeReason::Expired,
        requirements: Vec::new(),
        new_error: Some(FieldError::Other(texts.of("Not that one."))),
        ..change.clone()
    };
    let too_many = SecondFactorError::TooManyAttempts { retry_after: 30 };
    vec![
        named("factor", factor(true, None)),
        named(
            "factor-wrong",
            factor(true, Some(SecondFactorError::WrongTotp)),
        ),
        named(
            "factor-wrong-recovery",
            factor(false, Some(SecondFactorError::WrongRecoveryCode)),
        ),
        named("factor-too-many", factor(true, Some(too_many))),
        named("change-password", change),
        named("change-password-wrong", wrong),
        named("change-password-expired", expired),
    ]
}

fn requirements(texts: &Texts<'_>, tried: bool) -> Vec<Requirement> {
    let kinds = [
        RequirementKind::MinLength(8),
        RequirementKind::MaxLength(128),
        RequirementKind::OneOf {
            characters: texts.of("+-*/"),
            least: 2,
        },
        RequirementKind::MaxRepeats(3),
        RequirementKind::MinUnique(5),
        RequirementKind::NotCommon,
        RequirementKind::NotPersonal,
        RequirementKind::NotRecent(5),
        RequirementKind::MinAge { minutes: 10 },
        RequirementKind::MinAge { minutes: 120 },
        RequirementKind::MinAge { minutes: 1440 },
        RequirementKind::Other(texts.of("is not the name of a planet")),
    ];
    let classes = [
        CharacterClass::Lowercase,
        CharacterClass::Uppercase,
        CharacterClass::Letter,
        CharacterClass::Digit,
        CharacterClass::Symbol,
    ];
    let of_class = |class| RequirementKind::Characters { class, least: 1 };
    let kinds = kinds.into_iter().chain(classes.map(of_class));
    let judged = |(at, kind)| Requirement {
        kind,
        satisfied: tried.then_some(at % 2 == 0),
    };
    kinds.enumerate().map(judged).collect()
}

pub(crate) fn scopes(texts: &Texts<'_>) -> Vec<ConsentScope> {
    let scope = |name: &str, text: &str, optional, changed: (bool, bool)| ConsentScope {
        name: texts.of(name),
        prompt_text: texts.of(text),
        optional,
        checked: optional && !changed.0,
        new: changed.0,
        widened: changed.1,
    };
    vec![
        scope(
            "profile",
            "See your name and picture",
            false,
            (false, false),
        ),
        scope("email", "See your e-mail address", false, (false, true)),
        scope("phone", "See your telephone number", true, (true, false)),
        scope("address", "See where you live", true, (false, false)),
    ]
}

fn consent(texts: &Texts<'_>) -> Vec<Named> {
    let full = Consent {
        frame: texts.signed_in(),
        form: texts.form(),
        client_name: texts.of("Expense Reports"),
        client_uri: Some(https("https://expenses.example/about?a=1&b='2'")),
        unchecked: None,
        scopes: scopes(texts),
        error: None,
    };
    let bare = Consent {
        client_uri: None,
        unchecked: Some(Unchecked {
            answer_to: Some(texts.of("expenses.example")),
        }),
        scopes: Vec::new(),
        error: Some(ConsentError::Expired),
        ..full.clone()
    };
    let changed = Consent {
        error: Some(ConsentError::Changed),
        ..full.clone()
    };
    let link = LinkConfirm {
        frame: texts.signed_in(),
        form: texts.form(),
        provider_name: texts.of("Contoso"),
        account_label: texts.of("ada@contoso.example"),
    };
    vec![
        named("consent", full),
        named("consent-bare", bare),
        named("consent-changed", changed),
        named("link-confirm", link),
    ]
}

fn device(texts: &Texts<'_>) -> Vec<Named> {
    let device = |user_code: &str, error| Device {
        frame: texts.signed_in(),
        form: texts.form(),
        user_code: texts.of(user_code),
        error,
    };
    let confirm = DeviceConfirm {
        frame: texts.signed_in(),
        form: texts.form(),
        client_name: texts.of("Living room TV"),
        unchecked: Some(Unchecked { answer_to: None }),
        user_code: texts.of("BDWP-HQPK"),
    };
    let done = |allowed| DeviceDone {
        frame: texts.signed_in(),
        allowed,
    };
    let too_many = DeviceError::TooManyAttempts { retry_after: 600 };
    vec![
        named("device", device("BDWP-HQPK", None)),
        named(
            "device-unknown",
            device("BDWP", Some(DeviceError::UnknownCode)),
        ),
        named("device-too-many", device("BDWP", Some(too_many))),
        named("device-confirm", confirm),
        named("device-allowed", done(true)),
        named("device-denied", done(false)),
    ]
}

fn endings(texts: &Texts<'_>) -> Vec<Named> {
    let logout = |client_name| LogoutConfirm {
        frame: texts.signed_in(),
        form: texts.form(),
        client_name,
    };
    let logged_out = |return_to| LoggedOut {
        frame: texts.frame(),
        return_to,
    };
    let client = texts.of("Expense Reports");
    let form_post = FormPost {
        frame: texts.frame(),
        target: https("https://expenses.example/cb"),
        fields: [("code", "c-1"), ("state", "s-1")]
            .map(|(name, value)| (name.to_owned(), texts.of(value)))
            .to_vec(),
    };
    let onward = Onward {
        frame: texts.frame(),
        target: https("https://login.contoso.example/authorize?a=1&b=2"),
    };
    vec![
        named("logout", logout(Some(client.clone()))),
        named("logout-bare", logout(None)),
        named(
            "logged-out",
            logged_out(Some((client, https("https://expenses.example/")))),
        ),
        named("logged-out-bare", logged_out(None)),
        named("form-post", form_post),
        named("onward", onward),
    ]
}

fn errors(texts: &Texts<'_>) -> Vec<Named> {
    let other = Fault::Other {
        title: texts.of("Closed"),
        sentence: texts.of("Come back tomorrow."),
    };
    let faults = [
        Fault::UnknownClient,
        Fault::UnknownRedirectUri,
        Fault::InvalidRequest,
        Fault::Expired,
        Fault::NotOurForm,
        Fault::LinkUsed,
        Fault::NotFound,
        Fault::Forbidden,
        Fault::TooManyRequests,
        Fault::Provider,
        Fault::NotLinked(NotLinked::Provider),
        Fault::NotLinked(NotLinked::Taken),
        Fault::NotLinked(NotLinked::Another),
        Fault::NotLinked(NotLinked::Overtaken),
        Fault::Unavailable,
        Fault::Internal,
        other,
    ];
    let page = |(at, fault)| {
        let page = ErrorPage {
            frame: texts.frame(),
            fault,
            code: Some(texts.of("invalid_request")),
            hint: Some(texts.of("The parameter \"response_type\" is missing.")),
        };
        named(&format!("error-{at}"), page)
    };
    faults.into_iter().enumerate().map(page).collect()
}

fn set_up(texts: &Texts<'_>) -> Vec<Named> {
    let fresh = SetUp {
        frame: texts.frame(),
        form: texts.form(),
        username: texts.of("admin"),
        given_name: String::new(),
        family_name: String::new(),
        email: String::new(),
        requirements: requirements(texts, false),
        errors: Vec::new(),
    };
    let wrong = SetUp {
        given_name: texts.of("Ada"),
        family_name: texts.of("Lovelace"),
        email: texts.of("ada"),
        requirements: requirements(texts, true),
        errors: vec![
            ("username", FieldError::Required),
            ("given_name", FieldError::TooShort(1)),
            ("family_name", FieldError::TooLong(100)),
            ("email", FieldError::Invalid),
            ("new_password", FieldError::NotGoodEnough),
            ("new_password_again", FieldError::Mismatch),
        ],
        ..fresh.clone()
    };
    let taken = SetUp {
        errors: vec![("username", FieldError::Taken)],
        ..fresh.clone()
    };
    let done = |sign_in: Option<&str>| SetUpDone {
        frame: texts.frame(),
        username: texts.of("admin"),
        sign_in: sign_in.map(str::to_owned),
    };
    vec![
        named("set-up", fresh),
        named("set-up-wrong", wrong),
        named("set-up-taken", taken),
        named("set-up-done", done(Some("/account"))),
        named("set-up-done-bare", done(None)),
    ]
}
