//! The management API of a realm.

use super::{change::Object, problem::Problem, world::text};
use crate::{
    client::Answer,
    session::{Connection, ConnectionArgs, Unclear},
};
use anyhow::Context;
use reqwest::{Method, StatusCode, header};
use serde_json::Value;
use url::form_urlencoded;

/// Most things of one page (product §7).
const PAGE: &str = "200";

/// A realm's management API.
///
/// Paths are relative to the realm, or begin with a slash where they are above it.
pub(super) struct Api {
    connection: Connection,
}

/// A change that the API is asked for.
#[derive(Clone)]
pub(super) struct Operation {
    pub(super) method: Method,
    pub(super) path: String,
    pub(super) body: Option<Object>,
    /// Only while the thing still has this entity tag.
    pub(super) if_match: Option<String>,
    /// By which later operations of a batch refer to what this one makes.
    pub(super) label: Option<String>,
}

impl Api {
    /// Opens the realm that is asked for.
    pub(super) fn open(args: &ConnectionArgs) -> anyhow::Result<Self> {
        Ok(Self {
            connection: args.open()?,
        })
    }

    /// The realm's root URL.
    pub(super) fn issuer(&self) -> &str {
        &self.connection.issuer
    }

    /// The client that asks, if it is known who it is.
    pub(super) fn client_id(&self) -> Option<&str> {
        self.connection.client_id()
    }

    /// The path of the realm, such as `/v1/tenants/default/realms/default`.
    pub(super) fn realm_path(&self) -> &str {
        let issuer = self.issuer();
        issuer
            .find("/v1/")
            .and_then(|at| issuer.get(at..))
            .unwrap_or_default()
    }

    fn url(&self, path: &str) -> String {
        let issuer = self.issuer();
        match path {
            "" => issuer.to_owned(),
            path if path.starts_with('/') => {
                let root = issuer.strip_suffix(self.realm_path()).unwrap_or(issuer);
                format!("{root}{path}")
            }
            path => format!("{issuer}/{path}"),
        }
    }

    /// Everything in a collection that a filter matches.
    pub(super) async fn list(
        &mut self,
        collection: &str,
        filter: Option<&str>,
    ) -> anyhow::Result<Vec<Object>> {
        let mut all = Vec::new();
        let mut page_token: Option<String> = None;
        loop {
            let mut query = form_urlencoded::Serializer::new(String::new());
            query.append_pair("page_size", PAGE);
            query.extend_pairs(filter.map(|filter| ("filter", filter)));
            query.extend_pairs(page_token.as_ref().map(|token| ("page_token", token)));
            let path = format!("{collection}?{}", query.finish());
            let mut page = self.send(Method::GET, &path, None, None).await?.json();
            let Some(Value::Array(items)) = page.get_mut("items").map(Value::take) else {
                anyhow::bail!("the server's answer has no list of {collection}");
            };
            all.extend(items.into_iter().filter_map(object));
            match page.get("next_page_token").and_then(Value::as_str) {
                Some(token) => page_token = Some(token.to_owned()),
                None => return Ok(all),
            }
        }
    }

    /// One thing with its entity tag; `None` if there is no such thing.
    pub(super) async fn read(
        &mut self,
        path: &str,
    ) -> anyhow::Result<Option<(Object, Option<String>)>> {
        let answer = match self.send(Method::GET, path, None, None).await {
            Ok(answer) => answer,
            Err(error) if status_of(&error) == Some(StatusCode::NOT_FOUND) => return Ok(None),
            Err(error) => return Err(error),
        };
        let tag = answer.headers.get(header::ETAG);
        let tag = tag.and_then(|tag| tag.to_str().ok()).map(str::to_owned);
        let read = object(answer.json()).with_context(|| format!("{path} is no object"))?;
        Ok(Some((read, tag)))
    }

    /// Does a change, and answers the object that came of it; of a deletion, none.
    pub(super) async fn change(&mut self, operation: &Operation) -> anyhow::Result<Object> {
        let body = operation.body.clone().map(Value::Object);
        let answer = self
            .send(
                operation.method.clone(),
                &operation.path,
                body.as_ref(),
                operation.if_match.as_deref(),
            )
            .await;
        let answer = match answer {
            Ok(answer) => answer,
            Err(error) => return Err(self.with_names(error).await),
        };
        Ok(object(answer.json()).unwrap_or_default())
    }

    /// Does all of it or nothing, and answers the object that came of each.
    pub(super) async fn batch(
        &mut self,
        operations: &[Operation],
        dry_run: bool,
    ) -> anyhow::Result<Vec<Object>> {
        let body = serde_json::json!({
            "operations": operations.iter().map(Operation::to_json).collect::<Vec<_>>(),
            "dry_run": dry_run,
        });
        let mut answer = match self.send(Method::POST, "batch", Some(&body), None).await {
            Ok(answer) => answer.json(),
            Err(error) => return Err(self.with_names(error).await),
        };
        let Some(Value::Array(results)) = answer.get_mut("results").map(Value::take) else {
            anyhow::bail!(Unclear(
                "the server's answer to the batch has no results".into()
            ));
        };
        let body = |mut result: Value| result.get_mut("body").map(Value::take).and_then(object);
        Ok(results
            .into_iter()
            .map(|result| body(result).unwrap_or_default())
            .collect())
    }

    /// An error that calls by name what stands in the way, as far as that may be read.
    async fn with_names(&mut self, error: anyhow::Error) -> anyhow::Error {
        let mut problem = match error.downcast::<Problem>() {
            Ok(problem) => problem,
            Err(other) => return other,
        };
        for (path, noun) in problem.users() {
            if let Ok(Some((user, _))) = self.read(&path).await {
                problem = problem.naming(&path, text(&user, noun.name_field()));
            }
        }
        problem.into()
    }

    /// Sends a request, which must succeed.
    async fn send(
        &mut self,
        method: Method,
        path: &str,
        body: Option<&Value>,
        if_match: Option<&str>,
    ) -> anyhow::Result<Answer> {
        let url = self.url(path);
        let media_type = match method {
            Method::PATCH => "application/merge-patch+json",
            _ => "application/json",
        };
        let body = body.map(|body| (media_type, body));
        let answer = self.connection.send(method, &url, body, if_match).await?;
        match answer.status.is_success() {
            true => Ok(answer),
            false => Err(Problem::read(&answer).into()),
        }
    }
}

impl Operation {
    fn to_json(&self) -> Value {
        let mut json = Object::new();
        json.insert("method".into(), self.method.as_str().into());
        json.insert("path".into(), self.path.clone().into());
        let body = self.body.clone().map(Value::Object);
        let members = [
            ("body", body),
            ("if_match", self.if_match.clone().map(Value::from)),
            ("label", self.label.clone().map(Value::from)),
        ];
        for (name, value) in members {
            if let Some(value) = value {
                json.insert(name.into(), value);
            }
        }
        json.into()
    }
}

/// Whether what failed is known to have changed nothing.
pub(super) fn is_undone(error: &anyhow::Error) -> bool {
    match error.downcast_ref::<Problem>() {
        Some(problem) => problem.status.is_client_error() || problem.operation.is_some(),
        None => !error.is::<Unclear>(),
    }
}

/// The status of the answer that an error tells of.
pub(super) fn status_of(error: &anyhow::Error) -> Option<StatusCode> {
    error
        .downcast_ref::<Problem>()
        .map(|problem| problem.status)
}

fn object(value: Value) -> Option<Object> {
    match value {
        Value::Object(object) => Some(object),
        _ => None,
    }
}
