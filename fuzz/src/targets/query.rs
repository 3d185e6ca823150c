//! A SCIM query (RFC 7644 §3.4.2, §3.4.3, RFC 9865), preconditions (§3.14), and what they sort by.

use super::samples::{OTHER_WORLD, SOME, USER, USERS};
use scim::{
    AttributePath, Selection,
    etag::EntityTags,
    query::{ListQuery, MAX_COUNT, MAX_CURSOR, Start},
    sort::{self, SortOrder},
    urn,
};
use serde_json::{Map, Value, json};

/// A query in a URL and the same query in a search request mean the same; pages have their bounds
/// (S10); what the caller cannot see sorts nothing (S2).
pub fn run(data: &[u8]) {
    let params: Vec<_> = form_urlencoded::parse(data).collect();
    if let Ok(text) = std::str::from_utf8(data) {
        tags(text);
    }
    let Ok(query) = ListQuery::from_params(params.iter().map(|(n, v)| (&**n, &**v))) else {
        return;
    };
    assert!(query.count.get() <= MAX_COUNT);
    match &query.start {
        Start::Index(index) => assert!(*index >= 1),
        Start::Cursor(cursor) => assert!((1..=MAX_CURSOR).contains(&cursor.len())),
        Start::FirstCursor => {}
    }
    assert_eq!(
        ListQuery::from_search_request(as_body(&query)),
        Ok(query.clone())
    );
    assert!(query.selection.visible(&USERS, &SOME).is_subset(&SOME));
    if let Some(Ok(path)) = query.sort_by.as_deref().map(str::parse::<AttributePath>) {
        sorted(&path, query.descending);
    }
}

/// The query as the body of `POST …/.search`.
fn as_body(query: &ListQuery) -> Map<String, Value> {
    let paths = |paths: &[AttributePath]| -> Value { paths.iter().map(|p| p.as_str()).collect() };
    let mut body = Map::new();
    body.insert("schemas".into(), json!([urn::SEARCH_REQUEST]));
    body.insert("filter".into(), json!(query.filter));
    body.insert("sortBy".into(), json!(query.sort_by));
    let order = if query.descending {
        "descending"
    } else {
        "ascending"
    };
    body.insert("sortOrder".into(), order.into());
    body.insert("count".into(), query.count.get().into());
    match &query.start {
        // Beyond 63 bits is beyond every index that a body can have.
        Start::Index(index) => body.insert("startIndex".into(), (*index).into()),
        Start::FirstCursor => body.insert("cursor".into(), "".into()),
        Start::Cursor(cursor) => body.insert("cursor".into(), cursor.clone().into()),
    };
    match &query.selection {
        Selection::Default => None,
        Selection::Only(names) => body.insert("attributes".into(), paths(names)),
        Selection::Without(names) => body.insert("excludedAttributes".into(), paths(names)),
    };
    body
}

fn sorted(path: &AttributePath, descending: bool) {
    let order = if descending {
        SortOrder::Descending
    } else {
        SortOrder::Ascending
    };
    let keys = |visible, user: &Map<String, Value>| {
        let by = sort::bind(path, order, &USERS, visible).ok()?;
        let user = Value::Object(user.clone());
        assert!(sort::compare(&by, &USERS, &user, &user).is_eq());
        Some(sort::key(&by, &USERS, &user))
    };
    assert_eq!(keys(&SOME, &USER), keys(&SOME, &OTHER_WORLD), "S2: {path}");
    let all = USERS.all_attributes();
    assert!(keys(&SOME, &USER).is_none() || keys(all, &USER).is_some());
}

fn tags(header: &str) {
    let Ok(EntityTags::List(tags)) = EntityTags::parse(header) else {
        return;
    };
    let written: Vec<String> = tags.iter().map(|tag| format!("W/\"{tag}\"")).collect();
    let again = EntityTags::parse(&written.join(", ")).expect("written tags can be read");
    assert_eq!(again, EntityTags::List(tags));
    assert!(written.iter().all(|tag| again.matches(tag)));
}
