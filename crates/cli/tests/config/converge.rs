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

/// The server has each resource server once by its identifier, and claims' names letter by letter.
#[test]
fn objects_are_told_apart_as_the_server_does() {
    let realm = Realm::new();
    let file = "[[resource-servers]]\nidentifier = \"https://a.example\"\nname = \"Orders\"\n\
                [[resource-servers]]\nidentifier = \"https://b.example\"\nname = \"Orders\"\n\
                [[scopes]]\nname = \"b:read\"\ntype = \"generic\"\nresource_server = \"https://b.example\"\n\
                [[claims]]\nname = \"level\"\npaths = [\"title\"]\n\
                [[claims]]\nname = \"Level\"\npaths = [\"nickName\"]\n";
    apply(&realm, file);
    let written = realm.says("export");
    assert!(
        written.contains("\nresource_server = \"https://b.example\"\n"),
        "{written}"
    );
    apply(&realm, &file.replacen("\"Orders\"", "\"Shop\"", 1));
    assert_eq!(
        realm.says("get-resource-server-prop --resource-server-name shop --property identifier -s"),
        "identifier\thttps://a.example\n"
    );
    realm.says(
        "set-resource-server-prop --resource-server-name https://a.example --set name:Orders",
    );
    assert_eq!(
        realm.refuses("get-resource-server-prop --resource-server-name Orders"),
        (
            2,
            "ambit: there are several Resource Servers `Orders`: say which of https://a.example, \
             https://b.example\n"
                .into()
        )
    );
}

#[test]
fn references_may_be_in_any_case_or_ids() {
    let realm = Realm::new();
    let made = realm.says("create-resource-server --resource-server-name Orders --set identifier:https://o.example --json");
    let made: serde_json::Value = serde_json::from_str(&made).unwrap();
    let scope = |server: &str| {
        format!("[[scopes]]\nname = \"a:b\"\ntype = \"generic\"\nresource_server = \"{server}\"\n")
    };
    for server in ["Orders", "orders", made["id"].as_str().unwrap()] {
        apply(&realm, &scope(server));
    }
    // A plan calls by name also what is only tried.
    let file = realm.folder.write(
        "new.toml",
        &format!(
            "[[resource-servers]]\nidentifier = \"https://o.example\"\nname = \"Orders\"\n\
             [[resource-servers]]\nidentifier = \"https://n.example\"\nname = \"New\"\n{}",
            scope("new")
        ),
    );
    assert_eq!(
        stdout(&realm.run(&format!("plan {file}"))),
        "+ Resource Server `https://n.example`\n    name = \"New\"\n\
         ~ OAuth2 Scope `a:b`\n    resource_server: \"Orders\" → \"New\"\n\n\
         1 to create, 1 to change, 0 to delete.\n"
    );
}

#[test]
fn a_reference_to_one_of_several_is_made_by_id() {
    let realm = Realm::new();
    for version in ["1", "2"] {
        realm.says(&format!(
            "create-oauth2-client --client-name Twin --client-version {version} --set service-account:true"
        ));
    }
    let (code, text) = realm.refuses("create-connector --connector-name c --set application:Twin");
    assert_eq!(code, 2, "{text}");
    let start = "ambit: there are several OAuth2 Clients `Twin`: name one by its id: ";
    let ids = text.strip_prefix(start).unwrap_or_else(|| panic!("{text}"));
    let id = ids.split(", ").next().unwrap();
    realm.says(&format!(
        "create-connector --connector-name c --set application:{id}"
    ));
}
