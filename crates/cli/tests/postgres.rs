//! `ambit serve` on PostgreSQL.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]
#![allow(clippy::print_stdout)] // What was left out.
#![allow(unreachable_pub, missing_docs)] // Shared between test binaries.

#[path = "../../store/tests/support/postgres.rs"]
mod postgres;
mod support;

use serde_json::json;
use support::{Client, Folder, Server, ambit, get, read_json};

/// A server on a new database, where there is PostgreSQL, and a client of its administrator's.
async fn start(folder: &Folder, log_level: &str) -> Option<(Server, Client, String)> {
    let address = postgres::database().await?;
    let server = Server::start_with(
        ambit()
            .args(["serve", "--listen", "127.0.0.1:0", "--log-level", log_level])
            .args(["--master-key-file", &folder.text("master.key")])
            .args(["--bootstrap-credentials", &folder.text("admin.json")])
            .env("AMBIT_STORE", &address),
    );
    let credentials = read_json(&folder.path("admin.json"));
    let client = Client::new(&credentials, "scopes:read scopes:create");
    Some((server, client, address))
}

/// Another process may have the database by then: nobody is let in any more, and the process ends
/// so that whoever watches it starts it again.
#[tokio::test(flavor = "multi_thread")]
async fn who_lost_the_database_lets_nobody_in_and_ends() {
    let folder = Folder::new();
    let Some((server, client, address)) = start(&folder, "info").await else {
        return;
    };
    client.get("/scopes");
    postgres::take_ownership_away(&address).await;
    let (status, log) = server.wait();
    assert_eq!(status.code(), Some(1), "{log}");
    assert!(
        log.contains("ERROR") && log.contains("the ownership of the store was lost: stopping"),
        "{log}"
    );
    let again = Server::start_with(
        ambit()
            .args(["serve", "--listen", "127.0.0.1:0"])
            .args(["--master-key-file", &folder.text("master.key")])
            .env("AMBIT_STORE", &address),
    );
    assert_eq!(get(&again, "/ready").0, 200);
    again.stop();
}

#[tokio::test(flavor = "multi_thread")]
async fn reg_26_what_is_stored_is_in_no_log_however_much_is_logged() {
    let folder = Folder::new();
    let Some((server, client, _)) = start(&folder, "info,tokio_postgres=trace").await else {
        return;
    };
    let scope = json!({ "name": "canary:read", "type": "generic" });
    let made = client.create("/scopes", &scope);
    assert_eq!(made["name"], scope["name"]);
    let log = server.stop();
    assert!(log.contains("stopped"), "{log}");
    assert!(!log.contains("canary"), "{log}");
    assert!(!log.contains("executing statement"), "{log}");
}
