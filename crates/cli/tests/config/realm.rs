//! A realm of its own for each test.

use crate::support::{Folder, Server, ambit, stderr, stdout};
use std::{
    io::Write,
    process::{Command, Output, Stdio},
};

pub(crate) struct Realm {
    pub(crate) folder: Folder,
    _server: Server,
}

impl Realm {
    pub(crate) fn new() -> Self {
        let folder = Folder::new();
        let file = folder.text("admin.json");
        let server = Server::start(&folder, &["--bootstrap-credentials", &file]);
        Self {
            folder,
            _server: server,
        }
    }

    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = ambit();
        command
            .arg("config")
            .args(arguments)
            .env("AMBIT_CREDENTIALS", self.folder.text("admin.json"))
            .env("XDG_CONFIG_HOME", self.folder.text("settings"))
            .stdin(Stdio::null());
        command
    }

    /// Runs a command, of which each word stands between spaces; a word in `'…'` may have some.
    pub(crate) fn run(&self, line: &str) -> Output {
        self.command(&words(line).iter().map(String::as_str).collect::<Vec<_>>())
            .output()
            .unwrap()
    }

    /// What a command that must succeed prints.
    pub(crate) fn says(&self, line: &str) -> String {
        let output = self.run(line);
        assert_eq!(output.status.code(), Some(0), "{line}: {}", stderr(&output));
        assert_eq!(stderr(&output), "", "{line}");
        stdout(&output)
    }

    /// The exit code and the complaint of a command that must fail and print nothing else.
    pub(crate) fn refuses(&self, line: &str) -> (i32, String) {
        let output = self.run(line);
        assert_eq!(stdout(&output), "", "{line}");
        (output.status.code().unwrap(), stderr(&output))
    }

    /// The same with something on standard input.
    pub(crate) fn with_input(&self, arguments: &[&str], input: &str) -> Output {
        let mut child = self
            .command(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        child
            .stdin
            .take()
            .unwrap()
            .write_all(input.as_bytes())
            .unwrap();
        child.wait_with_output().unwrap()
    }
}

fn words(line: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut quoted = false;
    for c in line.chars() {
        match c {
            '\'' => quoted = !quoted,
            ' ' if !quoted => words.push(String::new()),
            c => words.last_mut().unwrap().push(c),
        }
    }
    words.retain(|word| !word.is_empty());
    words
}
