//! What is applied is there then, and planned again there is nothing left to do.

use crate::{
    realm::Realm,
    support::{stderr, stdout},
};
use std::process::Output;

/// Runs a command with the variables that a file names secrets by.
fn with_secrets(realm: &Realm, arguments: &[&str]) -> Output {
    realm
        .command(arguments)
        .env("P_SECRET", "hush")
        .env("BIND", "hush")
        .output()
        .unwrap()
}

fn apply(realm: &Realm, text: &str) -> String {
    let file = realm.folder.write("realm.toml", text);
    let applied = with_secrets(realm, &["apply", &file, "--yes"]);
    assert_eq!(applied.status.code(), Some(0), "{}", stderr(&applied));
    let planned = with_secrets(realm, &["plan", &file]);
    assert_eq!(
        stdout(&planned),
        "No differences.\n",
        "{}",
        stderr(&planned)
    );
    stdout(&applied)
}

/// REG-26: the server drops a secret with the issuer, the directory or the connector that it was for.
#[test]
fn reg_26_a_secret_comes_again_with_what_it_is_for() {
    let realm = Realm::new();
    let providers = |issuer: &str| {
        format!(
            "[[identity-providers]]\nname = \"P\"\nissuer = \"{issuer}\"\nclient_id = \"x\"\n\
             client_secret = {{ env = \"P_SECRET\" }}\n"
        )
    };
    let profiles = |server: &str| {
        format!(
            "[[sync-profiles]]\nname = \"staff\"\nsource = \"ldap\"\nserver = \"{server}\"\n\
             base = \"dc=example,dc=com\"\nbind_name = \"cn=ambit,dc=example,dc=com\"\n\
             bind_password = {{ env = \"BIND\" }}\n"
        )
    };
    let file = |issuer: &str, server: &str| providers(issuer) + &profiles(server);
    apply(&realm, &file("https://a.example", "ldaps://a.example"));
    let text = apply(&realm, &file("https://b.example", "ldaps://b.example"));
    assert_eq!(
        text,
        "~ Identity Provider `P`\n    \
             issuer: \"https://a.example\" → \"https://b.example\"\n    \
             client_secret: (secret) → (secret)\n\
         ~ Sync Profile `staff`\n    \
             server: \"ldaps://a.example\" → \"ldaps://b.example\"\n    \
             bind_password: (secret) → (secret)\n\
         \n0 to create, 2 to change, 0 to delete.\nApplied.\n"
    );
    assert_eq!(
        realm.says("get-identity-provider-prop --provider-name P --property has-client-secret -s"),
        "has-client-secret\ttrue\n"
    );
    assert_eq!(
        realm.says("get-sync-profile-prop --profile-name staff --property has-bind-password -s"),
        "has-bind-password\ttrue\n"
    );
}

#[test]
fn what_is_set_at_creation_only_may_be_left_out() {
    let realm = Realm::new();
    apply(
        &realm,
        "[[applications]]\nname = \"X\"\ngrant_types = [\"client_credentials\"]\nservice_account = true\n",
    );
}

#[test]
fn what_came_with_ambit_is_changed_only_where_it_can_be() {
    let realm = Realm::new();
    let paths = realm.says("get-claim-prop --claim-name email --property path --json");
    let paths: serde_json::Value = serde_json::from_str(&paths).unwrap();
    let email = format!("[[claims]]\nname = \"email\"\npaths = {}\n", paths["paths"]);
    apply(&realm, &email);

    let scope = "[[scopes]]\nname = \"profile\"\nconsent_prompt_text = \"Something else\"\n";
    let file = realm.folder.write("fixed.toml", scope);
    let (code, text) = realm.refuses(&format!("apply {file} --yes"));
    assert_eq!(code, 1, "{text}");
    assert!(
        text.starts_with(
            "ambit: OAuth2 Scope `profile`: Ambit brought it, and its `consent_prompt_text` can't \
             be changed; it is "
        ),
        "{text}"
    );
}
