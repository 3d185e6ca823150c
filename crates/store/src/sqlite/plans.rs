//! How SQLite finds what searches ask for: by ranges of the index, never by looking at all.
#![allow(clippy::unwrap_used, clippy::panic)]

use super::connection;
use crate::{
    OpenOptions,
    attributes::Attributes,
    driver::{Batch, Driver, Query, Step},
    search,
    statements::ENSURE_ATTRIBUTE,
    value::{Row, Value, params},
};
use domain::{
    RealmKey,
    store::{CommitError, ResourceQuery, StoreError, Window},
};
use rusqlite::Connection;
use scim::{
    ResourceSchema, core,
    filter::{self, Filter},
};
use std::sync::{Arc, Mutex};

/// The database, which explains searches instead of answering them.
struct Explainer {
    connection: Mutex<Connection>,
    plans: Mutex<Vec<String>>,
}

fn query_now(connection: &Connection, sql: &str, params: &[Value]) -> rusqlite::Result<Vec<Row>> {
    connection::query(&mut *connection.prepare_cached(sql)?, params)
}

#[async_trait::async_trait]
impl Driver for Explainer {
    async fn query(&self, query: Query) -> Result<Vec<Row>, StoreError> {
        let connection = self.connection.lock().unwrap();
        if query.sql.contains("FROM attribute") || query.sql.contains("MAX(number)") {
            return Ok(query_now(&connection, &query.sql, &query.params).unwrap());
        }
        let explain = format!("EXPLAIN QUERY PLAN {}", query.sql);
        let rows = query_now(&connection, &explain, &query.params).unwrap();
        let steps = rows.into_iter().map(|mut row| row.text(3).unwrap());
        self.plans.lock().unwrap().extend(steps);
        Ok(Vec::new())
    }

    async fn apply(&self, batch: Batch) -> Result<Vec<u64>, CommitError> {
        let connection = self.connection.lock().unwrap();
        for Step { sql, params, .. } in batch.changes.iter().flatten() {
            connection::execute(&mut connection.prepare_cached(sql).unwrap(), params).unwrap();
        }
        Ok(Vec::new())
    }

    async fn check(&self) -> Result<(), StoreError> {
        Ok(())
    }

    fn owned(&self) -> bool {
        true
    }
}

const PATHS: [&str; 8] = [
    "userName",
    "title",
    "name.familyName",
    "emails.value",
    "emails.type",
    "active",
    "displayName",
    "",
];

/// The steps by which users that match `text` are found.
async fn plan(text: &str) -> Vec<String> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("ambit.db");
    std::fs::File::create(&path).unwrap();
    let connection = connection::open_writer(&path, &OpenOptions::default()).unwrap();
    connection
        .execute_batch("INSERT INTO config_head VALUES ('default', 'default', 1)")
        .unwrap();
    let explainer = Explainer {
        connection: Mutex::new(connection),
        plans: Mutex::default(),
    };
    let realm = RealmKey::system();
    let step = |(number, path): (i64, &str)| {
        let params = params![realm.tenant(), realm.realm(), path, "User", number];
        Step::new(ENSURE_ATTRIBUTE, params)
    };
    let batch = Batch {
        changes: vec![(1_i64..).zip(PATHS).map(step).collect()],
        ..Batch::default()
    };
    explainer.apply(batch).await.unwrap();
    let attributes = Attributes::load(&explainer).await.unwrap().of(&realm);
    let schemas = core::schemas();
    let user = core::resource_types().into_iter().next().unwrap();
    let find = |urn: &str| schemas.iter().find(|schema| schema.id == urn);
    let schema = ResourceSchema::compile(user, find).unwrap();
    let filter: Filter = text.parse().unwrap();
    let query = ResourceQuery {
        filter: Some(filter::bind(&filter, &schema, schema.all_attributes()).unwrap()),
        schema: Arc::new(schema),
        sort: None,
        window: Window::Offset(0),
        count: 0,
        total: true,
        unbounded: false,
    };
    search::search(&explainer, &realm, &attributes, &query)
        .await
        .unwrap();
    let page = ResourceQuery {
        count: 100,
        ..query
    };
    search::search(&explainer, &realm, &attributes, &page)
        .await
        .unwrap();
    explainer.plans.into_inner().unwrap()
}

/// S9: what one attribute's values decide is found among them, and what they find is fetched by its
/// number.
#[tokio::test]
async fn s9_comparisons_read_ranges_of_the_index_and_nothing_else() {
    for (filter, range) in [
        (r#"userName eq "ada""#, "(attribute=? AND head=?)"),
        (
            r#"emails.value eq "a@example.com""#,
            "(attribute=? AND head=?)",
        ),
        (
            r#"emails[type eq "work" and value eq "a@example.com"]"#,
            "(attribute=? AND head=?)",
        ),
        (r#"userName sw "ad""#, "(attribute=? AND head>? AND head<?)"),
        (
            r#"emails.value sw "ad""#,
            "(attribute=? AND head>? AND head<?)",
        ),
        (r#"title co "eng""#, "(attribute=?)"),
        (r#"emails.value co "eng""#, "(attribute=?)"),
        (r#"name.familyName ew "son""#, "(attribute=?)"),
        (r#"name.familyName gt "m""#, "(attribute=? AND "),
    ] {
        let plan = plan(filter).await;
        let wanted = format!("SEARCH i USING PRIMARY KEY {range}");
        assert!(
            plan.iter().any(|step| step.starts_with(&wanted)),
            "{filter}: {plan:#?}"
        );
        let by_number = "SEARCH r USING INTEGER PRIMARY KEY (rowid=?)";
        assert!(
            plan.iter().any(|step| step == by_number),
            "{filter}: {plan:#?}"
        );
        let scans = plan.iter().filter(|step| step.starts_with("SCAN"));
        // Of what was found: the elements, and the page.
        let found = ["SCAN e", "SCAN k"];
        let scans: Vec<_> = scans
            .filter(|step| !found.contains(&step.as_str()))
            .collect();
        assert!(scans.is_empty(), "{filter}: {plan:#?}");
        // Nor is the type gone through by its ids.
        let by_type = plan.iter().filter(|step| step.contains("type=?"));
        assert_eq!(by_type.count(), 0, "{filter}: {plan:#?}");
    }
}

/// Of those that one condition narrows down, each is asked by itself.
#[tokio::test]
async fn what_is_narrowed_down_is_looked_up_by_resource() {
    let plan = plan(r#"userName eq "ada" and active eq true"#).await;
    let each = "SEARCH i USING INDEX resource_index_resource (resource=? AND attribute=?";
    assert!(plan.iter().any(|step| step.starts_with(each)), "{plan:#?}");
}
