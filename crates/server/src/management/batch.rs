//! `POST {realm}/batch`: several operations that are made together or not at all.

use super::{answer, entrance::authenticated};
use crate::{
    App,
    realm::InRealm,
    respond::{Problem, no_store},
};
use ::scim::json;
use axum::{
    Json,
    body::Bytes,
    extract::{DefaultBodyLimit, FromRequest, FromRequestParts, Request, State},
    http::{StatusCode, request::Parts},
    response::{IntoResponse, Response},
};
use domain::{
    ToTheEnd,
    access::Caller,
    management::{Batch, Created, Object, Outcome},
};
use serde_json::{Value, json};

/// Largest batch of whoever manages anything, in bytes; of others, nothing is awaited but a refusal.
const MAX_BODY: usize = 4 * 1024 * 1024;

/// Whoever has a token of the realm, and a batch; each of its operations asks for its own right.
pub(super) struct Sender {
    caller: Caller,
    body: Object,
}

impl FromRequest<App> for Sender {
    type Rejection = Response;

    /// Only who has a token may send a body at all, and has it still when the body is there (T6).
    async fn from_request(request: Request, app: &App) -> Result<Self, Response> {
        let (mut parts, body) = request.into_parts();
        let caller = sender(&mut parts, app).await?;
        let max_bytes = match caller.manages() {
            true => MAX_BODY,
            false => json::MAX_BODY,
        };
        let mut limited = Request::from_parts(parts.clone(), body);
        DefaultBodyLimit::max(max_bytes).apply(&mut limited);
        let body = Bytes::from_request(limited, app).await;
        let caller = sender(&mut parts, app).await?;
        let body = answer::object_within(&parts.headers, &body, &["application/json"], max_bytes)?;
        Ok(Self { caller, body })
    }
}

async fn sender(parts: &mut Parts, app: &App) -> Result<Caller, Response> {
    let snapshot = InRealm::<Problem>::from_request_parts(parts, app).await?.0;
    authenticated(parts, app, &snapshot).await
}

pub(super) async fn post(State(app): State<App>, sender: Sender) -> Result<Response, Response> {
    let Sender { caller, body } = sender;
    let batch =
        Batch::read(&body).map_err(|error| answer::refused(caller.snapshot(), error.into()))?;
    let made = ToTheEnd::new(async move {
        let outcomes = app
            .core()
            .batch(&caller, &batch)
            .await
            .map_err(|failure| answer::refused_operation(caller.snapshot(), failure))?;
        let tag = |object: &Object| app.core().entity_tag(object);
        let results: Vec<Value> = outcomes.into_iter().map(|o| result(o, tag)).collect();
        Ok::<_, Response>(results)
    });
    let answer = Json(json!({ "results": made.await? }));
    Ok(no_store((StatusCode::OK, answer).into_response()))
}

/// What came of one operation, as its own request would have answered.
fn result(outcome: Outcome, tag: impl Fn(&Object) -> String) -> Value {
    match outcome {
        Outcome::Created(Created { id, object, once }) => {
            let tag = tag(&object);
            let whole: Object = object.into_iter().chain(once).collect();
            json!({ "status": 201, "id": id, "etag": tag, "body": whole })
        }
        Outcome::Updated(object) => {
            json!({ "status": 200, "etag": tag(&object), "body": object })
        }
        Outcome::Deleted => json!({ "status": 204 }),
    }
}
