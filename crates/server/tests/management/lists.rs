//! Lists: pages, filters and page tokens (product §7, T5, T8).

use crate::{api::Api, support::TestServer};
use serde_json::Value;

fn names(page: &Value) -> Vec<String> {
    let items = page["items"].as_array().unwrap();
    items
        .iter()
        .map(|item| item["name"].as_str().unwrap().to_owned())
        .collect()
}

#[tokio::test]
async fn pages_follow_each_other_without_gap_or_overlap() {
    let server = TestServer::start().await;
    let api = Api::admin(&server).await;
    let all = names(&api.get("/scopes?page_size=200").await.expect(200).json());
    assert_eq!(all.len(), scope::built_in_scopes().len());
    let first = api.get("/scopes").await.expect(200).json();
    assert_eq!(
        names(&first).len(),
        20,
        "the page size where none is asked for"
    );
    let mut seen = Vec::new();
    let mut query = "page_size=7".to_owned();
    loop {
        let page = api
            .get(&format!("/scopes?{query}"))
            .await
            .expect(200)
            .json();
        assert!(names(&page).len() <= 7);
        seen.extend(names(&page));
        match page.get("next_page_token") {
            Some(token) => query = format!("page_size=7&page_token={}", token.as_str().unwrap()),
            None => break,
        }
    }
    assert_eq!(seen, all);
}

#[tokio::test]
async fn a_list_that_ends_with_its_page_says_so() {
    let server = TestServer::start().await;
    let api = Api::admin(&server).await;
    let page = api
        .get("/resource-types?page_size=2")
        .await
        .expect(200)
        .json();
    assert_eq!(names(&page).len(), 2);
    assert_eq!(page.get("next_page_token"), None);
}

#[tokio::test]
async fn a_filter_is_in_the_grammar_of_scim() {
    let server = TestServer::start().await;
    let api = Api::admin(&server).await;
    let found =
        api.get("/scopes?filter=name%20sw%20%22keys:%22%20and%20not%20(name%20ew%20%22e%22)");
    assert_eq!(names(&found.await.expect(200).json()), ["keys:read"]);
    for bad in [
        "name",
        "nmae%20eq%20%221%22",
        "version%20eq%20%22x%22",
        "name%20eq%20%22",
    ] {
        let refused = api.get(&format!("/scopes?filter={bad}")).await;
        assert_eq!(
            refused.field(),
            ("filter".into(), "invalid".into()),
            "{bad}"
        );
    }
    let long = "x".repeat(5000);
    let refused = api
        .get(&format!("/scopes?filter=name%20eq%20%22{long}%22"))
        .await;
    assert_eq!(refused.field().0, "filter");
}

#[tokio::test]
async fn a_parameter_that_is_none_is_refused() {
    let server = TestServer::start().await;
    let api = Api::admin(&server).await;
    for (query, field) in [
        ("page_size=0", "page_size"),
        ("page_size=201", "page_size"),
        ("page_size=-1", "page_size"),
        ("pagesize=1", "pagesize"),
        ("page_size=1&page_size=2", "page_size"),
        ("page_token=AAAA", "page_token"),
        ("page_token=", "page_token"),
    ] {
        assert_eq!(
            api.get(&format!("/scopes?{query}")).await.field().0,
            field,
            "{query}"
        );
    }
}

/// T8: a page token is good for the same list, filter and caller only.
#[tokio::test]
async fn t8_a_page_token_is_bound_to_its_list_and_caller() {
    let server = TestServer::start().await;
    let admin = Api::admin(&server).await;
    let token = |page: Value| page["next_page_token"].as_str().unwrap().to_owned();
    let mine = token(admin.get("/scopes?page_size=1").await.expect(200).json());
    admin
        .get(&format!("/scopes?page_size=5&page_token={mine}"))
        .await
        .expect(200);

    let mut altered = mine.clone().into_bytes();
    altered[20] ^= 1;
    let altered = String::from_utf8(altered).unwrap();
    for query in [
        format!("/scopes?page_token={altered}"),
        format!("/scopes?page_token={mine}A"),
        format!("/scopes?page_token={mine}&filter=built_in%20eq%20true"),
        format!("/schemas?page_token={mine}"),
        format!(
            "/applications/{}/assigned-scopes?page_token={mine}",
            server.admin.id
        ),
    ] {
        assert_eq!(admin.get(&query).await.field().0, "page_token", "{query}");
    }
    let other = Api::with(&server, &["scopes:read"]).await;
    assert_eq!(
        other
            .get(&format!("/scopes?page_token={mine}"))
            .await
            .field()
            .0,
        "page_token"
    );
    let elsewhere = server.add_realm("acme", "main").await;
    let elsewhere = Api::of(&server, &elsewhere).await;
    assert_eq!(
        elsewhere
            .get(&format!("/scopes?page_token={mine}"))
            .await
            .field()
            .0,
        "page_token"
    );
}
