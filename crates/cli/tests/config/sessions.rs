//! `ambit login` and `ambit logout`, against a server that plays its part (RFC 8628).

use crate::{
    stage::{Stage, ok},
    support::{Folder, ambit, stderr, stdout},
};
use std::{os::unix::fs::PermissionsExt, process::Output};

fn run(folder: &Folder, arguments: &[&str]) -> Output {
    ambit()
        .args(arguments)
        .env("XDG_CONFIG_HOME", folder.text("settings"))
        .output()
        .unwrap()
}

const BEGUN: &str = r#"{"device_code":"dev1ce","user_code":"BCDF-GHJK","verification_uri":"https://id.example/device","verification_uri_complete":"https://id.example/device?user_code=BCDF-GHJK","expires_in":600,"interval":0}"#;
const PENDING: &str = r#"{"error":"authorization_pending"}"#;

#[test]
fn t11_a_session_is_private_is_renewed_and_ends() {
    let folder = Folder::new();
    let stage = Stage::new(vec![
        ok(BEGUN),
        (400, PENDING.into()),
        ok(r#"{"access_token":"acc3ss-1","refresh_token":"refr3sh-1","expires_in":0}"#),
        // The list of claims: a token first, which is renewed as it has expired.
        ok(r#"{"access_token":"acc3ss-2","refresh_token":"refr3sh-2","expires_in":3600}"#),
        ok(r#"{"items":[{"id":"1","name":"zz","paths":["title"]}]}"#),
        // The end: both tokens.
        ok(""),
        ok(""),
    ]);
    let realm = &stage.address;
    let output = run(&folder, &["login", "--realm", realm]);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    let root = format!("{realm}/v1/tenants/default/realms/default");
    assert_eq!(
        stdout(&output),
        format!(
            "To sign in, open this address on any device:\n\n    \
             https://id.example/device?user_code=BCDF-GHJK\n\n\
             It shows the code BCDF-GHJK; go on only if it does.\nSigned in to {root}\n"
        )
    );
    let mode = |name: &str| {
        let meta = std::fs::metadata(folder.path(name)).unwrap();
        meta.permissions().mode() & 0o777
    };
    assert_eq!(mode("settings/ambit"), 0o700);
    assert_eq!(mode("settings/ambit/sessions.json"), 0o600);

    let output = run(&folder, &["config", "list-claims", "-s"]);
    assert_eq!(stdout(&output), "zz\n", "{}", stderr(&output));
    assert_eq!(mode("settings/ambit/sessions.json"), 0o600);
    let output = run(&folder, &["logout"]);
    assert_eq!(
        stdout(&output),
        format!("Signed out of {root}\n"),
        "{}",
        stderr(&output)
    );

    let heard = stage.heard();
    let prefix = "POST /v1/tenants/default/realms/default";
    assert!(heard[0].starts_with(&format!("{prefix}/device_authorization ")));
    assert!(
        heard[0].ends_with("\r\n\r\nclient_id=616d6269-7400-8000-8000-000000000001"),
        "{}",
        heard[0]
    );
    assert!(heard[2].contains(
        "grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Adevice_code&device_code=dev1ce"
    ));
    assert!(
        heard[3].ends_with("grant_type=refresh_token&refresh_token=refr3sh-1&client_id=616d6269-7400-8000-8000-000000000001")
    );
    assert!(
        heard[4]
            .to_lowercase()
            .contains("authorization: bearer acc3ss-2")
    );
    assert!(heard[5].ends_with("token=refr3sh-2&client_id=616d6269-7400-8000-8000-000000000001"));
    assert!(heard[6].ends_with("token=acc3ss-2&client_id=616d6269-7400-8000-8000-000000000001"));
    let kept = std::fs::read_to_string(folder.path("settings/ambit/sessions.json")).unwrap();
    assert!(
        !kept.contains("acc3ss") && !kept.contains("refr3sh"),
        "{kept}"
    );
    assert_eq!(stdout(&run(&folder, &["logout"])), "Nobody is signed in.\n");
}

/// A token that was revoked, or whose signing key went, is no reason to sign in again.
#[test]
fn a_token_that_the_server_no_longer_takes_is_renewed() {
    let folder = Folder::new();
    let stage = Stage::new(vec![
        ok(BEGUN),
        ok(r#"{"access_token":"acc3ss-1","refresh_token":"refr3sh-1","expires_in":3600}"#),
        (401, r#"{"code":"invalid_token"}"#.into()),
        ok(r#"{"access_token":"acc3ss-2","refresh_token":"refr3sh-2","expires_in":3600}"#),
        ok(r#"{"items":[{"id":"1","name":"zz","paths":["title"]}]}"#),
        ok(r#"{"items":[]}"#),
    ]);
    let output = run(&folder, &["login", "--realm", &stage.address]);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    let output = run(&folder, &["config", "list-claims", "-s"]);
    assert_eq!(stdout(&output), "zz\n", "{}", stderr(&output));
    // The next command has the new one.
    let output = run(&folder, &["config", "list-claims", "-s"]);
    assert_eq!(stdout(&output), "", "{}", stderr(&output));
    let heard = stage.heard();
    assert!(heard[3].contains("refresh_token=refr3sh-1"), "{}", heard[3]);
    for request in &heard[4..] {
        let request = request.to_lowercase();
        assert!(
            request.contains("authorization: bearer acc3ss-2"),
            "{request}"
        );
    }
}

/// T11: a session is forgotten also where its tokens can't be revoked.
#[test]
fn t11_who_signs_out_is_signed_out_whatever_the_server_says() {
    let folder = Folder::new();
    let stage = Stage::new(vec![
        ok(BEGUN),
        ok(r#"{"access_token":"a","expires_in":60}"#),
    ]);
    run(&folder, &["login", "--realm", &stage.address]);
    let none = folder.text("no-such-authority.pem");
    let output = run(&folder, &["logout", "--ca-cert", &none]);
    assert_eq!(output.status.code(), Some(1));
    assert!(
        stderr(&output).starts_with("ambit: signed out here, but the server could not be told"),
        "{}",
        stderr(&output)
    );
    assert_eq!(stdout(&run(&folder, &["logout"])), "Nobody is signed in.\n");
}

/// T11, and RFC 8628 §3.5: a refusal ends it, and nothing is kept.
#[test]
fn t11_a_refused_sign_in_leaves_nothing() {
    let folder = Folder::new();
    let stage = Stage::new(vec![
        ok(BEGUN),
        (400, r#"{"error":"access_denied"}"#.into()),
    ]);
    let output = run(
        &folder,
        &["login", "--realm", &stage.address, "--client-id", "x"],
    );
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(stderr(&output), "ambit: the sign-in was refused\n");
    assert!(!folder.path("settings/ambit/sessions.json").exists());
}

/// RFC 8628 §3.5: `slow_down` lengthens the interval by five seconds.
#[test]
fn rfc8628_3_5_asked_to_slow_down_it_does() {
    let folder = Folder::new();
    let stage = Stage::new(vec![
        ok(BEGUN),
        (400, r#"{"error":"slow_down"}"#.into()),
        ok(r#"{"access_token":"a","expires_in":60}"#),
    ]);
    let began = std::time::Instant::now();
    let output = run(
        &folder,
        &["login", "--realm", &stage.address, "--client-id", "x"],
    );
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    assert!(began.elapsed().as_secs() >= 5);
}

#[test]
fn t11_a_session_file_that_others_can_read_is_refused() {
    let folder = Folder::new();
    std::fs::create_dir_all(folder.path("settings/ambit")).unwrap();
    let file = folder.path("settings/ambit/sessions.json");
    std::fs::write(&file, "{}").unwrap();
    std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o644)).unwrap();
    let output = run(&folder, &["config", "list-claims"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(
        stderr(&output).contains("can be read by others"),
        "{}",
        stderr(&output)
    );
}

/// T11: no token goes over a network in clear text unless somebody insists.
#[test]
fn t11_plain_http_is_for_this_machine_only() {
    let folder = Folder::new();
    let output = run(
        &folder,
        &["login", "--realm", "http://id.example", "--client-id", "x"],
    );
    assert_eq!(output.status.code(), Some(2));
    assert_eq!(
        stderr(&output),
        "ambit: http://id.example/v1/tenants/default/realms/default would carry secrets in clear text: use https, or add --insecure-http\n"
    );
}
