//! A realm's audit trail as the management API shows it.

use crate::{
    client::Answer,
    session::{Connection, ConnectionArgs},
};
use anyhow::Context;
use domain::{RealmKey, audit::Object};
use reqwest::{Method, StatusCode};
use serde_json::Value;
use url::form_urlencoded;

/// Most events of one page.
const PAGE: &str = "200";
/// What is said of an event beside what is hashed.
const BESIDES: [&str; 4] = ["id", "hash", "intact", "finding"];

/// The trail of one realm.
pub(super) struct Trail {
    connection: Connection,
    next: Option<String>,
    ended: bool,
}

/// An event as the server shows it.
pub(super) struct Shown {
    /// Its number.
    pub(super) sequence: u64,
    /// What is hashed.
    pub(super) event: Object,
    /// Its hash.
    pub(super) hash: [u8; 32],
    /// What the server finds wrong with it.
    pub(super) finding: Option<String>,
}

impl Trail {
    /// Opens the realm that is asked for.
    pub(super) fn open(args: &ConnectionArgs) -> anyhow::Result<Self> {
        Ok(Self {
            connection: args.open()?,
            next: None,
            ended: false,
        })
    }

    /// The realm's root URL.
    pub(super) fn issuer(&self) -> &str {
        &self.connection.issuer
    }

    /// The realm.
    pub(super) fn realm(&self) -> anyhow::Result<RealmKey> {
        let path = self
            .issuer()
            .split_once("/v1/tenants/")
            .map(|(_, path)| path);
        let names = path.and_then(|path| path.trim_end_matches('/').split_once("/realms/"));
        let (tenant, realm) = names.with_context(|| format!("{} is no realm", self.issuer()))?;
        Ok(RealmKey::new(&tenant.parse()?, &realm.parse()?))
    }

    /// The last event, as far as the server knows; none if there is no trail.
    pub(super) async fn head(&mut self) -> anyhow::Result<Option<Shown>> {
        let answer = self.get("audit-events/head").await?;
        if answer.status == StatusCode::NOT_FOUND {
            return Ok(None);
        }
        let answer = answer.successful().context("the end of the trail")?;
        shown(answer.json()).map(Some)
    }

    /// The next events; none at the end.
    pub(super) async fn page(&mut self) -> anyhow::Result<Option<Vec<Shown>>> {
        if self.ended {
            return Ok(None);
        }
        let mut query = form_urlencoded::Serializer::new(String::new());
        query.append_pair("page_size", PAGE);
        query.extend_pairs(self.next.as_ref().map(|token| ("page_token", token)));
        let path = format!("audit-events?{}", query.finish());
        let answer = self.get(&path).await?;
        let answer = answer.successful().context("the audit events")?;
        let mut page = answer.json();
        let next = page.get("next_page_token").and_then(Value::as_str);
        self.next = next.map(str::to_owned);
        self.ended = self.next.is_none();
        let items = page.get_mut("items").map(Value::take);
        let Some(Value::Array(items)) = items else {
            anyhow::bail!("the server's answer has no events");
        };
        items
            .into_iter()
            .map(shown)
            .collect::<Result<_, _>>()
            .map(Some)
    }

    async fn get(&mut self, path: &str) -> anyhow::Result<Answer> {
        let url = format!("{}/{path}", self.issuer());
        self.connection.send(Method::GET, &url, None, None).await
    }
}

fn shown(item: Value) -> anyhow::Result<Shown> {
    let Value::Object(mut event) = item else {
        anyhow::bail!("an event is no object");
    };
    let mut besides = Object::new();
    for name in BESIDES {
        if let Some(value) = event.shift_remove(name) {
            besides.insert(name.to_owned(), value);
        }
    }
    let text = |name: &str| besides.get(name).and_then(Value::as_str);
    let finding = match besides.get("intact") {
        Some(Value::Bool(true)) => None,
        _ => Some(text("finding").unwrap_or("is not intact").to_owned()),
    };
    let sequence = event.get("sequence").and_then(Value::as_u64);
    let hash = text("hash").and_then(super::known::unhex);
    Ok(Shown {
        sequence: sequence.context("an event has no number")?,
        hash: hash.context("an event has no hash")?,
        event,
        finding,
    })
}
