//! Help, descriptions and completions, which need no server.

use crate::support::{run, stderr, stdout};

#[test]
fn properties_are_described_from_the_definitions() {
    let output = run(&[
        "config",
        "describe",
        "oauth2-scope",
        "--property",
        "resource-operation",
    ]);
    let text = stdout(&output);
    assert!(text.starts_with("OAuth2 Scope\n"), "{text}");
    assert!(text.contains("\nresource-operation\n"), "{text}");
    assert!(text.contains("\n  Multi-valued: yes\n"), "{text}");
    assert!(text.contains("\n  Can be set: at any time\n"), "{text}");
    let output = run(&["config", "describe", "oauth2-scope", "--json"]);
    let json: serde_json::Value = serde_json::from_str(&stdout(&output)).unwrap();
    let all = json["properties"].as_array().unwrap();
    let name = all
        .iter()
        .find(|property| property["property"] == "name")
        .unwrap();
    assert_eq!(name["required"], true);
    assert_eq!(name["at_creation_only"], true);
    let output = run(&["config", "describe", "oauth2-scop"]);
    assert_eq!(output.status.code(), Some(2));
    assert_eq!(
        stderr(&output),
        "ambit: there is no kind of object `oauth2-scop`; did you mean `oauth2-scope`?\n"
    );
}

/// Every command has a help with examples, no wider than a terminal.
#[test]
fn every_command_has_help_with_examples() {
    let overview = stdout(&run(&["config", "describe", "--json"]));
    let objects: serde_json::Value = serde_json::from_str(&overview).unwrap();
    for object in objects.as_array().unwrap() {
        let singular = object["object"].as_str().unwrap();
        for verb in ["create", "delete"] {
            let output = run(&["config", &format!("{verb}-{singular}"), "--help"]);
            if output.status.code() != Some(0) {
                continue;
            }
            let text = stdout(&output);
            assert!(text.contains("\nExamples:\n  ambit config "), "{text}");
            assert!(text.contains("\nExit codes:\n"), "{text}");
            assert!(
                text.lines().all(|line| line.chars().count() <= 120),
                "{text}"
            );
        }
    }
}

#[test]
fn shells_complete_commands() {
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let output = run(&["completions", shell]);
        assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
        let text = stdout(&output);
        assert!(text.contains("create-oauth2-scope"), "{shell}");
        assert!(text.contains("scope-name"), "{shell}");
    }
}
