//! Query parameters and search requests (RFC 7644 §3.4.2, §3.4.3; RFC 9865 §2; S10).

use super::fixture::{code, object};
use scim::{
    ListResponse, Selection,
    query::{ListQuery, Start},
    urn,
};
use serde_json::{Value, json};

fn params(query: &str) -> Result<ListQuery, String> {
    let pairs = query
        .split('&')
        .filter(|p| !p.is_empty())
        .map(|p| p.split_once('=').unwrap());
    ListQuery::from_params(pairs).map_err(|e| code(&e))
}

#[test]
fn paging_parameters() {
    for (query, start, count) in [
        ("", Start::Index(1), 100),
        ("startIndex=0&count=-5", Start::Index(1), 0),
        ("startIndex=-3", Start::Index(1), 100),
        ("startIndex=7&count=0", Start::Index(7), 0),
        ("count=201", Start::Index(1), 200),
        (
            "count=99999999999999999999&startIndex=99999999999999999999",
            Start::Index(i64::MAX as u64),
            200,
        ),
        ("count=-99999999999999999999", Start::Index(1), 0),
        ("cursor=", Start::FirstCursor, 100),
        ("cursor=abc&count=5", Start::Cursor("abc".into()), 5),
        ("unknown=1&unknown=2&Count=7", Start::Index(1), 100),
    ] {
        let parsed = params(query).unwrap();
        assert_eq!(
            (parsed.start, parsed.count.get()),
            (start, count),
            "{query}"
        );
    }
}

#[test]
fn refused_parameters() {
    let cursor = format!("cursor={}", "x".repeat(scim::query::MAX_CURSOR + 1));
    for (query, expected) in [
        ("count=", "400 invalidValue"),
        ("count=ten", "400 invalidValue"),
        ("count=1.5", "400 invalidValue"),
        ("count=+1", "400 invalidValue"),
        ("startIndex=", "400 invalidValue"),
        ("count=1&count=1", "400 invalidValue"),
        ("filter=a&filter=b", "400 invalidValue"),
        ("sortOrder=up", "400 invalidValue"),
        ("sortOrder=Descending", "400 invalidValue"),
        ("startIndex=1&cursor=", "400 invalidValue"),
        ("attributes=a&excludedAttributes=b", "400 invalidValue"),
        (cursor.as_str(), "400 invalidCursor"),
    ] {
        assert_eq!(params(query), Err(expected.to_owned()), "{query}");
    }
}

#[test]
fn a_search_request_means_what_the_parameters_mean() {
    let body = json!({
        "schemas": [urn::SEARCH_REQUEST],
        "attributes": ["displayName", "userName"],
        "filter": "displayName sw \"smith\"",
        "sortBy": "userName",
        "sortOrder": "descending",
        "startIndex": 1,
        "count": 10,
        "cursor": null,
    });
    let query = "attributes=displayName,userName&filter=displayName sw \"smith\"&sortBy=userName&sortOrder=descending&startIndex=1&count=10";
    assert_eq!(
        ListQuery::from_search_request(object(body)).unwrap(),
        params(query).unwrap()
    );
    assert_eq!(
        params(query).unwrap().selection,
        Selection::parse(Some("displayName,userName"), None).unwrap()
    );
}

#[test]
fn refused_search_requests() {
    for (members, expected) in [
        (json!({"schemas": []}), "400 invalidSyntax"),
        (
            json!({"schemas": [urn::LIST_RESPONSE]}),
            "400 invalidSyntax",
        ),
        (json!({"schemas": null}), "400 invalidSyntax"),
        (json!({"limit": 5}), "400 invalidSyntax"),
        (json!({"count": "five"}), "400 invalidValue"),
        (json!({"count": 1.5}), "400 invalidValue"),
        (json!({"filter": 5}), "400 invalidValue"),
        (json!({"attributes": "userName"}), "400 invalidValue"),
        (json!({"attributes": [5]}), "400 invalidValue"),
        (json!({"count": 1, "COUNT": 2}), "400 invalidSyntax"),
    ] {
        let mut body = object(json!({ "schemas": [urn::SEARCH_REQUEST] }));
        body.extend(object(members.clone()));
        let error = ListQuery::from_search_request(body).unwrap_err();
        assert_eq!(code(&error), expected, "{members}");
    }
    assert!(ListQuery::from_search_request(object(json!({ "count": 1 }))).is_err());
}

#[test]
fn list_responses() {
    let by_index = json!(ListResponse::by_index(3, 2, vec![json!({"id": "b"})]));
    assert_eq!(
        by_index,
        json!({
            "schemas": [urn::LIST_RESPONSE], "totalResults": 3, "startIndex": 2, "itemsPerPage": 1,
            "Resources": [{"id": "b"}],
        })
    );
    let by_cursor = json!(ListResponse::by_cursor(
        3,
        None,
        Some("n".into()),
        Vec::<Value>::new()
    ));
    assert_eq!(
        by_cursor,
        json!({
            "schemas": [urn::LIST_RESPONSE], "totalResults": 3, "itemsPerPage": 0, "nextCursor": "n", "Resources": [],
        })
    );
    let none = Vec::<Value>::new();
    assert_eq!(json!(ListResponse::all(none))["Resources"], json!([]));
}

#[test]
fn list_responses_of_json_are_the_same() {
    let resources = [json!({"id": "a"}), json!({"id": "b", "tags": ["]}"]})];
    for count in 0..=2 {
        let some = resources[..count].to_vec();
        let texts = some.iter().map(Value::to_string).collect();
        let plain = serde_json::to_vec(&ListResponse::by_index(3, 2, some.clone())).unwrap();
        assert_eq!(
            ListResponse::<String>::by_index(3, 2, texts).to_json(),
            plain
        );
        let texts = some.iter().map(Value::to_string).collect();
        let next = || Some("n".to_owned());
        let plain = serde_json::to_vec(&ListResponse::by_cursor(3, None, next(), some)).unwrap();
        let quick = ListResponse::<String>::by_cursor(3, None, next(), texts).to_json();
        assert_eq!(quick, plain);
    }
}
