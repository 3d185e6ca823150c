//! Product §11 as it is written: five verbs, three ways to show things.

use crate::{realm::Realm, support::stdout};
use std::process::Stdio;

const CREATE: &str = "create-oauth2-scope --scope-name hr:read --set scim-resource-type:User \
                      --set resource-operation:search --set resource-operation:retrieve \
                      --set resource-attribute:name --set 'description:Names, of people'";

#[test]
fn the_five_verbs_for_a_scope() {
    let realm = Realm::new();
    assert_eq!(
        realm.says(CREATE),
        "The OAuth2 Scope was created successfully\n"
    );

    let get = "get-oauth2-scope-prop --scope-name HR:Read --property type --property tag \
               --property resource-operation --property description";
    assert_eq!(
        realm.says(get),
        "Property           : Value(s)\n\
         -------------------:-----------------\n\
         type               : resource\n\
         tag                : -\n\
         resource-operation : retrieve, search\n\
         description        : Names, of people\n"
    );
    let lines = "type\tresource\ntag\nresource-operation\tretrieve\tsearch\n\
                 description\tNames, of people\n";
    assert_eq!(realm.says(&format!("{get} --script-friendly")), lines);
    assert_eq!(
        realm.says(&format!("{get} --tab-delimited")),
        format!("Property\tValue(s)\n{lines}")
    );

    let set = "set-oauth2-scope-prop --scope-name hr:read";
    let modified = "The OAuth2 Scope was modified successfully\n";
    let shown = || {
        realm.says("get-oauth2-scope-prop --scope-name hr:read --property tag --property description --property resource-attribute -s")
    };
    assert_eq!(
        realm.says(&format!(
            "{set} --add tag:pii --add tag:b --reset description"
        )),
        modified
    );
    assert_eq!(
        shown(),
        "tag\tb\tpii\ndescription\nresource-attribute\tname\n"
    );
    assert_eq!(realm.says(&format!("{set} --remove tag:b --add tag:a --set resource-attribute:title --set resource-attribute:emails")), modified);
    assert_eq!(
        shown(),
        "tag\ta\tpii\ndescription\nresource-attribute\temails\ttitle\n"
    );
    let file = realm.folder.write("text", "from a file: a<b\n");
    assert_eq!(
        realm.says(&format!("{set} --set description<{file}")),
        modified
    );
    assert_eq!(
        shown(),
        "tag\ta\tpii\ndescription\tfrom a file: a<b\nresource-attribute\temails\ttitle\n"
    );

    let delete = "delete-oauth2-scope --scope-name hr:read";
    assert_eq!(
        realm.says(delete),
        "The OAuth2 Scope was deleted successfully\n"
    );
    assert_eq!(
        realm.refuses(delete),
        (1, "ambit: there is no OAuth2 Scope `hr:read`\n".into())
    );
    assert_eq!(
        realm.says(&format!("{delete} --force")),
        "There was no such OAuth2 Scope\n"
    );
}

#[test]
fn lists_are_tables_names_or_columns() {
    let realm = Realm::new();
    realm.says("create-claim --claim-name zz_b --set path:title --set path:nickName");
    realm.says("create-claim --claim-name zz_a --set path:title");
    let list = "list-claims --filter 'name sw \"zz_\"'";
    assert_eq!(
        realm.says(list),
        "Claim : path\n\
         ------:----------------\n\
         zz_a  : title\n\
         zz_b  : nickName, title\n"
    );
    assert_eq!(
        realm.says(&format!("{list} --script-friendly")),
        "zz_a\nzz_b\n"
    );
    assert_eq!(
        realm.says(&format!("{list} --script-friendly --property path")),
        "zz_a\nzz_b\n"
    );
    assert_eq!(
        realm.says(&format!(
            "{list} --tab-delimited --property path --property built-in"
        )),
        "Claim\tpath\tbuilt-in\nzz_a\ttitle\tfalse\nzz_b\tnickName, title\tfalse\n"
    );
    let json: serde_json::Value =
        serde_json::from_str(&realm.says(&format!("{list} --property path --json"))).unwrap();
    assert_eq!(json[1]["paths"], serde_json::json!(["title", "nickName"]));
}

#[test]
fn the_type_of_a_scope_follows_from_its_properties() {
    let realm = Realm::new();
    let get = |name: &str| {
        realm.says(&format!(
            "get-oauth2-scope-prop --scope-name {name} --property type -s"
        ))
    };
    realm.says("create-oauth2-scope --scope-name me:see --set 'consent-prompt-text:See you'");
    assert_eq!(get("me:see"), "type\tauthenticated-identity\n");
    realm.says("create-oauth2-scope --scope-name other:thing --type generic");
    assert_eq!(get("other:thing"), "type\tgeneric\n");
    let (code, text) = realm.refuses("create-oauth2-scope --scope-name none:such");
    assert_eq!(code, 2);
    assert!(text.starts_with("ambit: --type is needed"), "{text}");
}

#[test]
fn clients_with_versions_and_their_permitted_scopes() {
    let realm = Realm::new();
    let made = realm.says("create-oauth2-client --client-name Web --type public --set grant-type:authorization_code --set redirect-uri:https://a.example/cb");
    let lines: Vec<&str> = made.lines().collect();
    assert_eq!(lines[0], "The OAuth2 Client was created successfully");
    assert!(lines[1].starts_with("client-id: "), "{made}");
    assert_eq!(lines.len(), 2, "a public client has no secret");
    realm.says("create-oauth2-client --client-name web --client-version 2 --type public --set grant-type:authorization_code --set redirect-uri:https://b.example/cb");
    assert_eq!(
        realm.refuses("set-oauth2-client-prop --client-name WEB --add tag:x"),
        (2, "ambit: there are several OAuth2 Clients `WEB`, of the versions `2`, one without: say which with --client-version (empty for the one without)\n".into())
    );
    realm.says("set-oauth2-client-prop --client-name WEB --client-version 2 --add tag:x");
    let assign = "create-permitted-scope --client-name Web --client-version 2 --scope-name openid";
    assert_eq!(
        realm.says(assign),
        "The Permitted Scope was created successfully\n"
    );
    realm.says("set-permitted-scope-prop --client-name Web --client-version 2 --scope-name OPENID --set optional:true");
    assert_eq!(
        realm.says("list-permitted-scopes --client-name Web --client-version 2"),
        "Permitted Scope : optional : default\n\
         ----------------:----------:--------\n\
         openid          : true     : false\n"
    );
    realm.says("delete-permitted-scope --client-name Web --client-version 2 --scope-name openid");
    realm.says("delete-oauth2-client --client-name Web --client-version 2");
    assert_eq!(
        realm.says("list-oauth2-clients -s"),
        "Administrator\nAmbit command line\nWeb\n"
    );
}

#[test]
fn references_are_names_on_both_ways() {
    let realm = Realm::new();
    realm.says("create-resource-server --resource-server-name Orders --set identifier:https://orders.example");
    realm.says(
        "create-oauth2-scope --type generic --scope-name orders:read --set resource-server:orders",
    );
    assert_eq!(
        realm.says("list-oauth2-scopes --filter 'name eq \"orders:read\"' --property resource-server --tab-delimited"),
        "OAuth2 Scope\tresource-server\norders:read\tOrders\n"
    );
    assert_eq!(
        realm.refuses("set-oauth2-scope-prop --scope-name orders:read --set resource-server:Other"),
        (
            1,
            "ambit: `resource-server` names `Other`, and there is no such Resource Server\n".into()
        )
    );
}

#[test]
fn a_new_secret_is_shown_once_or_put_into_a_private_file() {
    use std::os::unix::fs::PermissionsExt;
    let realm = Realm::new();
    let create = "create-oauth2-client --type confidential --set grant-type:client_credentials --set service-account:true --client-name";
    let shown = realm.says(&format!("{create} Shown"));
    assert!(
        shown.lines().nth(2).unwrap().starts_with("client-secret: "),
        "{shown}"
    );
    let file = realm.folder.text("secrets.json");
    let hidden = realm.says(&format!("{create} Kept --secrets-file {file}"));
    assert!(!hidden.contains("secret:"), "{hidden}");
    assert_eq!(
        std::fs::metadata(&file).unwrap().permissions().mode() & 0o777,
        0o600
    );
    let kept = crate::support::read_json(file.as_ref());
    assert_eq!(kept[0]["name"], "Kept");
    assert!(kept[0]["client_secret"].is_string());
    // It exists: nothing is done at all.
    let (code, text) = realm.refuses(&format!("{create} Never --secrets-file {file}"));
    assert_eq!(code, 1, "{text}");
    assert!(!realm.says("list-oauth2-clients -s").contains("Never"));
    // What is refused leaves no file behind.
    let other = realm.folder.text("other.json");
    let (code, text) = realm.refuses(&format!("{create} Kept --secrets-file {other}"));
    assert_eq!(code, 1, "{text}");
    assert!(!realm.folder.path("other.json").exists());
}

#[test]
fn the_realm_itself_needs_no_name() {
    let realm = Realm::new();
    realm.says("set-realm-prop --set access-token-lifetime:300 --set display-name:Main");
    assert_eq!(
        realm.says("get-realm-prop --property display-name --property access-token-lifetime -s"),
        "display-name\tMain\naccess-token-lifetime\t300\n"
    );
    assert_eq!(
        realm.says("get-realm-prop --realm-name default --property display-name -s"),
        "display-name\tMain\n"
    );
    assert_eq!(realm.says("list-realms -s"), "default\n");
    assert_eq!(realm.says("list-tenants -s"), "default\n");
}

#[test]
fn a_structure_is_json_and_replaces_the_old_one() {
    let realm = Realm::new();
    realm.says("set-realm-prop --set 'password-policy:{\"min_length\":14,\"history\":3}'");
    let json: serde_json::Value =
        serde_json::from_str(&realm.says("get-realm-prop --property password-policy --json"))
            .unwrap();
    assert_eq!(json["password_policy"]["min_length"], 14);
    realm.says("set-realm-prop --set 'password-policy:{\"min_length\":12}'");
    let json: serde_json::Value =
        serde_json::from_str(&realm.says("get-realm-prop --property password-policy --json"))
            .unwrap();
    assert_eq!(json["password_policy"]["min_length"], 12);
    assert_eq!(json["password_policy"]["history"], 0);
}

/// Two that change one object at once lose nothing of either.
#[test]
fn no_update_is_lost() {
    let realm = Realm::new();
    realm.says("create-oauth2-scope --scope-name a:b --type generic");
    for round in 0..5 {
        let both = ["x", "y"].map(|who| {
            let tag = format!("tag:{who}{round}");
            let set = [
                "set-oauth2-scope-prop",
                "--scope-name",
                "a:b",
                "--add",
                &tag,
            ];
            realm.command(&set).stdout(Stdio::null()).spawn().unwrap()
        });
        for mut child in both {
            assert!(child.wait().unwrap().success());
        }
    }
    assert_eq!(
        realm.says("get-oauth2-scope-prop --scope-name a:b --property tag -s"),
        "tag\tx0\tx1\tx2\tx3\tx4\ty0\ty1\ty2\ty3\ty4\n"
    );
}

#[test]
fn the_command_that_does_the_same_is_shown_on_request() {
    let realm = Realm::new();
    let output = realm.run(
        "create-claim --claim-name zz --set 'path:emails[primary eq true].value' --display-command",
    );
    assert_eq!(stdout(&output), "The Claim was created successfully\n");
    assert_eq!(
        crate::support::stderr(&output),
        "ambit config create-claim --claim-name zz --set 'path:emails[primary eq true].value'\n"
    );
}
