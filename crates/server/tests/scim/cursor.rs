//! Paging by cursor (RFC 9865; T8, S10, REG-21).

use crate::{
    support::Client,
    world::{Scim, World, names},
};
use serde_json::json;

async fn world() -> World {
    let world = World::start().await;
    for n in 0..7 {
        let title = if n % 3 == 0 {
            json!({})
        } else {
            json!({ "title": format!("T{}", n % 2) })
        };
        world.user(&format!("user-{n}"), title).await;
    }
    world
}

async fn next(world: &World, scim: &Scim, path: &str, params: &[(&str, &str)]) -> Option<String> {
    let page = world.list(scim, path, params).await.expect(200).json();
    page["nextCursor"].as_str().map(str::to_owned)
}

#[tokio::test]
async fn following_cursors_gives_every_resource_once_and_in_order() {
    let world = world().await;
    let ten = [("sortBy", "userName")];
    let all = names(&world.list(&world.full, "/Users", &ten).await.json());
    for (sort, order) in [
        (None, "ascending"),
        (Some("userName"), "ascending"),
        (Some("userName"), "descending"),
        (Some("title"), "ascending"),
        (Some("title"), "descending"),
        (Some("meta.created"), "descending"),
        (Some("id"), "descending"),
    ] {
        let mut query = vec![("count", "3"), ("sortOrder", order)];
        query.extend(sort.map(|sort| ("sortBy", sort)));
        let mut whole = query.clone();
        whole[0] = ("count", "100");
        let expected = names(
            &world
                .list(&world.full, "/Users", &whole)
                .await
                .expect(200)
                .json(),
        );
        let (mut found, mut cursor) = (Vec::new(), Some(String::new()));
        while let Some(at) = cursor {
            let mut params = query.clone();
            params.push(("cursor", &at));
            let page = world
                .list(&world.full, "/Users", &params)
                .await
                .expect(200)
                .json();
            assert_eq!(page["totalResults"], 7);
            assert_eq!(page.get("startIndex"), None);
            found.extend(names(&page));
            cursor = page["nextCursor"].as_str().map(str::to_owned);
        }
        assert_eq!(found, expected, "{sort:?} {order}");
        found.sort();
        assert_eq!(found, all);
    }
}

#[tokio::test]
async fn what_changes_meanwhile_moves_nothing() {
    let world = world().await;
    let params = [("sortBy", "userName"), ("count", "3"), ("cursor", "")];
    let page = world.list(&world.full, "/Users", &params).await.json();
    let cursor = page["nextCursor"].as_str().unwrap();
    world.user("a-new-first-one", json!({})).await;
    let first = page["Resources"][0]["id"].as_str().unwrap();
    world
        .delete(&world.full, &format!("/Users/{first}"))
        .await
        .expect(204);
    let params = [("sortBy", "userName"), ("count", "3"), ("cursor", cursor)];
    let page = world
        .list(&world.full, "/Users", &params)
        .await
        .expect(200)
        .json();
    assert_eq!(names(&page), ["user-3", "user-4", "user-5"]);
}

#[tokio::test]
async fn t8_a_cursor_is_good_for_its_caller_and_query_only() {
    let world = world().await;
    let other_realm = world.server.add_realm("acme", "staff").await;
    let filter = ("filter", "title pr");
    let query = [filter, ("count", "2"), ("cursor", "")];
    let cursor = next(&world, &world.full, "/Users", &query).await.unwrap();
    let other = world.with(&["scim:read"]).await;
    let foreign = |client: &Client, token| Scim::of(client, token);
    let token = other_realm.token(&world.server, Some("scim:read")).await;
    let foreign = foreign(&other_realm, token);
    let mut tampered = cursor.clone().into_bytes();
    tampered[20] = if tampered[20] == b'A' { b'B' } else { b'A' };
    let tampered = String::from_utf8(tampered).unwrap();
    let made_up = "A".repeat(80);
    let own = &world.full;
    let mut texts = Vec::new();
    for (scim, path, params) in [
        (&other, "/Users", vec![filter, ("cursor", cursor.as_str())]),
        (&foreign, "/Users", vec![filter, ("cursor", &cursor)]),
        (
            own,
            "/Groups",
            vec![("filter", "displayName pr"), ("cursor", &cursor)],
        ),
        (own, "/", vec![filter, ("cursor", &cursor)]),
        (own, "/Users", vec![("cursor", &cursor)]),
        (
            own,
            "/Users",
            vec![("filter", "title  pr"), ("cursor", &cursor)],
        ),
        (
            own,
            "/Users",
            vec![filter, ("sortBy", "title"), ("cursor", &cursor)],
        ),
        (
            own,
            "/Users",
            vec![filter, ("sortOrder", "descending"), ("cursor", &cursor)],
        ),
        (own, "/Users", vec![filter, ("cursor", &tampered)]),
        (own, "/Users", vec![filter, ("cursor", &made_up)]),
        (own, "/Users", vec![filter, ("cursor", "' OR 1=1 --")]),
    ] {
        let answer = world.list(scim, path, &params).await;
        texts.push(answer.expect_error(400, "invalidCursor").text());
    }
    texts.dedup();
    assert_eq!(texts.len(), 1, "the answers differ: {texts:?}");
    let long = "A".repeat(3000);
    let answer = world
        .list(own, "/Users", &[filter, ("cursor", &long)])
        .await;
    answer.expect_error(400, "invalidCursor");
    world
        .list(own, "/Users", &[filter, ("cursor", &cursor)])
        .await
        .expect(200);
    let both = world
        .list(own, "/Users", &[("cursor", ""), ("startIndex", "1")])
        .await;
    both.expect_error(400, "invalidValue");
}

#[tokio::test]
async fn a_cursor_expires() {
    let world = world().await;
    let query = [("count", "2"), ("cursor", "")];
    let cursor = next(&world, &world.full, "/Users", &query).await.unwrap();
    world.server.advance(599);
    world
        .list(&world.full, "/Users", &[("cursor", &cursor)])
        .await
        .expect(200);
    world.server.advance(1);
    // The token has expired as well: the same client gets another.
    let client = world.server.add_client(&["scim:read"], |_| {}).await;
    let token = client.token(&world.server, Some("scim:read")).await;
    let scim = Scim::of(&client, token);
    let cursor = next(&world, &scim, "/Users", &query).await.unwrap();
    world.server.advance(300);
    let scim = scim.bearing(&client.token(&world.server, Some("scim:read")).await);
    world
        .list(&scim, "/Users", &[("cursor", &cursor)])
        .await
        .expect(200);
    world.server.advance(300);
    let answer = world.list(&scim, "/Users", &[("cursor", &cursor)]).await;
    answer.expect_error(400, "expiredCursor");
}

#[tokio::test]
async fn a_cursor_stays_short_whatever_it_sorts_by() {
    let world = World::start().await;
    for n in 0..3 {
        world
            .user(
                &format!("user-{n}"),
                json!({ "title": format!("{n}{}", "x".repeat(5000)) }),
            )
            .await;
    }
    let sort = ("sortBy", "title");
    let mut cursor = String::new();
    for expected in ["user-0", "user-1", "user-2"] {
        let params = [sort, ("count", "1"), ("cursor", &cursor)];
        let page = world
            .list(&world.full, "/Users", &params)
            .await
            .expect(200)
            .json();
        assert_eq!(names(&page), [expected]);
        cursor = page["nextCursor"].as_str().unwrap_or_default().to_owned();
    }
    assert_eq!(cursor, "");
}
