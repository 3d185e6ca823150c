//! A scope goes only when nothing has it (product §2.4): by the command line and by its batches.

use crate::realm::Realm;
use serde_json::Value;
use std::os::unix::fs::PermissionsExt;

const SCOPE: &str = "crm:read";

/// A client with the scope that has a token: the credentials that it got it with are its own.
fn client_with_token(realm: &Realm) {
    let made = "create-oauth2-client --client-name crm --set service-account:true --json";
    let made: Value = serde_json::from_str(&realm.says(made)).unwrap();
    let assigned =
        "create-permitted-scope --client-name crm --scope-name crm:read --set default:true";
    realm.says(assigned);
    let admin = std::fs::read_to_string(realm.folder.text("admin.json")).unwrap();
    let mut credentials: Value = serde_json::from_str(&admin).unwrap();
    for name in ["client_id", "client_secret"] {
        assert!(made[name].is_string(), "{made}");
        credentials[name] = made[name].clone();
    }
    let file = realm.folder.write("crm.json", &credentials.to_string());
    let own = std::fs::Permissions::from_mode(0o600);
    std::fs::set_permissions(&file, own).unwrap();
    let mut command = realm.command(&["list-claims"]);
    let output = command.env("AMBIT_CREDENTIALS", file).output().unwrap();
    assert_eq!(
        output.status.code(),
        Some(1),
        "it has a token, and no right"
    );
}

#[test]
fn a_scope_goes_when_no_client_and_no_token_has_it() {
    let realm = Realm::new();
    realm.says(&format!(
        "create-oauth2-scope --scope-name {SCOPE} --type generic"
    ));
    client_with_token(&realm);
    let delete = format!("delete-oauth2-scope --scope-name {SCOPE}");
    let batch = realm.folder.write("gone.batch", &format!("{delete}\n"));
    let by_batch = format!("--batch-file {batch}");
    let refused = |by: &str, user: &str| {
        let (code, said) = realm.refuses(by);
        assert_eq!(code, 1, "{by}: {said}");
        assert!(
            said.contains("in use by") && said.contains(user),
            "{by}: {said}"
        );
    };
    for by in [&delete, &by_batch] {
        refused(by, "OAuth2 Client");
    }
    realm.says(&format!(
        "delete-permitted-scope --client-name crm --scope-name {SCOPE}"
    ));
    for by in [&delete, &by_batch] {
        refused(by, "Token");
    }
    let tokens = realm.says(&format!(
        "list-tokens --filter 'scopes eq \"{SCOPE}\" and status eq \"live\"' --script-friendly"
    ));
    let ids: Vec<&str> = tokens.lines().collect();
    assert_eq!(ids.len(), 1, "{tokens}");
    realm.says(&format!("delete-token --token-id {}", ids[0]));
    realm.says(&by_batch);
    let (code, _) = realm.refuses(&delete);
    assert_eq!(code, 1, "it is gone");
}
