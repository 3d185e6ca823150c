//! A realm's SCIM service, with a token that is renewed before it expires.

use crate::{
    client::{Answer, HttpClient, Token},
    serve::Credentials,
};
use anyhow::Context;
use reqwest::{Method, StatusCode, header};
use serde_json::{Value, json};
use std::time::{Duration, Instant};

const SCOPE: &str = "scim:read scim:write";
const MEDIA_TYPE: &str = "application/scim+json";
/// How long before its end a token is renewed.
const MARGIN: Duration = Duration::from_secs(30);
/// How often a request is sent again to a server that can't answer just now.
const RETRIES: u32 = 5;

/// One import's connection to one realm.
pub(super) struct Session {
    http: HttpClient,
    credentials: Credentials,
    token: Token,
    root: String,
    /// What one bulk request may hold.
    pub(super) limits: BulkLimits,
}

/// Limits of the service (RFC 7643 §5).
#[derive(Debug, Clone, Copy)]
pub(super) struct BulkLimits {
    /// Most operations of one request.
    pub(super) operations: usize,
    /// Most bytes of one request.
    pub(super) bytes: usize,
}

impl Session {
    /// Gets a token and reads the service's limits.
    pub(super) async fn open(http: HttpClient, credentials: Credentials) -> anyhow::Result<Self> {
        let token = http
            .token(&credentials, Some(SCOPE))
            .await
            .with_context(|| format!("the client must get {SCOPE}"))?;
        for scope in SCOPE.split(' ') {
            let granted = token.scope.is_empty() || token.scope.split(' ').any(|got| got == scope);
            anyhow::ensure!(
                granted,
                "the client was not granted {scope}, only: {}",
                token.scope
            );
        }
        let root = format!("{}/scim/v2", credentials.issuer);
        let limits = BulkLimits {
            operations: 0,
            bytes: 0,
        };
        let mut session = Self {
            http,
            credentials,
            token,
            root,
            limits,
        };
        let config = session.get("/ServiceProviderConfig").await?;
        let limit = |name: &str, ours: usize| {
            let theirs = config
                .pointer(&format!("/bulk/{name}"))
                .and_then(Value::as_u64);
            theirs
                .and_then(|limit| usize::try_from(limit).ok())
                .map_or(ours, |limit| limit.min(ours))
        };
        session.limits = BulkLimits {
            operations: limit("maxOperations", 100),
            bytes: limit("maxPayloadSize", 1024 * 1024),
        };
        Ok(session)
    }

    async fn get(&mut self, path: &str) -> anyhow::Result<Value> {
        Ok(self.send(Method::GET, path, None).await?.json())
    }

    /// Posts to a SCIM endpoint and answers what it says.
    pub(super) async fn post(&mut self, path: &str, body: &Value) -> anyhow::Result<Value> {
        Ok(self.send(Method::POST, path, Some(body)).await?.json())
    }

    /// Resources of a type whose `attribute` has one of `values`: as many requests as the limits
    /// of filters demand (RFC 7644 §3.4.3).
    pub(super) async fn find(
        &mut self,
        endpoint: &str,
        attribute: &str,
        values: &[&str],
    ) -> anyhow::Result<Vec<Value>> {
        let mut found = Vec::new();
        for filter in filters(attribute, values) {
            let body = json!({
                "schemas": [scim::urn::SEARCH_REQUEST],
                "filter": filter,
                "count": MAX_FOUND,
            });
            let list = self.post(&format!("/{endpoint}/.search"), &body).await?;
            let resources = list.get("Resources").and_then(Value::as_array);
            found.extend(resources.into_iter().flatten().cloned());
        }
        Ok(found)
    }

    async fn send(
        &mut self,
        method: Method,
        path: &str,
        body: Option<&Value>,
    ) -> anyhow::Result<Answer> {
        let url = format!("{}{path}", self.root);
        let mut pause = Duration::from_millis(500);
        for attempt in 0.. {
            if Instant::now() + MARGIN > self.token.expires {
                self.token = self.http.token(&self.credentials, Some(SCOPE)).await?;
            }
            let body = body.map(|body| (MEDIA_TYPE, body));
            let answer = self
                .http
                .send(method.clone(), &url, Some(&self.token), body)
                .await?;
            let busy = matches!(
                answer.status,
                StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE
            );
            if !busy || attempt == RETRIES {
                return answer
                    .successful()
                    .with_context(|| format!("{method} {url}"));
            }
            let wait = answer.headers.get(header::RETRY_AFTER);
            let wait = wait
                .and_then(|value| value.to_str().ok()?.parse().ok())
                .map(Duration::from_secs);
            tokio::time::sleep(wait.unwrap_or(pause).min(Duration::from_secs(60))).await;
            pause *= 2;
        }
        anyhow::bail!("{url} could not be reached")
    }
}

/// Most comparisons of one filter; the service takes 64.
const MAX_TERMS: usize = 50;
/// Most resources asked for at once: every term's, even if some values are there twice.
const MAX_FOUND: usize = 200;
/// Most bytes of one filter; the service takes 4096.
const MAX_FILTER: usize = 4000;

/// `attribute eq "…" or …` over all values, in filters within the limits. A value that is too long
/// for any filter is left out: no resource can be asked for by it.
fn filters(attribute: &str, values: &[&str]) -> Vec<String> {
    let mut filters: Vec<String> = Vec::new();
    let mut terms = 0;
    for value in values {
        let term = format!("{attribute} eq {}", Value::from(*value));
        if term.len() > MAX_FILTER {
            continue;
        }
        match filters.last_mut() {
            Some(filter) if terms < MAX_TERMS && filter.len() + 4 + term.len() <= MAX_FILTER => {
                filter.push_str(" or ");
                filter.push_str(&term);
                terms += 1;
            }
            _ => {
                filters.push(term);
                terms = 1;
            }
        }
    }
    filters
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn filters_stay_within_the_limits_and_ask_for_every_value() {
        let values: Vec<String> = (0..500)
            .map(|n| format!("uid=u{n},ou=\"p\\{}", "x".repeat(n)))
            .collect();
        let values: Vec<&str> = values.iter().map(String::as_str).collect();
        let filters = filters("externalId", &values);
        let mut terms = 0;
        for filter in &filters {
            assert!(filter.len() <= MAX_FILTER);
            let parsed = filter.parse::<scim::filter::Filter>();
            assert!(parsed.is_ok(), "{filter}");
            let count = filter.matches(" eq ").count();
            assert!(count <= MAX_TERMS);
            terms += count;
        }
        assert_eq!(terms, 500);
    }

    #[test]
    fn nothing_to_ask_for_is_no_filter() {
        assert!(filters("userName", &[]).is_empty());
        assert!(filters("userName", &["x".repeat(5000).as_str()]).is_empty());
    }
}
