//! `ambit login` from its first line to its last: a real server, and a person with a browser.

use crate::support::{Folder, Server, ambit, read_json, stderr, stdout};
use std::{
    collections::BTreeMap,
    io::{BufRead, BufReader, Read, Write},
    net::TcpStream,
    process::Stdio,
};

/// A browser without JavaScript.
#[derive(Default)]
struct Browser(BTreeMap<String, String>);

struct Page {
    location: Option<String>,
    text: String,
}

impl Browser {
    fn send(&mut self, method: &str, url: &str, form: &[(String, String)]) -> Page {
        let (origin, path) = match url.strip_prefix("http://") {
            Some(rest) => rest.split_once('/').unwrap(),
            None => panic!("{url}"),
        };
        let body = url::form_urlencoded::Serializer::new(String::new())
            .extend_pairs(form)
            .finish();
        let cookies: Vec<String> = self.0.iter().map(|(n, v)| format!("{n}={v}")).collect();
        let mut stream = TcpStream::connect(origin).unwrap();
        write!(
            stream,
            "{method} /{path} HTTP/1.1\r\nHost: {origin}\r\nConnection: close\r\nOrigin: http://{origin}\r\n\
             Sec-Fetch-Site: same-origin\r\nCookie: {}\r\nContent-Length: {}\r\n\
             Content-Type: application/x-www-form-urlencoded\r\n\r\n{body}",
            cookies.join("; "),
            body.len()
        )
        .unwrap();
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).unwrap();
        let answer = String::from_utf8_lossy(&answer).into_owned();
        let (head, text) = answer.split_once("\r\n\r\n").unwrap();
        let mut location = None;
        for line in head.lines().skip(1) {
            let (name, value) = line.split_once(": ").unwrap_or((line, ""));
            if name.eq_ignore_ascii_case("set-cookie") {
                let (name, value) = value.split(';').next().unwrap().split_once('=').unwrap();
                self.0.insert(name.to_owned(), value.to_owned());
            } else if name.eq_ignore_ascii_case("location") {
                location = Some(match value.starts_with('/') {
                    true => format!("http://{origin}{value}"),
                    false => value.to_owned(),
                });
            }
        }
        match location {
            Some(next) => self.send("GET", &next, &[]),
            None => Page {
                location: Some(url.to_owned()),
                text: text.to_owned(),
            },
        }
    }

    /// Sends the first form of a page.
    fn press(&mut self, page: &Page, action: &str, fields: &[(&str, &str)]) -> Page {
        let (_, form) = page
            .text
            .split_once("<form")
            .unwrap_or_else(|| panic!("{}", page.text));
        let form = form.split_once("</form>").unwrap().0;
        let hidden = form
            .split("<input")
            .skip(1)
            .map(|input| input.split_once('>').unwrap().0)
            .filter(|input| input.contains("type=\"hidden\""))
            .map(|input| (attribute(input, "name"), attribute(input, "value")));
        let pressed = [("action", action)];
        let typed = fields.iter().chain(&pressed);
        let typed = typed.map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        let all: Vec<(String, String)> = hidden.chain(typed).collect();
        let to = attribute(form, "action");
        let here = page.location.as_deref().unwrap();
        let origin = &here[..here["http://".len()..].find('/').unwrap() + "http://".len()];
        let to = match to.starts_with('/') {
            true => format!("{origin}{to}"),
            false => to,
        };
        self.send("POST", &to, &all)
    }
}

fn attribute(tag: &str, name: &str) -> String {
    let Some((_, rest)) = tag.split_once(&format!(" {name}=\"")) else {
        return String::new();
    };
    rest.split_once('"')
        .unwrap()
        .0
        .replace("&#38;", "&")
        .replace("&amp;", "&")
        .replace("&#x2F;", "/")
}

#[test]
fn a_person_signs_in_manages_and_signs_out() {
    let folder = Folder::new();
    let file = folder.text("admin.json");
    let server = Server::start(&folder, &["--bootstrap-credentials", &file]);
    let credentials = read_json(file.as_ref());
    let issuer = credentials["issuer"].as_str().unwrap();

    let mut browser = Browser::default();
    let page = browser.send("GET", credentials["set_up"].as_str().unwrap(), &[]);
    let fields = [
        ("username", "grace"),
        ("given_name", "Grace"),
        ("family_name", "Hopper"),
        ("email", "grace@example.com"),
        ("new_password", "a long enough sentence"),
        ("new_password_again", "a long enough sentence"),
    ];
    let done = browser.press(&page, "set-up", &fields);
    assert!(done.text.contains("The account is ready"), "{}", done.text);

    let run = |arguments: &[&str]| {
        let mut command = ambit();
        command
            .args(arguments)
            .env("XDG_CONFIG_HOME", folder.text("settings"));
        command
    };
    let mut login = run(&["login", "--realm", &server.base])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut said = BufReader::new(login.stdout.take().unwrap()).lines();
    let address = said
        .by_ref()
        .map(Result::unwrap)
        .find_map(|line| {
            line.trim()
                .strip_prefix("http://")
                .map(|rest| format!("http://{rest}"))
        })
        .unwrap();
    let (device, code) = address.split_once("?user_code=").unwrap();
    let typed = [("user_code".to_owned(), code.to_owned())];
    let page = browser.send("POST", device, &typed);
    let told = browser.press(&page, "confirm", &[]);
    if told.text.contains("<form") {
        login.kill().unwrap();
        panic!("{}\n{}", page.text, told.text);
    }
    let rest: Vec<String> = said.map(Result::unwrap).collect();
    assert!(login.wait().unwrap().success(), "{rest:?}");
    assert_eq!(rest.last().unwrap(), &format!("Signed in to {issuer}"));

    let create = [
        "config",
        "create-claim",
        "--claim-name",
        "zz",
        "--set",
        "path:title",
    ];
    let output = run(&create).output().unwrap();
    assert_eq!(
        stdout(&output),
        "The Claim was created successfully\n",
        "{}",
        stderr(&output)
    );
    let output = run(&["logout"]).output().unwrap();
    assert_eq!(
        stdout(&output),
        format!("Signed out of {issuer}\n"),
        "{}",
        stderr(&output)
    );
    let output = run(&["config", "list-claims"]).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
}
