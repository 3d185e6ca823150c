//! A store of the first release is brought up to date with all that it holds.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]
#![allow(clippy::print_stdout)] // What ran, and what was left out.
#![allow(unreachable_pub, missing_docs)] // Shared between test binaries.

mod support;

use domain::store::{Conflict, ResourceWrite};
use std::fmt::Write as _;
use support::{Place, things::*};

/// The first schema as an engine spells it, with its history.
fn first_schema(int: &str, text: &str, bytes: &str, clustered: &str) -> String {
    let history = "CREATE TABLE schema_migration (version {int} PRIMARY KEY);\n\
                   INSERT INTO schema_migration (version) VALUES (1);\n";
    let schema = include_str!("../src/migrations/0001_initial.sql");
    format!("{history}{schema}")
        .replace("{int}", int)
        .replace("{text}", text)
        .replace("{bytes}", bytes)
        .replace("{clustered}", clustered)
        .replace("{heap}", "")
        .replace("{statistics}", "")
}

/// A value that is longer than what a key has of it.
fn long() -> String {
    "n".repeat(200)
}

/// What the first release wrote of a user with two addresses, one with a long name, and their group.
fn first_rows(hash: impl Fn(&str) -> String) -> String {
    let mut sql = "INSERT INTO config_head VALUES ('t', 'r', 1);\n".to_owned();
    for (id, kind, display) in [
        ("u", "User", "NULL"),
        ("v", "User", "NULL"),
        ("g", "Group", "'Group g'"),
    ] {
        let document = format!("{{\"made\":\"{id}\"}}");
        writeln!(
            sql,
            "INSERT INTO resource VALUES \
             ('t', 'r', '{id}', '{kind}', 1, 10, 10, {display}, NULL, '{document}');"
        )
        .unwrap();
    }
    let (head, tail) = (&long()[..128], &long()[128..]);
    for (kind, id, path, head, tail, ordinal, element) in [
        ("User", "u", "userName", "ann", "", 0, 0),
        ("User", "u", "emails.value", "a@example.com", "", 1, 0),
        ("User", "u", "emails.type", "work", "", 2, 0),
        ("User", "u", "emails.value", "b@example.com", "", 3, 1),
        ("User", "u", "emails.type", "work", "", 4, 1),
        ("User", "v", "userName", head, tail, 0, 0),
        ("Group", "g", "members.value", "u", "", 0, 0),
    ] {
        writeln!(
            sql,
            "INSERT INTO resource_index (tenant, realm, type, path, head, resource, ordinal, \
             element, is_primary, tail) VALUES \
             ('t', 'r', '{kind}', '{path}', '{head}', '{id}', {ordinal}, {element}, 0, '{tail}');"
        )
        .unwrap();
    }
    for (id, name) in [("u", "ann"), ("v", &*long())] {
        let hash = hash(name);
        writeln!(
            sql,
            "INSERT INTO resource_unique VALUES ('t', 'r', 'User', 'userName', {hash}, '{id}');"
        )
        .unwrap();
    }
    sql
}

fn hexadecimal(name: &str) -> String {
    let hash = jose::sha256(name.as_bytes());
    hash.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// What the first release would have written, had it known the port of today.
fn user(id: &str, name: &str) -> ResourceWrite {
    let mut index = vec![unique("userName", name)];
    if id == "u" {
        for (element, address) in [(0, "a@example.com"), (1, "b@example.com")] {
            for (path, value) in [("emails.value", address), ("emails.type", "work")] {
                let mut value = row(path, value);
                value.element = element;
                index.push(value);
            }
        }
    }
    ResourceWrite {
        index,
        ..resource("User", id)
    }
}

async fn is_up_to_date(place: &Place) {
    let (store, here) = (place.open().await, realm("t", "r"));
    let stored = find_as_written(&store, &here, "User", "u").await.unwrap();
    assert_eq!(stored, resource("User", "u").resource);
    let groups = store.memberships(&here, &[resource_id("u")]).await.unwrap();
    assert_eq!(groups.len(), 1);
    let by_name = format!("userName eq \"{}\"", long());
    for (filter, ids) in [
        (r#"userName eq "ann""#, vec!["u"]),
        (&*by_name, vec!["v"]),
        (
            r#"emails[type eq "work" and value eq "b@example.com"]"#,
            vec!["u"],
        ),
        (r#"groups.value eq "g""#, vec!["u"]),
        (r#"userName pr"#, vec!["u", "v"]),
    ] {
        assert_eq!(found(&store, &here, filter).await, ids, "{filter}");
    }
    // S6: what was unique still is, and what is given up is free.
    let names = ["ann".to_owned(), long()];
    for name in &names {
        let taken = conflict(&store, &here, [create(user("w", name))]).await;
        let path = "userName".into();
        assert_eq!(taken, Conflict::Unique { path });
    }
    let renamed = |id: &str, from: &str, to: &str| ResourceWrite {
        replaced: user(id, from).index,
        ..user(id, to)
    };
    let swapped = [
        replace(1, renamed("u", "ann", "bob")),
        replace(1, renamed("v", &long(), "ann")),
        create(user("w", &long())),
    ];
    assert_eq!(apply(&store, &here, swapped).await, [1, 1, 1]);
    assert_eq!(found(&store, &here, r#"userName eq "ann""#).await, ["v"]);
    assert_eq!(found(&store, &here, &by_name).await, ["w"]);
    let gone = [delete("User", "u", None), delete("User", "w", None)];
    assert_eq!(apply(&store, &here, gone).await, [1, 1]);
    assert_eq!(found(&store, &here, "userName pr").await, ["v"]);
    assert_eq!(
        found(&store, &here, "emails pr").await,
        Vec::<String>::new()
    );
}

#[tokio::test]
async fn sqlite() {
    let place = Place::sqlite();
    let path = place.address.strip_prefix("sqlite:").unwrap();
    let connection = rusqlite::Connection::open(path).unwrap();
    let schema = first_schema("INTEGER", "TEXT", "BLOB", "WITHOUT ROWID");
    let rows = first_rows(|name| format!("x'{}'", hexadecimal(name)));
    connection
        .execute_batch(&format!("{schema}\n{rows}"))
        .unwrap();
    drop(connection);
    is_up_to_date(&place).await;
}

#[tokio::test]
async fn postgres() {
    let Some(place) = Place::postgres().await else {
        return;
    };
    let (client, connection) = tokio_postgres::connect(&place.address, tokio_postgres::NoTls)
        .await
        .unwrap();
    let connection = tokio::spawn(connection);
    let schema = first_schema("BIGINT", "TEXT COLLATE \"C\"", "BYTEA", "");
    let rows = first_rows(|name| format!("'\\x{}'", hexadecimal(name)));
    client
        .batch_execute(&format!("{schema}\n{rows}"))
        .await
        .unwrap();
    drop(client);
    connection.await.unwrap().unwrap();
    is_up_to_date(&place).await;
}
