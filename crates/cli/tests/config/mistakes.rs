//! What is refused, in which words, with which exit code; and that it changes nothing.

use crate::realm::Realm;

#[test]
fn mistakes_are_named_and_change_nothing() {
    let realm = Realm::new();
    realm.says("create-oauth2-scope --scope-name hr:read --set scim-resource-type:User --set resource-operation:retrieve --set resource-attribute:name --set tag:a");
    let before = realm.says("get-oauth2-scope-prop --scope-name hr:read");
    let set = "set-oauth2-scope-prop --scope-name hr:read";
    let cases = [
        (
            2,
            "--set tag:b --add tag:c",
            "`tag` can't be given to --set and to --add in one command",
        ),
        (
            2,
            "--set tag:b --remove tag:a",
            "`tag` can't be given to --set and to --remove in one command",
        ),
        (
            1,
            "--remove tag:zzz",
            "`tag` has no value `zzz` that could be removed",
        ),
        (
            2,
            "--set tag:",
            "`tag` can't have an empty value; --reset tag takes its values away",
        ),
        (
            2,
            "--set tagg:x",
            "An OAuth2 Scope has no property `tagg`; did you mean `tag`?",
        ),
        (
            2,
            "--set tags:x",
            "An OAuth2 Scope has no property `tags`; did you mean `tag`?",
        ),
        (
            2,
            "--set nothing",
            "`nothing` must have the form PROPERTY:VALUE or PROPERTY<FILE",
        ),
        (
            2,
            "--set token-name:other",
            "`name` can't be changed after creation",
        ),
        (2, "--set version:3", "`version` is set by the server"),
        (
            2,
            "--set description:a --set description:b",
            "`description` takes one value, and is set twice",
        ),
        (
            2,
            "--add description:a",
            "`description` takes one value: use --set instead of --add",
        ),
        (
            2,
            "",
            "nothing is to be changed: --set, --add, --remove or --reset says what",
        ),
        (
            1,
            "--set resource-operation:fly",
            "The OAuth2 Scope could not be modified: `resource-operation` is invalid: `fly` is none of retrieve, modify, create, delete, search",
        ),
        (
            1,
            "--reset resource-attribute",
            "The OAuth2 Scope could not be modified: `resource-attribute` is required",
        ),
    ];
    for (code, given, text) in cases {
        assert_eq!(
            realm.refuses(&format!("{set} {given}")),
            (code, format!("ambit: {text}\n")),
            "{given}"
        );
    }
    assert_eq!(
        realm.says("get-oauth2-scope-prop --scope-name hr:read"),
        before
    );
}

#[test]
fn values_of_the_wrong_kind_are_refused_before_anything_is_sent() {
    let realm = Realm::new();
    let cases = [
        (
            "set-realm-prop --set access-token-lifetime:soon",
            "`access-token-lifetime` must be a whole number, not `soon`",
        ),
        (
            "create-oauth2-client --client-name x --set active:maybe",
            "`active` must be true or false, not `maybe`",
        ),
        (
            "set-realm-prop --set 'registration:{'",
            "`registration` must be JSON: EOF while parsing an object at line 1 column 1",
        ),
    ];
    for (line, text) in cases {
        assert_eq!(realm.refuses(line), (2, format!("ambit: {text}\n")));
    }
}

/// Product §2.4: a scope in use can't be deleted, and the refusal says what uses it.
#[test]
fn a_scope_in_use_is_not_deleted() {
    let realm = Realm::new();
    realm.says("create-oauth2-scope --scope-name a:b --type generic");
    realm.says(
        "create-oauth2-client --client-name App --type public --set grant-type:authorization_code \
         --set redirect-uri:https://a.example/cb",
    );
    realm.says("create-permitted-scope --client-name App --scope-name a:b");
    let (code, text) = realm.refuses("delete-oauth2-scope --scope-name a:b");
    assert_eq!(code, 1);
    assert!(
        text.starts_with("ambit: The OAuth2 Scope could not be deleted: The scope `a:b` is in use"),
        "{text}"
    );
    assert!(
        text.ends_with("\n  used by 1 OAuth2 Client: App\n"),
        "{text}"
    );
    realm.says("delete-permitted-scope --client-name App --scope-name a:b");
    realm.says("delete-oauth2-scope --scope-name a:b");
}

/// T11: what is on a command line is seen by everybody on the machine.
#[test]
fn t11_secrets_have_no_place_on_a_command_line() {
    let realm = Realm::new();
    let create = "create-identity-provider --provider-name P --set issuer:https://p.example --set client-id:x";
    assert_eq!(
        realm.refuses(&format!("{create} --set client-secret:hush")),
        (2, "ambit: `client-secret` is a secret and has no place on a command line: give it as 'client-secret<FILE', or as 'client-secret<-' on standard input\n".into())
    );
    let output = realm.with_input(
        &[
            "create-identity-provider",
            "--provider-name",
            "P",
            "--set",
            "issuer:https://p.example",
            "--set",
            "client-id:x",
            "--set",
            "client-secret<-",
        ],
        "hush\n",
    );
    assert_eq!(
        output.status.code(),
        Some(0),
        "{}",
        crate::support::stderr(&output)
    );
    assert_eq!(
        realm.says("get-identity-provider-prop --provider-name p --property has-client-secret --property client-secret -s"),
        "has-client-secret\ttrue\nclient-secret\n"
    );
}

/// T11: credentials that others can read are not used.
#[test]
fn t11_credentials_that_others_can_read_are_refused() {
    use std::os::unix::fs::PermissionsExt;
    let realm = Realm::new();
    let file = realm.folder.path("admin.json");
    std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o640)).unwrap();
    let text = format!(
        "ambit: {} can be read by others, and holds secrets: give it mode 600\n",
        file.display()
    );
    assert_eq!(realm.refuses("list-claims"), (1, text));
}

#[test]
fn who_is_nobody_is_told_how_to_sign_in() {
    let realm = Realm::new();
    let output = realm
        .command(&["list-claims"])
        .env_remove("AMBIT_CREDENTIALS")
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert_eq!(
        crate::support::stderr(&output),
        "ambit: nobody is signed in: `ambit login --realm URL` signs a person in, --credentials FILE is for scripts\n"
    );
}
