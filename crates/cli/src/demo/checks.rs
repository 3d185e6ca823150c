//! What answers are held to: `Err` says in which way one is not as told.

use crate::client::Answer;
use reqwest::StatusCode;
use serde_json::Value;
use std::collections::BTreeSet;

/// What an answer may be held to.
type Judged = Result<(), String>;

/// Whether the answer has this status.
pub(super) fn expect(answer: &Answer, status: StatusCode) -> Judged {
    match answer.status == status {
        true => Ok(()),
        false => Err(format!("expected {status}, not {}", answer.complaint())),
    }
}

/// 200, and at least these attributes.
pub(super) fn has(answer: &Answer, attributes: &[&str]) -> Judged {
    expect(answer, StatusCode::OK)?;
    let body = answer.json();
    match attributes.iter().find(|name| body.get(**name).is_none()) {
        Some(name) => Err(format!("`{name}` is missing")),
        None => Ok(()),
    }
}

/// 200, these attributes, and no other but those that every reader sees.
pub(super) fn has_only(answer: &Answer, attributes: &[&str]) -> Judged {
    has(answer, attributes)?;
    let body = answer.json();
    let known: BTreeSet<&str> = attributes
        .iter()
        .copied()
        .chain(["schemas", "id", "meta"])
        .collect();
    let members = body.as_object().into_iter().flatten();
    match members
        .map(|(name, _)| name)
        .find(|name| !known.contains(name.as_str()))
    {
        Some(name) => Err(format!("`{name}` is shown")),
        None => Ok(()),
    }
}

/// 200, and so many results.
pub(super) fn counts(answer: &Answer, total: u64) -> Judged {
    expect(answer, StatusCode::OK)?;
    match answer.json().get("totalResults").and_then(Value::as_u64) {
        Some(found) if found == total => Ok(()),
        found => Err(format!("expected {total} results, not {found:?}")),
    }
}

/// 403, and a challenge that names the scope (RFC 6750 §3.1).
pub(super) fn refused(answer: &Answer, scope: &str) -> Judged {
    expect(answer, StatusCode::FORBIDDEN)?;
    let challenge = answer
        .headers
        .get("www-authenticate")
        .and_then(|value| value.to_str().ok());
    match challenge.is_some_and(|text| text.contains(&format!("scope=\"{scope}\""))) {
        true => Ok(()),
        false => Err(format!("the challenge does not name {scope}")),
    }
}

/// The same status and the same bytes, after `from` has been written as `to`.
pub(super) fn alike(answer: &Answer, other: &Answer, name: Option<(&str, &str)>) -> Judged {
    expect(answer, other.status)?;
    let body = match name {
        Some((from, to)) => answer.body.replace(from, to),
        None => answer.body.clone(),
    };
    match body == other.body {
        true => Ok(()),
        false => Err("the bodies differ".into()),
    }
}
