//! Requests as bytes.

use crate::random::Random;
use std::net::SocketAddr;

/// One request, and what its answer must be.
#[derive(Debug, Clone, Default)]
pub struct Exchange {
    /// The request as it is sent.
    pub request: Vec<u8>,
    /// What the beginning or the end of the body must contain.
    pub holds: String,
}

/// A kind of request that is made over and over, never quite the same.
pub struct Scenario {
    /// What the report calls it.
    pub name: String,
    /// How many at a time.
    pub connections: usize,
    /// The status that every answer must have.
    pub status: u16,
    /// Makes the next request.
    pub compose: Compose,
}

/// Makes a request of chance.
pub type Compose = Box<dyn Fn(&mut Random) -> Exchange>;

impl std::fmt::Debug for Scenario {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Scenario({} by {})", self.name, self.connections)
    }
}

/// Where requests go, and as whom.
#[derive(Debug, Clone)]
pub struct Endpoint {
    /// The server.
    pub address: SocketAddr,
    /// What paths are below: `/v1/tenants/…`, without a slash at the end.
    pub prefix: String,
}

impl Endpoint {
    /// A GET request; `authorization` is the header's value, if it is sent.
    #[must_use]
    pub fn get(&self, path: &str, authorization: &str) -> Vec<u8> {
        self.request("GET", path, authorization, None)
    }

    /// A request with a SCIM body.
    #[must_use]
    pub fn scim(&self, method: &str, path: &str, authorization: &str, body: &str) -> Vec<u8> {
        let body = Some(("application/scim+json", body));
        self.request(method, path, authorization, body)
    }

    /// A POST request with a form.
    #[must_use]
    pub fn form(&self, path: &str, authorization: &str, body: &str) -> Vec<u8> {
        let body = Some(("application/x-www-form-urlencoded", body));
        self.request("POST", path, authorization, body)
    }

    /// A POST request with JSON.
    #[must_use]
    pub fn json(&self, path: &str, authorization: &str, body: &str) -> Vec<u8> {
        let body = Some(("application/json", body));
        self.request("POST", path, authorization, body)
    }

    /// A GET request of a browser.
    #[must_use]
    pub fn page(&self, path: &str, cookies: &str) -> Vec<u8> {
        let Self { address, prefix } = self;
        format!("GET {prefix}{path} HTTP/1.1\r\nHost: {address}\r\nCookie: {cookies}\r\n\r\n")
            .into_bytes()
    }

    /// A POST request of a browser; `media_type` is the whole header.
    #[must_use]
    pub fn post_page(&self, path: &str, cookies: &str, media_type: &str, body: &str) -> Vec<u8> {
        let Self { address, prefix } = self;
        let length = body.len();
        format!(
            "POST {prefix}{path} HTTP/1.1\r\nHost: {address}\r\nOrigin: http://{address}\r\n\
             Cookie: {cookies}\r\n{media_type}\r\nContent-Length: {length}\r\n\r\n{body}"
        )
        .into_bytes()
    }

    fn request(
        &self,
        method: &str,
        path: &str,
        authorization: &str,
        body: Option<(&str, &str)>,
    ) -> Vec<u8> {
        let Self { address, prefix } = self;
        let mut text = format!("{method} {prefix}{path} HTTP/1.1\r\nHost: {address}\r\n");
        if !authorization.is_empty() {
            text.push_str("Authorization: ");
            text.push_str(authorization);
            text.push_str("\r\n");
        }
        if let Some((media_type, body)) = body {
            let length = body.len();
            text.push_str("Content-Type: ");
            text.push_str(media_type);
            text.push_str(&format!("\r\nContent-Length: {length}\r\n"));
        }
        text.push_str("\r\n");
        text.push_str(body.map_or("", |(_, body)| body));
        text.into_bytes()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn requests_are_http() {
        let endpoint = Endpoint {
            address: SocketAddr::from(([127, 0, 0, 1], 80)),
            prefix: "/v1".to_owned(),
        };
        assert_eq!(
            endpoint.get("/Users", ""),
            b"GET /v1/Users HTTP/1.1\r\nHost: 127.0.0.1:80\r\n\r\n"
        );
        assert_eq!(
            endpoint.form("/token", "Basic x", "a=b"),
            b"POST /v1/token HTTP/1.1\r\nHost: 127.0.0.1:80\r\nAuthorization: Basic x\r\n\
              Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 3\r\n\r\na=b"
        );
    }
}
