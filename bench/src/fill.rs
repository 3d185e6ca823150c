//! Filling a SCIM service provider with people, over HTTP.

use crate::{
    ambit::Credentials,
    load::{Connection, Endpoint},
    people,
};
use anyhow::{Context as _, Result, bail};
use serde_json::Value;
use std::{cell::RefCell, ops::Range, rc::Rc};
use tokio::task::JoinSet;

/// How many are created at a time: as many as one group commit takes.
const CONNECTIONS: usize = 64;

/// Ids by number of person.
pub type Ids = Rc<Vec<String>>;

/// Creates the people of `numbers` and answers their ids, in order. Must run in a `LocalSet`.
///
/// # Errors
/// If one is refused.
pub async fn fill(
    endpoint: &Endpoint,
    credentials: &Credentials,
    numbers: Range<u64>,
) -> Result<Vec<String>> {
    let authorization = credentials.first().context("no credentials")?.clone();
    let pending = Rc::new(RefCell::new(numbers));
    let mut connections = JoinSet::new();
    for _ in 0..CONNECTIONS {
        let (endpoint, authorization) = (endpoint.clone(), authorization.clone());
        let pending = Rc::clone(&pending);
        connections.spawn_local(async move {
            let mut connection = Connection::open(endpoint.address).await?;
            let mut made = Vec::new();
            loop {
                let Some(number) = pending.borrow_mut().next() else {
                    return Ok(made);
                };
                let body = people::person(number);
                let request = endpoint.scim("POST", "/scim/v2/Users", &authorization, &body);
                let answer = connection.exchange(&request).await?;
                if answer.status != 201 {
                    let body = String::from_utf8_lossy(answer.body);
                    bail!("person {number}: {} {body}", answer.status);
                }
                let body: Value = serde_json::from_slice(answer.body)?;
                let id = body.get("id").and_then(Value::as_str).context("no id")?;
                made.push((number, id.to_owned()));
            }
        });
    }
    let mut all = Vec::new();
    while let Some(made) = connections.join_next().await {
        all.extend(made??);
    }
    all.sort_unstable();
    Ok(all.into_iter().map(|(_, id)| id).collect())
}
