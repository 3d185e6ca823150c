//! The five handlers: each reads, asks the domain, answers.

use super::{
    answer,
    entrance::{Entrance, Submission},
};
use crate::App;
use axum::{
    Json,
    extract::{RawQuery, State},
    http::{HeaderMap, HeaderValue, StatusCode, Uri, header},
    response::{IntoResponse, Response},
};
use domain::{
    ToTheEnd,
    access::Permit,
    management::{
        Creatable, Created, Deletable, FieldError, ListQuery, Listable, ManagementError, Object,
        Readable, Reportable, Updatable,
        table::{Create, Delete, List, Read, Report, Update},
    },
};

pub(super) async fn create<R: Creatable>(
    State(app): State<App>,
    uri: Uri,
    submission: Submission<Create<R>>,
) -> Result<Response, Response> {
    let body = submission.object(&["application/json"])?;
    let Entrance(permit, target) = submission.entrance;
    let created = ToTheEnd::new(async move {
        let made = R::create(app.core(), &permit, &target, &body).await;
        let Created { id, object, once } = made.map_err(|error| refused(&permit, error))?;
        let tag = app.core().entity_tag(&object);
        let path = uri.path().trim_end_matches('/');
        let location = format!("{}{path}/{id}", app.core().base_url());
        let whole: Object = object.into_iter().chain(once).collect();
        Ok::<_, Response>((whole, tag, location))
    });
    let (object, tag, location) = created.await?;
    let mut response = answer::whole(StatusCode::CREATED, object, &tag);
    if let Ok(value) = HeaderValue::from_str(&location) {
        response.headers_mut().insert(header::LOCATION, value);
    }
    Ok(response)
}

pub(super) async fn list<R: Listable>(
    State(app): State<App>,
    Entrance(permit, target): Entrance<List<R>>,
    RawQuery(query): RawQuery,
) -> Result<Response, Response> {
    let page = async {
        let query = parameters(query.as_deref().unwrap_or_default())?;
        R::list(app.core(), &permit, &target, &query).await
    };
    let page = page.await.map_err(|error| refused(&permit, error))?;
    Ok(answer::page(&page))
}

pub(super) async fn read<R: Readable>(
    State(app): State<App>,
    Entrance(permit, target): Entrance<Read<R>>,
    headers: HeaderMap,
) -> Result<Response, Response> {
    let conditions =
        answer::conditions(&headers).map_err(|error| refused(&permit, error.into()))?;
    let object = R::read(app.core(), &permit, &target).await;
    let object = object.map_err(|error| refused(&permit, error))?;
    let beside = R::beside(app.core(), &permit, &target).await;
    let beside = beside.map_err(|error| refused(&permit, error))?;
    let tag = app.core().entity_tag(&object);
    Ok(match conditions.is_known(&tag) && beside.is_empty() {
        true => answer::not_modified(&tag),
        false => {
            let whole = object.into_iter().chain(beside).collect();
            answer::whole(StatusCode::OK, whole, &tag)
        }
    })
}

pub(super) async fn report<R: Reportable>(
    State(app): State<App>,
    submission: Submission<Report<R>>,
) -> Result<Response, Response> {
    let body = submission.object(&["application/json"])?;
    let Entrance(permit, target) = submission.entrance;
    let reported = ToTheEnd::new(async move {
        let reported = R::report(app.core(), &permit, &target, &body).await;
        reported.map_err(|error| refused(&permit, error))
    });
    Ok(crate::respond::no_store(
        Json(reported.await?).into_response(),
    ))
}

pub(super) async fn update<R: Updatable>(
    State(app): State<App>,
    submission: Submission<Update<R>>,
) -> Result<Response, Response> {
    // RFC 7396 has its own media type; plain JSON is understood too.
    let patch = submission.object(&["application/merge-patch+json", "application/json"])?;
    let Entrance(permit, target) = submission.entrance;
    let conditions =
        answer::conditions(&submission.headers).map_err(|error| refused(&permit, error.into()))?;
    let updated = ToTheEnd::new(async move {
        let updated = R::update(app.core(), &permit, &target, &patch, &conditions).await;
        let object = updated.map_err(|error| refused(&permit, error))?;
        let tag = app.core().entity_tag(&object);
        Ok::<_, Response>((object, tag))
    });
    let (object, tag) = updated.await?;
    Ok(answer::whole(StatusCode::OK, object, &tag))
}

pub(super) async fn delete<R: Deletable>(
    State(app): State<App>,
    Entrance(permit, target): Entrance<Delete<R>>,
    headers: HeaderMap,
) -> Result<Response, Response> {
    let conditions =
        answer::conditions(&headers).map_err(|error| refused(&permit, error.into()))?;
    let deleted = ToTheEnd::new(async move {
        let deleted = R::delete(app.core(), &permit, &target, &conditions).await;
        deleted.map_err(|error| refused(&permit, error))
    });
    deleted.await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

fn parameters(query: &str) -> Result<ListQuery, FieldError> {
    let pairs: Vec<_> = form_urlencoded::parse(query.as_bytes()).collect();
    ListQuery::parse(pairs.iter().map(|(name, value)| (&**name, &**value)))
}

fn refused<K>(permit: &Permit<K>, error: ManagementError) -> Response {
    answer::refused(permit.snapshot(), error)
}
