//! A SCIM request: who calls, what the address names, and what was sent.

use super::{ScimSurface, answer};
use crate::{
    App, auth,
    connection::MAX_BODY,
    realm::{self, InRealm},
    respond::Surface,
};
use axum::{
    body::{Bytes, HttpBody, to_bytes},
    extract::{FromRequest, FromRequestParts, RawPathParams, Request},
    http::{HeaderMap, HeaderName, header},
    response::Response,
};
use domain::{
    access::Caller,
    scim::{Place, Preconditions, ScimFailure, SubPlace},
};
use scim::{ScimError, Selection, etag::EntityTags, json, query::ListQuery};
use serde_json::{Map, Value};
use std::borrow::Cow;

/// A request by a caller with a valid token. Nothing of it is understood until it is asked for, so
/// that a missing scope comes before a malformed body.
pub(super) struct ScimRequest {
    /// Who calls.
    pub(super) caller: Caller,
    /// The id in the path; empty where there is none.
    pub(super) id: String,
    /// The id of what belongs to that; empty where there is none.
    pub(super) sub: String,
    endpoint: String,
    query: String,
    headers: HeaderMap,
    /// None if there was too much of it.
    body: Option<Bytes>,
}

impl FromRequest<App> for ScimRequest {
    type Rejection = Response;

    /// Only who has a valid token may send a body at all, and is who calls when the body is there:
    /// that may take a while (T6).
    async fn from_request(request: Request, app: &App) -> Result<Self, Response> {
        let (mut parts, body) = request.into_parts();
        let mut realm = InRealm::<ScimSurface>::from_request_parts(&mut parts, app).await?;
        let token = auth::token(&parts)
            .map_err(|problem| auth::unauthenticated::<ScimSurface>(&realm.0, problem))?;
        let mut caller = auth::caller::<ScimSurface>(&token, app, &realm.0).await?;
        let body = match body.is_end_stream() {
            true => Some(Bytes::new()),
            false => {
                let body = to_bytes(body, MAX_BODY).await.ok();
                realm = realm.again(app).ok_or_else(realm::missing::<ScimSurface>)?;
                caller = auth::caller::<ScimSurface>(&token, app, &realm.0).await?;
                body
            }
        };
        let params = RawPathParams::from_request_parts(&mut parts, app)
            .await
            .map_err(|_| ScimSurface::not_found("There is nothing at this address."))?;
        let param = |name: &str| {
            let found = params.iter().find(|(key, _)| *key == name);
            found.map(|(_, value)| value.to_owned()).unwrap_or_default()
        };
        let (endpoint, id, sub) = (param("endpoint"), param("id"), param("sub"));
        let query = parts.uri.query().unwrap_or_default().to_owned();
        Ok(Self {
            caller,
            id,
            sub,
            endpoint,
            query,
            headers: parts.headers,
            body,
        })
    }
}

impl ScimRequest {
    /// The resource type that the address names.
    pub(super) fn place(&self) -> Result<Place, ScimFailure> {
        Place::at(self.caller.snapshot(), &self.endpoint).ok_or(ScimFailure::NotFound)
    }

    /// The caller's own identity (RFC 7644 §3.11).
    pub(super) fn me(&self) -> Result<Place, ScimFailure> {
        Place::me(self.caller.snapshot()).ok_or(ScimFailure::NotFound)
    }

    /// Whose sub-resources the address names: a person's, or at `/Me` the caller's own.
    pub(super) fn owner(&self) -> Result<SubPlace, ScimFailure> {
        let snapshot = self.caller.snapshot();
        let place = match self.endpoint.is_empty() {
            true => SubPlace::me(snapshot),
            false => SubPlace::at(snapshot, &self.endpoint),
        };
        place.ok_or(ScimFailure::NotFound)
    }

    /// The body, which must be a JSON object (RFC 7644 §3.1, S8).
    ///
    /// # Errors
    /// 413, 415, or 400 `invalidSyntax`.
    pub(super) fn body(&self) -> Result<Map<String, Value>, ScimError> {
        let too_large = || {
            let detail = format!("a body may have {} bytes at most", json::MAX_BODY);
            ScimError::new(413, None, detail)
        };
        let body = self.body.as_ref().ok_or_else(too_large)?;
        if !self.is_json() {
            let detail = "the Content-Type must be application/scim+json";
            return Err(ScimError::new(415, None, detail));
        }
        json::read_object(body)
    }

    /// `attributes` and `excludedAttributes` (RFC 7644 §3.9); other parameters are ignored.
    pub(super) fn selection(&self) -> Result<Selection, ScimError> {
        let params = self.params();
        let named = params
            .iter()
            .filter(|(name, _)| SELECTION.contains(&&**name));
        ListQuery::from_params(named.map(|(name, value)| (&**name, &**value)))
            .map(|query| query.selection)
    }

    /// The query for resources in the address (RFC 7644 §3.4.2).
    pub(super) fn list_query(&self) -> Result<ListQuery, ScimError> {
        let params = self.params();
        ListQuery::from_params(params.iter().map(|(name, value)| (&**name, &**value)))
    }

    /// Whether the address has a `filter`.
    pub(super) fn has_filter(&self) -> bool {
        self.params().iter().any(|(name, _)| name == "filter")
    }

    /// `If-Match` and `If-None-Match` (RFC 7644 §3.14).
    pub(super) fn preconditions(&self) -> Result<Preconditions, ScimError> {
        Ok(Preconditions {
            if_match: self.entity_tags(header::IF_MATCH)?,
            if_none_match: self.entity_tags(header::IF_NONE_MATCH)?,
        })
    }

    /// The answer of a handler to this request.
    pub(super) fn respond(&self, result: Result<Response, ScimFailure>) -> Response {
        result.unwrap_or_else(|failure| answer::failure(&self.caller, &failure))
    }

    fn params(&self) -> Vec<(Cow<'_, str>, Cow<'_, str>)> {
        form_urlencoded::parse(self.query.as_bytes()).collect()
    }

    fn entity_tags(&self, name: HeaderName) -> Result<Option<EntityTags>, ScimError> {
        let values = self.headers.get_all(name).iter();
        // What is no text is no tag either.
        let values: Vec<_> = values.map(|value| value.to_str().unwrap_or("?")).collect();
        match values.is_empty() {
            true => Ok(None),
            false => EntityTags::parse(&values.join(",")).map(Some),
        }
    }

    /// RFC 7644 §3.1: `application/scim+json`, or `application/json`; absent is taken for it.
    fn is_json(&self) -> bool {
        let Some(value) = self.headers.get(header::CONTENT_TYPE) else {
            return true;
        };
        let media_type = value
            .to_str()
            .unwrap_or_default()
            .split(';')
            .next()
            .unwrap_or_default();
        let media_type = media_type.trim();
        ["application/scim+json", "application/json"]
            .iter()
            .any(|known| media_type.eq_ignore_ascii_case(known))
    }
}

const SELECTION: [&str; 2] = ["attributes", "excludedAttributes"];
