//! The menu, driven line by line.

use crate::{
    realm::Realm,
    support::{stderr, stdout},
};

#[test]
fn the_menu_leads_to_an_object_and_shows_its_command() {
    let realm = Realm::new();
    let menu = realm.with_input(&[], "q\n");
    let first = stdout(&menu);
    let number = |text: &str, line: &str| -> String {
        let found = text
            .lines()
            .find(|shown| shown.ends_with(&format!(")  {line}")));
        let found = found.unwrap_or_else(|| panic!("{line}: {text}"));
        found.split(')').next().unwrap().trim().to_owned()
    };
    let claims = number(&first, "Claim");
    let second = stdout(&realm.with_input(&[], &format!("{claims}\nq\n")));
    let create = number(&second, "Create a Claim");
    let list = number(&second, "List the Claims");
    // One property only can be given: the paths.
    let input =
        format!("{claims}\n{create}\nzz_menu\n?\n1\n1\ntitle\nnickName\n\nf\n{list}\nb\nb\n");
    let output = realm.with_input(&[], &input);
    let text = stdout(&output);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    assert!(
        text.contains("* path  -\n"),
        "required properties carry an asterisk: {text}"
    );
    assert!(text.contains("* path  title, nickName\n"), "{text}");
    assert!(text.contains("  Multi-valued: yes\n"), "{text}");
    assert!(
        text.contains(
            "The equivalent command is:\n\n    ambit config create-claim --claim-name zz_menu \
             --set path:title --set path:nickName\n\n\nThe Claim was created successfully\n"
        ),
        "{text}"
    );
    assert_eq!(
        realm.says("get-claim-prop --claim-name zz_menu --property path -s"),
        "path\tnickName\ttitle\n"
    );
}

#[test]
fn what_fails_in_the_menu_is_told_and_can_be_mended() {
    let realm = Realm::new();
    let first = stdout(&realm.with_input(&[], "q\n"));
    let claims = first
        .lines()
        .find(|line| line.ends_with(")  Claim"))
        .unwrap();
    let claims = claims.split(')').next().unwrap().trim();
    // 4 is Create; a path that is none, then one that is.
    let input = format!("{claims}\n4\nzz\n1\n1\nno such\n\nf\n1\n1\ntitle\n\nf\nx\nq\n");
    let output = realm.with_input(&[], &input);
    let text = stdout(&output);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    assert!(
        text.contains("The Claim could not be created: `path"),
        "{text}"
    );
    assert!(
        text.contains("The Claim was created successfully"),
        "{text}"
    );
    assert!(text.contains("`x` is none of the choices"), "{text}");
}

/// Words are chosen by their numbers, and what a scope is follows from them.
#[test]
fn words_are_chosen_by_number() {
    let realm = Realm::new();
    let number = |text: &str, end: &str| -> String {
        let found = text
            .lines()
            .find(|line| line.ends_with(end) || line.contains(&format!("{end}  ")));
        let found = found.unwrap_or_else(|| panic!("{end}: {text}"));
        found.split(')').next().unwrap().trim().to_owned()
    };
    let scopes = number(&stdout(&realm.with_input(&[], "q\n")), ")  OAuth2 Scope");
    let create = number(
        &stdout(&realm.with_input(&[], &format!("{scopes}\nq\n"))),
        "Create an OAuth2 Scope",
    );
    let begun = format!("{scopes}\n{create}\nme:change\n");
    let page = stdout(&realm.with_input(&[], &format!("{begun}q\n")));
    let prompt = number(&page, "  consent-prompt-text");
    let operations = number(&page, "  resource-operation");
    let input = format!("{begun}{prompt}\n1\nChange you\n{operations}\n1\n1\nmodify\n\nf\nq\n");
    let output = realm.with_input(&[], &input);
    let text = stdout(&output);
    assert!(
        text.contains("\n    1)  retrieve\n    2)  modify\n"),
        "{text}"
    );
    assert!(
        text.contains("The OAuth2 Scope was created successfully"),
        "{text}"
    );
    assert_eq!(
        realm.says("get-oauth2-scope-prop --scope-name me:change --property type --property resource-operation -s"),
        "type\tauthenticated-identity\nresource-operation\tmodify\tretrieve\n"
    );
}
