//! One request, and an answer that is what was asked for.

use crate::policy::{Forbidden, Policy};
use crate::resolver::{Resolver, SystemResolver, Vetted};
use async_trait::async_trait;
use domain::{
    Outbound, OutboundAnswer, OutboundError, OutboundMethod, OutboundRefusal, OutboundRequest,
};
use reqwest::header::{ACCEPT, CONTENT_TYPE, HeaderValue};
use reqwest::{Certificate, Client, RequestBuilder, Response, redirect, retry};
use secrecy::ExposeSecret as _;
use std::error::Error;
use std::sync::Arc;
use thiserror::Error;

const FORM: &str = "application/x-www-form-urlencoded";

/// [`domain::Outbound`] over HTTP.
#[derive(Debug)]
pub struct HttpOutbound {
    client: Client,
    policy: Policy,
}

/// The HTTP client can't be made: a certificate is none, or the system has no trusted ones.
#[derive(Debug, Error)]
#[error("the HTTP client can't be made: {0}")]
pub struct Unusable(#[source] reqwest::Error);

impl HttpOutbound {
    /// Makes the client, with the resolver of the system.
    ///
    /// # Errors
    /// [`Unusable`] if a certificate can't be read.
    pub fn new(policy: Policy) -> Result<Self, Unusable> {
        Self::with_resolver(policy, Arc::new(SystemResolver))
    }

    /// Makes the client, with another resolver.
    ///
    /// # Errors
    /// [`Unusable`] if a certificate can't be read.
    pub fn with_resolver(policy: Policy, resolver: Arc<dyn Resolver>) -> Result<Self, Unusable> {
        let policy = policy.bounded();
        let vetted = Vetted {
            resolver,
            policy: policy.clone(),
        };
        let roots = policy.extra_roots.iter();
        let roots: Result<Vec<_>, _> = roots.map(|der| Certificate::from_der(der)).collect();
        let client = Client::builder()
            .dns_resolver(vetted)
            .tls_certs_merge(roots.map_err(Unusable)?)
            .redirect(redirect::Policy::none())
            .retry(retry::never())
            .no_proxy()
            .referer(false)
            .timeout(policy.timeout)
            // A connection that is kept is one whose address is not looked at again.
            .pool_max_idle_per_host(0)
            .user_agent("ambit")
            .build()
            .map_err(Unusable)?;
        Ok(Self { client, policy })
    }

    fn prepare(&self, request: &OutboundRequest) -> Result<RequestBuilder, OutboundError> {
        let url = self.policy.check_url(&request.url).map_err(forbidden)?;
        let mut prepared = match &request.method {
            OutboundMethod::Get => self.client.get(url),
            OutboundMethod::PostForm(fields) => {
                let mut form = form_urlencoded::Serializer::new(String::new());
                form.extend_pairs(fields);
                self.client
                    .post(url)
                    .header(CONTENT_TYPE, FORM)
                    .body(form.finish())
            }
        };
        prepared = prepared.header(ACCEPT, request.accept);
        for (name, value) in &request.headers {
            let mut value =
                HeaderValue::from_str(value.expose_secret()).map_err(|_| forbidden_header(name))?;
            value.set_sensitive(true);
            prepared = prepared.header(*name, value);
        }
        Ok(prepared)
    }

    async fn read(&self, mut response: Response) -> Result<Vec<u8>, OutboundError> {
        let most = self.policy.max_body;
        let too_large = || {
            let detail = format!("more than {most} bytes");
            OutboundError::new(OutboundRefusal::TooLarge, detail)
        };
        if response
            .content_length()
            .is_some_and(|length| length > most as u64)
        {
            return Err(too_large());
        }
        let mut body = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(|error| failed(&error))? {
            if body.len() + chunk.len() > most {
                return Err(too_large());
            }
            body.extend_from_slice(&chunk);
        }
        Ok(body)
    }
}

#[async_trait]
impl Outbound for HttpOutbound {
    async fn send(&self, request: OutboundRequest) -> Result<OutboundAnswer, OutboundError> {
        let prepared = self.prepare(&request)?;
        let response = prepared.send().await.map_err(|error| failed(&error))?;
        let status = response.status().as_u16();
        check_status(status, &request.method)?;
        let content_type = media_type(&response);
        let body = self.read(response).await?;
        check_media_type(content_type.as_deref(), request.accept, &body)?;
        Ok(OutboundAnswer {
            status,
            content_type,
            body,
        })
    }
}

fn check_status(status: u16, method: &OutboundMethod) -> Result<(), OutboundError> {
    let is_form = matches!(method, OutboundMethod::PostForm(_));
    let refusal = match status {
        200..=299 => return Ok(()),
        400 | 401 if is_form => return Ok(()),
        300..=399 => OutboundRefusal::Redirect,
        _ => OutboundRefusal::Status(status),
    };
    Err(OutboundError::new(refusal, format!("status {status}")))
}

fn media_type(response: &Response) -> Option<String> {
    let value = response.headers().get(CONTENT_TYPE)?.to_str().ok()?;
    let essence = value.split(';').next()?.trim();
    Some(essence.to_ascii_lowercase())
}

/// F3: an answer of another type is not looked at. Nothing needs no type.
fn check_media_type(found: Option<&str>, accept: &str, body: &[u8]) -> Result<(), OutboundError> {
    let mut accepted = accept.split(',').map(str::trim);
    let fits = accepted.any(|one| one == "*/*" || Some(one) == found);
    if fits || (body.is_empty() && found.is_none()) {
        return Ok(());
    }
    let detail = format!("content type {}", found.unwrap_or("missing"));
    Err(OutboundError::new(OutboundRefusal::ContentType, detail))
}

fn forbidden(why: Forbidden) -> OutboundError {
    OutboundError::new(OutboundRefusal::Forbidden, why.to_string())
}

fn forbidden_header(name: &str) -> OutboundError {
    let detail = format!("the value of header {name} can't be sent");
    OutboundError::new(OutboundRefusal::Forbidden, detail)
}

/// What the client's error is, by what lies at its bottom. The URL is left out of the detail: its query may be a secret.
fn failed(error: &reqwest::Error) -> OutboundError {
    let mut refusal = if error.is_timeout() {
        OutboundRefusal::Timeout
    } else {
        OutboundRefusal::Unreachable
    };
    let mut detail = String::new();
    let mut cause: Option<&(dyn Error + 'static)> = error.source();
    while let Some(error) = cause {
        if error.is::<Forbidden>() {
            refusal = OutboundRefusal::Forbidden;
        }
        if !detail.is_empty() {
            detail.push_str(": ");
        }
        detail.push_str(&error.to_string());
        cause = error.source();
    }
    OutboundError::new(refusal, detail)
}
