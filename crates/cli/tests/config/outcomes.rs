//! What is said of the outcome is true: of changes that nobody answered, and to readers that are gone.

use crate::{
    realm::Realm,
    stage::{Stage, ok},
    support::{Folder, ambit, stderr},
};
use std::{
    os::unix::fs::PermissionsExt,
    process::{Output, Stdio},
};

const TOKEN: &str = r#"{"access_token":"acc3ss","expires_in":3600}"#;

/// Runs a command against a server that answers so after it gave a token.
fn answered(arguments: &[&str], answers: Vec<(u16, String)>) -> (i32, String) {
    let folder = Folder::new();
    let stage = Stage::new([vec![ok(TOKEN)], answers].concat());
    let issuer = format!("{}/v1/tenants/default/realms/default", stage.address);
    let credentials = serde_json::json!({
        "client_id": "x",
        "client_secret": "y",
        "token_endpoint": format!("{issuer}/token"),
        "issuer": issuer,
    });
    let file = folder.write("admin.json", &credentials.to_string());
    std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o600)).unwrap();
    let batch = folder.write(
        "one.batch",
        "create-claim --claim-name zz --set path:title\n",
    );
    let realm = folder.write(
        "realm.toml",
        "[[claims]]\nname = \"zz\"\npaths = [\"title\"]\n",
    );
    let two = "create-claim --claim-name zz --set path:title\n".repeat(2);
    let two = folder.write("two.batch", &two);
    let arguments = arguments.iter().map(|argument| match *argument {
        "BATCH" => batch.as_str(),
        "TWO" => two.as_str(),
        "REALM" => realm.as_str(),
        other => other,
    });
    let output = ambit()
        .arg("config")
        .args(arguments)
        .env("AMBIT_CREDENTIALS", &file)
        .output()
        .unwrap();
    (output.status.code().unwrap(), stderr(&output))
}

#[test]
fn nothing_was_applied_is_said_only_where_it_is_known() {
    let none = || (0, String::new());
    let refused = || (409, r#"{"detail":"No."}"#.to_owned());
    let gateway = || (502, String::new());
    let create = ["create-claim", "--claim-name", "zz", "--set", "path:title"];
    let batch = ["--batch-file", "BATCH"];
    let apply = ["apply", "REALM", "--yes"];
    let found = || {
        let tried =
            r#"{"results":[{"status":201,"body":{"id":"1","name":"zz","paths":["title"]}}]}"#;
        vec![ok(r#"{"items":[]}"#), ok(tried)]
    };
    let after = |before: Vec<(u16, String)>, last: (u16, String)| [before, vec![last]].concat();
    for (arguments, before, known, unknown) in [
        (
            &create[..],
            Vec::new(),
            "The Claim could not be created",
            "it is not known whether it was done",
        ),
        (
            &batch[..],
            Vec::new(),
            "nothing was applied",
            "it is not known whether anything was applied; `config-audit` tells",
        ),
        (
            &apply[..],
            found(),
            "nothing was applied",
            "it is not known whether it was applied; `plan` tells",
        ),
    ] {
        let (code, text) = answered(arguments, after(before.clone(), refused()));
        assert_eq!(code, 1);
        assert!(text.contains(known) && !text.contains(unknown), "{text}");
        for last in [none(), gateway(), ok("cut off")] {
            // What a single command made is told by nothing but the status.
            if last.0 == 200 && arguments.len() == create.len() {
                continue;
            }
            let (code, text) = answered(arguments, after(before.clone(), last));
            assert_eq!(code, 1, "{text}");
            assert!(text.contains(unknown) && !text.contains(known), "{text}");
        }
    }
}

#[test]
fn a_list_that_is_none_is_no_empty_list() {
    let (code, text) = answered(&["list-claims"], vec![ok("<html>")]);
    assert_eq!(
        (code, text.as_str()),
        (1, "ambit: the server's answer has no list of claims\n")
    );
}

/// Who may not see names gets ids; who may is told that they could not be read.
#[test]
fn names_that_can_t_be_read_are_not_ids() {
    let scopes = r#"{"items":[{"id":"1","name":"a:b","resource_server":"2"}]}"#;
    let list = ["list-oauth2-scopes", "--property", "resource-server"];
    let (code, text) = answered(&list, vec![ok(scopes), (500, String::new())]);
    assert_eq!(code, 1, "{text}");
    let (code, text) = answered(&list, vec![ok(scopes), (403, String::new())]);
    assert_eq!(code, 0, "{text}");
}

#[test]
fn commands_one_by_one_share_a_connection() {
    let made = || (201, r#"{"id":"1","name":"zz"}"#.to_owned());
    let each = ["--batch-file", "TWO", "--batch-continue-on-error"];
    let (code, text) = answered(&each, vec![made(), made()]);
    assert_eq!((code, text.as_str()), (0, ""));
}

/// Runs a command that nobody reads.
fn unread(realm: &Realm, arguments: &[&str]) -> Output {
    let mut command = realm.command(arguments);
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    drop(child.stdout.take());
    child.wait_with_output().unwrap()
}

#[test]
fn whoever_stops_reading_changes_nothing_of_what_is_done() {
    let realm = Realm::new();
    let file = realm.folder.write(
        "realm.toml",
        "[[claims]]\nname = \"zz\"\npaths = [\"title\"]\n",
    );
    assert_eq!(unread(&realm, &["list-claims"]).status.code(), Some(0));
    assert_eq!(unread(&realm, &["plan", &file]).status.code(), Some(2));
    let applied = unread(&realm, &["apply", &file, "--yes"]);
    assert_eq!(applied.status.code(), Some(0), "{}", stderr(&applied));
    assert!(realm.says("list-claims -s").contains("zz\n"));

    // A secret that nobody has seen is no success.
    let create = [
        "create-oauth2-client",
        "--client-name",
        "Lost",
        "--set",
        "service-account:true",
    ];
    let file = realm
        .folder
        .write("lost.batch", "create-client-secret --client-name Lost\n");
    for arguments in [&create[..], &["--batch-file", &file]] {
        let output = unread(&realm, arguments);
        assert_eq!(output.status.code(), Some(1));
        assert_eq!(
            stderr(&output).split(": ").nth(1).unwrap(),
            "it was done, but its new secret could not be printed and is lost"
        );
    }
}
