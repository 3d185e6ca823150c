//! The port to servers elsewhere: requests to addresses that others chose (F1–F6).

use async_trait::async_trait;
use secrecy::SecretString;
use std::fmt;
use thiserror::Error;

/// Sends requests to addresses that clients or administrators chose: key sets, request objects, upstream providers, logout
/// endpoints. What implements it holds every address to F1–F3, follows no redirect and sends no cookie.
#[async_trait]
pub trait Outbound: Send + Sync + 'static {
    /// Sends `request` and gives the answer, if there is a usable one.
    async fn send(&self, request: OutboundRequest) -> Result<OutboundAnswer, OutboundError>;
}

/// No way to any other server.
pub(crate) struct NoOutbound;

#[async_trait]
impl Outbound for NoOutbound {
    async fn send(&self, _: OutboundRequest) -> Result<OutboundAnswer, OutboundError> {
        Err(OutboundError::new(
            OutboundRefusal::Forbidden,
            "this server asks no others",
        ))
    }
}

/// What to send. `Debug` prints neither values of fields nor of headers, nor the query.
pub struct OutboundRequest {
    /// The method, with what it sends.
    pub method: OutboundMethod,
    /// The absolute URL.
    pub url: String,
    /// Headers, which may be credentials.
    pub headers: Vec<(&'static str, SecretString)>,
    /// The media types that the answer may have, separated by commas, as sent in `Accept`: another one is an error. Any will do
    /// if this is `*/*`.
    pub accept: &'static str,
}

/// The method of a request.
pub enum OutboundMethod {
    /// GET.
    Get,
    /// POST of a form (`application/x-www-form-urlencoded`).
    PostForm(Vec<(String, String)>),
}

/// A usable answer: its status is a success, or, to a form, 400 or 401, which OAuth answers with JSON (RFC 6749 §5.2).
#[derive(Clone, PartialEq, Eq)]
pub struct OutboundAnswer {
    /// The status.
    pub status: u16,
    /// The media type, in lower case and without parameters.
    pub content_type: Option<String>,
    /// The body, at most 256 KiB (F3).
    pub body: Vec<u8>,
}

/// There is no usable answer. Whoever chose the address learns no more than this sentence, or it could be used to look around in
/// the server's network (F6); [`OutboundError::refusal`] and [`OutboundError::detail`] are for the log.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("the address gave no usable answer")]
pub struct OutboundError {
    refusal: OutboundRefusal,
    detail: String,
}

/// Why there is no usable answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OutboundRefusal {
    /// The URL, or an address that its name stands for, is not allowed (F1).
    Forbidden,
    /// The name is unknown, nobody listens, or TLS or HTTP failed.
    Unreachable,
    /// It took too long (F3).
    Timeout,
    /// The answer is a redirect (F2).
    Redirect,
    /// The answer has this status.
    Status(u16),
    /// The answer has a media type that was not asked for (F3).
    ContentType,
    /// The answer is too large (F3).
    TooLarge,
}

impl OutboundError {
    /// An error that says outside what all say.
    pub fn new(refusal: OutboundRefusal, detail: impl Into<String>) -> Self {
        let detail = detail.into();
        Self { refusal, detail }
    }

    /// What happened, for the log and for deciding whether to try again.
    pub fn refusal(&self) -> OutboundRefusal {
        self.refusal
    }

    /// What happened in detail, for the log alone.
    pub fn detail(&self) -> &str {
        &self.detail
    }
}

impl fmt::Debug for OutboundRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let url = self.url.split(['?', '#']).next().unwrap_or_default();
        let headers: Vec<&str> = self.headers.iter().map(|(name, _)| *name).collect();
        f.debug_struct("OutboundRequest")
            .field("method", &self.method)
            .field("url", &url)
            .field("headers", &headers)
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for OutboundMethod {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Get => f.write_str("Get"),
            Self::PostForm(fields) => {
                let names = fields.iter().map(|(name, _)| name);
                f.write_str("PostForm")?;
                f.debug_list().entries(names).finish()
            }
        }
    }
}

impl fmt::Debug for OutboundAnswer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OutboundAnswer")
            .field("status", &self.status)
            .field("content_type", &self.content_type)
            .field("length", &self.body.len())
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_prints_no_secret() {
        let request = OutboundRequest {
            method: OutboundMethod::PostForm(vec![("client_secret".into(), "hush".into())]),
            url: "https://op.example/token?code=hush#hush".into(),
            headers: vec![("authorization", SecretString::from("hush"))],
            accept: "application/json",
        };
        let answer = OutboundAnswer {
            status: 200,
            content_type: None,
            body: b"hush".to_vec(),
        };
        let printed = format!("{request:?} {answer:?}");
        assert!(!printed.contains("hush"), "{printed}");
        for named in ["client_secret", "https://op.example/token", "authorization"] {
            assert!(printed.contains(named), "{printed}");
        }
    }

    /// F6: who probes a network through the server learns nothing of it.
    #[test]
    fn every_error_says_the_same() {
        let refused = OutboundError::new(OutboundRefusal::Unreachable, "10.0.0.1 refused");
        let missing = OutboundError::new(OutboundRefusal::Status(404), "404");
        assert_eq!(refused.to_string(), missing.to_string());
        assert_eq!(refused.detail(), "10.0.0.1 refused");
        assert_eq!(missing.refusal(), OutboundRefusal::Status(404));
    }
}
