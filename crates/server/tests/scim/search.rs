//! Searches in a resource type (RFC 7644 §3.4.2, §3.4.3) and what bounds them (product §6.2, S10).

use crate::world::{ENTERPRISE, World, keys, names};
use serde_json::json;

async fn company() -> World {
    let world = World::start().await;
    for (name, title, department, mail) in [
        ("ada", "Engineer", "R&D", "ada@example.com"),
        ("Bob", "engineer", "R&D", "bob@example.org"),
        ("cleo", "Guide", "Tours", "cleo@example.com"),
        ("dan", "Driver", "Tours", "dan@example.com"),
    ] {
        let more = json!({
            "title": title,
            "emails": [{ "value": mail, "type": "work" }],
            ENTERPRISE: { "department": department },
        });
        world.user(name, more).await;
    }
    world
}

#[tokio::test]
async fn a_filter_finds_what_matches() {
    let world = company().await;
    for (filter, found) in [
        ("userName eq \"ADA\"", vec!["ada"]),
        ("title eq \"engineer\"", vec!["ada", "Bob"]),
        (
            "emails.value ew \"example.com\" and not (title eq \"guide\")",
            vec!["ada", "dan"],
        ),
        ("emails[type eq \"work\" and value co \"ORG\"]", vec!["Bob"]),
        ("userName sw \"a\" or userName sw \"d\"", vec!["ada", "dan"]),
        ("nickName pr", vec![]),
    ] {
        let mut names = world.found(&world.full, "/Users", filter).await;
        names.sort();
        let mut found = found;
        found.sort_unstable();
        assert_eq!(names, found, "{filter}");
    }
    let department = format!("{ENTERPRISE}:department eq \"tours\"");
    let mut names = world.found(&world.full, "/Users", &department).await;
    names.sort();
    assert_eq!(names, ["cleo", "dan"]);
}

#[tokio::test]
async fn a_search_request_asks_the_same() {
    let world = company().await;
    let body = json!({
        "schemas": ["urn:ietf:params:scim:api:messages:2.0:SearchRequest"],
        "filter": "title pr",
        "sortBy": "userName",
        "sortOrder": "descending",
        "startIndex": 2,
        "count": 2,
        "attributes": ["userName"],
    });
    let posted = world
        .post(&world.full, "/Users/.search", &body)
        .await
        .expect(200);
    let params = [
        ("filter", "title pr"),
        ("sortBy", "userName"),
        ("sortOrder", "descending"),
        ("startIndex", "2"),
        ("count", "2"),
        ("attributes", "userName"),
    ];
    let got = world.list(&world.full, "/Users", &params).await.expect(200);
    assert_eq!(posted.json(), got.json());
    assert_eq!(names(&got.json()), ["cleo", "Bob"]);
    assert_eq!(
        keys(&got.json()["Resources"][0]),
        ["id", "schemas", "userName"]
    );
    let mut wrong = body.clone();
    wrong["unknown"] = json!(1);
    world
        .post(&world.full, "/Users/.search", &wrong)
        .await
        .expect_error(400, "invalidSyntax");
    world
        .post(&world.full, "/Users/.search", &json!({}))
        .await
        .expect_error(400, "invalidSyntax");
    world
        .post(&world.full, "/Nothing/.search", &body)
        .await
        .expect_error(404, "");
}

#[tokio::test]
async fn pages_are_counted_and_bounded() {
    let world = company().await;
    let page = async |params: &[(&str, &str)]| {
        let mut all = vec![("sortBy", "userName")];
        all.extend(params);
        let list = world
            .list(&world.full, "/Users", &all)
            .await
            .expect(200)
            .json();
        (
            list["startIndex"].clone(),
            list["itemsPerPage"].clone(),
            list["totalResults"].clone(),
            names(&list),
        )
    };
    for (params, start, found) in [
        (vec![], 1, vec!["ada", "Bob", "cleo", "dan"]),
        (vec![("count", "2")], 1, vec!["ada", "Bob"]),
        (
            vec![("startIndex", "3"), ("count", "2")],
            3,
            vec!["cleo", "dan"],
        ),
        (vec![("startIndex", "4")], 4, vec!["dan"]),
        (
            vec![("startIndex", "0")],
            1,
            vec!["ada", "Bob", "cleo", "dan"],
        ),
        (vec![("startIndex", "-5"), ("count", "1")], 1, vec!["ada"]),
        (vec![("startIndex", "99")], 99, vec![]),
        (vec![("count", "0")], 1, vec![]),
        (vec![("count", "-1")], 1, vec![]),
        (
            vec![("count", "99999999999999999999")],
            1,
            vec!["ada", "Bob", "cleo", "dan"],
        ),
    ] {
        let expected = (
            json!(start),
            json!(found.len()),
            json!(4),
            found.iter().map(|s| (*s).to_owned()).collect::<Vec<_>>(),
        );
        assert_eq!(page(&params).await, expected, "{params:?}");
    }
    for (name, value, keyword) in [
        ("count", "x", "invalidValue"),
        ("count", "", "invalidValue"),
        ("startIndex", "1.5", "invalidValue"),
        ("sortOrder", "up", "invalidValue"),
        ("sortBy", "nothing", "invalidPath"),
        ("sortBy", "", "invalidPath"),
        ("sortBy", "name", "invalidPath"),
        ("filter", "", "invalidFilter"),
        ("filter", "nothing eq 1", "invalidFilter"),
        ("filter", "title", "invalidFilter"),
        ("filter", "title eq 5", "invalidFilter"),
        ("filter", "(title pr", "invalidFilter"),
    ] {
        let answer = world.list(&world.full, "/Users", &[(name, value)]).await;
        answer.expect_error(400, keyword);
    }
    let twice = world.get(&world.full, "/Users?count=1&count=2").await;
    twice.expect_error(400, "invalidValue");
}

#[tokio::test]
async fn an_empty_list_is_a_list() {
    let world = World::start().await;
    let list = world.get(&world.full, "/Users").await.expect(200);
    assert_eq!(
        list.json(),
        json!({
            "schemas": ["urn:ietf:params:scim:api:messages:2.0:ListResponse"],
            "totalResults": 0,
            "startIndex": 1,
            "itemsPerPage": 0,
            "Resources": [],
        })
    );
}

#[tokio::test]
async fn s2_filter_and_sort_know_the_search_set_only() {
    let world = company().await;
    let narrow = world
        .with_scopes(&[
            ("User", &["search"], &["userName", "emails.value"]),
            ("User", &["retrieve"], &["title"]),
        ])
        .await;
    assert_eq!(
        world
            .found(&narrow, "/Users", "userName eq \"ada\"")
            .await
            .len(),
        1
    );
    let sorted = world
        .list(&narrow, "/Users", &[("sortBy", "emails.value")])
        .await
        .expect(200);
    assert_eq!(sorted.json()["totalResults"], 4);
    // Another attribute is answered exactly like one that does not exist.
    let unknown = "nothing";
    for (hidden, operator) in [
        ("title", "eq \"Engineer\""),
        ("title", "pr"),
        ("nickName", "eq \"x\""),
        ("active", "eq true"),
        ("emails.type", "eq \"work\""),
        ("externalId", "eq \"x\""),
        ("password", "pr"),
    ] {
        for wrap in [
            "{}",
            "userName eq \"ada\" and {}",
            "userName pr or {}",
            "not ({})",
        ] {
            let ask = async |name: &str| {
                let filter = wrap.replace("{}", &format!("{name} {operator}"));
                let answer = world.list(&narrow, "/Users", &[("filter", &filter)]).await;
                answer
                    .expect_error(400, "invalidFilter")
                    .text()
                    .replace(name, "NAME")
            };
            assert_eq!(ask(hidden).await, ask(unknown).await, "{wrap} {hidden}");
        }
        let ask = async |name: &str| {
            let answer = world.list(&narrow, "/Users", &[("sortBy", name)]).await;
            answer
                .expect_error(400, "invalidPath")
                .text()
                .replace(name, "NAME")
        };
        assert_eq!(ask(hidden).await, ask(unknown).await, "sortBy {hidden}");
    }
    let inside = world
        .list(&narrow, "/Users", &[("filter", "emails[type eq \"work\"]")])
        .await;
    inside.expect_error(400, "invalidFilter");
}

#[tokio::test]
async fn answers_are_projected_by_retrieve_not_by_search() {
    let world = company().await;
    let narrow = world
        .with_scopes(&[
            ("User", &["search"], &["userName"]),
            ("User", &["retrieve"], &["title"]),
        ])
        .await;
    let params = [
        ("filter", "userName eq \"cleo\""),
        ("attributes", "title,userName,emails"),
    ];
    let list = world
        .list(&narrow, "/Users", &params)
        .await
        .expect(200)
        .json();
    assert_eq!(keys(&list["Resources"][0]), ["id", "schemas", "title"]);
    let all = world
        .list(&narrow, "/Users", &[("sortBy", "userName")])
        .await
        .expect(200)
        .json();
    for resource in all["Resources"].as_array().unwrap() {
        assert_eq!(keys(resource), ["id", "meta", "schemas", "title"]);
    }
}

#[tokio::test]
async fn search_without_retrieve_counts() {
    let world = company().await;
    let counter = world.limited("User", &["search"], &["userName"]).await;
    for (params, total) in [
        (vec![], 4),
        (vec![("filter", "userName sw \"a\"")], 1),
        (vec![("cursor", "")], 4),
    ] {
        let list = world
            .list(&counter, "/Users", &params)
            .await
            .expect(200)
            .json();
        assert_eq!(
            (&list["totalResults"], &list["Resources"]),
            (&json!(total), &json!([]))
        );
        assert_eq!(
            (&list["itemsPerPage"], list.get("nextCursor")),
            (&json!(0), None)
        );
    }
    let retriever = world.limited("User", &["retrieve"], &["*"]).await;
    for (method, path) in [("GET", "/Users"), ("POST", "/Users/.search")] {
        let answer = world.send(&retriever, method, path).await;
        answer.expect_error(403, "insufficient_scope");
    }
}
