//! Both ceremonies, done right and in every way wrong (WebAuthn §7.1, §7.2; U3: a factor that can't be guessed or replayed).
#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

mod support;

use passkeys::{InvalidOrigin, Passkey, PasskeyError, Person, Presented, RelyingParty};
use serde_json::json;
use support::{Device, PRESENT, VERIFIED, base64url, kept};
use uuid::Uuid;

const BARBARA: Uuid = Uuid::from_u128(0x0b0b);
const MALLORY: Uuid = Uuid::from_u128(0x0bad);

fn relying_party() -> RelyingParty {
    RelyingParty::new("https://id.example.com/some/path", "Example").unwrap()
}

fn person(handle: Uuid) -> Person<'static> {
    Person {
        handle,
        name: "bjensen",
        display_name: "Barbara Jensen",
    }
}

/// A device whose passkey is registered for `handle`.
fn registered(rp: &RelyingParty, id: &[u8], handle: Uuid) -> (Device, Passkey) {
    let mut device = Device::new(id);
    let (options, state) = rp.start_registration(person(handle), &[]).unwrap();
    let response = device.create(&options);
    let passkey = rp.finish_registration(&kept(&state), &response).unwrap();
    (device, kept(&passkey))
}

#[test]
fn a_passkey_is_registered_and_used() {
    let rp = relying_party();
    let (mut device, passkey) = registered(&rp, b"first", BARBARA);
    assert_eq!(passkey.credential_id(), base64url(b"first"));
    assert_eq!(passkey.user_handle(), BARBARA);

    let known = [passkey];
    let (options, state) = rp.start_authentication(&known).unwrap();
    let response = device.get(&options);
    let used = rp
        .finish_authentication(&kept(&state), &response, &known)
        .unwrap();
    assert_eq!(used.credential_id, base64url(b"first"));
    assert!(used.user_verified);
    assert!(used.changed, "the counter grew");

    // And once more, with what was kept.
    let known = [kept(&used.passkey)];
    let (options, state) = rp.start_authentication(&known).unwrap();
    let response = device.get(&options);
    assert!(rp.finish_authentication(&state, &response, &known).is_ok());
}

#[test]
fn options_say_what_is_required() {
    let rp = relying_party();
    let (_, passkey) = registered(&rp, b"first", BARBARA);
    let known = [passkey];
    let (options, _) = rp.start_registration(person(BARBARA), &known).unwrap();
    assert_eq!(
        options["rp"],
        json!({"id": "id.example.com", "name": "Example"})
    );
    assert_eq!(options["user"]["id"], json!(base64url(BARBARA.as_bytes())));
    assert_eq!(options["user"]["name"], "bjensen");
    assert_eq!(options["user"]["displayName"], "Barbara Jensen");
    assert_eq!(options["attestation"], "none");
    let selection = &options["authenticatorSelection"];
    assert_eq!(selection["userVerification"], "required");
    assert_eq!(selection["residentKey"], "preferred");
    assert_eq!(selection["requireResidentKey"], false);
    assert_eq!(options["excludeCredentials"][0]["id"], base64url(b"first"));
    let algorithms = options["pubKeyCredParams"].as_array().unwrap().iter();
    let algorithms: Vec<_> = algorithms.map(|one| one["alg"].as_i64().unwrap()).collect();
    assert!(
        algorithms.contains(&-7) && algorithms.contains(&-257),
        "{algorithms:?}"
    );

    let (options, _) = rp.start_authentication(&known).unwrap();
    assert_eq!(options["rpId"], "id.example.com");
    assert_eq!(options["userVerification"], "required");
    assert_eq!(
        options["allowCredentials"],
        json!([{"type": "public-key", "id": base64url(b"first")}])
    );
    let (usernameless, _) = rp.start_usernameless().unwrap();
    assert_eq!(usernameless["userVerification"], "required");
    assert_eq!(usernameless["allowCredentials"], json!([]));
    assert_ne!(usernameless["challenge"], options["challenge"]);
    assert!(usernameless["challenge"].as_str().unwrap().len() >= 43);
}

#[test]
fn nobody_has_to_say_who_they_are() {
    let rp = relying_party();
    let (mut device, passkey) = registered(&rp, b"first", BARBARA);
    let (_, other) = registered(&rp, b"second", MALLORY);
    let (options, state) = rp.start_usernameless().unwrap();
    let response = device.get(&options);
    let presented = Presented::of(&response).unwrap();
    assert_eq!(presented.credential_id, passkey.credential_id());
    assert_eq!(presented.user_handle, Some(BARBARA));
    let used = rp.finish_authentication(&kept(&state), &response, &[other, passkey]);
    assert_eq!(used.unwrap().passkey.user_handle(), BARBARA);
}

type Wrong = (&'static str, fn(&mut Device), PasskeyError);

const WRONGS: [Wrong; 7] = [
    (
        "another origin",
        |device| device.origin = "https://id.example.com.evil.example",
        PasskeyError::WrongOrigin,
    ),
    (
        "another port",
        |device| device.origin = "https://id.example.com:8443",
        PasskeyError::WrongOrigin,
    ),
    (
        "plain http",
        |device| device.origin = "http://id.example.com",
        PasskeyError::WrongOrigin,
    ),
    (
        "a frame of another origin",
        |device| device.cross_origin = true,
        PasskeyError::WrongOrigin,
    ),
    (
        "another relying party",
        |device| device.rp_id = "example.com",
        PasskeyError::WrongRelyingParty,
    ),
    (
        "nobody verified",
        |device| device.flags = PRESENT,
        PasskeyError::NotVerified,
    ),
    (
        "nobody there",
        |device| device.flags = VERIFIED,
        PasskeyError::NotVerified,
    ),
];

#[test]
fn a_wrong_registration_is_refused() {
    let rp = relying_party();
    for (what, break_it, expected) in WRONGS {
        let mut device = Device::new(b"first");
        break_it(&mut device);
        let (options, state) = rp.start_registration(person(BARBARA), &[]).unwrap();
        let response = device.create(&options);
        let refused = rp.finish_registration(&state, &response);
        assert_eq!(refused.unwrap_err(), expected, "{what}");
    }
}

#[test]
fn a_wrong_authentication_is_refused() {
    let rp = relying_party();
    for (what, break_it, expected) in WRONGS {
        let (mut device, passkey) = registered(&rp, b"first", BARBARA);
        break_it(&mut device);
        let known = [passkey];
        let (options, state) = rp.start_authentication(&known).unwrap();
        let response = device.get(&options);
        let refused = rp.finish_authentication(&state, &response, &known);
        assert_eq!(refused.unwrap_err(), expected, "{what}");
    }
}

#[test]
fn a_response_is_good_for_its_own_state() {
    let rp = relying_party();
    let (mut device, passkey) = registered(&rp, b"first", BARBARA);
    let known = [passkey];
    let (options, _) = rp.start_authentication(&known).unwrap();
    let response = device.get(&options);
    for other in [
        rp.start_authentication(&known).unwrap().1,
        rp.start_usernameless().unwrap().1,
    ] {
        let refused = rp.finish_authentication(&other, &response, &known);
        assert_eq!(refused.unwrap_err(), PasskeyError::WrongCeremony);
    }

    let mut device = Device::new(b"second");
    let (options, _) = rp.start_registration(person(BARBARA), &[]).unwrap();
    let (_, other) = rp.start_registration(person(BARBARA), &[]).unwrap();
    let refused = rp.finish_registration(&other, &device.create(&options));
    assert_eq!(refused.unwrap_err(), PasskeyError::WrongCeremony);
}

#[test]
fn a_challenge_that_nobody_made_is_refused() {
    let rp = relying_party();
    let (mut device, passkey) = registered(&rp, b"first", BARBARA);
    let known = [passkey];
    let (mut options, state) = rp.start_authentication(&known).unwrap();
    options["challenge"] = json!(base64url(&[0; 32]));
    let refused = rp.finish_authentication(&state, &device.get(&options), &known);
    assert_eq!(refused.unwrap_err(), PasskeyError::WrongCeremony);
}

#[test]
fn a_counter_that_does_not_grow_is_a_copy() {
    let rp = relying_party();
    let (mut device, passkey) = registered(&rp, b"first", BARBARA);
    device.counter = 40;
    let known = [passkey];
    let (options, state) = rp.start_authentication(&known).unwrap();
    let response = device.get(&options);
    let used = rp.finish_authentication(&state, &response, &known).unwrap();

    // The same response to the same state, against what is kept by then.
    let known = [used.passkey];
    let replayed = rp.finish_authentication(&state, &response, &known);
    assert_eq!(replayed.unwrap_err(), PasskeyError::Cloned);
    for counter in [10, 40] {
        device.counter = counter;
        let (options, state) = rp.start_authentication(&known).unwrap();
        let copied = rp.finish_authentication(&state, &device.get(&options), &known);
        assert_eq!(copied.unwrap_err(), PasskeyError::Cloned, "{counter}");
    }
}

#[test]
fn a_synchronised_passkey_has_no_counter() {
    let rp = relying_party();
    let mut device = Device::new(b"first");
    device.counter = 0;
    let (options, state) = rp.start_registration(person(BARBARA), &[]).unwrap();
    let passkey = rp.finish_registration(&state, &device.create(&options));
    let known = [passkey.unwrap()];
    for _ in 0..2 {
        let (options, state) = rp.start_authentication(&known).unwrap();
        let mut response = device.get(&options);
        assert!(rp.finish_authentication(&state, &response, &known).is_ok());
        response["response"]["signature"] = json!(base64url(b"no signature"));
        assert!(rp.finish_authentication(&state, &response, &known).is_err());
    }
}

#[test]
fn a_foreign_passkey_is_unknown() {
    let rp = relying_party();
    let (mut device, passkey) = registered(&rp, b"first", BARBARA);
    let (mut foreign, foreign_passkey) = registered(&rp, b"second", MALLORY);
    let known = [passkey.clone()];
    let (options, state) = rp.start_authentication(&known).unwrap();

    // Another's passkey, even if the caller hands it over.
    let response = foreign.get(&options);
    for passkeys in [
        vec![passkey.clone()],
        vec![passkey.clone(), foreign_passkey],
    ] {
        let refused = rp.finish_authentication(&state, &response, &passkeys);
        assert_eq!(refused.unwrap_err(), PasskeyError::Unknown);
    }
    // The right id, signed by another key.
    foreign.id = b"first".to_vec();
    foreign.user_handle = Some(BARBARA.as_bytes().to_vec());
    foreign.counter = 100;
    let refused = rp.finish_authentication(&state, &foreign.get(&options), &known);
    assert_eq!(refused.unwrap_err(), PasskeyError::WrongSignature);
    // The right passkey under another's handle.
    device.user_handle = Some(MALLORY.as_bytes().to_vec());
    let refused = rp.finish_authentication(&state, &device.get(&options), &known);
    assert_eq!(refused.unwrap_err(), PasskeyError::Unknown);
    // A passkey that was taken away meanwhile.
    device.user_handle = None;
    let refused = rp.finish_authentication(&state, &device.get(&options), &[]);
    assert_eq!(refused.unwrap_err(), PasskeyError::Unknown);
    // None of it spoiled the passkey; who was named need not be named again.
    let response = device.get(&options);
    assert!(rp.finish_authentication(&state, &response, &known).is_ok());
    // Without a name, the authenticator must give one.
    let (options, state) = rp.start_usernameless().unwrap();
    let refused = rp.finish_authentication(&state, &device.get(&options), &known);
    assert_eq!(refused.unwrap_err(), PasskeyError::Unknown);
}

#[test]
fn a_passkey_is_registered_once() {
    let rp = relying_party();
    let (mut device, passkey) = registered(&rp, b"first", BARBARA);
    let (options, state) = rp.start_registration(person(BARBARA), &[passkey]).unwrap();
    let refused = rp.finish_registration(&state, &device.create(&options));
    assert_eq!(refused.unwrap_err(), PasskeyError::AlreadyRegistered);
    // Nor under a false id beside the one that the authenticator signed.
    let mut response = device.create(&options);
    response["rawId"] = json!(base64url(b"other"));
    assert!(rp.finish_registration(&state, &response).is_err());
}

#[test]
fn one_ceremony_is_not_the_other() {
    let rp = relying_party();
    let (mut device, passkey) = registered(&rp, b"first", BARBARA);
    let known = [passkey];
    let (options, state) = rp.start_authentication(&known).unwrap();
    let mut response = device.get(&options);
    let mut created = options.clone();
    created["user"] = json!({"id": base64url(BARBARA.as_bytes())});
    let created = device.create(&created);
    response["response"]["clientDataJSON"] = created["response"]["clientDataJSON"].clone();
    let refused = rp.finish_authentication(&state, &response, &known);
    assert_eq!(refused.unwrap_err(), PasskeyError::WrongCeremony);
}

#[test]
fn nonsense_is_malformed() {
    let rp = relying_party();
    let (mut device, passkey) = registered(&rp, b"first", BARBARA);
    let known = [passkey];
    let (options, state) = rp.start_authentication(&known).unwrap();
    let (_, registration) = rp.start_registration(person(BARBARA), &[]).unwrap();
    let right = device.get(&options);
    let mut unsigned = right.clone();
    unsigned["response"]["signature"] = json!("!");
    let mut password = right.clone();
    password["type"] = json!("password");
    let mut nameless = right.clone();
    nameless["response"]["userHandle"] = json!(base64url(b"no uuid"));
    let mut garbled = right.clone();
    garbled["response"]["clientDataJSON"] = json!(base64url(b"{"));
    for wrong in [
        json!(null),
        json!({}),
        json!([1]),
        unsigned,
        password,
        nameless,
        garbled,
    ] {
        let refused = rp.finish_authentication(&state, &wrong, &known);
        let refused = refused.unwrap_err();
        assert!(matches!(refused, PasskeyError::Malformed(_)), "{refused:?}");
        assert!(rp.finish_registration(&registration, &wrong).is_err());
    }
    let mut short = right;
    short["response"]["authenticatorData"] = json!(base64url(b"short"));
    assert!(rp.finish_authentication(&state, &short, &known).is_err());
}

#[test]
fn where_browsers_offer_passkeys() {
    for good in [
        "https://id.example.com",
        "https://id.example.com:8443/realms/a",
        "http://localhost:8080",
        "http://ambit.localhost:8080",
        "https://localhost",
    ] {
        assert!(RelyingParty::new(good, "Example").is_ok(), "{good}");
    }
    for (wrong, why) in [
        ("http://127.0.0.1:8080", InvalidOrigin::IpAddress),
        ("https://127.0.0.1", InvalidOrigin::IpAddress),
        ("http://[::1]:8080", InvalidOrigin::IpAddress),
        ("https://0x7f.1", InvalidOrigin::IpAddress),
        ("http://id.example.com", InvalidOrigin::Insecure),
        ("http://localhost.example.com", InvalidOrigin::Insecure),
        ("ftp://id.example.com", InvalidOrigin::NotAnUrl),
        ("id.example.com", InvalidOrigin::NotAnUrl),
        ("", InvalidOrigin::NotAnUrl),
    ] {
        let refused = RelyingParty::new(wrong, "Example");
        assert_eq!(refused.unwrap_err(), why, "{wrong}");
    }
}

#[test]
fn the_port_of_localhost_counts() {
    let rp = RelyingParty::new("http://localhost:8080", "Example").unwrap();
    for (origin, is_right) in [("http://localhost:8080", true), ("http://localhost", false)] {
        let mut device = Device::new(b"first");
        (device.origin, device.rp_id) = (origin, "localhost");
        let (options, state) = rp.start_registration(person(BARBARA), &[]).unwrap();
        let finished = rp.finish_registration(&state, &device.create(&options));
        assert_eq!(finished.is_ok(), is_right, "{origin}");
    }
}

#[test]
fn nobody_without_passkeys_can_begin() {
    let refused = relying_party().start_authentication(&[]);
    assert_eq!(refused.unwrap_err(), PasskeyError::Unknown);
}

#[test]
fn states_and_passkeys_do_not_print_what_they_hold() {
    let rp = relying_party();
    let (_, passkey) = registered(&rp, b"first", BARBARA);
    let (_, state) = rp.start_usernameless().unwrap();
    let (_, registration) = rp.start_registration(person(BARBARA), &[]).unwrap();
    assert_eq!(format!("{passkey:?}"), "Passkey(Zmlyc3Q)");
    assert_eq!(format!("{state:?}"), "AuthenticationState");
    assert_eq!(format!("{registration:?}"), "RegistrationState");
}
