//! Batch files: all or nothing, or one by one.

use crate::{
    realm::Realm,
    support::{stderr, stdout},
};

fn two_hundred(last: &str) -> String {
    let mut text = String::from("# two hundred commands\n\n");
    for number in 1..200 {
        text.push_str(&match number % 2 {
            1 => format!("dsconfig create-oauth2-scope --scope-name 'batch:{number}' \\\n  --type generic --set tag:a\n"),
            _ => format!("set-oauth2-scope-prop --scope-name batch:{} --add tag:b\n", number - 1),
        });
    }
    text.push_str(last);
    text.push('\n');
    text
}

fn made(realm: &Realm) -> usize {
    let names = realm.says("list-oauth2-scopes -s");
    names
        .lines()
        .filter(|name| name.starts_with("batch:"))
        .count()
}

#[test]
fn two_hundred_commands_are_applied_or_none() {
    let realm = Realm::new();
    // Refused by the server, as nobody can know before.
    let refused = two_hundred(
        "ambit config set-oauth2-scope-prop --scope-name batch:1 --set resource-operation:retrieve",
    );
    let file = realm.folder.write("refused.batch", &refused);
    let (code, text) = realm.refuses(&format!("--batch-file {file}"));
    let number = refused.lines().count();
    assert_eq!(code, 1, "{text}");
    assert!(
        text.starts_with(&format!(
            "ambit: {file}:{number}: The OAuth2 Scope could not be modified: `resource-operation` "
        )),
        "{text}"
    );
    assert!(text.ends_with("\nnothing was applied\n"), "{text}");
    assert_eq!(made(&realm), 0);

    // Wrong by what the realm has.
    let absent = two_hundred("delete-oauth2-scope --scope-name none:such");
    let file = realm.folder.write("absent.batch", &absent);
    let text = format!(
        "ambit: {file}:{number}: there is no OAuth2 Scope `none:such`\nnothing was applied\n"
    );
    assert_eq!(realm.refuses(&format!("--batch-file {file}")), (1, text));
    assert_eq!(made(&realm), 0);

    // Wrong by itself.
    let wrong = two_hundred("set-oauth2-scope-prop --scope-name batch:1 --set tagg:x");
    let file = realm.folder.write("wrong.batch", &wrong);
    let text = format!(
        "ambit: {file}:{number}: An OAuth2 Scope has no property `tagg`; did you mean `tag`?\nnothing was applied\n"
    );
    assert_eq!(realm.refuses(&format!("--batch-file {file}")), (2, text));
    assert_eq!(made(&realm), 0);

    let whole = two_hundred("delete-oauth2-scope --scope-name batch:199");
    let file = realm.folder.write("whole.batch", &whole);
    assert_eq!(
        realm.says(&format!("--batch-file {file}")),
        "200 commands applied\n"
    );
    assert_eq!(made(&realm), 99);
    assert_eq!(
        realm.says("get-oauth2-scope-prop --scope-name batch:1 --property tag -s"),
        "tag\ta\tb\n"
    );
}

#[test]
fn a_batch_is_checked_whole_and_every_wrong_line_named() {
    let realm = Realm::new();
    let file = realm.folder.write(
        "wrong.batch",
        "create-claim --claim-name zz --set path:title\n\
         create-clam --claim-name zz\n\
         # fine\n\
         create-claim --set path:title\n\
         list-claims\n\
         set-claim-prop --claim-name 'zz' --set path:a --add path:b\n",
    );
    let (code, text) = realm.refuses(&format!("--batch-file {file}"));
    assert_eq!(code, 2);
    let lines: Vec<&str> = text.lines().collect();
    assert!(
        lines[0].starts_with(&format!(
            "ambit: {file}:2: unrecognized subcommand 'create-clam'"
        )),
        "{text}"
    );
    assert!(
        lines[1].starts_with(&format!(
            "{file}:4: the following required arguments were not provided: --claim-name"
        )),
        "{text}"
    );
    assert!(
        lines[2].starts_with(&format!(
            "{file}:5: a batch that is applied as one only changes things"
        )),
        "{text}"
    );
    assert_eq!(
        lines[3],
        format!("{file}:6: `path` can't be given to --set and to --add in one command")
    );
    assert_eq!(lines[4], "nothing was applied");
    let file = realm
        .folder
        .write("open.batch", "\ncreate-claim --claim-name 'zz\nlist \"x\n");
    assert_eq!(
        realm.refuses(&format!("--batch-file {file}")),
        (
            2,
            format!(
                "ambit: {file}:2: a quotation mark (') is never closed\n\
                 {file}:3: a quotation mark (\") is never closed\nnothing was applied\n"
            )
        )
    );
    assert!(!realm.says("list-claims -s").contains("zz"));
}

#[test]
fn one_by_one_goes_on_after_a_failure() {
    let realm = Realm::new();
    let file = realm.folder.write(
        "some.batch",
        "create-claim --claim-name zz_a --set path:title\n\
         create-claim --claim-name zz_b --set path:\"no such attribute\"\n\
         create-claim --claim-name zz_c --set path:title\n",
    );
    let output = realm.run(&format!("--batch-file {file} --batch-continue-on-error"));
    assert_eq!(output.status.code(), Some(3));
    assert!(
        stderr(&output).starts_with(&format!(
            "ambit: {file}:2: The Claim could not be created: `path"
        )),
        "{}",
        stderr(&output)
    );
    assert_eq!(
        stdout(&output),
        "The Claim was created successfully\nThe Claim was created successfully\n\
         2 commands applied, 1 failed\n"
    );
    assert_eq!(
        realm.says("list-claims -s --filter 'name sw \"zz\"'"),
        "zz_a\nzz_c\n"
    );
}

/// Commands see what those before them do, also of what the server adds by itself.
#[test]
fn later_commands_see_what_earlier_ones_do() {
    let realm = Realm::new();
    let file = realm.folder.write(
        "chain.batch",
        "create-resource-server --resource-server-name Orders --set identifier:https://orders.example\n\
         create-oauth2-scope --scope-name orders:read --type generic --set resource-server:Orders\n\
         create-oauth2-client --client-name App --type public --set redirect-uri:https://a.example/cb\n\
         set-oauth2-client-prop --client-name app --add grant-type:refresh_token\n\
         create-permitted-scope --client-name App --scope-name orders:read\n\
         set-permitted-scope-prop --client-name App --scope-name orders:read --set default:true\n\
         set-oauth2-client-prop --client-name App --set name:Renamed\n\
         set-oauth2-client-prop --client-name Renamed --add tag:x\n\
         create-claim --claim-name zz --set path:title\n\
         delete-claim --claim-name zz\n\
         create-claim --claim-name zz --set path:nickName\n",
    );
    assert_eq!(
        realm.says(&format!("--batch-file {file}")),
        "11 commands applied\n"
    );
    assert_eq!(
        realm.says(
            "get-oauth2-client-prop --client-name Renamed --property grant-type --property tag -s"
        ),
        "grant-type\tauthorization_code\trefresh_token\ntag\tx\n"
    );
    assert_eq!(
        realm
            .says("list-permitted-scopes --client-name Renamed --property default --tab-delimited"),
        "Permitted Scope\tdefault\norders:read\ttrue\n"
    );
    assert_eq!(
        realm.says("get-claim-prop --claim-name zz --property path -s"),
        "path\tnickName\n"
    );
}
