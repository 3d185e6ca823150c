//! A whole HTTP request: a line `METHOD target`, header lines, an empty line, the body. `$REALM` stands for
//! the realm's path, `$TOKEN` for a token that reads everything and changes nothing.

use crate::world::{Answer, WORLD, path};
use axum::{
    body::Body,
    http::{Method, Request},
};
use scim::urn;

/// Whatever is asked, the server does not fail: no panic, no 5xx, and every refusal has the form of its
/// surface (RFC 6749 §5.2, RFC 7644 §3.12), on one line and without a stack of anything.
pub fn run(data: &[u8]) {
    let Some((target, request)) = request(data) else {
        return;
    };
    let post = request.method() == Method::POST;
    let answer = WORLD.send(request);
    assert!(answer.status < 500, "{target}: {answer:?}");
    if answer.status >= 400 && !answer.body.is_empty() {
        refusal(&target, &answer);
    }
    let oauth = ["/token", "/introspect", "/revoke"];
    if post && oauth.iter().any(|end| target == path(end)) {
        assert_eq!(answer.cache_control, "no-store", "B10: {target}");
    }
}

fn request(data: &[u8]) -> Option<(String, Request<Body>)> {
    let end = data.windows(2).position(|pair| pair == b"\n\n");
    let (head, body) = match end {
        Some(at) => (&data[..at], &data[at + 2..]),
        None => (data, &[][..]),
    };
    let mut lines = std::str::from_utf8(head).ok()?.lines();
    let (method, target) = lines.next()?.split_once(' ')?;
    let target = target.replace("$REALM", &path(""));
    let mut request = Request::builder().method(method).uri(&target);
    for line in lines {
        let (name, value) = line.split_once(": ")?;
        request = request.header(name, value.replace("$TOKEN", &WORLD.token));
    }
    let plain = target.split('?').next().unwrap_or_default().to_owned();
    Some((plain, request.body(Body::from(body.to_vec())).ok()?))
}

fn refusal(target: &str, answer: &Answer) {
    let json = answer.json();
    let surface = answer.content_type.split(';').next().unwrap_or_default();
    match surface {
        "application/scim+json" => {
            assert_eq!(json["schemas"][0], urn::ERROR, "{target}");
            assert_eq!(json["status"], answer.status.to_string(), "{target}");
        }
        "application/problem+json" => assert_eq!(json["status"], answer.status, "{target}"),
        "application/json" => assert!(json["error"].is_string(), "{target}: {answer:?}"),
        other => panic!("{target}: a refusal in {other}"),
    }
}
