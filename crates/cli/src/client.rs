//! A small HTTP client of a realm: tokens by client credentials, and JSON requests with them.

use crate::{config::is_loopback_host, serve::Credentials};
use anyhow::{Context, bail};
use reqwest::{
    Certificate, Method, RequestBuilder, StatusCode,
    header::{self, HeaderMap},
};
use serde::Deserialize;
use serde_json::Value;
use std::time::{Duration, Instant};
use url::{Url, form_urlencoded};
use zeroize::Zeroizing;

/// Largest answer that is read, in bytes.
const MAX_ANSWER: usize = 64 * 1024 * 1024;
/// Longest wait for a connection.
const CONNECT: Duration = Duration::from_secs(10);
/// Longest wait for an answer.
const ANSWER: Duration = Duration::from_secs(120);

/// Sends requests. Certificates are verified and redirects are not followed (T11).
#[derive(Debug, Clone)]
pub(crate) struct HttpClient(reqwest::Client);

/// An access token.
pub(crate) struct Token {
    /// The token itself.
    pub(crate) access_token: Zeroizing<String>,
    /// What it was granted (RFC 6749 §5.1).
    pub(crate) scope: String,
    /// When it expires.
    pub(crate) expires: Instant,
}

/// An answer, read whole.
#[derive(Debug)]
pub(crate) struct Answer {
    /// Its status.
    pub(crate) status: StatusCode,
    /// Its headers.
    pub(crate) headers: HeaderMap,
    /// Its body.
    pub(crate) body: String,
}

impl Answer {
    /// The body as JSON; `null` if it is none.
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_default()
    }

    /// The answer, if its status is a success; else what it says went wrong.
    pub(crate) fn successful(self) -> anyhow::Result<Self> {
        if self.status.is_success() {
            return Ok(self);
        }
        bail!("{}", self.complaint())
    }

    /// Status and sentence of an error, in whichever of our shapes it is.
    pub(crate) fn complaint(&self) -> String {
        let body = self.json();
        let said = ["detail", "error_description", "error", "title"];
        match said.iter().find_map(|key| body.get(key)?.as_str()) {
            Some(text) => format!("{}: {text}", self.status),
            None => self.status.to_string(),
        }
    }
}

impl HttpClient {
    /// A client for the server at `base`, whose certificate must be signed by one of the system's
    /// authorities or by `authority`.
    pub(crate) fn new(base: &Url, authority: Option<Certificate>) -> anyhow::Result<Self> {
        let mut builder = reqwest::Client::builder()
            .user_agent(concat!("ambit/", env!("CARGO_PKG_VERSION")))
            .redirect(reqwest::redirect::Policy::none())
            .connect_timeout(CONNECT)
            .timeout(ANSWER);
        if is_loopback_host(base) {
            builder = builder.no_proxy();
        }
        builder = match authority {
            Some(authority) => builder.tls_certs_merge([authority]),
            // Without TLS no authorities are needed, and a machine may have none.
            None if base.scheme() == "http" => builder.tls_certs_only([]),
            None => builder,
        };
        Ok(Self(
            builder.build().context("the HTTP client can't be made")?,
        ))
    }

    /// A token by client credentials, for `scope` or for the client's default scopes
    /// (RFC 6749 §4.4).
    pub(crate) async fn token(
        &self,
        credentials: &Credentials,
        scope: Option<&str>,
    ) -> anyhow::Result<Token> {
        #[derive(Deserialize)]
        struct TokenResponse {
            access_token: Zeroizing<String>,
            #[serde(default)]
            expires_in: u64,
            #[serde(default)]
            scope: String,
        }
        let mut form = form_urlencoded::Serializer::new(String::new());
        form.append_pair("grant_type", "client_credentials");
        if let Some(scope) = scope {
            form.append_pair("scope", scope);
        }
        // RFC 6749 §2.3.1: both are form-encoded before they are joined.
        let encoded =
            |text: &str| form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>();
        let request = self
            .0
            .post(&credentials.token_endpoint)
            .basic_auth(
                encoded(&credentials.client_id),
                Some(encoded(&credentials.client_secret)),
            )
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(form.finish());
        let asked = Instant::now();
        let answer = answer(request)
            .await?
            .successful()
            .context("no access token")?;
        let token: TokenResponse =
            serde_json::from_str(&answer.body).context("the token endpoint's answer")?;
        let expires = asked + Duration::from_secs(token.expires_in);
        Ok(Token {
            access_token: token.access_token,
            scope: token.scope,
            expires,
        })
    }

    /// Posts a form without a token, as the endpoints of OAuth take it.
    pub(crate) async fn post_form(
        &self,
        url: &str,
        pairs: &[(&str, &str)],
    ) -> anyhow::Result<Answer> {
        let form = form_urlencoded::Serializer::new(String::new())
            .extend_pairs(pairs)
            .finish();
        let request = self
            .0
            .post(url)
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(form);
        answer(request).await
    }

    /// Sends a request with a token and, if there is a body, that body.
    pub(crate) async fn send(
        &self,
        method: Method,
        url: &str,
        token: Option<&Token>,
        body: Option<(&str, &Value)>,
    ) -> anyhow::Result<Answer> {
        self.send_if(method, url, token, body, None).await
    }

    /// The same, to be done only while the thing still has the entity tag `if_match`.
    pub(crate) async fn send_if(
        &self,
        method: Method,
        url: &str,
        token: Option<&Token>,
        body: Option<(&str, &Value)>,
        if_match: Option<&str>,
    ) -> anyhow::Result<Answer> {
        let mut request = self.0.request(method, url);
        if let Some(token) = token {
            request = request.bearer_auth(&*token.access_token);
        }
        if let Some(tag) = if_match {
            request = request.header(header::IF_MATCH, tag);
        }
        if let Some((media_type, body)) = body {
            request = request
                .header(header::CONTENT_TYPE, media_type)
                .body(body.to_string());
        }
        answer(request).await
    }
}

async fn answer(request: RequestBuilder) -> anyhow::Result<Answer> {
    let mut response = request.send().await?;
    let (status, headers) = (response.status(), response.headers().clone());
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await? {
        anyhow::ensure!(
            body.len() + chunk.len() <= MAX_ANSWER,
            "the answer is too long"
        );
        body.extend_from_slice(&chunk);
    }
    let body = String::from_utf8(body).context("the answer is not UTF-8")?;
    Ok(Answer {
        status,
        headers,
        body,
    })
}
