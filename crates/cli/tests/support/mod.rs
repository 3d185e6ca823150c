//! Runs the real binary.

#![allow(
    dead_code,
    unreachable_pub,
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

use serde_json::Value;
use std::{
    io::{BufRead, BufReader, Read, Write},
    net::TcpStream,
    path::{Path, PathBuf},
    process::{Child, Command, ExitStatus, Output, Stdio},
    sync::mpsc::{Receiver, channel},
    thread,
    time::{Duration, Instant},
};
use tempfile::TempDir;

/// Longest wait for anything.
const PATIENCE: Duration = Duration::from_secs(60);

/// `ambit`, with nothing of the surrounding environment that it would read.
pub fn ambit() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_ambit"));
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("AMBIT_") {
            command.env_remove(name);
        }
    }
    command.env("NO_COLOR", "1");
    command
}

/// Runs `ambit` with arguments to its end.
pub fn run(arguments: &[&str]) -> Output {
    ambit().args(arguments).output().unwrap()
}

pub fn stdout(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

pub fn stderr(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

/// A folder that goes with the test.
pub struct Folder(TempDir);

impl Folder {
    pub fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    pub fn text(&self, name: &str) -> String {
        self.path(name).to_str().unwrap().to_owned()
    }

    pub fn write(&self, name: &str, text: &str) -> String {
        std::fs::write(self.path(name), text).unwrap();
        self.text(name)
    }

    pub fn store(&self) -> String {
        format!("sqlite:{}", self.text("ambit.sqlite3"))
    }
}

/// A running `ambit serve`; killed with the test.
pub struct Server {
    child: Child,
    /// Keeps standard output open.
    _lines: Receiver<String>,
    /// What it said on standard output before and with `listening on …`.
    pub said: Vec<String>,
    /// Where it listens.
    pub base: String,
}

impl Server {
    /// Starts on a free port with the folder's store, and waits until it listens.
    pub fn start(folder: &Folder, more: &[&str]) -> Self {
        let store = folder.store();
        let mut arguments = vec!["--listen", "127.0.0.1:0", "--store", &store];
        arguments.extend(more);
        Self::start_with(ambit().arg("serve").args(arguments))
    }

    pub fn start_with(command: &mut Command) -> Self {
        let mut child = command
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let (sender, lines) = channel();
        let stdout = BufReader::new(child.stdout.take().unwrap());
        thread::spawn(move || {
            for line in stdout.lines().map_while(Result::ok) {
                let _ = sender.send(line);
            }
        });
        let mut said = Vec::new();
        loop {
            match lines.recv_timeout(PATIENCE) {
                Ok(line) => said.push(line),
                Err(_) => {
                    let _ = child.kill();
                    let _ = child.wait();
                    let mut text = String::new();
                    child
                        .stderr
                        .take()
                        .unwrap()
                        .read_to_string(&mut text)
                        .unwrap();
                    panic!("the server does not listen: {said:?}\n{text}");
                }
            }
            if let Some(rest) = said.last().unwrap().strip_prefix("listening on ") {
                let base = rest.split(' ').next().unwrap().to_owned();
                return Self {
                    child,
                    _lines: lines,
                    said,
                    base,
                };
            }
        }
    }

    pub fn signal(&self, name: &str) {
        let pid = self.child.id().to_string();
        assert!(
            Command::new("kill")
                .args(["-s", name, &pid])
                .status()
                .unwrap()
                .success()
        );
    }

    /// Waits for the end; answers the exit status and what was logged.
    pub fn wait(mut self) -> (ExitStatus, String) {
        let began = Instant::now();
        let status = loop {
            match self.child.try_wait().unwrap() {
                Some(status) => break status,
                None if began.elapsed() > PATIENCE => panic!("the server does not stop"),
                None => thread::sleep(Duration::from_millis(20)),
            }
        };
        let mut log = String::new();
        self.child
            .stderr
            .take()
            .unwrap()
            .read_to_string(&mut log)
            .unwrap();
        (status, log)
    }

    /// Asks it to stop, which it must do cleanly.
    pub fn stop(self) -> String {
        self.signal("TERM");
        let (status, log) = self.wait();
        assert_eq!(status.code(), Some(0), "{log}");
        log
    }

    /// The address without its scheme.
    pub fn address(&self) -> &str {
        self.base.split_once("://").unwrap().1
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// One plain HTTP/1.1 request on a connection of its own.
pub fn http(address: &str, request: &str) -> (u16, String) {
    let mut stream = TcpStream::connect(address).unwrap();
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    stream.write_all(request.as_bytes()).unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).unwrap();
    let answer = String::from_utf8(answer).unwrap();
    let status = answer.split(' ').nth(1).unwrap().parse().unwrap();
    let body = answer
        .split_once("\r\n\r\n")
        .map(|(_, body)| body.to_owned())
        .unwrap_or_default();
    (status, body)
}

/// `GET` without a token.
pub fn get(server: &Server, path: &str) -> (u16, String) {
    let head = format!("GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
    http(server.address(), &head)
}

/// A client of a realm.
pub struct Client {
    issuer: String,
    token: String,
}

impl Client {
    /// Gets a token with credentials such as `serve` writes.
    pub fn new(credentials: &Value, scope: &str) -> Self {
        let text = |name: &str| credentials[name].as_str().unwrap().to_owned();
        let (issuer, secret) = (text("issuer"), text("client_secret"));
        let (status, body) = token(&issuer, &text("client_id"), &secret, scope);
        assert_eq!(status, 200, "{body}");
        let token: Value = serde_json::from_str(&body).unwrap();
        Self {
            issuer,
            token: token["access_token"].as_str().unwrap().to_owned(),
        }
    }

    /// The status with which the client of the credentials gets no token by another secret.
    pub fn refused(credentials: &Value, secret: &str) -> u16 {
        let text = |name: &str| credentials[name].as_str().unwrap();
        token(text("issuer"), text("client_id"), secret, "").0
    }

    /// Sends JSON and reads JSON.
    pub fn send(&self, method: &str, path: &str, body: Option<&Value>) -> (u16, Value) {
        let media_type = match (path.starts_with("/scim/"), method) {
            (true, _) => "application/scim+json",
            (false, "PATCH") => "application/merge-patch+json",
            (false, _) => "application/json",
        };
        let body = body.map(Value::to_string).unwrap_or_default();
        let url = format!("{}{path}", self.issuer);
        let (status, body) = request(
            method,
            &url,
            &format!("Bearer {}", self.token),
            media_type,
            &body,
        );
        (status, serde_json::from_str(&body).unwrap_or_default())
    }

    /// `GET`, which must succeed.
    pub fn get(&self, path: &str) -> Value {
        let (status, body) = self.send("GET", path, None);
        assert_eq!(status, 200, "{path}: {body}");
        body
    }

    /// `POST`, which must create.
    pub fn create(&self, path: &str, body: &Value) -> Value {
        let (status, body) = self.send("POST", path, Some(body));
        assert_eq!(status, 201, "{path}: {body}");
        body
    }

    /// All resources of a type.
    pub fn all(&self, endpoint: &str) -> Vec<Value> {
        let mut all = Vec::new();
        loop {
            let start = all.len() + 1;
            let page = self.get(&format!("/scim/v2/{endpoint}?startIndex={start}&count=100"));
            let resources = page["Resources"].as_array().cloned().unwrap_or_default();
            if resources.is_empty() {
                assert_eq!(page["totalResults"], all.len());
                return all;
            }
            all.extend(resources);
        }
    }
}

/// Asks for a token.
fn token(issuer: &str, client_id: &str, secret: &str, scope: &str) -> (u16, String) {
    let scope = match scope {
        "" => String::new(),
        scope => format!("&scope={}", scope.replace(' ', "+")),
    };
    request(
        "POST",
        &format!("{issuer}/token"),
        &format!("Basic {}", base64(&format!("{client_id}:{secret}"))),
        "application/x-www-form-urlencoded",
        &format!("grant_type=client_credentials{scope}"),
    )
}

fn request(
    method: &str,
    url: &str,
    authorization: &str,
    media_type: &str,
    body: &str,
) -> (u16, String) {
    let (address, path) = url
        .strip_prefix("http://")
        .unwrap()
        .split_once('/')
        .unwrap();
    let length = body.len();
    let content = match body {
        "" => String::new(),
        _ => format!("Content-Type: {media_type}\r\nContent-Length: {length}\r\n"),
    };
    http(
        address,
        &format!(
            "{method} /{path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\
             Authorization: {authorization}\r\n{content}\r\n{body}"
        ),
    )
}

fn base64(text: &str) -> String {
    use base64::{Engine, engine::general_purpose::STANDARD};
    STANDARD.encode(text)
}

/// The JSON of a file.
pub fn read_json(path: &Path) -> Value {
    serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}
