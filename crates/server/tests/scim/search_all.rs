//! Searches over all resource types, at the SCIM root (RFC 7644 §3.4.2.1, §3.4.3).

use crate::world::{World, keys, names};
use serde_json::{Value, json};

async fn world() -> World {
    let world = World::start().await;
    for name in ["b", "d", "f"] {
        world
            .user(name, json!({ "displayName": name, "title": "Guide" }))
            .await;
    }
    for name in ["a", "c", "e"] {
        world.group(name, &[]).await;
    }
    world
}

#[tokio::test]
async fn the_root_has_resources_of_every_type() {
    let world = world().await;
    let request = json!({
        "schemas": ["urn:ietf:params:scim:api:messages:2.0:SearchRequest"],
        "attributes": ["userName", "displayName", "bogus"],
    });
    let list = world
        .post(&world.full, "/.search", &request)
        .await
        .expect(200)
        .json();
    assert_eq!(list["totalResults"], 6);
    assert_eq!(list["Resources"].as_array().unwrap().len(), 6);
    for path in ["", "/"] {
        assert_eq!(world.seen(path).await["totalResults"], 6, "{path}");
    }
}

#[tokio::test]
async fn types_are_paged_as_one_list() {
    let world = world().await;
    for sort in [None, Some("displayName"), Some("title")] {
        let mut whole = vec![("attributes", "displayName")];
        whole.extend(sort.map(|sort| ("sortBy", sort)));
        let all = world
            .list(&world.full, "/", &whole)
            .await
            .expect(200)
            .json();
        let mut paged = Vec::new();
        for start in ["1", "3", "5", "7"] {
            let mut params = whole.clone();
            params.extend([("startIndex", start), ("count", "2")]);
            let page = world
                .list(&world.full, "/", &params)
                .await
                .expect(200)
                .json();
            assert_eq!(page["totalResults"], 6);
            paged.extend(page["Resources"].as_array().unwrap().clone());
        }
        assert_eq!(all["Resources"], Value::from(paged.clone()), "{sort:?}");
        let mut by_cursor = Vec::new();
        let mut cursor = Some(String::new());
        while let Some(at) = cursor {
            let mut params = whole.clone();
            params.extend([("cursor", at.as_str()), ("count", "4")]);
            let page = world
                .list(&world.full, "/", &params)
                .await
                .expect(200)
                .json();
            by_cursor.extend(page["Resources"].as_array().unwrap().clone());
            cursor = page["nextCursor"].as_str().map(str::to_owned);
        }
        assert_eq!(by_cursor, paged, "{sort:?}");
    }
}

#[tokio::test]
async fn a_sort_goes_across_types_and_one_without_the_attribute_has_no_values() {
    let world = world().await;
    let sorted = async |params: &[(&str, &str)]| {
        names(
            &world
                .list(&world.full, "/", params)
                .await
                .expect(200)
                .json(),
        )
    };
    assert_eq!(
        sorted(&[("sortBy", "displayName")]).await,
        ["a", "b", "c", "d", "e", "f"]
    );
    let descending = [("sortBy", "displayName"), ("sortOrder", "descending")];
    assert_eq!(sorted(&descending).await, ["f", "e", "d", "c", "b", "a"]);
    assert_eq!(
        sorted(&[("sortBy", "userName")]).await[..3],
        ["b", "d", "f"]
    );
    let descending = [("sortBy", "userName"), ("sortOrder", "descending")];
    assert_eq!(sorted(&descending).await[3..], ["f", "d", "b"]);
    let unknown = world.list(&world.full, "/", &[("sortBy", "nothing")]).await;
    unknown.expect_error(400, "invalidPath");
    let far = [
        ("sortBy", "displayName"),
        ("startIndex", "1000"),
        ("count", "2"),
    ];
    world
        .list(&world.full, "/", &far)
        .await
        .expect_error(400, "tooMany");
}

#[tokio::test]
async fn an_expression_of_some_types_is_false_for_the_others() {
    let world = world().await;
    for (filter, found) in [
        ("displayName ge \"d\"", vec!["d", "f", "e"]),
        ("title eq \"guide\"", vec!["b", "d", "f"]),
        ("not (title eq \"guide\")", vec!["a", "c", "e"]),
        ("userName eq \"b\" or displayName eq \"c\"", vec!["b", "c"]),
        ("meta.resourceType eq \"Group\"", vec!["a", "c", "e"]),
        ("members pr", vec![]),
    ] {
        let mut names = world.found(&world.full, "/", filter).await;
        names.sort();
        let mut found = found;
        found.sort_unstable();
        assert_eq!(names, found, "{filter}");
    }
    let unknown = world
        .list(&world.full, "/", &[("filter", "nothing pr")])
        .await;
    unknown.expect_error(400, "invalidFilter");
}

#[tokio::test]
async fn s2_only_types_that_the_caller_may_search_take_part() {
    let world = world().await;
    let users = world
        .limited("User", &["search", "retrieve"], &["displayName"])
        .await;
    let list = world.get(&users, "/").await.expect(200).json();
    assert_eq!(list["totalResults"], 3);
    for resource in list["Resources"].as_array().unwrap() {
        assert_eq!(keys(resource), ["displayName", "id", "meta", "schemas"]);
    }
    let hidden = world.list(&users, "/", &[("filter", "members pr")]).await;
    hidden.expect_error(400, "invalidFilter");
    // Groups are counted, users are shown.
    let mixed = world
        .with_scopes(&[
            ("User", &["search", "retrieve"], &["displayName"]),
            ("Group", &["search"], &["displayName"]),
        ])
        .await;
    for params in [vec![], vec![("sortBy", "displayName")]] {
        let list = world.list(&mixed, "/", &params).await.expect(200).json();
        assert_eq!((&list["totalResults"], names(&list).len()), (&json!(6), 3));
    }
    let writer = world.with(&["scim:write"]).await;
    world
        .get(&writer, "/")
        .await
        .expect_error(403, "insufficient_scope");
}
