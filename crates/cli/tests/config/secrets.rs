//! New secrets: whose they are, and where they go.

use crate::{
    realm::Realm,
    support::{read_json, stderr},
};
use serde_json::Value;

const CREATE: &str = "create-oauth2-client --client-name Payroll --set service-account:true";

#[test]
fn a_new_secret_says_whose_it_is() {
    let realm = Realm::new();
    let made: Value = serde_json::from_str(&realm.says(&format!("{CREATE} --json"))).unwrap();
    let file = realm.folder.text("second.json");
    realm.says(&format!(
        "create-client-secret --client-name Payroll --secrets-file {file}"
    ));
    let kept = &read_json(file.as_ref())[0];
    assert_eq!(kept["object"], "client-secret");
    assert_eq!(kept["client_name"], "Payroll");
    assert!(kept["client_secret"].is_string());
    let second = kept["id"].as_str().unwrap();
    let delete = format!("delete-client-secret --client-name Payroll --secret-id {second}");
    assert_eq!(
        realm.says(&delete),
        "The Client Secret was deleted successfully\n"
    );
    assert_eq!(realm.refuses(&delete).0, 1);
    assert_eq!(
        realm.says(&format!("{delete} --force")),
        "There was no such Client Secret\n"
    );

    let batch = realm.folder.write(
        "two.batch",
        "create-client-secret --client-name Payroll\n\
         create-oauth2-client --client-name Berlin --set service-account:true\n",
    );
    let said = realm.says(&format!("--batch-file {batch}"));
    let lines: Vec<&str> = said.lines().collect();
    assert!(
        lines[0].starts_with(&format!("{batch}:1: Payroll (")),
        "{said}"
    );
    assert!(
        lines[1].starts_with(&format!("{batch}:2: Berlin (")),
        "{said}"
    );
    assert!(
        lines[..2]
            .iter()
            .all(|line| line.contains("): client-secret: ")),
        "{said}"
    );
    assert!(
        !said.contains(made["client_id"].as_str().unwrap()),
        "{said}"
    );
}

#[test]
fn a_batch_that_answers_json_has_its_secrets_there() {
    let realm = Realm::new();
    let batch = realm.folder.write("one.batch", &format!("{CREATE}\n"));
    let said = realm.says(&format!("--json --batch-file {batch}"));
    let json: Value = serde_json::from_str(&said).unwrap();
    assert_eq!(json["applied"], 1);
    assert_eq!(json["secrets"][0]["name"], "Payroll");
    assert!(json["secrets"][0]["client_secret"].is_string());
}

#[test]
fn a_file_for_secrets_is_there_only_if_there_are_some() {
    let realm = Realm::new();
    let file = realm.folder.text("none.json");
    let claim = "create-claim --claim-name zz --set path:title";
    let batch = realm
        .folder
        .write("none.batch", "delete-claim --claim-name zz\n");
    let toml = realm
        .folder
        .write("realm.toml", "[realm]\ndisplay_name = \"Main\"\n");
    for line in [
        format!("{claim} --secrets-file {file}"),
        format!("--batch-file {batch} --secrets-file {file}"),
        format!("apply {toml} --yes --secrets-file {file}"),
    ] {
        realm.says(&line);
        assert!(!realm.folder.path("none.json").exists(), "{line}");
    }
    // The menu does many things, and the file is for one.
    let output = realm.with_input(&["--secrets-file", &file], "q\n");
    assert_eq!(output.status.code(), Some(2));
    assert_eq!(
        stderr(&output),
        "ambit: --secrets-file does not go with the menu\n"
    );
}

/// Standard input has one end.
#[test]
fn what_comes_from_standard_input_is_read_once() {
    let realm = Realm::new();
    let create = [
        "create-oauth2-scope",
        "--scope-name",
        "x:y",
        "--set",
        "consent-prompt-text<-",
    ];
    let output = realm.with_input(&create, "See you\n");
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    assert_eq!(
        realm.says("get-oauth2-scope-prop --scope-name x:y --property type --property consent-prompt-text -s"),
        "type\tauthenticated-identity\nconsent-prompt-text\tSee you\n"
    );
}
