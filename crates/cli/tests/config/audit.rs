//! What was changed, as commands; replayed elsewhere they give the same configuration.

use crate::realm::Realm;

const CHANGES: &str = "\
create-resource-server --resource-server-name Orders --set identifier:https://orders.example
create-oauth2-scope --scope-name orders:read --type generic --set resource-server:Orders --set 'tag:x y'
set-oauth2-scope-prop --scope-name orders:read --add tag:z --set $'description:It\\'s\\nlong'
create-oauth2-client --client-name Web --client-version 2 --type public --set grant-type:authorization_code --set redirect-uri:https://a.example/cb
create-permitted-scope --client-name Web --scope-name orders:read --set optional:true
set-permitted-scope-prop --client-name Web --scope-name orders:read --set optional:false
set-oauth2-client-prop --client-name Web --set name:Site --add tag:a --add tag:b
create-permitted-scope --client-name Site --scope-name openid
delete-permitted-scope --client-name Site --scope-name orders:read
set-resource-server-prop --resource-server-name Orders --set name:Shop
create-claim --claim-name zz --set path:title --set path:nickName
delete-claim --claim-name zz
create-claim --claim-name department --set path:title
set-realm-prop --set display-name:Main
set-oauth2-client-prop --client-name Site --reset tag
";

#[test]
fn what_was_changed_can_be_replayed_on_a_fresh_realm() {
    let (first, second) = (Realm::new(), Realm::new());
    for line in CHANGES.lines() {
        let file = first.folder.write("one.batch", line);
        first.says(&format!("--batch-file {file}"));
    }
    let audit = first.says("config-audit");
    let commands = audit
        .lines()
        .filter(|line| !line.starts_with('#') && !line.is_empty());
    assert_eq!(commands.count(), CHANGES.lines().count(), "{audit}");
    let file = second.folder.write("replay.batch", &audit);
    let applied = format!("{} commands applied\n", CHANGES.lines().count());
    assert_eq!(second.says(&format!("--batch-file {file}")), applied);
    assert_eq!(second.says("export"), first.says("export"));

    // And undone, from the last to the first, it is as if nothing had been.
    let fresh = Realm::new().says("export");
    let undo: Vec<&str> = audit
        .lines()
        .filter_map(|line| line.strip_prefix("# undo: "))
        .collect();
    let undo: Vec<&str> = undo.into_iter().rev().collect();
    let file = second.folder.write("undo.batch", &undo.join("\n"));
    second.says(&format!("--batch-file {file}"));
    assert_eq!(second.says("export"), fresh);
}

#[test]
fn every_change_stands_below_who_made_it_and_above_it_how_to_undo_it() {
    let realm = Realm::new();
    realm.says("create-claim --claim-name zz --set path:title");
    realm.says("set-claim-prop --claim-name zz --add 'path:emails[primary eq true].value'");
    let audit = realm.says("config-audit");
    let entries: Vec<&str> = audit.trim_end().split("\n\n").collect();
    let lines: Vec<&str> = entries.last().unwrap().lines().collect();
    assert!(
        lines[0].starts_with("# 20") && lines[0].ends_with(" by the client Administrator"),
        "{audit}"
    );
    assert_eq!(
        &lines[1..],
        [
            "# undo: set-claim-prop --claim-name zz --set path:title",
            "set-claim-prop --claim-name zz --set path:title --set 'path:emails[primary eq true].value'"
        ]
    );
    assert_eq!(entries.len(), 2, "{audit}");
    assert_eq!(realm.says("config-audit --since 2100-01-01T00:00:00Z"), "");
}
