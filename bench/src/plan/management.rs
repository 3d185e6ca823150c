//! Lists of the management API, beside a page of people of the same size.

use super::{Run, names};
use crate::{
    ambit::{Ambit, Realm},
    fill::fill,
    load::Connection,
    process::free_address,
    scenarios::{self, Directory},
    sign_in::send_json,
};
use anyhow::{Context as _, Result};
use serde_json::{Value, json};
use std::rc::Rc;

/// Different tokens that the readers present.
const CALLERS: usize = 16;
/// What they may do.
const SCOPES: &str =
    "scim:read+scim:write+applications:create+applications:read+scopes:create+scopes:read";
/// Of each kind that is listed.
const OBJECTS: u64 = 1_000;

impl Run {
    pub(super) async fn management(&mut self) -> Result<()> {
        let folder = self.folder("management");
        let ambit = Ambit::start(self.binary(), &folder, free_address()?).await?;
        let realm = ambit.realm()?;
        let (server, address) = (&ambit.server, ambit.root.address);
        let objects = if self.options.smoke { 200 } else { OBJECTS };
        let credentials = realm.bearers_of(SCOPES, CALLERS).await?;
        let bearer = credentials.first().context("no token")?;
        make_objects(&realm, bearer, objects).await?;
        let directory = Directory {
            endpoint: realm.endpoint.clone(),
            ids: Rc::new(fill(&realm.endpoint, &credentials, 0..objects).await?),
            credentials: Rc::clone(&credentials),
        };
        let page = directory.page(names::PAGE_BESIDE.to_owned());
        self.load(page, address, server).await;
        for (name, path) in [
            (names::APPLICATIONS, "/applications"),
            (names::SCOPES, "/scopes"),
        ] {
            let pages = pages(&realm, bearer, path).await?;
            let endpoint = realm.endpoint.clone();
            let list = scenarios::list(name.to_owned(), endpoint, Rc::clone(&credentials), pages);
            self.load(list, address, server).await;
        }
        ambit.server.stop().await
    }
}

/// Makes as many clients and scopes.
async fn make_objects(realm: &Realm, bearer: &str, objects: u64) -> Result<()> {
    let mut connection = Connection::open(realm.endpoint.address).await?;
    for number in 0..objects {
        let application = json!({
            "name": format!("Application {number}"), "type": "confidential",
            "description": format!("What people know as number {number}."),
            "redirect_uris": [format!("https://app-{number}.example.com/callback")],
            "grant_types": ["authorization_code", "refresh_token"], "tags": ["bench"],
        });
        let scope = json!({
            "name": format!("people:{number}"), "type": "resource", "scim_resource_type": "User",
            "description": format!("What people know as number {number}."),
            "resource_operations": ["retrieve", "search"],
            "resource_attributes": ["name", "emails", "title"],
        });
        for (path, body) in [("/applications", application), ("/scopes", scope)] {
            send_json(&mut connection, &realm.endpoint, path, bearer, &body).await?;
        }
    }
    Ok(())
}

/// The paths of all full pages of a list.
async fn pages(realm: &Realm, bearer: &str, path: &str) -> Result<Vec<String>> {
    let mut connection = Connection::open(realm.endpoint.address).await?;
    let mut paths = Vec::new();
    let mut next = format!("{path}?page_size=100");
    loop {
        let request = realm.endpoint.get(&next, bearer);
        let answer = connection.exchange(&request).await?;
        let page: Value = serde_json::from_slice(answer.body)
            .with_context(|| format!("{next}: {}", answer.status))?;
        let Some(token) = page.get("next_page_token").and_then(Value::as_str) else {
            // The last one is shorter.
            return Ok(paths);
        };
        paths.push(next);
        next = format!("{path}?page_size=100&page_token={token}");
    }
}
