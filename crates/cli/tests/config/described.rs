//! Help, descriptions and completions, which need no server.

use crate::support::{Folder, ambit, run, stderr, stdout};
use std::process::Command;

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

/// The script as bash uses it.
#[test]
fn bash_completes_commands_and_flags() {
    let folder = Folder::new();
    let script = folder.write("ambit.bash", &stdout(&run(&["completions", "bash"])));
    for (words, offered) in [
        ("ambit config create-oauth2-sc", "create-oauth2-scope"),
        ("ambit config set-claim-prop --cl", "--claim-name"),
    ] {
        let ask = format!(
            "set -e; . {script}; COMP_WORDS=({words}); COMP_CWORD=$((${{#COMP_WORDS[@]}} - 1)); \
             _ambit ambit \"${{COMP_WORDS[-1]}}\" \"${{COMP_WORDS[-2]}}\"; echo \"${{COMPREPLY[@]}}\""
        );
        let output = Command::new("bash").args(["-c", &ask]).output().unwrap();
        assert_eq!(
            stdout(&output),
            format!("{offered}\n"),
            "{}",
            stderr(&output)
        );
    }
}

/// The variable of a realm's name, which imports read, is not that of its URL.
#[test]
fn a_realm_s_url_has_a_variable_of_its_own() {
    let folder = Folder::new();
    let ask = |variable: &str| {
        let mut command = ambit();
        let output = command
            .args(["config", "list-claims"])
            .env(variable, "staff")
            .env("XDG_CONFIG_HOME", folder.text("settings"))
            .output();
        stderr(&output.unwrap())
    };
    assert!(ask("AMBIT_REALM_URL").contains("must be a realm's URL"));
    assert!(ask("AMBIT_REALM").contains("nobody is signed in"));
}
