//! What is set up once in a new store, and what every client then needs to know.

use crate::{
    http::{Http, Request},
    program::Launch,
};
use anyhow::{Context as _, Result, bail};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde_json::{Value, json};
use std::net::SocketAddr;

/// The path of the system realm.
pub(crate) const REALM: &str = "/v1/tenants/default/realms/default";

/// What the workers do.
const SCOPES: &[&str] = &[
    "scim:read",
    "scim:write",
    "scopes:read",
    "scopes:create",
    "scopes:update",
    "scopes:delete",
    "applications:read",
    "applications:create",
    "applications:update",
    "applications:delete",
    "assigned-scopes:read",
    "assigned-scopes:create",
    "assigned-scopes:delete",
];

/// Credentials that outlive any crash.
#[derive(Debug, Clone)]
pub(crate) struct Session {
    /// The administrator's `Authorization`.
    administrator: String,
    /// Clients that get tokens: JWTs the one, opaque ones the other.
    pub(crate) clients: [String; 2],
    /// The `Authorization` of whoever does things.
    pub(crate) bearer: String,
}

/// `Authorization` of `client_secret_basic`.
pub(crate) fn basic(id: &str, secret: &str) -> String {
    format!("Basic {}", STANDARD.encode(format!("{id}:{secret}")))
}

impl Session {
    /// Makes the clients with the administrator's credentials, as the first start wrote them.
    pub(crate) fn set_up(launch: &Launch, address: SocketAddr) -> Result<Self> {
        let credentials = std::fs::read_to_string(launch.credentials())?;
        let credentials: Value = serde_json::from_str(&credentials)?;
        let mut session = Self {
            administrator: basic(
                text(&credentials, "client_id")?,
                text(&credentials, "client_secret")?,
            ),
            clients: Default::default(),
            bearer: String::new(),
        };
        session.refresh(address)?;
        let mut http = Http::new(address);
        for (place, format) in ["jwt", "opaque"].into_iter().enumerate() {
            let client = json!({
                "name": format!("loader-{format}"),
                "type": "confidential",
                "service_account": true,
                "grant_types": ["client_credentials"],
                "access_token_format": format,
                "access_token_lifetime": 86_400,
            });
            let client = call(&mut http, &session.json("POST", "/applications", &client))?;
            let (id, secret) = (text(&client, "id")?, text(&client, "client_secret")?);
            let assigned = json!({ "scope": "scim:read", "default": true });
            let path = format!("/applications/{id}/assigned-scopes");
            call(&mut http, &session.json("POST", &path, &assigned))?;
            session.clients[place] = basic(text(&client, "client_id")?, secret);
        }
        Ok(session)
    }

    /// Gets a new token for whoever does things.
    pub(crate) fn refresh(&mut self, address: SocketAddr) -> Result<()> {
        let scopes = format!("&scope={}", SCOPES.join("+"));
        let request = form(&self.administrator, "/token", &grant(&scopes));
        let token = call(&mut Http::new(address), &request)?;
        self.bearer = format!("Bearer {}", text(&token, "access_token")?);
        Ok(())
    }

    /// A request with a JSON body.
    pub(crate) fn json(&self, method: &'static str, path: &str, body: &Value) -> Request {
        let media_type = match (path.starts_with("/scim/"), method) {
            (true, _) => "application/scim+json",
            (false, "PATCH") => "application/merge-patch+json",
            (false, _) => "application/json",
        };
        Request {
            media_type,
            body: body.to_string(),
            ..self.bare(method, path)
        }
    }

    /// A request without a body.
    pub(crate) fn bare(&self, method: &'static str, path: &str) -> Request {
        Request {
            method,
            path: format!("{REALM}{path}"),
            authorization: self.bearer.clone(),
            media_type: "",
            body: String::new(),
        }
    }
}

/// The form of a client credentials request.
pub(crate) fn grant(more: &str) -> String {
    format!("grant_type=client_credentials{more}")
}

/// A form of a client's to an endpoint of the realm.
pub(crate) fn form(authorization: &str, path: &str, form: &str) -> Request {
    Request {
        method: "POST",
        path: format!("{REALM}{path}"),
        authorization: authorization.to_owned(),
        media_type: "application/x-www-form-urlencoded",
        body: form.to_owned(),
    }
}

/// Sends what must succeed.
pub(crate) fn call(http: &mut Http, request: &Request) -> Result<Value> {
    let said = format!("{} {}", request.method, request.path);
    match http.send(request) {
        Ok(answer) if answer.status < 300 => Ok(answer.json()),
        Ok(answer) => bail!("{said}: {} {}", answer.status, answer.body),
        Err(lost) => bail!("{said}: no answer ({lost:?})"),
    }
}

fn text<'a>(value: &'a Value, name: &str) -> Result<&'a str> {
    value[name]
        .as_str()
        .with_context(|| format!("`{name}` is missing in {value}"))
}
