//! One request put to both worlds, and what must be the same of the two answers: all of it.

use crate::{side::Side, stage::Caller, support::Answer};
use axum::body::Body;
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use http::Request;
use serde_json::Value;

/// Stands in a path or body for what each world has its own of: a cursor, a token.
pub const OWN: &str = "{OWN}";

/// Members whose values are random by design: sealed (T8), or a token or its name. They are compared
/// by length, and tokens by what they say; everything else by its bytes.
const RANDOM: [&str; 5] = [
    "nextCursor",
    "previousCursor",
    "next_page_token",
    "access_token",
    "jti",
];

/// What a caller presents.
#[derive(Debug, Clone)]
pub enum Credentials {
    Token,
    Client,
    Nothing,
    /// Another bearer token.
    Other(String),
}

/// A request.
#[derive(Debug, Clone)]
pub struct Ask {
    pub kind: &'static str,
    pub method: &'static str,
    pub path: String,
    pub headers: Vec<(&'static str, String)>,
    pub body: Option<String>,
    pub credentials: Credentials,
    /// What stands for [`OWN`] in each world.
    pub own: [String; 2],
    /// A name in it that is hidden from the caller, and one of the same length that nothing has: a
    /// request with the other is answered alike (S2).
    pub unknown: Option<(String, String)>,
}

impl Ask {
    pub fn new(kind: &'static str, method: &'static str, path: impl Into<String>) -> Self {
        Self {
            kind,
            method,
            path: path.into(),
            headers: Vec::new(),
            body: None,
            credentials: Credentials::Token,
            own: Default::default(),
            unknown: None,
        }
    }

    pub fn json(mut self, body: &Value) -> Self {
        self.headers
            .push(("content-type", "application/scim+json".to_owned()));
        self.body = Some(body.to_string());
        self
    }

    pub fn form(mut self, form: &[(&str, &str)]) -> Self {
        self.headers.push((
            "content-type",
            "application/x-www-form-urlencoded".to_owned(),
        ));
        let form = form_urlencoded::Serializer::new(String::new())
            .extend_pairs(form)
            .finish();
        self.body = Some(form.replace("%7BOWN%7D", OWN));
        self.credentials = Credentials::Client;
        self
    }

    pub fn header(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    /// The request with a name that nothing has in the place of the hidden one.
    pub fn with_unknown(&self) -> Option<Self> {
        let (hidden, unknown) = self.unknown.as_ref()?;
        Some(Self {
            path: self.path.replace(hidden, unknown),
            body: self.body.as_ref().map(|body| body.replace(hidden, unknown)),
            unknown: None,
            ..self.clone()
        })
    }

    /// Puts it to one world.
    pub async fn put_to(&self, side: &Side, caller: &Caller, world: usize) -> Said {
        let own = &self.own[world];
        let path = caller.client.path(&self.path.replace(OWN, own));
        let mut request = Request::builder().method(self.method).uri(path);
        for (name, value) in &self.headers {
            request = request.header(*name, value);
        }
        let authorization = match &self.credentials {
            Credentials::Token => Some(format!("Bearer {}", caller.token)),
            Credentials::Other(token) => Some(format!("Bearer {}", token.replace(OWN, own))),
            Credentials::Client => Some(caller.client.basic()),
            Credentials::Nothing => None,
        };
        if let Some(authorization) = authorization {
            request = request.header("authorization", authorization);
        }
        let body = self.body.as_ref().map(|body| body.replace(OWN, own));
        let body = body.map_or_else(Body::empty, Body::from);
        Said::of(side.server.send(request.body(body).unwrap()).await)
    }
}

/// An answer in a form that can be compared.
#[derive(Debug, Clone, PartialEq)]
pub struct Said {
    pub status: u16,
    pub headers: Vec<(String, String)>,
    pub body: String,
    /// The random values, and how long each is; the body has their places.
    pub random: Vec<String>,
}

impl Said {
    fn of(answer: Answer) -> Self {
        let headers = answer.headers.iter().map(|(name, value)| {
            let value = String::from_utf8_lossy(value.as_bytes()).into_owned();
            (name.as_str().to_owned(), value)
        });
        let (headers, mut body) = (headers.collect(), answer.text());
        let mut random = Vec::new();
        if let Ok(json) = serde_json::from_str::<Value>(&body) {
            for name in RANDOM {
                if let Some(value) = json.get(name).and_then(Value::as_str) {
                    let shown = format!("<{name} of {}: {}>", value.len(), claims(value));
                    body = body.replace(value, &shown);
                    random.push(value.to_owned());
                }
            }
        }
        Self {
            status: answer.status.as_u16(),
            headers,
            body,
            random,
        }
    }

    /// Whether the request was served.
    pub fn served(&self) -> bool {
        self.status < 400
    }

    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_default()
    }

    /// Whether nothing tells the two apart. The random values are what they are, but never the same
    /// in one world and not in the other.
    pub fn is_like(&self, other: &Self) -> bool {
        self.status == other.status
            && self.headers == other.headers
            && self.body == other.body
            && self.random.len() == other.random.len()
    }

    /// The answer as if it had been asked for another name.
    pub fn renamed(&self, from: &str, to: &str) -> Self {
        let renamed = |text: &str| text.replace(from, to);
        Self {
            headers: self
                .headers
                .iter()
                .map(|(name, value)| (name.clone(), renamed(value)))
                .collect(),
            body: renamed(&self.body),
            ..self.clone()
        }
    }
}

/// What a JWT says, but for its name.
fn claims(token: &str) -> String {
    let payload = token.split('.').nth(1);
    let payload = payload.and_then(|payload| URL_SAFE_NO_PAD.decode(payload).ok());
    let claims = payload.and_then(|payload| serde_json::from_slice::<Value>(&payload).ok());
    let Some(Value::Object(mut claims)) = claims else {
        return String::new();
    };
    claims.shift_remove("jti");
    Value::Object(claims).to_string().replace('"', "'")
}
