//! `ambit demo`, and the rest of the command line.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]

mod support;

use serde_json::Value;
use std::{
    io::{BufRead, BufReader},
    process::{Command, Stdio},
};
use support::{Folder, ambit, run, stderr, stdout};

#[test]
fn every_step_of_the_demo_is_answered_as_told() {
    let output = run(&["demo", "--json"]);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    let story: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(story["as_told"], true);
    let steps = story["steps"].as_array().unwrap();
    let statuses: Vec<u64> = steps
        .iter()
        .map(|step| step["status"].as_u64().unwrap())
        .collect();
    for status in [200, 201, 204, 400, 403, 409] {
        assert!(statuses.contains(&status), "{status} is not shown");
    }
    assert!(
        !stdout(&output).contains("ambit_secret_"),
        "a secret is shown"
    );
    let step = |says: &str| {
        let found = steps
            .iter()
            .find(|step| step["says"].as_str().unwrap().starts_with(says));
        found
            .unwrap_or_else(|| panic!("no step says {says}"))
            .clone()
    };
    let stripped = step("Stripped");
    let shown: Vec<_> = stripped["answer"]
        .as_object()
        .unwrap()
        .keys()
        .cloned()
        .collect();
    assert_eq!(shown, ["id", "name", "emails"]);
    assert!(
        step("Refused")["challenge"]
            .as_str()
            .unwrap()
            .contains("scope=\"scim:read\"")
    );
}

#[test]
fn the_terminal_story_keeps_to_its_width_without_colours() {
    for columns in [60, 100] {
        let output = ambit()
            .arg("demo")
            .env("COLUMNS", columns.to_string())
            .output()
            .unwrap();
        assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
        let story = stdout(&output);
        assert!(!story.contains('\u{1b}'), "colours without a terminal");
        for line in story.lines() {
            assert!(line.chars().count() <= columns, "{columns}: {line}");
        }
        assert!(story.contains("each answered as told"));
    }
}

#[test]
fn the_demo_leaves_nothing_behind() {
    let folder = Folder::new();
    let temporary = folder.path("tmp");
    std::fs::create_dir(&temporary).unwrap();
    let output = ambit()
        .arg("demo")
        .env("TMPDIR", &temporary)
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    assert_eq!(std::fs::read_dir(&temporary).unwrap().count(), 0);
}

#[test]
fn the_lines_to_paste_work_while_it_is_kept() {
    let has_curl = Command::new("curl").arg("--version").output().is_ok();
    if !has_curl {
        eprintln!("skipped: there is no curl here");
        return;
    }
    let mut demo = ambit()
        .args(["demo", "--keep"])
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut script = String::new();
    for line in BufReader::new(demo.stdout.take().unwrap())
        .lines()
        .map_while(Result::ok)
    {
        if line.starts_with("REALM=") || !script.is_empty() {
            script.push_str(&line);
            script.push('\n');
        }
        if line.contains("/scopes?") {
            break;
        }
    }
    let pasted = Command::new("sh").args(["-c", &script]).output().unwrap();
    let statuses: Vec<String> = stdout(&pasted)
        .lines()
        .filter_map(|line| Some(line.strip_prefix("HTTP/1.1 ")?.get(..3)?.to_owned()))
        .collect();
    assert_eq!(
        statuses,
        ["200", "200", "403", "200"],
        "{}",
        stdout(&pasted)
    );
    let pid = demo.id().to_string();
    assert!(
        Command::new("kill")
            .args(["-s", "INT", &pid])
            .status()
            .unwrap()
            .success()
    );
    assert_eq!(demo.wait().unwrap().code(), Some(0));
}

#[test]
fn the_help_has_examples_and_says_the_exit_codes() {
    let help = stdout(&run(&["--help"]));
    assert!(help.contains("Exit codes:"), "{help}");
    for command in [
        &["serve"] as &[&str],
        &["demo"],
        &["import", "ldif"],
        &["version"],
    ] {
        let help = stdout(&run(&[command, &["--help"]].concat()));
        assert!(help.contains("Examples:\n  ambit "), "{help}");
    }
}

#[test]
fn the_version_is_the_packages() {
    let version = env!("CARGO_PKG_VERSION");
    assert_eq!(stdout(&run(&["version"])), format!("ambit {version}\n"));
    let json: Value = serde_json::from_slice(&run(&["version", "--json"]).stdout).unwrap();
    assert_eq!(json["version"], version);
    assert_eq!(run(&["nonsense"]).status.code(), Some(2));
    assert_eq!(run(&["demo", "--keep", "--json"]).status.code(), Some(2));
}
