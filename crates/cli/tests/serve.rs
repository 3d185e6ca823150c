//! `ambit serve` as a process.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]

mod support;

use serde_json::Value;
use std::{
    fs,
    io::{Read, Write},
    net::TcpStream,
    os::unix::fs::PermissionsExt,
    path::Path,
    process::Command,
    time::Duration,
};
use support::{Client, Folder, Server, ambit, get, read_json, run, stderr, stdout};

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o777
}

/// The server, to be started again where its clients know it.
fn again(address: &str, base: &str, store: &str) -> Command {
    let mut command = ambit();
    command.args(["serve", "--listen", address, "--base-url", base]);
    command.args(["--store", store]);
    command
}

#[test]
fn t10_the_first_start_shows_the_administrators_secret_once() {
    let folder = Folder::new();
    let server = Server::start(&folder, &[]);
    let field = |name: &str| {
        let line = server
            .said
            .iter()
            .find_map(|line| line.trim().strip_prefix(name));
        Value::from(line.unwrap().trim())
    };
    let credentials: Value = [
        ("client_id".to_owned(), field("client_id")),
        ("client_secret".to_owned(), field("client_secret")),
        ("issuer".to_owned(), field("issuer")),
    ]
    .into_iter()
    .collect();
    Client::new(&credentials, "scopes:read").get("/scopes");
    assert_eq!(mode(&folder.path("ambit.sqlite3.key")), 0o600);
    let link = field("set_up");
    let log = server.stop();
    let secret = credentials["client_secret"].as_str().unwrap();
    assert!(!log.contains(secret), "REG-26: the secret is in the log");
    let link = link.as_str().unwrap();
    assert!(link.contains("/set-up?link=ambit_su_"), "{link}");
    assert!(!log.contains(link), "REG-26: the link is in the log");

    let again = Server::start(&folder, &[]);
    assert_eq!(
        again.said.len(),
        1,
        "nothing but the address: {:?}",
        again.said
    );
    again.stop();
}

#[test]
fn t10_the_first_credentials_go_to_a_file_that_only_its_owner_reads() {
    let folder = Folder::new();
    let file = folder.text("admin.json");
    let server = Server::start(&folder, &["--bootstrap-credentials", &file]);
    assert_eq!(mode(&folder.path("admin.json")), 0o600);
    let credentials = read_json(&folder.path("admin.json"));
    let secret = credentials["client_secret"].as_str().unwrap();
    assert!(
        !server.said.iter().any(|line| line.contains(secret)),
        "the secret is on the terminal"
    );
    let root = format!("{}/v1/tenants/default/realms/default", server.base);
    assert_eq!(credentials["issuer"], root);
    assert_eq!(credentials["token_endpoint"], format!("{root}/token"));
    let link = credentials["set_up"].as_str().unwrap();
    assert!(link.starts_with(&format!("{root}/set-up?link=ambit_su_")));
    assert!(!server.said.iter().any(|line| line.contains(link)));
    Client::new(&credentials, "scopes:read");
    server.stop();

    let before = fs::read(folder.path("admin.json")).unwrap();
    let server = Server::start(&folder, &["--bootstrap-credentials", &file]);
    server.stop();
    assert_eq!(
        fs::read(folder.path("admin.json")).unwrap(),
        before,
        "a later start wrote it"
    );
}

#[test]
fn an_existing_credentials_file_is_never_overwritten_and_nothing_is_set_up() {
    let folder = Folder::new();
    let file = folder.write("admin.json", "precious");
    let store = folder.store();
    let arguments = ["serve", "--listen", "127.0.0.1:0", "--store", &store];
    let output = ambit()
        .args(arguments)
        .args(["--bootstrap-credentials", &file])
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(
        stderr(&output).contains("admin.json can't be made"),
        "{}",
        stderr(&output)
    );
    assert_eq!(
        fs::read_to_string(folder.path("admin.json")).unwrap(),
        "precious"
    );
    let server = Server::start(&folder, &[]);
    assert!(server.said[0].contains("First start"), "{:?}", server.said);
}

/// T10.
#[test]
fn a_lost_administrators_secret_is_replaced_offline() {
    let folder = Folder::new();
    let (store, first) = (folder.store(), folder.text("first.json"));
    let server = Server::start(&folder, &["--bootstrap-credentials", &first]);
    let address = server.address().to_owned();
    let base = server.base.clone();
    let reset = [
        "reset-administrator",
        "--store",
        &store,
        "--base-url",
        &base,
    ];
    // The store belongs to the running server.
    let output = run(&reset);
    assert_eq!(output.status.code(), Some(1));
    assert!(stderr(&output).contains("in use by another process"));
    server.stop();

    let output = run(&reset);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    let text = stdout(&output);
    assert!(text.contains("Earlier secrets are void."), "{text}");
    let second = folder.text("second.json");
    let output = run(&[&reset[..], &["--bootstrap-credentials", &second]].concat());
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    assert_eq!(mode(&folder.path("second.json")), 0o600);
    let (before, after) = (
        read_json(&folder.path("first.json")),
        read_json(&folder.path("second.json")),
    );
    assert_eq!(before["client_id"], after["client_id"]);
    assert_eq!(before["issuer"], after["issuer"]);
    assert_ne!(before["set_up"], after["set_up"]);
    let again = || again(&address, &base, &store);
    let server = Server::start_with(&mut again());
    Client::new(&after, "scopes:read").get("/scopes");
    let secrets = [&before["client_secret"], &after["client_secret"]]
        .map(|secret| secret.as_str().unwrap().to_owned());
    assert_ne!(secrets[0], secrets[1]);
    let shown = text
        .lines()
        .find_map(|line| line.trim().strip_prefix("client_secret"));
    for void in [secrets[0].as_str(), shown.unwrap().trim()] {
        assert_eq!(Client::refused(&before, void), 401);
    }
    let log = server.stop();
    assert!(secrets.iter().all(|secret| !log.contains(secret)), "REG-26");
}

/// T10: the link is the way in where there is no client, and every realm has one.
#[test]
fn a_realm_without_its_first_client_still_gets_a_link() {
    let folder = Folder::new();
    let (store, first) = (folder.store(), folder.text("first.json"));
    let server = Server::start(&folder, &["--bootstrap-credentials", &first]);
    let credentials = read_json(&folder.path("first.json"));
    let id = credentials["client_id"].as_str().unwrap();
    let client = Client::new(&credentials, "");
    let path = format!("/applications/{id}");
    assert_eq!(client.send("DELETE", &path, None).0, 204);
    server.stop();

    let reset = ["reset-administrator", "--store", &store];
    let output = run(&reset);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    let text = stdout(&output);
    assert!(
        text.contains("was deleted, so there is no secret."),
        "{text}"
    );
    assert!(text.contains("/set-up?link="), "{text}");
    let file = folder.text("link.json");
    let named = [
        "--realm",
        "default/default",
        "--bootstrap-credentials",
        &file,
    ];
    let output = run(&[&reset[..], &named].concat());
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    let link = read_json(&folder.path("link.json"));
    let members: Vec<&String> = link.as_object().unwrap().keys().collect();
    assert_eq!(members, ["issuer", "set_up"]);

    let output = run(&[&reset[..], &["--realm", "acme/staff"]].concat());
    assert_eq!(output.status.code(), Some(1));
    let said = stderr(&output);
    assert!(
        said.contains("acme/staff") && said.contains("no such realm"),
        "{said}"
    );
    let output = run(&[&reset[..], &["--realm", "acme"]].concat());
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).contains("TENANT/REALM"));
}

#[test]
fn an_empty_store_has_no_administrator_to_reset() {
    let folder = Folder::new();
    let output = run(&["reset-administrator", "--store", &folder.store()]);
    assert_eq!(output.status.code(), Some(1));
    assert!(
        stderr(&output).contains("the store is empty: `ambit serve`"),
        "{}",
        stderr(&output)
    );
    assert!(!folder.path("ambit.sqlite3.key").exists(), "a key was made");
}

/// T10: the file is there to be written, but can't be.
#[test]
fn a_secret_that_can_t_be_handed_over_is_said_to_be_lost() {
    let folder = Folder::new();
    let store = folder.store();
    let output = ambit()
        .args(["serve", "--listen", "127.0.0.1:0", "--store", &store])
        .stdout(
            fs::OpenOptions::new()
                .write(true)
                .open("/dev/full")
                .unwrap(),
        )
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(1));
    let said = stderr(&output);
    assert!(said.contains("`ambit reset-administrator`"), "{said}");
    let output = run(&["reset-administrator", "--store", &store]);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
}

#[test]
fn a_settings_file_with_a_password_that_others_can_read_is_pointed_out() {
    let folder = Folder::new();
    let secret = "listen = \"127.0.0.1:0\"\nstore = \"postgres://u:canary@127.0.0.1:1/d\"\n";
    let plain = format!("listen = \"127.0.0.1:0\"\nstore = \"{}\"\n", folder.store());
    let warned = |name: &str, mode: u32| {
        let path = folder.path(name);
        fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
        // It fails later, at the key that is missing or the server that is.
        let output = ambit()
            .args(["reset-administrator", "--config", path.to_str().unwrap()])
            .output()
            .unwrap();
        assert!(!stderr(&output).contains("canary"));
        stderr(&output).contains("others can read this secret file")
    };
    folder.write("secret.toml", secret);
    folder.write("plain.toml", &plain);
    assert!(warned("secret.toml", 0o640));
    assert!(!warned("secret.toml", 0o600));
    assert!(!warned("plain.toml", 0o644), "there is no secret in it");
}

#[test]
fn what_was_stored_is_there_after_a_restart_and_unreadable_without_its_key() {
    let folder = Folder::new();
    let file = folder.text("admin.json");
    let server = Server::start(&folder, &["--bootstrap-credentials", &file]);
    let base = server.base.clone();
    let address = server.address().to_owned();
    let credentials = read_json(&folder.path("admin.json"));
    let client = Client::new(&credentials, "scopes:create");
    client.create(
        "/scopes",
        &serde_json::json!({ "name": "kept:read", "type": "generic" }),
    );
    server.stop();

    let store = folder.store();
    let again = || again(&address, &base, &store);
    let server = Server::start_with(&mut again());
    let client = Client::new(&credentials, "scopes:read");
    let page = client.get("/scopes?page_size=200");
    assert!(page.to_string().contains("\"kept:read\""), "{page}");
    server.stop();

    let key = folder.path("ambit.sqlite3.key");
    fs::rename(&key, folder.path("elsewhere")).unwrap();
    let output = again().output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(
        stderr(&output).contains("master key file"),
        "{}",
        stderr(&output)
    );
    assert!(
        stderr(&output).contains("is missing"),
        "{}",
        stderr(&output)
    );
    assert!(!key.exists(), "no other key was made");

    fs::write(&key, "00".repeat(32)).unwrap();
    let output = again().output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(
        stderr(&output).contains("with this master key"),
        "{}",
        stderr(&output)
    );
}

#[test]
fn one_store_has_one_server() {
    let folder = Folder::new();
    let _server = Server::start(&folder, &[]);
    let store = folder.store();
    let output = run(&["serve", "--listen", "127.0.0.1:0", "--store", &store]);
    assert_eq!(output.status.code(), Some(1));
    assert!(
        stderr(&output).contains("in use by another process"),
        "{}",
        stderr(&output)
    );
}

#[test]
fn settings_are_refused_with_a_way_out() {
    let folder = Folder::new();
    let config = folder.write("ambit.toml", "listen = \"127.0.0.1:0\"\nbase-ulr = \"x\"\n");
    let far = [
        "serve",
        "--listen",
        "0.0.0.0:0",
        "--base-url",
        "https://id.example.com",
    ];
    let cases: [(&[&str], &str); 6] = [
        (
            &["serve", "--config", &config],
            "line 2: unknown setting `base-ulr`; did you mean `base_url`?",
        ),
        (
            &["serve", "--config", "/nowhere.toml"],
            "cannot read /nowhere.toml",
        ),
        (&far, "insecure_http = true"),
        (
            &["serve", "--base-url", "http://id.example.com"],
            "plain HTTP beyond loopback",
        ),
        (
            &["serve", "--base-url", "https://id.example.com/x"],
            "a path has no place in it",
        ),
        (
            &["serve", "--store", "postgres://u:canary@127.0.0.1/d"],
            "--store shows its password",
        ),
    ];
    for (arguments, expected) in cases {
        let output = run(arguments);
        assert_eq!(
            output.status.code(),
            Some(2),
            "{arguments:?}: {}",
            stderr(&output)
        );
        assert!(
            stderr(&output).contains(expected),
            "{arguments:?}: {}",
            stderr(&output)
        );
        assert!(!stderr(&output).contains("canary"));
    }
}

#[test]
fn a_flag_wins_over_the_variable_and_that_over_the_file() {
    let folder = Folder::new();
    let store = folder.store();
    let text = format!(
        "listen = \"127.0.0.1:0\"\nstore = \"{store}\"\nbase_url = \"https://file.example\"\n\
         log_format = \"json\"\n"
    );
    let config = folder.write("ambit.toml", &text);
    let said = |command: &mut Command| {
        let server = Server::start_with(command);
        let line = server.said.last().unwrap().clone();
        (line, server.stop())
    };
    let (line, log) = said(ambit().args(["serve", "--config", &config]));
    assert!(line.ends_with(" as https://file.example"), "{line}");
    let event: Value = serde_json::from_str(log.lines().next().unwrap()).unwrap();
    assert_eq!(event["message"], "stopping");
    let (line, _) = said(
        ambit()
            .args(["serve", "--config", &config])
            .env("AMBIT_BASE_URL", "https://env.example"),
    );
    assert!(line.ends_with(" as https://env.example"), "{line}");
    let flag = [
        "serve",
        "--config",
        &config,
        "--base-url",
        "https://flag.example",
    ];
    let (line, _) = said(
        ambit()
            .args(flag)
            .env("AMBIT_BASE_URL", "https://env.example"),
    );
    assert!(line.ends_with(" as https://flag.example"), "{line}");
}

#[test]
fn reg_26_no_password_of_the_store_is_printed() {
    let output = ambit()
        .args(["serve", "--listen", "127.0.0.1:0", "--log-level", "trace"])
        .env(
            "AMBIT_STORE",
            "postgres://someone:canary@127.0.0.1:1/nowhere",
        )
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(!stderr(&output).contains("canary"), "{}", stderr(&output));
    assert!(!stdout(&output).contains("canary"));
    let help = ambit()
        .args(["serve", "--help"])
        .env("AMBIT_STORE", "postgres://u:canary@h/d")
        .output();
    assert!(!stdout(&help.unwrap()).contains("canary"));
}

#[test]
fn operations_are_served_and_a_request_under_way_is_answered_before_the_end() {
    let folder = Folder::new();
    let server = Server::start(&folder, &[]);
    assert_eq!(get(&server, "/health"), (200, "ok\n".into()));
    assert_eq!(get(&server, "/ready").0, 200);
    assert!(
        get(&server, "/metrics")
            .1
            .contains("ambit_http_requests_total")
    );
    assert_eq!(get(&server, "/nothing").0, 404);

    let mut under_way = TcpStream::connect(server.address()).unwrap();
    under_way
        .set_read_timeout(Some(Duration::from_secs(20)))
        .unwrap();
    let head = "POST /v1/tenants/default/realms/default/token HTTP/1.1\r\nHost: x\r\n\
                Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 10\r\n\r\n";
    under_way.write_all(head.as_bytes()).unwrap();
    // The server has the request once it answers on a connection opened after it.
    assert_eq!(get(&server, "/health").0, 200);
    std::thread::sleep(Duration::from_millis(300));
    let address = server.address().to_owned();
    server.signal("TERM");
    std::thread::sleep(Duration::from_millis(300));
    assert!(TcpStream::connect(&address).is_err(), "it still accepts");
    under_way.write_all(b"grant_type").unwrap();
    let mut answer = String::new();
    under_way.read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 4"), "{answer}");
    let (status, _) = server.wait();
    assert_eq!(status.code(), Some(0));
}

#[test]
fn an_interrupt_stops_it_too() {
    let folder = Folder::new();
    let server = Server::start(&folder, &[]);
    server.signal("INT");
    assert_eq!(server.wait().0.code(), Some(0));
}

#[test]
fn a_flood_of_headers_is_refused() {
    let folder = Folder::new();
    let server = Server::start(&folder, &[]);
    let many: String = (0..150).map(|n| format!("X-{n}: y\r\n")).collect();
    let head = format!("GET /health HTTP/1.1\r\nHost: x\r\nConnection: close\r\n{many}\r\n");
    assert_eq!(support::http(server.address(), &head).0, 431);
}
